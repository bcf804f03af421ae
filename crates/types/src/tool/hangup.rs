//! Ending the call.

use telnyx_ai_core::{Extra, Object};

/// Ends the call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct HangupTool {
    /// When to.
    pub hangup: Hangup,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The settings of a [`HangupTool`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Hangup {
    /// What the model is told of the tool.
    pub description: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
