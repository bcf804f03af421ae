//! Exports the store in the form of a seed.

use serde_json::{Map, Value, json};

use super::{SCRIPTS, SECTIONS, is_document};
use crate::{
    domain::{Context, Result},
    json::{self, text},
    scripts,
    store::{Kind, Order, StoredJob},
    time,
};

/// The contents of the store, in the form that [`load`](super::load::load) reads.
pub(crate) fn export(cx: &Context<'_>) -> Result<Value> {
    let mut export = Map::new();
    for (section, kind) in sections() {
        let mut entries = cx.tx.list(kind, "", Order::OldestFirst)?;
        if kind == Kind::Assistant {
            entries.extend(cx.tx.list(Kind::DeletedAssistant, "", Order::OldestFirst)?);
            entries.iter_mut().try_for_each(|assistant| add_parts(cx, assistant))?;
        } else if kind == Kind::Conversation {
            entries.iter_mut().try_for_each(|conversation| add_messages(cx, conversation))?;
        }
        export.insert(section.to_owned(), entries.into());
    }
    export.insert("documents".to_owned(), other_documents(cx)?.into());
    export.insert("agenda".to_owned(), jobs(cx)?.into());
    if let Some(rules) = scripts::load(cx)? {
        export.insert(SCRIPTS.to_owned(), rules);
    }
    Ok(export.into())
}

/// The sections of documents without a parent, each with the kind of its documents.
fn sections() -> impl Iterator<Item = (&'static str, Kind)> {
    SECTIONS.into_iter().filter_map(|section| Some((section.name, section.kind?)))
}

/// Adds the versions, the canary deploy and the scheduled events of an assistant.
fn add_parts(cx: &Context<'_>, assistant: &mut Value) -> Result<()> {
    let id = text(assistant, "id").to_owned();
    // Unknown request fields could have the names of parts of a seed.
    json::remove(assistant, &["versions", "canary_deploy", "scheduled_events"]);
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
    Ok(())
}

fn add_messages(cx: &Context<'_>, conversation: &mut Value) -> Result<()> {
    json::remove(conversation, &["messages"]);
    let messages = cx.tx.list(Kind::Message, text(conversation, "id"), Order::OldestFirst)?;
    if !messages.is_empty() {
        conversation["messages"] = messages.into();
    }
    Ok(())
}

/// The documents of the kinds without a section of their own.
fn other_documents(cx: &Context<'_>) -> Result<Vec<Value>> {
    let mut documents = Vec::new();
    for kind in Kind::all() {
        if !is_document(kind) {
            continue;
        }
        for document in cx.tx.documents(kind)? {
            let (id, parent, body) = (document.id, document.parent, document.body);
            documents.push(json!({ "kind": kind.as_str(), "id": id, "parent": parent, "body": body }));
        }
    }
    Ok(documents)
}

fn jobs(cx: &Context<'_>) -> Result<Vec<Value>> {
    let jobs = cx.tx.jobs()?.into_iter();
    let entry =
        |job: StoredJob| json!({ "due": time::text(job.due), "kind": job.kind, "id": job.id, "step": job.step });
    Ok(jobs.map(entry).collect())
}

/// The number of documents in each section.
pub(crate) fn counts(cx: &Context<'_>) -> Result<Value> {
    let mut counts = Map::new();
    for (section, kind) in sections().chain([("deleted_assistants", Kind::DeletedAssistant)]) {
        counts.insert(section.to_owned(), cx.tx.count(kind, "")?.into());
    }
    Ok(counts.into())
}
