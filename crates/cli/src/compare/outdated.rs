//! Ids of resources that were deleted or created again since the last apply.

use serde_json::Value;

use super::merge::{answers, has_hash, has_outdated_id};
use super::sameness::is_same;
use crate::resources::is_set;

/// The items of lists in a response that have the id of a resource which was deleted or created again since. The API may remove them
/// when it deletes the resource.
pub(crate) fn outdated_items<'a>(applied: &Value, answer: &'a Value) -> Vec<&'a Value> {
    let mut found = Vec::new();
    find("", applied, answer, &mut found);
    found
}

fn find<'a>(name: &str, applied: &Value, answer: &'a Value, found: &mut Vec<&'a Value>) {
    match (applied, answer) {
        (Value::Object(fields), Value::Object(answers)) => {
            for (name, value) in fields {
                if let Some(answer) = answers.get(name) {
                    find(name, value, answer, found);
                }
            }
        }
        (Value::Array(items), Value::Array(answered)) => {
            for (item, index) in items.iter().zip(answers(items, answered, is_set(name))) {
                match index.map(|index| &answered[index]) {
                    Some(answer) if is_outdated(item, answer) => found.push(answer),
                    Some(answer) => find("", item, answer, found),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// Whether an item is such an id, or has one in a field of its own.
fn is_outdated(item: &Value, answer: &Value) -> bool {
    let is_outdated = |item: &Value, answer: &Value| item.is_string() && has_outdated_id(item, answer);
    match (item.as_object(), answer.as_object()) {
        _ if has_hash(answer) => false,
        (Some(fields), Some(answer)) => {
            fields.iter().any(|(name, value)| answer.get(name).is_some_and(|answer| is_outdated(value, answer)))
        }
        _ => is_outdated(item, answer),
    }
}

/// A value without these items of its lists, and without the lists that are empty then.
pub(crate) fn without_items(value: &Value, removed: &[&Value]) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), value, without_items(value, removed)));
            let is_emptied = |before: &Value, after: &Value| *after == Value::Array(Vec::new()) && before != after;
            fields
                .filter(|(_, before, after)| !is_emptied(before, after))
                .map(|(name, _, after)| (name, after))
                .collect()
        }
        Value::Array(items) => {
            let is_kept = |item: &&Value| !removed.iter().any(|removed| is_same(removed, item));
            items.iter().filter(is_kept).map(|item| without_items(item, removed)).collect()
        }
        other => other.clone(),
    }
}
