use serde_json::Value;
use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, PageMeta, Timestamp, UnknownValue};

/// A thread of messages between a user and an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Conversation {
    /// The id of the conversation.
    pub id: String,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the latest message.
    pub last_message_at: Timestamp,
    /// Metadata: your own and the service's, such as `assistant_id`. Values can be any JSON.
    pub metadata: JsonObject,
    /// The name of the conversation.
    pub name: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The body of [`ConversationsApi::create`](super::ConversationsApi::create).
///
/// ```
/// use telnyx_ai_assistants::CreateConversation;
///
/// let request = CreateConversation::new().with_name("Order 17").with_metadata([("customer", "Ada")]);
/// # assert!(request.metadata.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateConversation {
    /// The name of the conversation. [`ListConversations::name`] filters by it.
    pub name: Option<String>,
    /// Metadata. In a web chat, its values replace the `{{variables}}` of the assistant.
    ///
    /// While `ai_disabled` is `true`, assistants do not reply, and [`chat`](crate::AssistantsApi::chat) fails with 400.
    pub metadata: Option<JsonObject>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The body of [`ConversationsApi::update`](super::ConversationsApi::update).
///
/// The metadata is replaced. To change one value, retrieve the conversation and keep the others:
///
/// ```
/// use telnyx_ai_assistants::{Conversation, UpdateConversation};
///
/// fn take_over(conversation: Conversation) -> UpdateConversation {
///     let mut metadata = conversation.metadata;
///     metadata.insert("ai_disabled", true);
///     UpdateConversation::new().with_metadata(metadata)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateConversation {
    /// Metadata. It replaces all present metadata. Set `ai_disabled` to `true` to prevent replies of assistants, for
    /// example while a person has taken over, and to `false` to allow them again.
    pub metadata: Option<JsonObject>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The filter of [`ConversationsApi::list`](super::ConversationsApi::list). Default: all conversations.
///
/// Each condition consists of an operator and a value, in the syntax of PostgREST: `eq.Ada`, or
/// [`filter::eq("Ada")`](crate::filter::eq). For a condition on your own metadata, add a query parameter to the call:
/// `.query("metadata->plan", "eq.gold")`.
///
/// ```
/// use telnyx_ai_assistants::{ListConversations, filter};
///
/// let filter = ListConversations::new()
///     .with_assistant_id(filter::eq("assistant-1"))
///     .with_created_at(filter::gte("2026-01-01"))
///     .with_order("last_message_at.desc")
///     .with_limit(50);
/// assert_eq!(filter.created_at.as_deref(), Some("gte.2026-01-01"));
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListConversations {
    /// A condition on the id.
    pub id: Option<String>,
    /// A condition on the name, such as `like.Voice%`.
    pub name: Option<String>,
    /// A condition on the time of creation, such as `gte.2026-01-01`. For a range, add the other condition to the call:
    /// `.query("created_at", "lt.2026-02-01")`.
    pub created_at: Option<String>,
    /// A condition on the time of the latest message.
    pub last_message_at: Option<String>,
    /// A condition on the id of the assistant.
    #[wire("metadata->assistant_id")]
    pub assistant_id: Option<String>,
    /// A condition on the id of the assistant's version.
    #[wire("metadata->assistant_version_id")]
    pub assistant_version_id: Option<String>,
    /// A condition on the control id of the call.
    #[wire("metadata->call_control_id")]
    pub call_control_id: Option<String>,
    /// A condition on the assistant's number or SIP URI.
    #[wire("metadata->telnyx_agent_target")]
    pub telnyx_agent_target: Option<String>,
    /// A condition on the channel, such as `eq.phone_call`.
    #[wire("metadata->telnyx_conversation_channel")]
    pub telnyx_conversation_channel: Option<String>,
    /// A condition on the user's number or SIP URI.
    #[wire("metadata->telnyx_end_user_target")]
    pub telnyx_end_user_target: Option<String>,
    /// Alternative conditions: `(name.eq.Ada,created_at.gte.2026-01-01)`. At least one must be true.
    pub or: Option<String>,
    /// The sort order: a field and `asc` or `desc`, such as `last_message_at.desc`.
    pub order: Option<String>,
    /// The maximum number of conversations. Default: the service's.
    ///
    /// To read more, set `order` to `created_at.desc`, and repeat the call with a condition on `created_at`:
    /// [`filter::lt`](crate::filter::lt) of the last conversation's.
    pub limit: Option<u32>,
    /// Additional query parameters to send.
    pub extra: Extra,
}

/// The response of [`ConversationsApi::insights`](super::ConversationsApi::insights).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationInsightsList {
    /// The evaluations of the conversation.
    pub data: Vec<ConversationInsights>,
    /// The position of this page in the list.
    pub meta: Option<PageMeta>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// An evaluation of a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationInsights {
    /// The id of the evaluation.
    pub id: String,
    /// Whether the evaluation waits, runs, has completed or has failed.
    pub status: InsightsStatus,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The results of the insights.
    pub conversation_insights: Vec<ConversationInsight>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The status of the evaluation of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum InsightsStatus {
    /// The evaluation has not started.
    Pending,
    /// The evaluation is running.
    InProgress,
    /// The evaluation has completed.
    Completed,
    /// The evaluation has failed.
    Failed,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The result of one insight for a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationInsight {
    /// The id of the [`Insight`](crate::Insight).
    pub insight_id: String,
    /// The result: an object, or text that can contain JSON if there is a schema.
    pub result: Value,
    /// Unknown fields, as received.
    pub extra: Extra,
}
