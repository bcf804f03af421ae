//! Saying nothing.

use telnyx_ai_core::{Extra, Object};

/// Lets a turn pass without an answer.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SkipTurnTool {
    /// When to.
    pub skip_turn: SkipTurn,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The settings of a [`SkipTurnTool`].
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SkipTurn {
    /// What the model is told of the tool.
    pub description: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
