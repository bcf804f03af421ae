//! The texts of a live resource that can contain secrets because those of its files do.

use std::collections::BTreeSet;

use serde_json::Value;

use super::merge::pairs;
use crate::project::Pointer;
use crate::references::secrets_in;
use crate::resources::is_set;
use crate::state::Guarded;

/// Finds the texts of a live resource whose counterparts in one of the templates have a secret. `others` are all secrets of the project.
pub(crate) fn guarded(others: &BTreeSet<String>, templates: &[&Value], live: &Value) -> Guarded {
    let mut guarded = Guarded::default();
    for template in templates {
        guarded.names.extend(secrets_in(template));
        find("", template, live, &Pointer::default(), false, &mut guarded);
    }
    guarded.others = others.difference(&guarded.names).cloned().collect();
    guarded
}

/// `is_copy`: the live value is in a new item of a list, and the template has another counterpart.
fn find(name: &str, template: &Value, live: &Value, at: &Pointer, is_copy: bool, guarded: &mut Guarded) {
    match (template, live) {
        (Value::String(text), Value::String(_)) => {
            let names = secrets_in(template);
            if !names.is_empty() {
                let place = guarded.places.entry(at.clone()).or_default();
                place.templates.push(text.clone());
                if is_copy { place.copied.extend(names) } else { place.own.extend(names) }
            }
        }
        (Value::Object(fields), Value::Object(live)) => {
            for (name, value) in fields {
                if let Some(live) = live.get(name) {
                    find(name, value, live, &at.field(name), is_copy, guarded);
                }
            }
        }
        (Value::Array(items), Value::Array(live)) => {
            let pairs = pairs(items, live, is_set(name));
            for (item, pair) in items.iter().zip(&pairs) {
                // A new item may be a copy of any item, or an item under another name.
                let others = (0..live.len()).filter(|index| !pairs.contains(&Some(*index)));
                for index in pair.iter().copied().chain(others) {
                    let is_copy = is_copy || pair.is_some_and(|pair| pair != index);
                    find("", item, &live[index], &at.item(index), is_copy, guarded);
                }
            }
        }
        _ => {}
    }
}
