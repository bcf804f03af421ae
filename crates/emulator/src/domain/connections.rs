//! Connections to integrations.

use serde_json::{Value, json};

use super::{Outcome, Problem, Work, integrations, kind};
use crate::{
    assumptions::CONNECTED_AT_START,
    store::{Order, Tx},
};

/// The mark of a store that has its first connections.
const SEEDED: &str = "connections";

/// Connects what is connected at the start, once in the life of a store: there is no operation that connects.
pub(crate) fn seed(tx: &Tx<'_>) -> rusqlite::Result<()> {
    if tx.get(kind::SEEDED, SEEDED)?.is_some() {
        return Ok(());
    }
    for (n, name) in (1..).zip(CONNECTED_AT_START) {
        if let Some((integration_id, tools)) = integrations::named(name) {
            let id = format!("00000000-0000-4000-9000-{n:012}");
            let connection = json!({ "id": id, "integration_id": integration_id, "allowed_tools": tools });
            tx.insert(kind::CONNECTION, &id, "", &connection)?;
        }
    }
    tx.insert(kind::SEEDED, SEEDED, "", &json!({}))
}

/// All connections.
pub(crate) fn list(work: &Work<'_>) -> Outcome<Vec<Value>> {
    Ok(work.tx.list(kind::CONNECTION, "", Order::OldestFirst)?)
}

/// One connection.
pub(crate) fn get(work: &Work<'_>, connection_id: &str) -> Outcome<Value> {
    work.tx.get(kind::CONNECTION, connection_id)?.ok_or_else(|| Problem::not_found("connection", connection_id))
}

/// Disconnects.
pub(crate) fn delete(work: &Work<'_>, connection_id: &str) -> Outcome<()> {
    let there = work.tx.delete(kind::CONNECTION, connection_id)?;
    if there { Ok(()) } else { Err(Problem::not_found("connection", connection_id)) }
}
