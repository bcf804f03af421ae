//! Insights that are drawn from an assistant's conversations.

use telnyx_ai_core::{Extra, Object};

/// Which insights are drawn from every conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightSettings {
    /// Id of the insight group; each insight of it is run when a conversation of this assistant is over.
    pub insight_group_id: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
