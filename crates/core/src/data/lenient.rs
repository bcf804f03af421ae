//! Values that a lenient deserializer may give as raw JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::Value;

use crate::Extra;
use crate::reread::OPTIONAL;

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
        deserializer.deserialize_newtype_struct(OPTIONAL, self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for TypedOrRaw<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_option(self)
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::deserialize(deserializer).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut attempts: A) -> Result<Option<T>, A::Error> {
        if let Ok(value) = attempts.next_element() {
            return Ok(value.flatten());
        }
        self.extra.insert(self.name, raw(&mut attempts)?);
        Ok(None)
    }
}

/// The raw value that a lenient deserializer gives after a failed attempt.
pub(super) fn raw<'de, A: SeqAccess<'de>>(attempts: &mut A) -> Result<Value, A::Error> {
    attempts.next_element()?.ok_or_else(|| A::Error::custom("a lenient deserializer must give the raw value"))
}
