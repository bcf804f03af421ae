//! Exports the store in the form of a seed.

use serde_json::{Value, json};

use super::{SCRIPTS, has_section};
use crate::{
    domain::{Context, Result},
    json::text,
    scripts,
    store::{Kind, Order},
    time,
};

/// The contents of the store, in the form that [`load`](super::load::load) reads.
pub(crate) fn export(cx: &Context<'_>) -> Result<Value> {
    let all = |kind: Kind| cx.tx.list(kind, "", Order::OldestFirst);
    let mut assistants = all(Kind::Assistant)?;
    assistants.extend(all(Kind::DeletedAssistant)?);
    for assistant in &mut assistants {
        let id = text(assistant, "id").to_owned();
        // Unknown request fields could have the names of parts of a seed.
        remove(assistant, &["versions", "canary_deploy", "scheduled_events"]);
        let versions = cx.tx.list(Kind::Version, &id, Order::OldestFirst)?;
        if versions.len() > 1 {
            assistant["versions"] = versions.into();
        }
        if let Some(canary) = cx.tx.get(Kind::CanaryDeploy, &id)? {
            assistant["canary_deploy"] = canary;
        }
        let events = cx.tx.list(Kind::ScheduledEvent, &id, Order::OldestFirst)?;
        if !events.is_empty() {
            assistant["scheduled_events"] = events.into();
        }
    }
    let mut conversations = all(Kind::Conversation)?;
    for conversation in &mut conversations {
        remove(conversation, &["messages"]);
        let messages = cx.tx.list(Kind::Message, text(conversation, "id"), Order::OldestFirst)?;
        if !messages.is_empty() {
            conversation["messages"] = messages.into();
        }
    }
    let mut documents = Vec::new();
    for kind in Kind::ALL {
        if has_section(kind) || matches!(kind, Kind::Seeded | Kind::Clock) {
            continue;
        }
        for document in cx.tx.documents(kind)? {
            let (id, parent, body) = (document.id, document.parent, document.body);
            documents.push(json!({ "kind": kind.as_str(), "id": id, "parent": parent, "body": body }));
        }
    }
    let jobs: Vec<Value> = cx
        .tx
        .jobs()?
        .into_iter()
        .map(|job| json!({ "due": time::text(job.due), "kind": job.kind, "id": job.id, "step": job.step }))
        .collect();
    let mut export = json!({
        "tools": all(Kind::Tool)?,
        "mcp_servers": all(Kind::McpServer)?,
        "connections": all(Kind::Connection)?,
        "insights": all(Kind::Insight)?,
        "insight_groups": all(Kind::InsightGroup)?,
        "assistants": assistants,
        "numbers": all(Kind::Number)?,
        "tests": all(Kind::Test)?,
        "conversations": conversations,
        "calls": all(Kind::CallScript)?,
        "documents": documents,
        "agenda": jobs,
    });
    if let Some(rules) = scripts::load(cx)? {
        export[SCRIPTS] = rules;
    }
    Ok(export)
}

fn remove(document: &mut Value, fields: &[&str]) {
    if let Value::Object(document) = document {
        document.retain(|field, _| !fields.contains(&field.as_str()));
    }
}

/// The number of documents in each section.
pub(crate) fn counts(cx: &Context<'_>) -> Result<Value> {
    let count = |kind: Kind| cx.tx.count(kind, "");
    Ok(json!({
        "tools": count(Kind::Tool)?,
        "mcp_servers": count(Kind::McpServer)?,
        "connections": count(Kind::Connection)?,
        "insights": count(Kind::Insight)?,
        "insight_groups": count(Kind::InsightGroup)?,
        "assistants": count(Kind::Assistant)?,
        "deleted_assistants": count(Kind::DeletedAssistant)?,
        "numbers": count(Kind::Number)?,
        "tests": count(Kind::Test)?,
        "conversations": count(Kind::Conversation)?,
        "calls": count(Kind::CallScript)?,
    }))
}
