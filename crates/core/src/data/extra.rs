use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeMap;
use serde_json::{Map, Value};

use super::unknown::Unknown;

/// The fields of an object that this version of the SDK does not know, as they were received.
///
/// They are written back unchanged (but for numbers of more digits than a `u64` or an `f64` holds), so a program that reads
/// an object, changes one field and sends it does not drop what a newer API added. Fields put here by hand are sent too.
///
/// `Debug` shows the names only: nobody can tell whether an unknown value is a secret.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Map<String, Value>>>);

impl Extra {
    /// The value of an unknown field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Adds or replaces a field that is sent beside the typed ones; gives back what it replaced.
    pub fn insert<'n>(&mut self, name: impl Into<Cow<'n, str>>, value: impl Into<Value>) -> Option<Value> {
        self.0.get_or_insert_default().insert(name.into().into_owned(), value.into())
    }

    /// Takes an unknown field out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.as_mut()?.remove(name)
    }

    /// The fields, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|map| map.iter()).map(|(name, value)| (name.as_str(), value))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |map| map.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[doc(hidden)]
pub fn write_extra<M: SerializeMap>(extra: &Extra, is_open: bool, map: &mut M) -> Result<(), M::Error> {
    extra.iter().try_for_each(|(name, value)| {
        if is_open { map.serialize_entry(name, value) } else { map.serialize_entry(name, &Unknown(value)) }
    })
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
