//! Finds the crates whose types appear in the public items of a library.
//!
//! A new major version of such a crate is a breaking change of the library.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Returns the crates in the public items of a library, with the names of these items.
///
/// `docs` is rustdoc's JSON. Its format is unstable, so only two stable parts are used: paths with an `id`, and the
/// table of their crates.
#[must_use]
pub fn public_crates(docs: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut shown: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for item in docs["index"].as_object().into_iter().flat_map(|index| index.values()) {
        let of_this_crate = item["crate_id"] == 0;
        let implementation = &item["inner"]["impl"];
        let is_generated = implementation["is_synthetic"] == true || implementation["blanket_impl"].is_object();
        if of_this_crate && !is_generated {
            let name = item["name"].as_str().unwrap_or("an impl");
            for dependency in named(docs, &item["inner"]) {
                shown.entry(dependency).or_default().insert(name.to_owned());
            }
        }
    }
    for own in ["alloc", "core", "std"] {
        shown.remove(own);
    }
    shown
}

/// The other crates in a part of an item.
fn named(docs: &Value, part: &Value) -> Vec<String> {
    match part {
        Value::Object(fields) => {
            let path = fields.get("id").filter(|_| fields.contains_key("args") || fields.contains_key("path"));
            let target = path.map(|id| &docs["paths"][id.to_string()]);
            let dependency = target.filter(|target| target["crate_id"] != 0).and_then(|target| {
                let number = target["crate_id"].as_u64()?;
                Some(docs["external_crates"][number.to_string()]["name"].as_str()?.to_owned())
            });
            dependency.into_iter().chain(fields.values().flat_map(|field| named(docs, field))).collect()
        }
        Value::Array(parts) => parts.iter().flat_map(|part| named(docs, part)).collect(),
        _ => Vec::new(),
    }
}

/// Lists the problems: crates that are not allowed, and allowed crates that do not appear.
#[must_use]
pub fn problems(shown: &BTreeMap<String, BTreeSet<String>>, allowed: &BTreeSet<String>) -> Vec<String> {
    let unexpected =
        shown.iter().filter(|(dependency, _)| !allowed.contains(*dependency)).map(|(dependency, items)| {
            let items: Vec<_> = items.iter().map(|item| format!("`{item}`")).collect();
            format!("{dependency} is public in {}, but not on the list; wrap it or list it", items.join(", "))
        });
    let stale = allowed
        .iter()
        .filter(|dependency| !shown.contains_key(*dependency))
        .map(|dependency| format!("{dependency} is on the list, but not public; remove it from the list"));
    unexpected.chain(stale).collect()
}
