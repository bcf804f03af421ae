//! Helpers for JSON: parsing external input, and reading values of unknown shape.
//!
//! A value that is missing or of the wrong type reads as empty.

mod read;

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Map, Value};

pub(crate) use read::{JsonError, depth, is_readable, loses_digits, read, read_within, strip_bom};

/// A struct that is read from an object only. A derived implementation also reads an array, by position.
pub(crate) struct OfObject<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OfObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Reader(PhantomData)).map(Self)
    }
}

/// The items of an array.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Reads an optional field that is a struct, from an object only.
pub(crate) fn of_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map(|OfObject(object)| object))
}

/// A part of a value: a field by its name, or an item by its index.
pub(crate) fn part<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match step.parse::<usize>() {
        Ok(index) if value.is_array() => value.get(index),
        _ => value.get(step),
    }
}

/// The pointer to a field of the value at a pointer.
pub(crate) fn pointer_to(at: &str, field: &str) -> String {
    format!("{at}/{}", field.replace('~', "~0").replace('/', "~1"))
}

/// The string in a field.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// A copy of an object.
pub(crate) fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Removes fields of an object.
pub(crate) fn remove(value: &mut Value, fields: &[&str]) {
    if let Value::Object(object) = value {
        object.retain(|field, _| !fields.contains(&field.as_str()));
    }
}

/// Formats a value: strings without quotes, everything else as JSON.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
