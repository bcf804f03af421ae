//! Enums of tagged objects, for the code that `derive(Union)` generates.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::fields::Key;
use super::json_object::Masked;
use super::unknown::Unknown;
use super::{Extra, Object};
use crate::reread::{HAND_OVER, Reread};
use crate::tree::Tree;

/// A union member that this version does not know, as received.
///
/// `Debug` masks values under names such as `headers`, `password` or `token`.
#[derive(Clone, PartialEq)]
pub struct UnknownMember {
    tag: &'static str,
    fields: Value,
}

impl UnknownMember {
    /// The tag on the wire. It is empty if the value has none.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.fields.get(self.tag).and_then(Value::as_str).unwrap_or_default()
    }

    /// The member as received, with its tag. It is not an object if the API sent another type.
    #[must_use]
    pub const fn fields(&self) -> &Value {
        &self.fields
    }
}

impl fmt::Debug for UnknownMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnknownMember").field(&Masked::new(&self.fields)).finish()
    }
}

impl Serialize for UnknownMember {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Unknown(&self.fields).serialize(serializer)
    }
}

/// The description of a union. `derive(Union)` implements it.
#[doc(hidden)]
pub trait TaggedUnion: Sized {
    /// The name of the tag.
    const TAG: &'static str;
    /// The tags of the known members.
    const TAGS: &'static [&'static str];
    /// The required fields of the known members, if the tag is a field of the members and may be absent.
    const REQUIRED: Option<&'static [&'static [&'static str]]>;
    /// The expected type, for error messages.
    const EXPECTED: &'static str;

    /// Deserializes the member with that index in `TAGS`.
    fn read<'de, D: Deserializer<'de>>(index: usize, member: D) -> Result<Self, D::Error>;

    /// Wraps an unknown member.
    fn unknown(member: UnknownMember) -> Self;

    /// The unknown fields of a known member.
    fn extra(&self) -> Option<&Extra>;
}

/// Deserializes a union.
#[doc(hidden)]
pub fn read_union<'de, U: TaggedUnion, D: Deserializer<'de>>(deserializer: D) -> Result<U, D::Error> {
    deserializer.deserialize_newtype_struct(HAND_OVER, UnionVisitor(PhantomData))
}

/// Deserializes the member with that index from its fields, without the tag if it is not a field of the members.
fn read_member<'de, U: TaggedUnion, D: Deserializer<'de>>(index: usize, member: D) -> Result<U, D::Error> {
    let member = U::read(index, member)?;
    match member.extra().and_then(|extra| extra.get(U::TAG)) {
        Some(_) => Err(D::Error::duplicate_field(U::TAG)),
        None => Ok(member),
    }
}

/// The index of the member with that tag.
fn index_of_tag<U: TaggedUnion>(tag: &Tree) -> Option<usize> {
    U::TAGS.iter().position(|known| matches!(tag, Tree::String(tag) if tag == known))
}

/// The index of the member that the object is, by its tag or by its fields.
fn index_of<U: TaggedUnion>(object: &Tree) -> Option<usize> {
    let has = |name: &&str| object.field(name).is_some_and(|value| !matches!(value, Tree::Null));
    match object.field(U::TAG).filter(|_| !U::TAGS.is_empty()) {
        Some(tag) => index_of_tag::<U>(tag),
        None => U::REQUIRED?.iter().position(|names| names.iter().all(has)),
    }
}

fn unknown<U: TaggedUnion>(fields: Value) -> U {
    U::unknown(UnknownMember { tag: U::TAG, fields })
}

/// Reads a value that can be an object of the union.
fn read_value<U: TaggedUnion>(value: Reread<'_>) -> Result<U, serde_json::Error> {
    match index_of::<U>(&value.tree) {
        Some(index) if U::REQUIRED.is_some() => read_member(index, value),
        Some(index) => read_member(index, value.without(U::TAG)),
        None if matches!(*value.tree, Tree::Object(_)) => Ok(unknown(value.tree.into_owned().into())),
        None => Err(Error::invalid_type(value.tree.unexpected(), &U::EXPECTED)),
    }
}

struct UnionVisitor<U>(PhantomData<U>);

impl<'de, U: TaggedUnion> Visitor<'de> for UnionVisitor<U> {
    type Value = U;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(U::EXPECTED)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<U, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_unit<E: Error>(self) -> Result<U, E> {
        let value = Reread::handed_over().ok_or_else(|| E::invalid_type(Unexpected::Unit, &self))?;
        value.typed_or_raw(read_value).map(|member| member.unwrap_or_else(unknown)).map_err(E::custom)
    }

    /// Most servers send the tag first. Otherwise the object is buffered.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<U, A::Error> {
        let mut fields: Vec<(String, Tree)> = Vec::new();
        if let Some(key) = map.next_key_seed(Key(|name| (name == U::TAG).then_some(0)))? {
            let value: Tree = map.next_value()?;
            if key.is_ok()
                && U::REQUIRED.is_none()
                && let Some(index) = index_of_tag::<U>(&value)
            {
                return read_member(index, MapAccessDeserializer::new(map));
            }
            fields.push((key.map_or_else(|name| name, |_| U::TAG.to_owned()), value));
        }
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        read_value(Reread::strict(Tree::Object(fields.into()))).map_err(A::Error::custom)
    }
}

#[doc(hidden)]
pub fn serialize_member<T: Object, S: Serializer>(
    name: &'static str,
    tag: &'static str,
    member: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry(name, tag)?;
    member.write(&mut map)?;
    map.end()
}
