use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeMap;
use serde_json::{Map, Value};

use super::unknown::Unknown;

/// The unknown fields of an object, as received.
///
/// A known field is here too if its value in a response has an unexpected type. Serialization writes all of them back
/// unchanged, so a program that reads an object, changes one field and sends the object does not drop fields that a newer API
/// added. Fields that you insert are sent as well. If the object has a typed value for a field, only that value is sent.
///
/// Integers beyond `u64` and `i64` are kept as `f64`.
///
/// `Debug` shows the names only, because an unknown value may be a secret.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Map<String, Value>>>);

impl Extra {
    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Adds or replaces a field, which is sent with the typed ones. Returns the previous value.
    pub fn insert<'n>(&mut self, name: impl Into<Cow<'n, str>>, value: impl Into<Value>) -> Option<Value> {
        self.0.get_or_insert_default().insert(name.into().into_owned(), value.into())
    }

    /// Removes a field and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let removed = self.0.as_mut()?.shift_remove(name);
        self.0.take_if(|fields| fields.is_empty());
        removed
    }

    /// Iterates over the fields in the order in which they were received or inserted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|map| map.iter()).map(|(name, value)| (name.as_str(), value))
    }

    /// The number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |map| map.len())
    }

    /// Whether there are no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Serializes the fields for which the object has no typed value.
///
/// `names` are the typed fields. `is_set` returns whether one of them has a value. In an open object, any other field is
/// expected and does not count as unknown.
#[doc(hidden)]
pub fn write_extra<M: SerializeMap>(
    extra: &Extra,
    names: &[&str],
    is_set: &dyn Fn(&str) -> bool,
    is_open: bool,
    map: &mut M,
) -> Result<(), M::Error> {
    extra.iter().filter(|(name, _)| !is_set(name)).try_for_each(|(name, value)| {
        if is_open && !names.contains(&name) {
            map.serialize_entry(name, value)
        } else {
            map.serialize_entry(name, &Unknown(value))
        }
    })
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
