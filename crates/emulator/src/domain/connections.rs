//! Connections to integrations.

use serde_json::{Map, Value, json};

use super::{Context, Error, Result, ViolationKind, Violations, integrations};
use crate::{
    assumptions::CONNECTED_AT_START,
    store::{Kind, Order, Tx},
};

/// The mark of a store that has its first connections.
const SEEDED: &str = "connections";

/// Connects what is connected at the start, once in the life of a store: there is no operation that connects.
pub(crate) fn seed(tx: &Tx<'_>) -> rusqlite::Result<()> {
    if tx.get(Kind::Seeded, SEEDED)?.is_some() {
        return Ok(());
    }
    for (n, name) in (1..).zip(CONNECTED_AT_START) {
        if let Some((integration_id, tools)) = integrations::named(name) {
            let id = format!("00000000-0000-4000-9000-{n:012}");
            let connection = json!({ "id": id, "integration_id": integration_id, "allowed_tools": tools });
            tx.insert(Kind::Connection, &id, "", &connection)?;
        }
    }
    mark_seeded(tx)
}

/// Says that a store has its first connections, so that it gets no others.
pub(crate) fn mark_seeded(tx: &Tx<'_>) -> rusqlite::Result<()> {
    if tx.get(Kind::Seeded, SEEDED)?.is_none() {
        tx.insert(Kind::Seeded, SEEDED, "", &json!({}))?;
    }
    Ok(())
}

/// Connects an integration as a seed says: one by its `integration_id`, or by its name under `integration`; with
/// `allowed_tools`, or all of its tools.
pub(crate) fn create(cx: &Context<'_>, body: &Map<String, Value>) -> Result<Value> {
    let mut violations = Violations::new();
    for field in body.keys() {
        if !["id", "integration", "integration_id", "allowed_tools"].contains(&field.as_str()) {
            violations.add(ViolationKind::NotAllowed, format!("/{field}"), "A connection has no such field.");
        }
    }
    violations.finish()?;
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    let found = match (text("integration_id"), text("integration")) {
        (Some(id), _) => integrations::by_id(id),
        (None, Some(name)) => integrations::named(name),
        (None, None) => {
            let detail = "A connection needs an integration: its name, or its id under integration_id.";
            return Err(Error::invalid(ViolationKind::Missing, "/integration", detail));
        }
    };
    let Some((integration_id, tools)) = found else {
        let pointer = if body.contains_key("integration_id") { "/integration_id" } else { "/integration" };
        return Err(Error::invalid(ViolationKind::NotAllowed, pointer, "There is no such integration."));
    };
    let id = cx.new_id();
    let allowed = match body.get("allowed_tools") {
        None | Some(Value::Null) => json!(tools),
        Some(Value::Array(tools)) if tools.iter().all(Value::is_string) => json!(tools),
        Some(_) => {
            return Err(Error::invalid(ViolationKind::NotAllowed, "/allowed_tools", "These are the names of tools."));
        }
    };
    let connection = json!({ "id": id, "integration_id": integration_id, "allowed_tools": allowed });
    cx.tx.insert(Kind::Connection, &id, "", &connection)?;
    Ok(connection)
}

/// All connections.
pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    Ok(cx.tx.list(Kind::Connection, "", Order::OldestFirst)?)
}

/// One connection.
pub(crate) fn get(cx: &Context<'_>, connection_id: &str) -> Result<Value> {
    cx.tx.get(Kind::Connection, connection_id)?.ok_or_else(|| Error::not_found("connection", connection_id))
}

/// Disconnects.
pub(crate) fn delete(cx: &Context<'_>, connection_id: &str) -> Result<()> {
    let there = cx.tx.delete(Kind::Connection, connection_id)?;
    if there { Ok(()) } else { Err(Error::not_found("connection", connection_id)) }
}
