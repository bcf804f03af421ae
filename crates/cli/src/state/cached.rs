//! Values that are encoded once.

use std::cell::OnceCell;
use std::ops::{Deref, DerefMut};

use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A value that keeps its JSON until it is changed. A state is written after each change of one of its many resources.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cached<T> {
    value: T,
    json: OnceCell<Box<RawValue>>,
}

impl<T> From<T> for Cached<T> {
    fn from(value: T) -> Self {
        Self { value, json: OnceCell::new() }
    }
}

impl<T> Deref for Cached<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Cached<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.json.take();
        &mut self.value
    }
}

/// Writes pretty JSON, indented as a field of a field of the document.
impl<T: Serialize> Serialize for Cached<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.json.get().is_none() {
            // The line breaks in the text are those between values: in JSON, a text has none.
            let json = serde_json::to_string_pretty(&self.value).map(|json| json.replace('\n', "\n    "));
            let _ = self.json.set(json.and_then(RawValue::from_string).map_err(S::Error::custom)?);
        }
        self.json.get().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Cached<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn cached_json_is_that_of_the_present_value() {
        let mut all = BTreeMap::from([("a", Cached::from(json!({"x": [1, "b\nc"]}))), ("b", json!({}).into())]);
        let pretty =
            |all: &BTreeMap<&str, Cached<Value>>| serde_json::to_string_pretty(&BTreeMap::from([("all", all)]));
        let expected = |a: Value| serde_json::to_string_pretty(&json!({"all": {"a": a, "b": {}}}));
        assert_eq!(pretty(&all).ok(), expected(json!({"x": [1, "b\nc"]})).ok());
        all.get_mut("a").expect("it is there")["x"] = 2.into();
        assert_eq!(pretty(&all).ok(), expected(json!({"x": 2})).ok());
    }
}
