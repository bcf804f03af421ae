use std::collections::BTreeMap;

use telnyx_ai_core::{Extra, Object, OpenEnum, PageMeta, Scalar, Timestamp, UnknownValue};

/// A thread of messages between an assistant and someone.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Conversation {
    /// The conversation's id.
    pub id: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When its latest message came.
    pub last_message_at: Timestamp,
    /// What is known of it: entries of the service's own, such as `assistant_id` and
    /// `telnyx_conversation_channel`, and yours.
    pub metadata: BTreeMap<String, Scalar>,
    /// Its name.
    pub name: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What [`create`](super::ConversationsApi::create) opens.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateConversation {
    /// Its name.
    pub name: Option<String>,
    /// What to note of it. The values resolve `{{variables}}` of the assistant in a web chat.
    ///
    /// While `ai_disabled` is `true`, no assistant replies here and
    /// [`chat`](crate::AssistantsApi::chat) is refused with a 400.
    pub metadata: Option<BTreeMap<String, Scalar>>,
    /// Further fields to send.
    pub extra: Extra,
}

/// What [`update`](super::ConversationsApi::update) changes.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct UpdateConversation {
    /// What to note of it. `ai_disabled` set to `true` keeps assistants from replying, for instance while a
    /// person has taken over; `false` lets them reply again.
    pub metadata: Option<BTreeMap<String, Scalar>>,
    /// Further fields to send.
    pub extra: Extra,
}

/// Which conversations [`list`](super::ConversationsApi::list) gives; all of them by default.
///
/// Each condition is an operator and a value, as PostgREST writes them: `eq.Ada`, or
/// [`filter::eq("Ada")`](crate::filter::eq). To look for metadata of your own, add the condition to the
/// call: `.query("metadata->plan", "eq.gold")`.
///
/// ```
/// use telnyx_ai_assistants::{ListConversations, filter};
///
/// let of_this_year = ListConversations::new()
///     .with_assistant_id(filter::eq("assistant-1"))
///     .with_created_at(filter::gte("2026-01-01"))
///     .with_order("last_message_at.desc")
///     .with_limit(50);
/// assert_eq!(of_this_year.created_at.as_deref(), Some("gte.2026-01-01"));
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListConversations {
    /// A condition on the id.
    pub id: Option<String>,
    /// A condition on the name, such as `like.Voice%`.
    pub name: Option<String>,
    /// A condition on the time it was opened, such as `gte.2026-01-01`.
    pub created_at: Option<String>,
    /// A condition on the time of its latest message.
    pub last_message_at: Option<String>,
    /// A condition on the assistant that takes part.
    #[wire("metadata->assistant_id")]
    pub assistant_id: Option<String>,
    /// A condition on the control id of its call.
    #[wire("metadata->call_control_id")]
    pub call_control_id: Option<String>,
    /// A condition on the assistant's number or SIP URI.
    #[wire("metadata->telnyx_agent_target")]
    pub telnyx_agent_target: Option<String>,
    /// A condition on its channel, such as `eq.phone_call`.
    #[wire("metadata->telnyx_conversation_channel")]
    pub telnyx_conversation_channel: Option<String>,
    /// A condition on the other side's number or SIP URI.
    #[wire("metadata->telnyx_end_user_target")]
    pub telnyx_end_user_target: Option<String>,
    /// Conditions of which one is enough: `(name.eq.Ada,created_at.gte.2026-01-01)`.
    pub or: Option<String>,
    /// The order to list in: a field and `asc` or `desc`, such as `last_message_at.desc`.
    pub order: Option<String>,
    /// How many to list at most.
    pub limit: Option<u32>,
    /// Further query parameters to send.
    pub extra: Extra,
}

/// What [`insights`](super::ConversationsApi::insights) answers.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationInsightsList {
    /// The evaluations of the conversation.
    pub data: Vec<ConversationInsights>,
    /// Where this answer stands in the whole list.
    pub meta: Option<PageMeta>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// One evaluation of a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationInsights {
    /// The evaluation's id.
    pub id: String,
    /// How far it is.
    pub status: InsightsStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// What was drawn from the conversation.
    pub conversation_insights: Vec<ConversationInsight>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// How far the evaluation of a conversation is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum InsightsStatus {
    /// It waits for its turn.
    Pending,
    /// It is under way.
    InProgress,
    /// It is there.
    Completed,
    /// It could not be made.
    Failed,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// What one insight drew from a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationInsight {
    /// The insight, as it is configured.
    pub insight_id: String,
    /// What it says: a text, or JSON as text where the insight has a schema.
    pub result: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
