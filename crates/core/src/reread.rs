//! The second read of a JSON document, after the first read failed.
//!
//! It finds the path of the failure. A lenient read also recovers: it passes values of an unexpected type as raw JSON wherever
//! a type accepts that. Types accept it by requesting such values as newtype structs with the names below, which other
//! formats ignore.

use std::cell::RefCell;
use std::fmt;
use std::slice;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

use crate::json_path::{JsonPath, Step};
use crate::tree::Tree;

/// The name under which the value of an optional field is requested.
///
/// A lenient deserializer gives a sequence: the value to be read as its type, then the same value as raw JSON.
pub(crate) const OPTIONAL: &str = "$telnyx_ai_core::Optional";

/// The prefix of the name under which a union is requested. The name of its tag follows, unless it is a field of the members.
///
/// A lenient deserializer gives a sequence: the raw value, the object without the tag to be read as a member, then the raw
/// value again.
pub const UNION: &str = "$telnyx_ai_core::Union:";

/// Deserializes the document strictly. An error has its path.
pub(crate) fn strict<T: DeserializeOwned>(tree: &Tree) -> Result<T, (JsonPath, Error)> {
    read(tree, &Track::default())
}

/// Deserializes the document leniently, and lists the paths of the values that were kept raw.
pub(crate) fn lenient<T: DeserializeOwned>(tree: &Tree) -> Result<(T, Vec<JsonPath>), (JsonPath, Error)> {
    let track = Track { lenient: true, ..Track::default() };
    let value = read(tree, &track)?;
    Ok((value, track.set_aside.into_inner()))
}

fn read<T: DeserializeOwned>(tree: &Tree, track: &Track) -> Result<T, (JsonPath, Error)> {
    T::deserialize(Reread::new(tree, track)).map_err(|error| (track.failed_at.take().unwrap_or_default(), error))
}

/// The state of a read. The default is that of a strict read.
#[derive(Default)]
pub(crate) struct Track {
    lenient: bool,
    /// The path of the current value.
    path: RefCell<JsonPath>,
    /// The path of the innermost error.
    failed_at: RefCell<Option<JsonPath>>,
    /// The paths of the values that were kept raw.
    set_aside: RefCell<Vec<JsonPath>>,
}

impl Track {
    fn enter_item(&self, index: usize) {
        self.path.borrow_mut().0.push(Step::Item(index));
    }

    fn enter_field(&self, name: &str) {
        self.path.borrow_mut().0.push(Step::Field(name.to_owned()));
    }

    fn leave(&self, failed: bool) {
        if failed {
            self.failed_at.borrow_mut().get_or_insert_with(|| self.path.borrow().clone());
        }
        self.path.borrow_mut().0.pop();
    }
}

/// A deserializer of one value of the document.
pub(crate) struct Reread<'t> {
    tree: &'t Tree,
    track: &'t Track,
    /// The name of the field to leave out of an object.
    without: Option<&'static str>,
}

impl<'t> Reread<'t> {
    pub(crate) fn new(tree: &'t Tree, track: &'t Track) -> Self {
        Self { tree, track, without: None }
    }

    /// Leaves a field out of an object.
    pub(crate) fn without(self, without: Option<&'static str>) -> Self {
        Self { without, ..self }
    }

    /// The sequence for a newtype struct of this name, if its type accepts raw JSON.
    fn attempts(self, name: &'static str) -> Result<Attempts<'t>, Self> {
        let (turn, without) = match name.strip_prefix(UNION) {
            // A strict read makes attempts too, so that errors in a member have exact paths.
            Some(tag) => (Turn::Start, (!tag.is_empty()).then_some(tag)),
            None if self.track.lenient && name == OPTIONAL => (Turn::First, None),
            None => return Err(self),
        };
        Ok(Attempts { tree: self.tree, track: self.track, without, turn, set_aside_before: 0, error: None })
    }
}

impl<'de> Deserializer<'de> for Reread<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tree {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Tree::String(text) => visitor.visit_str(text),
            Tree::Array(_) => self.deserialize_seq(visitor),
            Tree::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Tree::Array(items) = self.tree else {
            return Err(Error::invalid_type(self.tree.unexpected(), &visitor));
        };
        let mut items = Items { items: items.iter(), next: 0, track: self.track };
        let value = visitor.visit_seq(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self { tree, track, without } = self;
        let Tree::Object(fields) = tree else {
            return Err(Error::invalid_type(tree.unexpected(), &visitor));
        };
        let mut entries = Entries { fields: fields.iter(), current: None, without, track };
        visitor.visit_map(&mut entries)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tree {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match self.attempts(name) {
            Ok(attempts) => visitor.visit_seq(attempts),
            Err(plain) => visitor.visit_newtype_struct(plain),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.tree {
            Tree::String(text) => text.as_str().into_deserializer().deserialize_enum(name, variants, visitor),
            Tree::Object(fields) if fields.len() == 1 => {
                let entries = Entries { fields: fields.iter(), current: None, without: None, track: self.track };
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

struct Items<'t> {
    items: slice::Iter<'t, Tree>,
    next: usize,
    track: &'t Track,
}

impl Items<'_> {
    fn end(&self) -> Result<(), Error> {
        match self.items.len() {
            0 => Ok(()),
            left => Err(Error::invalid_length(self.next + left, &"fewer elements in the array")),
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(tree) = self.items.next() else {
            return Ok(None);
        };
        self.track.enter_item(self.next);
        self.next += 1;
        let item = seed.deserialize(Reread::new(tree, self.track));
        self.track.leave(item.is_err());
        item.map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'t> {
    fields: slice::Iter<'t, (String, Tree)>,
    /// The field whose key was read and whose value was not.
    current: Option<&'t (String, Tree)>,
    without: Option<&'static str>,
    track: &'t Track,
}

impl<'t> Entries<'t> {
    /// The value of the current field, whose path becomes the current one.
    fn enter(&mut self) -> Result<Reread<'t>, Error> {
        let (name, tree) = self.current.take().ok_or_else(|| Error::custom("a value was requested before its key"))?;
        self.track.enter_field(name);
        Ok(Reread::new(tree, self.track))
    }

    fn next_name(&mut self) -> Option<&'t String> {
        self.current = self.fields.next();
        if self.current.is_some_and(|(name, _)| self.without == Some(name)) {
            self.without = None;
            self.current = self.fields.next();
        }
        self.current.map(|(name, _)| name)
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.next_name() else {
            return Ok(None);
        };
        self.track.enter_field(name);
        let key = read_key(name, seed);
        self.track.leave(key.is_err());
        key.map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = seed.deserialize(self.enter()?);
        self.track.leave(value.is_err());
        value
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

/// The sequence that is passed to a type that accepts raw JSON.
struct Attempts<'t> {
    tree: &'t Tree,
    track: &'t Track,
    /// The name of the field to leave out of the typed read.
    without: Option<&'static str>,
    turn: Turn,
    /// The number of values that were kept raw before the typed read.
    set_aside_before: usize,
    /// The error of the typed read. It is final if the read is strict.
    error: Option<Error>,
}

/// The current element of the sequence. The first and the last one are the raw value.
#[derive(Clone, Copy)]
enum Turn {
    Start,
    First,
    Typed,
    Last,
}

impl<'t> Attempts<'t> {
    fn next(&mut self) -> Result<Reread<'t>, Error> {
        let Self { tree, track, .. } = *self;
        self.turn = match self.turn {
            Turn::Start => Turn::First,
            Turn::First => Turn::Typed,
            Turn::Typed | Turn::Last => Turn::Last,
        };
        if matches!(self.turn, Turn::Typed) {
            self.set_aside_before = track.set_aside.borrow().len();
            return Ok(Reread::new(tree, track).without(self.without));
        }
        self.error.take().map_or(Ok(Reread::new(tree, track)), Err)
    }

    fn failed(&mut self, error: Error) -> Error {
        let Self { track, .. } = *self;
        if !matches!(self.turn, Turn::Typed) {
            return error;
        }
        if track.lenient {
            // The raw value includes the values that were kept raw inside it.
            track.set_aside.borrow_mut().truncate(self.set_aside_before);
            track.set_aside.borrow_mut().push(track.path.borrow().clone());
            track.failed_at.take();
        } else {
            self.error = Some(error);
        }
        Error::custom("the value is passed as raw JSON")
    }
}

impl<'de> SeqAccess<'de> for Attempts<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        match self.next() {
            Ok(value) => seed.deserialize(value).map(Some).map_err(|error| self.failed(error)),
            Err(error) => Err(error),
        }
    }
}
