//! MCP servers: `/ai/mcp_servers`.

use serde_json::Value;
use telnyx_ai::mcp::McpServer;

use super::{Kind, Live, content, fields};

pub(super) const SET_BY_API: &[&str] = &["id", "created_at"];

/// The API returns `null` where nothing is set.
pub(super) fn remove_defaults(content: &mut Value) {
    if let Some(fields) = content.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
}

pub(super) fn answer(server: McpServer) -> Live {
    let content = content(Kind::McpServers, fields(&server));
    Live { kind: Kind::McpServers, id: server.id, version_id: None, created_at: server.created_at.to_string(), content }
}
