//! Settings for the turn after a conversation.

use telnyx_ai_core::{Extra, Object};

/// A final turn of the model after the conversation, for example for a summary. Beta.
///
/// In this turn the model can call webhook and function tools. It cannot call tools of integrations and MCP servers, or
/// tools that control the call, such as hangup.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PostConversationSettings {
    /// Whether this turn is enabled. Default: false.
    pub enabled: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
