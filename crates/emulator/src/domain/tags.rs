//! Tags of assistants.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Checks, Code, Outcome, Work, assistants, kind};
use crate::{assumptions::TAG_MAX_LENGTH, json::items, store::Order};

/// All tags in use, sorted.
pub(crate) fn list(work: &Work<'_>) -> Outcome<Value> {
    let assistants = work.tx.list(kind::ASSISTANT, "", Order::OldestFirst)?;
    let tags: BTreeSet<&str> = assistants.iter().flat_map(of).collect();
    Ok(json!({ "tags": tags }))
}

/// Tags an assistant; answers its tags.
pub(crate) fn add(work: &Work<'_>, assistant_id: &str, body: &Map<String, Value>) -> Outcome<Value> {
    let mut assistant = assistants::get(work, assistant_id)?;
    let tag = body.get("tag").unwrap_or(&Value::Null);
    let mut checks = Checks::new();
    check(&mut checks, tag, "/tag");
    checks.finish()?;
    let mut tags: Vec<&str> = of(&assistant).collect();
    tags.extend(tag.as_str().filter(|tag| !tags.contains(tag)));
    let tags = json!(tags);
    assistant["tags"] = tags.clone();
    assistants::save_main(work, &assistant)?;
    Ok(json!({ "tags": tags }))
}

/// Takes a tag off an assistant, where it has it; answers its tags.
pub(crate) fn remove(work: &Work<'_>, assistant_id: &str, tag: &str) -> Outcome<Value> {
    let mut assistant = assistants::get(work, assistant_id)?;
    let tags: Value = of(&assistant).filter(|other| *other != tag).collect();
    assistant["tags"] = tags.clone();
    assistants::save_main(work, &assistant)?;
    Ok(json!({ "tags": tags }))
}

/// A tag has 1 to 64 letters, digits, spaces, `_`, `.` and `-`.
pub(crate) fn check(checks: &mut Checks, tag: &Value, at: &str) {
    let tag = tag.as_str().unwrap_or_default();
    let good = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b' ' | b'_' | b'.' | b'-');
    if tag.is_empty() || tag.len() > TAG_MAX_LENGTH || !tag.bytes().all(good) {
        let detail =
            format!("A tag has 1 to {TAG_MAX_LENGTH} letters, digits, spaces, '_', '.' and '-'; '{tag}' is none.");
        checks.fail(Code::UNPROCESSABLE, at, detail);
    }
}

fn of(assistant: &Value) -> impl Iterator<Item = &str> {
    items(&assistant["tags"]).iter().filter_map(Value::as_str)
}
