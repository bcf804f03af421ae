//! Integrations and whether they are connected.

use serde_json::{Value, json};

use super::{
    Context, Error, Result, connections,
    integration_catalogue::{Entry, all, by_id},
};

pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    let connections = connections::list(cx)?;
    Ok(all().map(|(id, entry)| view(&connections, &id, entry)).collect())
}

pub(crate) fn get(cx: &Context<'_>, integration_id: &str) -> Result<Value> {
    let found = all().find(|(id, _)| id == integration_id);
    let (id, entry) = found.ok_or_else(|| Error::not_found("integration", integration_id))?;
    Ok(view(&connections::list(cx)?, &id, entry))
}

/// Whether the catalogue has this integration.
pub(crate) fn exists(integration_id: &str) -> bool {
    by_id(integration_id).is_some()
}

fn view(connections: &[Value], id: &str, entry: &Entry) -> Value {
    let connected = connections.iter().any(|connection| connection["integration_id"] == id);
    json!({
        "id": id,
        "name": entry.name,
        "display_name": entry.display_name,
        "description": entry.description,
        "logo_url": format!("https://logos.example.com/{}.svg", entry.name),
        "available_tools": entry.tools,
        "status": if connected { "connected" } else { "disconnected" },
    })
}
