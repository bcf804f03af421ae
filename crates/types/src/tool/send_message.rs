//! Writing to the user.

use telnyx_ai_core::{Extra, Nullable, Object};

/// Sends the user an SMS or MMS. Both numbers come from the conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendMessageTool {
    /// What to send.
    pub send_message: SendMessage,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The settings of a [`SendMessageTool`].
///
/// The API lets this object hold more than the field it names, so whatever else is in it counts as known.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendMessage {
    /// The text, with `{{variables}}` that are filled in on sending. Null or absent: the model writes it.
    pub message_template: Nullable<String>,
    /// Everything else, as received.
    #[wire(open)]
    pub extra: Extra,
}
