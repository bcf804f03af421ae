//! MCP servers: `/ai/mcp_servers`.

use serde_json::{Map, Value};
use telnyx_ai::mcp::{CreateMcpServer, ListMcpServers, McpServer, UpdateMcpServer};
use telnyx_ai::prelude::*;
use telnyx_ai::{Error, Telnyx};

use super::{Answer, Kind, content, fields, typed};

pub(super) const SET_BY_API: &[&str] = &["id", "created_at"];

/// The API answers `null` where nothing is set.
pub(super) fn remove_defaults(content: &mut Value) {
    if let Some(fields) = content.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
}

pub(super) async fn list(telnyx: &Telnyx) -> Result<Vec<Answer>, Error> {
    let servers = telnyx.mcp_servers().list(ListMcpServers::new()).page_size(100).try_collect().await?;
    Ok(servers.into_iter().map(answer).collect())
}

pub(super) async fn get(telnyx: &Telnyx, id: &str) -> Result<Answer, Error> {
    telnyx.mcp_servers().retrieve(id).await.map(answer)
}

pub(super) async fn create(telnyx: &Telnyx, body: &Value, namespace: &str, name: &str) -> Result<Answer, Error> {
    let request: CreateMcpServer = typed(body)?;
    telnyx.mcp_servers().create(request).idempotency_key_from(namespace, name).await.map(answer)
}

pub(super) async fn update(telnyx: &Telnyx, id: &str, change: &Map<String, Value>) -> Result<Answer, Error> {
    let request: UpdateMcpServer = typed(&Value::Object(change.clone()))?;
    telnyx.mcp_servers().update(id, request).await.map(answer)
}

pub(super) async fn delete(telnyx: &Telnyx, id: &str) -> Result<(), Error> {
    telnyx.mcp_servers().delete(id).await
}

fn answer(server: McpServer) -> Answer {
    let content = content(Kind::McpServers, fields(&server));
    Answer { id: server.id, version_id: None, created_at: server.created_at.to_string(), content }
}
