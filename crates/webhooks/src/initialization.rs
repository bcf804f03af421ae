//! The start of a conversation: what the assistant tells, and what it may be told.

use std::collections::BTreeMap;

use serde_json::Value;
use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, Scalar, UnknownValue};

/// Who is about to talk to whom: the payload of `assistant.initialization`, posted to the assistant's
/// `dynamic_variables_webhook_url`.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Initialization {
    /// What the conversation goes over.
    pub telnyx_conversation_channel: Option<ConversationChannel>,
    /// The assistant's side: a number or SIP URI.
    pub telnyx_agent_target: Option<String>,
    /// The other side: a number or SIP URI.
    pub telnyx_end_user_target: Option<String>,
    /// Whether the other side's number is attested by the network (STIR/SHAKEN). Where it is not, it may be made up.
    pub telnyx_end_user_target_verified: Option<bool>,
    /// The call, to command it by; none in a chat.
    pub call_control_id: Option<String>,
    /// The assistant.
    pub assistant_id: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What a conversation goes over.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ConversationChannel {
    /// A call over the telephone network.
    PhoneCall,
    /// Text messages.
    SmsChat,
    /// A voice call from a browser.
    WebCall,
    /// A text chat on the web.
    WebChat,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// What to answer to an [`Initialization`]: every part may be left out, and an empty answer is fine.
///
/// With the feature `axum` a handler can return it.
///
/// ```
/// use telnyx_ai_webhooks::InitializationReply;
///
/// let reply = InitializationReply::new()
///     .with_variable("name", "Ada")
///     .with_variable("open_orders", 2)
///     .with_conversation_query("metadata->customer=eq.42&limit=5")
///     .with_metadata("customer", "42");
/// assert_eq!(
///     serde_json::to_value(&reply)?,
///     serde_json::json!({
///         "dynamic_variables": {"name": "Ada", "open_orders": 2},
///         "memory": {"conversation_query": "metadata->customer=eq.42&limit=5"},
///         "conversation": {"metadata": {"customer": "42"}},
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InitializationReply {
    /// Values for `{{name}}` in the assistant's instructions, greeting and tools. They win over the assistant's own
    /// defaults, and yield to variables that came with the call.
    pub dynamic_variables: Option<JsonObject>,
    /// What the assistant is to remember.
    pub memory: Option<Memory>,
    /// What to note of the conversation.
    pub conversation: Option<ConversationNotes>,
    /// Further fields to send.
    pub extra: Extra,
}

impl InitializationReply {
    /// Gives one dynamic variable a value.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.dynamic_variables.get_or_insert_default().insert(name.into(), value.into());
        self
    }

    /// Names the conversations to remember; see [the field](Memory::conversation_query).
    #[must_use]
    pub fn with_conversation_query(mut self, query: impl Into<String>) -> Self {
        self.memory.get_or_insert_default().conversation_query = Some(query.into());
        self
    }

    /// Names the insights to remember; see [the field](Memory::insight_query).
    #[must_use]
    pub fn with_insight_query(mut self, query: impl Into<String>) -> Self {
        self.memory.get_or_insert_default().insight_query = Some(query.into());
        self
    }

    /// Notes one entry of metadata of the conversation.
    #[must_use]
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        let notes = self.conversation.get_or_insert_default();
        notes.metadata.get_or_insert_default().insert(name.into(), value.into());
        self
    }
}

/// What an assistant is to remember in a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Memory {
    /// Earlier conversations, as the query of `GET /ai/conversations`: `metadata->customer=eq.42&limit=5`.
    pub conversation_query: Option<String>,
    /// Which of their insights, as a query: `insight_ids=…,…`.
    pub insight_query: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What to note of a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationNotes {
    /// Entries to find the conversation by later.
    pub metadata: Option<BTreeMap<String, Scalar>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
