//! MCP servers.

use serde_json::{Map, Value};

use super::{Checks, Outcome, Problem, Work, kind};
use crate::{json::items, store::Order};

/// The fields that may be `null`; they are in every answer.
const NULLABLE: [&str; 2] = ["allowed_tools", "api_key_ref"];

/// The servers of a type, and at an address, newest first.
pub(crate) fn list(work: &Work<'_>, server_type: Option<&str>, url: Option<&str>) -> Outcome<Vec<Value>> {
    let mut servers = work.tx.list(kind::MCP_SERVER, "", Order::NewestFirst)?;
    servers.retain(|server| {
        server_type.is_none_or(|server_type| server["type"] == server_type)
            && url.is_none_or(|url| server["url"] == url)
    });
    Ok(servers)
}

/// One server.
pub(crate) fn get(work: &Work<'_>, mcp_server_id: &str) -> Outcome<Value> {
    work.tx.get(kind::MCP_SERVER, mcp_server_id)?.ok_or_else(|| Problem::not_found("MCP server", mcp_server_id))
}

/// Registers a server.
pub(crate) fn create(work: &Work<'_>, body: Map<String, Value>) -> Outcome<Value> {
    let id = work.new_id();
    let mut server = body;
    for field in NULLABLE {
        server.entry(field).or_insert(Value::Null);
    }
    server.insert("id".into(), id.as_str().into());
    server.insert("created_at".into(), work.now_text().into());
    let server = Value::Object(server);
    check(&server)?;
    work.tx.insert(kind::MCP_SERVER, &id, "", &server)?;
    Ok(server)
}

/// Changes the fields that are sent. Its id and the time it was registered stay.
pub(crate) fn update(work: &Work<'_>, mcp_server_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    let mut server = get(work, mcp_server_id)?;
    for (field, value) in body {
        let own = matches!(field.as_str(), "id" | "created_at");
        if !own && (!value.is_null() || NULLABLE.contains(&field.as_str())) {
            server[field] = value;
        }
    }
    check(&server)?;
    work.tx.replace(kind::MCP_SERVER, mcp_server_id, &server)?;
    Ok(server)
}

/// Removes a server. Assistants that refer to it are left as they are.
pub(crate) fn delete(work: &Work<'_>, mcp_server_id: &str) -> Outcome<()> {
    let there = work.tx.delete(kind::MCP_SERVER, mcp_server_id)?;
    if there { Ok(()) } else { Err(Problem::not_found("MCP server", mcp_server_id)) }
}

/// A server that an assistant may use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attached {
    pub(crate) url: String,
    /// The tools it may use; `None` for all.
    pub(crate) allowed_tools: Option<Vec<String>>,
    /// The integration secret with the server's API key.
    pub(crate) api_key_ref: Option<String>,
}

/// The servers of an assistant that are registered.
pub(crate) fn attached(work: &Work<'_>, assistant: &Value) -> Outcome<Vec<Attached>> {
    let mut all = Vec::new();
    for attached in items(&assistant["mcp_servers"]) {
        let Some(server) = work.tx.get(kind::MCP_SERVER, attached["id"].as_str().unwrap_or_default())? else {
            continue;
        };
        let names = |list: &Value| -> Option<Vec<String>> {
            Some(list.as_array()?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
        };
        all.push(Attached {
            url: server["url"].as_str().unwrap_or_default().to_owned(),
            allowed_tools: names(&attached["allowed_tools"]).or_else(|| names(&server["allowed_tools"])),
            api_key_ref: server["api_key_ref"].as_str().map(str::to_owned),
        });
    }
    Ok(all)
}

fn check(server: &Value) -> Outcome<()> {
    let mut checks = Checks::new();
    for pointer in ["/name", "/type", "/url"] {
        checks.length(server, pointer, 1, usize::MAX);
    }
    checks.finish()
}
