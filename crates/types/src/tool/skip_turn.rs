//! Skipped turns.

use telnyx_ai_core::{Extra, Object};

/// A tool that skips a turn without a reply.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SkipTurnTool {
    /// An object with the description of the tool for the model. It can be empty.
    pub skip_turn: SkipTurn,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The settings of a [`SkipTurnTool`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SkipTurn {
    /// The description of the tool for the model.
    pub description: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
