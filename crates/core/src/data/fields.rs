//! Deserialization of the fields of an object, for the code that `derive(Object)` generates.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::{Extra, Nullable};
use crate::reread::take_raw;

/// The fields of an object that is being deserialized.
///
/// It maps each key to the index of a known field, rejects duplicate fields and collects unknown ones.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fields<'f, A> {
    map: A,
    names: &'static [&'static str],
    index_of: fn(&str) -> Option<usize>,
    seen: &'f mut [bool],
    /// The index of the field that was read last.
    current: usize,
    extra: Extra,
}

impl<'f, 'de, A: MapAccess<'de>> Fields<'f, A> {
    /// Reads fields with these names.
    ///
    /// `index_of` returns the index of a name. `seen` has an entry for each name, all `false`.
    pub fn new(
        map: A,
        names: &'static [&'static str],
        index_of: fn(&str) -> Option<usize>,
        seen: &'f mut [bool],
    ) -> Self {
        Self { map, names, index_of, seen, current: names.len(), extra: Extra::default() }
    }

    /// The index of the next known field. Its value must be read before the next call.
    pub fn next_index(&mut self) -> Result<Option<usize>, A::Error> {
        loop {
            match self.map.next_key_seed(Key(self.index_of))? {
                None => return Ok(None),
                Some(Ok(index)) if std::mem::replace(&mut self.seen[index], true) => {
                    return Err(A::Error::duplicate_field(self.names[index]));
                }
                Some(Ok(index)) => {
                    self.current = index;
                    return Ok(Some(index));
                }
                Some(Err(unknown)) => {
                    let value: serde_json::Value = self.map.next_value()?;
                    self.extra.insert(unknown, value);
                }
            }
        }
    }

    /// The value of a required field.
    pub fn required<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, A::Error> {
        self.map.next_value().map(Some)
    }

    /// The value of an optional field. `null` counts as absent. A lenient read keeps a mistyped one in `extra`.
    pub fn optional<T: Deserialize<'de>>(&mut self) -> Result<Option<T>, A::Error> {
        match self.map.next_value() {
            Err(error) => self.keep_raw(error).map(|()| None),
            value => value,
        }
    }

    /// Keeps the value of the current field in `extra`, if the read is lenient.
    #[cold]
    fn keep_raw(&mut self, error: A::Error) -> Result<(), A::Error> {
        let name = self.names[self.current];
        self.extra.insert(name, take_raw(Some(name)).ok_or(error)?);
        Ok(())
    }

    /// The value of a field that can be `null`.
    pub fn nullable<T: Deserialize<'de>>(&mut self) -> Result<Nullable<T>, A::Error> {
        Ok(match self.optional()? {
            Some(value) => Nullable::Value(value),
            None if self.extra.get(self.names[self.current]).is_some() => Nullable::Absent,
            None => Nullable::Null,
        })
    }

    /// Returns the unknown fields, and the known fields that were kept raw.
    pub fn into_extra(self) -> Extra {
        self.extra
    }
}

/// Returns the value of a required field after the object was read. A missing field is an error.
#[doc(hidden)]
pub fn required<T, E: Error>(value: Option<T>, name: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(name))
}

/// Reads a key: the index of a known field, or an unknown name.
pub(super) struct Key(pub(super) fn(&str) -> Option<usize>);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok((self.0)(key).ok_or_else(|| key.to_owned()))
    }
}
