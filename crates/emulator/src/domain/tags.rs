//! Tags of assistants.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Context, Result, assistants, stored_versions, violations::none_of};
use crate::{
    json::items,
    store::{Kind, Order},
};

/// All tags in use, sorted.
pub(crate) fn list(cx: &Context<'_>) -> Result<Value> {
    let assistants = cx.tx.list(Kind::Assistant, "", Order::OldestFirst)?;
    let tags: BTreeSet<&str> = assistants.iter().flat_map(of).collect();
    Ok(json!({ "tags": tags }))
}

/// Adds a tag to an assistant. Returns its tags.
pub(crate) fn add(cx: &Context<'_>, assistant_id: &str, body: Map<String, Value>) -> Result<Value> {
    let assistant = assistants::get(cx, assistant_id)?;
    let tag = body.get("tag").and_then(Value::as_str).unwrap_or_default();
    none_of(telnyx_ai_rules::tag(tag))?;
    let mut tags: Vec<&str> = of(&assistant).collect();
    if !tags.contains(&tag) {
        tags.push(tag);
    }
    let tags = json!(tags);
    save(cx, assistant, tags)
}

/// Removes a tag from an assistant. Returns its tags.
pub(crate) fn remove(cx: &Context<'_>, assistant_id: &str, tag: &str) -> Result<Value> {
    let assistant = assistants::get(cx, assistant_id)?;
    let tags = of(&assistant).filter(|other| *other != tag).collect();
    save(cx, assistant, tags)
}

fn save(cx: &Context<'_>, mut assistant: Value, tags: Value) -> Result<Value> {
    assistant["tags"] = tags.clone();
    stored_versions::save_main(cx, &assistant)?;
    Ok(json!({ "tags": tags }))
}

fn of(assistant: &Value) -> impl Iterator<Item = &str> {
    items(&assistant["tags"]).iter().filter_map(Value::as_str)
}
