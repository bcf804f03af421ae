//! Pressing keys.

use telnyx_ai_core::{Extra, JsonObject, Object};

/// Presses keys in the call, to get through the menu of another system, for one.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SendDtmfTool {
    /// The settings. None are known, so this is an empty object as a rule.
    pub send_dtmf: JsonObject,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
