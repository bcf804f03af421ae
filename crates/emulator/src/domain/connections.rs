//! Connections to integrations.

use serde_json::{Map, Value, json};

use super::{Context, Error, Result, ViolationKind, Violations, integration_catalogue::all};
use crate::{
    assumptions::CONNECTED_AT_START,
    json::pointer_to,
    store::{Kind, Order, Tx},
};

/// The id of the document that marks a store that has its default connections.
const SEEDED: &str = "connections";

/// Creates the default connections, once per store. The API creates none.
pub(crate) fn seed(tx: &Tx<'_>) -> rusqlite::Result<()> {
    if tx.has(Kind::Seeded, SEEDED)? {
        return Ok(());
    }
    for (n, name) in (1..).zip(CONNECTED_AT_START) {
        if let Some((integration_id, entry)) = all().find(|(_, entry)| entry.name == name) {
            let id = format!("00000000-0000-4000-9000-{n:012}");
            let connection = json!({ "id": id, "integration_id": integration_id, "allowed_tools": entry.tools });
            tx.insert(Kind::Connection, &id, "", &connection)?;
        }
    }
    mark_seeded(tx)
}

/// Marks that a store has its default connections.
pub(crate) fn mark_seeded(tx: &Tx<'_>) -> rusqlite::Result<()> {
    tx.put(Kind::Seeded, SEEDED, "", &json!({}))
}

/// Creates a connection from a seed.
///
/// The entry has `integration_id`, or a name in `integration`. Without `allowed_tools`, all tools are allowed.
pub(crate) fn create(cx: &Context<'_>, body: &Map<String, Value>) -> Result<Value> {
    let mut violations = Violations::default();
    for field in body.keys() {
        if !["id", "integration", "integration_id", "allowed_tools"].contains(&field.as_str()) {
            violations.add(ViolationKind::NotAllowed, pointer_to("", field), "A connection does not have this field.");
        }
    }
    violations.finish()?;
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    let found = match (text("integration_id"), text("integration")) {
        (Some(id), _) => all().find(|(known, _)| known == id),
        (None, Some(name)) => all().find(|(_, entry)| entry.name == name),
        (None, None) => {
            let detail = "A connection needs an integration: its name, or its id under integration_id.";
            return Err(Error::invalid(ViolationKind::Missing, "/integration", detail));
        }
    };
    let Some((integration_id, entry)) = found else {
        let pointer = if body.contains_key("integration_id") { "/integration_id" } else { "/integration" };
        return Err(Error::invalid(ViolationKind::NotAllowed, pointer, "This integration does not exist."));
    };
    let id = cx.new_id();
    let allowed = match body.get("allowed_tools") {
        None | Some(Value::Null) => json!(entry.tools),
        Some(Value::Array(tools)) if tools.iter().all(Value::is_string) => json!(tools),
        Some(_) => {
            return Err(Error::invalid(
                ViolationKind::NotAllowed,
                "/allowed_tools",
                "The list must contain names of the integration's tools.",
            ));
        }
    };
    let connection = json!({ "id": id, "integration_id": integration_id, "allowed_tools": allowed });
    cx.tx.insert(Kind::Connection, &id, "", &connection)?;
    Ok(connection)
}

pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    Ok(cx.tx.list(Kind::Connection, "", Order::OldestFirst)?)
}

pub(crate) fn get(cx: &Context<'_>, connection_id: &str) -> Result<Value> {
    cx.get(Kind::Connection, connection_id)
}

pub(crate) fn delete(cx: &Context<'_>, connection_id: &str) -> Result<()> {
    cx.delete(Kind::Connection, connection_id)
}
