//! DTMF tones.

use telnyx_ai_core::{Extra, JsonObject, Object};

/// A tool that sends DTMF tones in the call, for example to navigate a phone menu.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendDtmfTool {
    /// An object without known fields, usually empty. The model selects the tones.
    pub send_dtmf: JsonObject,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
