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
        find("", template, live, &Pointer::default(), Origin::Item, &mut guarded);
    }
    guarded.others = others.difference(&guarded.names).cloned().collect();
    guarded
}

/// What a live value is to its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Item,
    /// It may be a copy: it is in a new item of the same list.
    Copy,
    /// It may be the renamed item: it is in a new item of the same list, which has no other counterpart of the template.
    Renamed,
}

fn find(name: &str, template: &Value, live: &Value, at: &Pointer, origin: Origin, guarded: &mut Guarded) {
    match (template, live) {
        (Value::String(text), Value::String(_)) => {
            let names = secrets_in(template);
            if !names.is_empty() {
                let place = guarded.places.entry(at.clone()).or_default();
                place.templates.push(text.clone());
                place.is_renamed |= origin == Origin::Renamed;
                if origin == Origin::Item { place.own.extend(names) } else { place.copied.extend(names) }
            }
        }
        (Value::Object(fields), Value::Object(live)) => {
            for (name, value) in fields {
                if let Some(live) = live.get(name) {
                    find(name, value, live, &at.field(name), origin, guarded);
                }
            }
        }
        (Value::Array(items), Value::Array(live)) => {
            let pairs = pairs(items, live, is_set(name));
            for (item, pair) in items.iter().zip(&pairs) {
                let others = (0..live.len()).filter(|index| !pairs.contains(&Some(*index)));
                let other = if pair.is_some() { Origin::Copy } else { Origin::Renamed };
                let others = others.map(|index| (index, origin.max(other)));
                for (index, origin) in pair.iter().map(|index| (*index, origin)).chain(others) {
                    find("", item, &live[index], &at.item(index), origin, guarded);
                }
            }
        }
        _ => {}
    }
}
