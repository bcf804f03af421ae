//! MCP servers.

use serde_json::{Map, Value};

use super::{Context, Result, Wanted, merge};
use crate::{
    json::{items, text},
    store::Kind,
};

/// The fields that can be `null`. Every response has them.
const NULLABLE: [&str; 2] = ["allowed_tools", "api_key_ref"];

/// Servers, newest first.
pub(crate) fn list(cx: &Context<'_>, wanted: &Wanted<'_>) -> Result<Vec<Value>> {
    cx.list(Kind::McpServer, wanted)
}

pub(crate) fn get(cx: &Context<'_>, mcp_server_id: &str) -> Result<Value> {
    cx.get(Kind::McpServer, mcp_server_id)
}

pub(crate) fn create(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let id = cx.new_id();
    let mut server = body;
    for field in NULLABLE {
        server.entry(field).or_insert(Value::Null);
    }
    server.insert("id".into(), id.as_str().into());
    server.insert("created_at".into(), cx.now_text().into());
    let server = Value::Object(server);
    cx.tx.insert(Kind::McpServer, &id, "", &server)?;
    Ok(server)
}

/// Changes the fields that are in the request, except the id and the creation time.
pub(crate) fn update(cx: &Context<'_>, mcp_server_id: &str, body: Map<String, Value>) -> Result<Value> {
    let mut server = get(cx, mcp_server_id)?;
    for field in NULLABLE.iter().filter(|field| body.get(**field).is_some_and(Value::is_null)) {
        server[*field] = Value::Null;
    }
    merge(&mut server, body, &["id", "created_at"]);
    cx.tx.replace(Kind::McpServer, mcp_server_id, &server)?;
    Ok(server)
}

/// Deletes a server. Assistants that refer to it are not changed.
pub(crate) fn delete(cx: &Context<'_>, mcp_server_id: &str) -> Result<()> {
    cx.delete(Kind::McpServer, mcp_server_id)
}

/// A server of an assistant, with the assistant's settings for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attached {
    pub(crate) url: String,
    /// The allowed tools. `None`: all.
    pub(crate) allowed_tools: Option<Vec<String>>,
    /// The integration secret with the server's API key.
    pub(crate) api_key_ref: Option<String>,
}

/// The registered servers of an assistant.
pub(crate) fn attached(cx: &Context<'_>, assistant: &Value) -> Result<Vec<Attached>> {
    let mut all = Vec::new();
    for attached in items(&assistant["mcp_servers"]) {
        let Some(server) = cx.tx.get(Kind::McpServer, text(attached, "id"))? else {
            continue;
        };
        let names = |list: &Value| -> Option<Vec<String>> {
            Some(list.as_array()?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
        };
        all.push(Attached {
            url: text(&server, "url").to_owned(),
            allowed_tools: names(&attached["allowed_tools"]).or_else(|| names(&server["allowed_tools"])),
            api_key_ref: server["api_key_ref"].as_str().map(str::to_owned),
        });
    }
    Ok(all)
}
