//! Writing to the user.

use serde::{Deserialize, Serialize};
use telnyx_ai_core::json::{Fault, Field, FromJson, Json, Reader};
use telnyx_ai_core::{Extra, JsonObject, Nullable, Object};

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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SendMessage {
    /// The text, with `{{variables}}` that are filled in on sending. Null or absent: the model writes it.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub message_template: Nullable<String>,
    /// Everything else, as received.
    #[serde(flatten)]
    pub extra: JsonObject,
}

impl SendMessage {
    /// An empty `SendMessage`: nothing is required.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `message_template`; see [the field](Self::message_template).
    #[must_use]
    pub fn with_message_template(mut self, message_template: impl Into<String>) -> Self {
        self.message_template = Nullable::Value(message_template.into());
        self
    }
}

impl FromJson for SendMessage {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        Json::from_json(json).map(|Json(read)| read)
    }
}

impl Field for SendMessage {
    fn blank() -> Self {
        Self::default()
    }
}
