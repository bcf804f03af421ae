//! References in texts: `${assistants.billing}`, `${var.host}`, `${secret.TOKEN}`, `$${` for a literal `${`, and `${$}` for
//! a literal `$` before a reference.
//!
//! Content in *template form* is JSON whose texts may have references. Files, the state and comparisons use this form.

mod graph;
mod names;
mod resolve;
mod template;

pub(crate) use graph::{Dependencies, creation_order, dependencies, unbreakable_cycle};
pub(crate) use names::Names;
pub(crate) use resolve::{Lookup, resolve, text_of, with_variables, without_references};
pub(crate) use template::{Part, Reference, Template, TemplateError, escape, hash_in, unescape};

use std::collections::BTreeSet;

use serde_json::Value;

use crate::project::Pointer;

/// Replaces each text of a value by the result of `change`.
pub(crate) fn map_texts(value: &Value, change: &mut dyn FnMut(&Pointer, &str) -> Value) -> Value {
    fn walk(value: &Value, at: &Pointer, change: &mut dyn FnMut(&Pointer, &str) -> Value) -> Value {
        match value {
            Value::String(text) => change(at, text),
            Value::Array(items) => items.iter().enumerate().map(|(n, item)| walk(item, &at.item(n), change)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), walk(value, &at.field(name), change))).collect()
            }
            other => other.clone(),
        }
    }
    walk(value, &Pointer::default(), change)
}

pub(crate) fn each_text(value: &Value, visit: &mut dyn FnMut(&Pointer, &str)) {
    map_texts(value, &mut |at, text| {
        visit(at, text);
        Value::Null
    });
}

/// All references in content, with their places.
pub(crate) fn references_in(content: &Value) -> Vec<(Pointer, Reference)> {
    let mut found = Vec::new();
    each_text(content, &mut |at, text| {
        if text.contains("${") {
            found.extend(Template::parse(text).references().map(|(reference, _)| (at.clone(), reference.clone())));
        }
    });
    found
}

pub(crate) fn secrets_in(content: &Value) -> Vec<String> {
    let names = references_in(content).into_iter().filter_map(|(_, reference)| match reference {
        Reference::Secret(name) => Some(name),
        _ => None,
    });
    names.collect::<BTreeSet<_>>().into_iter().collect()
}
