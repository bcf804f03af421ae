//! The second read of a JSON document, after the first read failed.
//!
//! It finds the path of the failure. A lenient read also recovers: it passes values of an unexpected type as raw JSON wherever
//! a type accepts that (see [`lenient`](crate::data::lenient)).

use std::cell::RefCell;
use std::fmt;
use std::slice;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Error, Map, Value};

use crate::data::lenient::{OPTIONAL, UNION};
use crate::json_path::{JsonPath, Step};

/// A JSON document that keeps duplicate fields, unlike [`Value`].
pub(crate) enum Tree {
    /// `null`, a boolean, a number or a string.
    Leaf(Value),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Deserializes the document strictly. An error has its path.
pub(crate) fn strict<T: DeserializeOwned>(tree: &Tree) -> Result<T, (JsonPath, Error)> {
    read(tree, &Track { lenient: false, ..Track::default() })
}

/// Deserializes the document leniently, and lists the paths of the values that were kept raw.
pub(crate) fn lenient<T: DeserializeOwned>(tree: &Tree) -> Result<(T, Vec<JsonPath>), (JsonPath, Error)> {
    let track = Track { lenient: true, ..Track::default() };
    let value = read(tree, &track)?;
    Ok((value, track.set_aside.into_inner()))
}

fn read<T: DeserializeOwned>(tree: &Tree, track: &Track) -> Result<T, (JsonPath, Error)> {
    T::deserialize(Reread { tree, track, without: None })
        .map_err(|error| (track.failed_at.take().unwrap_or_default(), error))
}

/// The state of a read.
#[derive(Default)]
struct Track {
    lenient: bool,
    /// The path of the current value.
    path: RefCell<JsonPath>,
    /// The path of the innermost error.
    failed_at: RefCell<Option<JsonPath>>,
    /// The paths of the values that were kept raw.
    set_aside: RefCell<Vec<JsonPath>>,
}

impl Track {
    fn inside<T>(&self, step: Step, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        self.path.borrow_mut().0.push(step);
        let result = read();
        if result.is_err() {
            self.failed_at.borrow_mut().get_or_insert_with(|| self.path.borrow().clone());
        }
        self.path.borrow_mut().0.pop();
        result
    }
}

/// A deserializer of one value of the document.
struct Reread<'t> {
    tree: &'t Tree,
    track: &'t Track,
    /// The name of the field to leave out of an object.
    without: Option<&'static str>,
}

impl<'t> Reread<'t> {
    /// Passes the tag of a union, then the value to be read as its type, then the raw value.
    fn attempts<'de, V: Visitor<'de>>(self, tag: Option<&'static str>, visitor: V) -> Result<V::Value, Error> {
        let start = if tag.is_some() { Turn::Tag } else { Turn::Typed };
        visitor.visit_seq(Attempts { tree: self.tree, track: self.track, tag, turn: start, error: None })
    }
}

impl<'de> Deserializer<'de> for Reread<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self { tree, track, without } = self;
        match tree {
            Tree::Leaf(value) => value.clone().deserialize_any(visitor),
            Tree::Array(items) => {
                let mut items = Items { items: items.iter(), next: 0, track };
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Tree::Object(fields) => {
                let mut entries = Entries { fields: fields.iter(), value: None, without, track };
                let value = visitor.visit_map(&mut entries)?;
                entries.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tree {
            Tree::Leaf(Value::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match name.strip_prefix(UNION) {
            // A strict read passes the tag first too, so that errors in a member have exact paths.
            Some(tag) => self.attempts(Some(tag), visitor),
            None if self.track.lenient && name == OPTIONAL => self.attempts(None, visitor),
            None => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.tree {
            Tree::Leaf(value) => value.clone().deserialize_enum(name, variants, visitor),
            Tree::Object(fields) => {
                let entries = Entries { fields: fields.iter(), value: None, without: None, track: self.track };
                visitor.visit_enum(MapAccessDeserializer::new(entries))
            }
            Tree::Array(_) => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'t> {
    items: slice::Iter<'t, Tree>,
    next: usize,
    track: &'t Track,
}

impl Items<'_> {
    fn end(self) -> Result<(), Error> {
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
        let (step, track) = (Step::Item(self.next), self.track);
        self.next += 1;
        track.inside(step, || seed.deserialize(Reread { tree, track, without: None })).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'t> {
    fields: slice::Iter<'t, (String, Tree)>,
    /// The entry whose key was read and whose value was not.
    value: Option<&'t (String, Tree)>,
    without: Option<&'static str>,
    track: &'t Track,
}

impl Entries<'_> {
    fn end(&self) -> Result<(), Error> {
        match self.fields.len() {
            0 => Ok(()),
            left => Err(Error::invalid_length(left, &"fewer fields in the object")),
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.value = self.fields.next();
        if let Some((name, _)) = self.value
            && self.without == Some(name)
        {
            self.without = None;
            self.value = self.fields.next();
        }
        let Some((name, _)) = self.value else {
            return Ok(None);
        };
        self.track.inside(Step::Field(name.clone()), || read_key(name, seed)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((name, tree)) = self.value.take() else {
            return Err(Error::custom("a value was requested before its key"));
        };
        let track = self.track;
        track.inside(Step::Field(name.clone()), || seed.deserialize(Reread { tree, track, without: None }))
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

/// The elements of the sequence that is passed to a type that accepts raw JSON.
enum Turn {
    Tag,
    Typed,
    Raw,
}

struct Attempts<'t> {
    tree: &'t Tree,
    track: &'t Track,
    tag: Option<&'static str>,
    turn: Turn,
    /// The error of the typed read. It is final if the read is strict.
    error: Option<Error>,
}

impl<'de> SeqAccess<'de> for Attempts<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Self { tree, track, tag, .. } = *self;
        let value = match self.turn {
            Turn::Tag => {
                self.turn = Turn::Typed;
                let tag = tag.and_then(|tag| tree.field(tag));
                seed.deserialize(tag.map_or(Value::Null, Value::from).into_deserializer())
            }
            Turn::Typed => {
                self.turn = Turn::Raw;
                let set_aside_before = track.set_aside.borrow().len();
                seed.deserialize(Reread { tree, track, without: tag }).map_err(|error| {
                    if track.lenient {
                        // The raw value includes the values that were kept raw inside it.
                        track.set_aside.borrow_mut().truncate(set_aside_before);
                        track.set_aside.borrow_mut().push(track.path.borrow().clone());
                        track.failed_at.take();
                    } else {
                        self.error = Some(error);
                    }
                    Error::custom("the value is passed as raw JSON")
                })
            }
            Turn::Raw => match self.error.take() {
                Some(error) => Err(error),
                None => seed.deserialize(Value::from(tree).into_deserializer()),
            },
        };
        value.map(Some)
    }
}

impl Tree {
    fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(present, _)| present == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl From<&Tree> for Value {
    fn from(tree: &Tree) -> Self {
        match tree {
            Tree::Leaf(value) => value.clone(),
            Tree::Array(items) => items.iter().map(Self::from).collect(),
            Tree::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), Self::from(value))).collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TreeVisitor;

        impl<'de> Visitor<'de> for TreeVisitor {
            type Value = Tree;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }

            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Leaf(Value::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
                Ok(Tree::Leaf(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
                Ok(Tree::Leaf(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
                Ok(Tree::Leaf(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
                Ok(Tree::Leaf(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
                Ok(Tree::Leaf(value.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Tree::Array(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Tree::Object(fields))
            }
        }

        deserializer.deserialize_any(TreeVisitor)
    }
}
