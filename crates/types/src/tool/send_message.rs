//! SMS and MMS to the user.

use telnyx_ai_core::{Extra, Nullable, Object};

/// A tool that sends the user an SMS or MMS.
///
/// Both numbers are those of the conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendMessageTool {
    /// The text of the message, fixed or written by the model.
    pub send_message: SendMessage,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of a [`SendMessageTool`].
///
/// The API allows other fields in this object. They do not count as unknown.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendMessage {
    /// The text. `{{variables}}` are replaced when it is sent. If `null` or absent, the model writes the text.
    pub message_template: Nullable<String>,
    /// Other fields, as received.
    #[wire(open)]
    pub extra: Extra,
}
