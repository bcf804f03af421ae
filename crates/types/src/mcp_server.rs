//! MCP servers attached to an assistant.

use telnyx_ai_core::{Extra, Object};

/// An MCP server whose tools an assistant can use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AttachedMcpServer {
    /// The id of the server, from `/ai/mcp_servers`.
    pub id: String,
    /// The names of the tools that this assistant can use. Default: the server's `allowed_tools`.
    pub allowed_tools: Option<Vec<String>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
