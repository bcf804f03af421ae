//! Detection of the unknown parts of a value.

use std::cell::Cell;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::json_path::{JsonPath, Step};

/// A placeholder for an unknown part, while [`unknown_paths`] searches.
///
/// It starts with NUL, so that it differs from real text.
const MARK: &str = "\u{0}telnyx_ai_core::Unknown";

thread_local! {
    /// Whether [`unknown_paths`] is serializing a value on this thread.
    static SEARCHING: Cell<bool> = const { Cell::new(false) };
}

/// A value that this version does not know.
pub(super) struct Unknown<T>(pub(super) T);

impl<T: Serialize> Serialize for Unknown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if SEARCHING.get() { serializer.serialize_str(MARK) } else { self.0.serialize(serializer) }
    }
}

/// Returns the JSON paths of the parts of `value` that this version does not know.
///
/// These are unknown fields, unknown enum values, unknown union members, and fields whose value has an unexpected type, at
/// every depth. Call it on responses to learn what the API added, or on a configuration that was read from a file to find
/// misspelled fields.
///
/// The result is empty if `value` does not serialize to JSON.
///
/// ```
/// use telnyx_ai_core::{PageMeta, unknown_paths};
///
/// let meta: PageMeta = serde_json::from_str(r#"{"page_number": 1, "total_pages": 1, "took_ms": 3}"#)?;
/// assert_eq!(unknown_paths(&meta), ["took_ms"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn unknown_paths<T: Serialize + ?Sized>(value: &T) -> Vec<String> {
    let mut found = Vec::new();
    find(&marked(value), &mut JsonPath::default(), &mut found);
    found
}

/// The value as JSON, with a mark in place of each unknown part.
fn marked<T: Serialize + ?Sized>(value: &T) -> Value {
    /// Restores the state, even if `serialize` panics.
    struct Search(bool);

    impl Drop for Search {
        fn drop(&mut self) {
            SEARCHING.set(self.0);
        }
    }

    let _search = Search(SEARCHING.replace(true));
    serde_json::to_value(value).unwrap_or_default()
}

fn find(value: &Value, path: &mut JsonPath, found: &mut Vec<String>) {
    let mut inside = |step, value| {
        path.0.push(step);
        find(value, path, found);
        path.0.pop();
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| inside(Step::Item(index), item)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| inside(Step::Field(name.clone()), value)),
        Value::String(text) if text == MARK => found.push(path.to_string()),
        _ => {}
    }
}
