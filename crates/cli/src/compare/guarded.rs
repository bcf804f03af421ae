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

/// `is_copy`: the live value is in an item of a list without a counterpart.
fn find(name: &str, template: &Value, live: &Value, at: &Pointer, is_copy: bool, guarded: &mut Guarded) {
    match (template, live) {
        (Value::String(_), Value::String(_)) => {
            let names = secrets_in(template);
            if !names.is_empty() {
                let place = guarded.places.entry(at.clone()).or_default();
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
                // A live item without a counterpart may be a copy of any of them.
                let others = (0..live.len()).filter(|index| !pairs.contains(&Some(*index)));
                let others = others.map(|index| (index, true));
                for (index, is_copy) in pair.iter().map(|index| (*index, is_copy)).chain(others) {
                    find("", item, &live[index], &at.item(index), is_copy, guarded);
                }
            }
        }
        _ => {}
    }
}
