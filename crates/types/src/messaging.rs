//! Text messages of an assistant.

use telnyx_ai_core::{Extra, Object};

/// How an assistant takes part in text messages.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct MessagingSettings {
    /// Minutes of silence after which the next message opens a new conversation.
    pub conversation_inactivity_minutes: Option<u32>,
    /// Messaging profile the assistant sends and receives with. The API makes one with every new assistant.
    pub default_messaging_profile_id: Option<String>,
    /// URL that is told how the delivery of the assistant's messages went.
    pub delivery_status_webhook_url: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
