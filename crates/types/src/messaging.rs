//! Text message settings of an assistant.

use telnyx_ai_core::{Extra, Object};

/// The text message settings of an assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct MessagingSettings {
    /// The idle time in minutes after which a message starts a new conversation.
    pub conversation_inactivity_minutes: Option<u32>,
    /// The id of the messaging profile for sending and receiving. The API creates one for each new assistant.
    pub default_messaging_profile_id: Option<String>,
    /// The URL that receives the delivery status of the assistant's messages.
    pub delivery_status_webhook_url: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
