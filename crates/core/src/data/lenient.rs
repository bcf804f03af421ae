//! Values that a lenient deserializer may give as raw JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, Visitor};

use crate::Extra;
use crate::reread::{HAND_OVER, Reread};

/// Reads the value of an optional field. If a lenient deserializer gives raw JSON instead, it is kept in `extra`.
#[doc(hidden)]
#[derive(Debug)]
pub struct TypedOrRaw<'e, T> {
    name: &'static str,
    extra: &'e mut Extra,
    typed: PhantomData<T>,
}

impl<'e, T> TypedOrRaw<'e, T> {
    /// Reads the value of the field `name`.
    pub fn new(name: &'static str, extra: &'e mut Extra) -> Self {
        Self { name, extra, typed: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for TypedOrRaw<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_newtype_struct(HAND_OVER, self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for TypedOrRaw<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        Option::deserialize(deserializer)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        let Some(value) = Reread::handed_over() else {
            return Ok(None);
        };
        value.typed_or_raw(|value| Option::deserialize(value)).map_err(E::custom)?.or_else(|raw| {
            self.extra.insert(self.name, raw);
            Ok(None)
        })
    }
}
