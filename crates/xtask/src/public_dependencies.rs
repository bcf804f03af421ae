//! The crates whose types a library shows in its own public items: each of them is a promise, since their next major
//! version is one of the library's too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// For each crate that stands in the public items of a library, the names of the items that show it.
///
/// `docs` is rustdoc's JSON. Its form is not stable, so it is walked for the two things that all of its forms have:
/// paths that bear an `id`, and the table that tells the crate of each.
#[must_use]
pub fn shown(docs: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut shown: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for item in docs["index"].as_object().into_iter().flat_map(|index| index.values()) {
        let of_this_crate = item["crate_id"] == 0;
        let implementation = &item["inner"]["impl"];
        let made_by_the_compiler = implementation["is_synthetic"] == true || implementation["blanket_impl"].is_object();
        if of_this_crate && !made_by_the_compiler {
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

/// The other crates that a part of an item names.
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

/// What is wrong with the crates that are shown, line by line: those that are not allowed, and those that are allowed
/// and not shown.
#[must_use]
pub fn problems(shown: &BTreeMap<String, BTreeSet<String>>, allowed: &BTreeSet<String>) -> Vec<String> {
    let unexpected =
        shown.iter().filter(|(dependency, _)| !allowed.contains(*dependency)).map(|(dependency, items)| {
            let items: Vec<_> = items.iter().map(|item| format!("`{item}`")).collect();
            format!("{dependency} is public in {}, and not on the list: wrap it, or list it", items.join(", "))
        });
    let stale = allowed
        .iter()
        .filter(|dependency| !shown.contains_key(*dependency))
        .map(|dependency| format!("{dependency} is on the list, and public in nothing: take it off"));
    unexpected.chain(stale).collect()
}
