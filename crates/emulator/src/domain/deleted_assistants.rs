//! Deleted assistants, which can be restored for a while.
//!
//! A deleted assistant keeps its versions, its canary deploy and its scheduled events, which are restored with it. All
//! other operations treat it as absent.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Context, Error, Result, assistants, flows, jobs::Job, stored_versions, versions, violations};
use crate::{
    assumptions::{DELETED_OBJECT, RETENTION_DAYS},
    json::{self, items, text},
    store::{Kind, Order},
    time,
};

/// The fields that only deleted assistants have.
const OWN_FIELDS: [&str; 2] = ["deleted_at", "permanently_deleted_at"];

/// Deletes an assistant, permanently or so that it can be restored.
pub(crate) fn delete(cx: &Context<'_>, assistant_id: &str, hard: bool) -> Result<Value> {
    let assistant = assistants::get(cx, assistant_id)?;
    if let Some(other) = referrer(cx, assistant_id)? {
        return Err(Error::NotPossible(format!(
            "Assistant '{other}' refers to assistant '{assistant_id}' in a handoff tool or its conversation flow; remove \
             that first."
        )));
    }
    if hard {
        assistants::erase(cx, assistant_id)?;
    } else {
        mark(cx, assistant, cx.now, None)?;
    }
    Ok(json!({ "id": assistant_id, "object": DELETED_OBJECT, "deleted": true }))
}

/// The time for which a deleted assistant can be restored.
const RETENTION: Duration = Duration::from_secs(RETENTION_DAYS as u64 * 24 * 60 * 60);

/// All deleted assistants, most recently deleted first.
pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    let mut deleted = cx.tx.list(Kind::DeletedAssistant, "", Order::NewestFirst)?;
    deleted.sort_by(|a, b| text(b, "deleted_at").cmp(text(a, "deleted_at")));
    deleted.into_iter().map(|assistant| assistants::view(cx, assistant)).collect()
}

pub(crate) fn get(cx: &Context<'_>, assistant_id: &str) -> Result<Value> {
    assistants::view(cx, cx.get(Kind::DeletedAssistant, assistant_id)?)
}

/// Restores a deleted assistant to its state before the deletion.
///
/// Fails if it was imported again since, or if a shared tool no longer fits it.
pub(crate) fn restore(cx: &Context<'_>, assistant_id: &str) -> Result<Value> {
    let mut assistant = cx.get(Kind::DeletedAssistant, assistant_id)?;
    if let Some(other) = assistants::imported(cx, &assistant["import_metadata"])? {
        let other = text(&other, "id");
        return Err(Error::Conflict(format!(
            "Assistant '{assistant_id}' was imported again as assistant '{other}'; delete that one first."
        )));
    }
    json::remove(&mut assistant, &OWN_FIELDS);
    for version in stored_versions::serving(cx, assistant.clone())? {
        versions::check(cx, &version)?;
    }
    cx.tx.remove_jobs(Kind::DeletedAssistant, assistant_id)?;
    cx.tx.change_kind(Kind::DeletedAssistant, Kind::Assistant, assistant_id, &assistant)?;
    assistants::view(cx, assistant)
}

/// Erases a deleted assistant, unless it was restored.
pub(crate) fn expire(cx: &Context<'_>, assistant_id: &str) -> Result<()> {
    if cx.tx.has(Kind::DeletedAssistant, assistant_id)? { assistants::erase(cx, assistant_id) } else { Ok(()) }
}

/// Marks an assistant of a seed as deleted.
///
/// Without `permanently_deleted_at`, it is erased 30 days after `deleted_at`.
pub(crate) fn load(cx: &Context<'_>, assistant: Value) -> Result<()> {
    let moment = |field: &str| violations::moment(text(&assistant, field), &format!("/{field}"));
    let deleted_at = moment("deleted_at")?;
    let has_end = !assistant["permanently_deleted_at"].is_null();
    let erased_at = has_end.then(|| moment("permanently_deleted_at")).transpose()?;
    mark(cx, assistant, deleted_at, erased_at)
}

/// Marks an assistant as deleted, and adds the job that erases it.
fn mark(cx: &Context<'_>, mut assistant: Value, deleted_at: Timestamp, erased_at: Option<Timestamp>) -> Result<()> {
    let erased_at = erased_at.unwrap_or_else(|| time::after(deleted_at, RETENTION));
    assistant["deleted_at"] = time::text(deleted_at).into();
    assistant["permanently_deleted_at"] = time::text(erased_at).into();
    let assistant_id = text(&assistant, "id").to_owned();
    cx.tx.change_kind(Kind::Assistant, Kind::DeletedAssistant, &assistant_id, &assistant)?;
    Job::Erase { assistant_id }.add(cx, erased_at)
}

/// The id of another assistant that refers to this one, if any.
///
/// Only versions that serve conversations count.
fn referrer(cx: &Context<'_>, assistant_id: &str) -> Result<Option<String>> {
    for other in cx.tx.list(Kind::Assistant, "", Order::NewestFirst)? {
        if other["id"] == assistant_id {
            continue;
        }
        for version in stored_versions::serving(cx, other)? {
            let version = assistants::view(cx, version)?;
            if refers_to(&version, assistant_id) {
                return Ok(Some(text(&version, "id").to_owned()));
            }
        }
    }
    Ok(None)
}

/// Whether a version or a shared tool of it hands over to an assistant.
fn refers_to(version: &Value, assistant_id: &str) -> bool {
    let flow = &version["conversation_flow"];
    let refers_to_assistant = |tool: &Value| {
        tool["type"] == "handoff"
            && items(&tool["handoff"]["ai_assistants"]).iter().any(|target| target["id"] == assistant_id)
    };
    items(&version["tools"]).iter().any(refers_to_assistant)
        || items(&flow["nodes"]).iter().any(|node| flows::all_tools(node).iter().any(refers_to_assistant))
        || items(&flow["edges"]).iter().any(|edge| edge["target"]["assistant_id"] == assistant_id)
}
