//! MCP servers attached to an assistant.

use telnyx_ai_core::{Extra, Object};

/// An MCP server whose tools an assistant may use.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AttachedMcpServer {
    /// Id of the server, as `/ai/mcp_servers` gives it.
    pub id: String,
    /// Names of the tools this assistant may use. Absent: what the server's own `allowed_tools` says.
    pub allowed_tools: Option<Vec<String>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
