//! JSON: reading texts from outside, and values of uncertain shape.
//!
//! A value that is missing or of another type reads as empty.

mod read;

use serde_json::{Map, Value};

pub(crate) use read::{JsonError, depth, is_readable, loses_digits, read, read_within, strip_bom};

/// The items of a list.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The text in a field.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// A copy of an object.
pub(crate) fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
