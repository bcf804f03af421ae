//! The second read of a JSON document, after the first read failed.
//!
//! It finds the path of the failure. A lenient read also recovers: it keeps values of an unexpected type as raw JSON wherever
//! a type accepts that. [`Reread`] remembers the last optional value or object that it could not read, and such a type calls
//! [`take_raw`] after an error. The state is per thread, so that it passes through the deserializers of other crates.

use std::cell::RefCell;
use std::fmt;
use std::iter::Enumerate;
use std::slice;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

use crate::decode_error::DecodeError;
use crate::json_path::{JsonPath, Step};
use crate::tree::Tree;

thread_local! {
    static READ: RefCell<Read> = RefCell::default();
}

/// The state of the read on this thread.
#[derive(Default)]
struct Read {
    lenient: bool,
    /// The path of the current value.
    path: JsonPath,
    /// The path of the last error.
    failed_at: Option<JsonPath>,
    /// The last value that could not be read, in a lenient read, with the length of its path.
    failed: Option<(usize, Tree)>,
    /// The object whose fields are about to be read.
    object: Option<Tree>,
    /// The paths of the values that were kept raw.
    set_aside: Vec<JsonPath>,
}

/// Deserializes the document, and lists the paths of the values that a lenient read kept raw. An error has its path.
pub(crate) fn read<T: DeserializeOwned>(document: &Tree, lenient: bool) -> Result<(T, Vec<JsonPath>), DecodeError> {
    let (value, Read { failed_at, set_aside, .. }) = with_state(lenient, || T::deserialize(Reread(document)));
    match value {
        Ok(value) => Ok((value, set_aside)),
        Err(error) => Err(DecodeError::data(failed_at.unwrap_or_default(), &error)),
    }
}

/// Runs a strict read that is not a part of the current one.
pub(crate) fn isolated<T>(read: impl FnOnce() -> T) -> T {
    with_state(false, read).0
}

fn with_state<T>(lenient: bool, read: impl FnOnce() -> T) -> (T, Read) {
    /// Restores the state of the outer read, also after a panic.
    struct Outer(Read);

    impl Drop for Outer {
        fn drop(&mut self) {
            READ.set(std::mem::take(&mut self.0));
        }
    }

    let _outer = Outer(READ.replace(Read { lenient, ..Read::default() }));
    let value = read();
    (value, READ.take())
}

/// Takes the value that could not be read, to keep it raw: the current value, or this field of it.
///
/// Returns `None` in a strict read, or if another value failed.
pub(crate) fn take_raw(field: Option<&str>) -> Option<Value> {
    READ.with_borrow_mut(|read| {
        let mut path = read.path.clone();
        path.0.extend(field.map(|name| Step::Field(name.to_owned())));
        let (_, raw) = read.failed.take().filter(|(length, _)| *length == path.0.len())?;
        // The raw value includes the values that were kept raw inside it.
        while read.set_aside.last().is_some_and(|inside| inside.0.starts_with(&path.0)) {
            read.set_aside.pop();
        }
        read.set_aside.push(path);
        read.failed_at = None;
        Some(raw.into())
    })
}

/// Takes the object whose fields are about to be read, unless they come from the deserializer of another crate.
pub(crate) fn take_object() -> Option<Tree> {
    READ.with_borrow_mut(|read| read.object.take())
}

/// Reads an item or a field of the current value.
fn inside<T>(step: Step, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    READ.with_borrow_mut(|read| {
        read.failed_at = None;
        read.path.0.push(step);
    });
    let value = read();
    READ.with_borrow_mut(|read| {
        if value.is_ok() {
            (read.failed_at, read.failed) = (None, None);
        } else if read.failed_at.is_none() {
            read.failed_at = Some(read.path.clone());
        }
        read.path.0.pop();
    });
    value
}

/// A deserializer of one value of the document.
#[derive(Clone, Copy)]
pub(crate) struct Reread<'t>(pub(crate) &'t Tree);

impl Reread<'_> {
    /// Remembers the value if it could not be read.
    fn remember<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            READ.with_borrow_mut(|read| read.failed = read.lenient.then(|| (read.path.0.len(), self.0.clone())));
        }
        result
    }
}

impl<'de> Deserializer<'de> for Reread<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.unexpected() {
            Unexpected::Unit => visitor.visit_unit(),
            Unexpected::Bool(value) => visitor.visit_bool(value),
            Unexpected::Unsigned(number) => visitor.visit_u64(number),
            Unexpected::Signed(number) => visitor.visit_i64(number),
            Unexpected::Float(number) => visitor.visit_f64(number),
            Unexpected::Str(text) => visitor.visit_str(text),
            Unexpected::Seq => self.deserialize_seq(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Tree::Array(items) = self.0 else {
            return Err(Error::invalid_type(self.0.unexpected(), &visitor));
        };
        let mut rest = Items(items.iter().enumerate());
        let value = visitor.visit_seq(&mut rest)?;
        match rest.0.len() {
            0 => Ok(value),
            _ => Err(Error::invalid_length(items.len(), &"fewer elements in the array")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.remember(match self.0 {
            Tree::Object(fields) => {
                READ.with_borrow_mut(|read| read.object = Some(self.0.clone()));
                visitor.visit_map(Entries { fields: fields.iter(), current: None })
            }
            other => Err(Error::invalid_type(other.unexpected(), &visitor)),
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.remember(match self.0 {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Tree::String(text) => text.as_str().into_deserializer().deserialize_enum(name, variants, visitor),
            Tree::Object(fields) if fields.len() == 1 => {
                let entries = Entries { fields: fields.iter(), current: None };
                visitor.visit_enum(MapAccessDeserializer::new(entries))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct
        struct identifier ignored_any
    }
}

struct Items<'t>(Enumerate<slice::Iter<'t, Tree>>);

impl<'de> SeqAccess<'de> for &mut Items<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((index, item)) = self.0.next() else {
            return Ok(None);
        };
        inside(Step::Item(index), || seed.deserialize(Reread(item))).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'t> {
    fields: slice::Iter<'t, (String, Tree)>,
    /// The field whose key was read and whose value was not.
    current: Option<&'t (String, Tree)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.current = self.fields.next();
        let Some((name, _)) = self.current else {
            return Ok(None);
        };
        inside(Step::Field(name.clone()), || read_key(name, seed)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, value) = self.current.take().ok_or_else(|| Error::custom("a value was requested before its key"))?;
        inside(Step::Field(name.clone()), || seed.deserialize(Reread(value)))
    }
}

/// Reads a key as `serde_json` does, which accepts numbers and booleans in quotes.
fn read_key<'de, K: DeserializeSeed<'de>>(name: &str, seed: K) -> Result<K::Value, Error> {
    struct KeyVisitor<K>(K);

    impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for KeyVisitor<K> {
        type Value = K::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a key")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<K::Value, A::Error> {
            let key = map.next_key_seed(self.0)?.ok_or_else(|| A::Error::custom("a key is missing"))?;
            map.next_value::<IgnoredAny>()?;
            Ok(key)
        }
    }

    Value::Object(Map::from_iter([(name.to_owned(), Value::Null)])).deserialize_map(KeyVisitor(seed))
}
