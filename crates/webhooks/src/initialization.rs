//! The event before a conversation, and the response to it.

use serde_json::Value;
use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, UnknownValue};

/// A conversation before its start: the payload of `assistant.initialization`.
///
/// Telnyx sends it to the `dynamic_variables_webhook_url` of the assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Initialization {
    /// The channel of the conversation.
    pub telnyx_conversation_channel: Option<ConversationChannel>,
    /// The number or SIP URI of the assistant.
    pub telnyx_agent_target: Option<String>,
    /// The number or SIP URI of the user.
    pub telnyx_end_user_target: Option<String>,
    /// Whether the network attests the user's number (STIR/SHAKEN). If it does not, the number can be spoofed.
    pub telnyx_end_user_target_verified: Option<bool>,
    /// The id of the call for commands. Absent in a chat.
    pub call_control_id: Option<String>,
    /// The id of the assistant.
    pub assistant_id: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The channel of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ConversationChannel {
    /// A call over the telephone network.
    PhoneCall,
    /// Text messages.
    SmsChat,
    /// WhatsApp messages.
    WhatsappChat,
    /// A voice call in a browser.
    WebCall,
    /// A text chat on the web.
    WebChat,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The response to an [`Initialization`]. All fields are optional.
///
/// With the feature `axum`, a handler can return it.
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
    /// Values for `{{name}}` in the assistant's instructions, greeting and tools. They override the defaults of the
    /// assistant, and are overridden by the variables of the call.
    pub dynamic_variables: Option<JsonObject>,
    /// The earlier conversations and insights to give to the assistant.
    pub memory: Option<Memory>,
    /// Properties of the new conversation.
    pub conversation: Option<ConversationNotes>,
    /// Additional fields to send.
    pub extra: Extra,
}

impl InitializationReply {
    /// Sets a dynamic variable.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.dynamic_variables.get_or_insert_default().insert(name.into(), value.into());
        self
    }

    /// Sets [`conversation_query`](Memory::conversation_query).
    #[must_use]
    pub fn with_conversation_query(mut self, query: impl Into<String>) -> Self {
        self.memory.get_or_insert_default().conversation_query = Some(query.into());
        self
    }

    /// Sets [`insight_query`](Memory::insight_query).
    #[must_use]
    pub fn with_insight_query(mut self, query: impl Into<String>) -> Self {
        self.memory.get_or_insert_default().insight_query = Some(query.into());
        self
    }

    /// Sets an entry of the conversation's metadata.
    #[must_use]
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let notes = self.conversation.get_or_insert_default();
        notes.metadata.get_or_insert_default().insert(name, value);
        self
    }
}

/// The earlier conversations and insights to give to an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Memory {
    /// A query for conversations, such as `metadata->customer=eq.42&limit=5`. The syntax is that of `GET
    /// /ai/conversations`.
    pub conversation_query: Option<String>,
    /// A query for insights of these conversations: `insight_ids=…,…`.
    pub insight_query: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// Properties of a new conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationNotes {
    /// Metadata, by which you can find the conversation later.
    pub metadata: Option<JsonObject>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
