//! What an assistant does when a conversation is over.

use telnyx_ai_core::{Extra, Object};

/// One more turn of the model after the conversation's end, for a last summary or record update. In beta.
///
/// In that turn webhook and function tools work; those of integrations and MCP servers do not, nor do tools that
/// steer the call, such as hanging up.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PostConversationSettings {
    /// Whether the turn takes place. Default: false.
    pub enabled: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
