//! Enums of tagged objects, for the code that `derive(Union)` generates.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::fields::Key;
use super::json_object::Masked;
use super::unknown::Unknown;
use super::{Extra, Object};
use crate::reread::{Reread, isolated, take_object, take_raw};
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
        f.debug_tuple("UnknownMember").field(&Masked { value: &self.fields, secret: false }).finish()
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

/// Deserializes a union. A lenient read keeps a mistyped member raw.
#[doc(hidden)]
pub fn read_union<'de, U: TaggedUnion, D: Deserializer<'de>>(deserializer: D) -> Result<U, D::Error> {
    // Not that of an object outside.
    take_object();
    deserializer.deserialize_map(UnionVisitor(PhantomData)).or_else(|error| take_raw(None).map(unknown).ok_or(error))
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
    match object.field(U::TAG) {
        Some(tag) => index_of_tag::<U>(tag),
        None => U::REQUIRED?.iter().position(|names| names.iter().all(has)),
    }
}

fn read_object<U: TaggedUnion>(object: Tree) -> Result<U, serde_json::Error> {
    match index_of::<U>(&object) {
        Some(index) if U::REQUIRED.is_some() => read_member(index, Reread(&object)),
        Some(index) => read_member(index, Reread(&object.without(U::TAG))),
        None => Ok(unknown(object.into())),
    }
}

fn unknown<U: TaggedUnion>(fields: Value) -> U {
    U::unknown(UnknownMember { tag: U::TAG, fields })
}

struct UnionVisitor<U>(PhantomData<U>);

impl<'de, U: TaggedUnion> Visitor<'de> for UnionVisitor<U> {
    type Value = U;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(U::EXPECTED)
    }

    /// Most servers send the tag first. Otherwise the object is buffered.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<U, A::Error> {
        if let Some(object) = take_object() {
            return read_object(object).map_err(A::Error::custom);
        }
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
        isolated(|| read_object(Tree::Object(fields.into()))).map_err(A::Error::custom)
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
