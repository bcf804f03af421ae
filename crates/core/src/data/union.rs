//! Enums of tagged objects, for the code that `derive(Union)` generates.

use std::fmt;
use std::marker::PhantomData;
use std::vec;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::Object;
use super::fields::Key;
use super::json_object::Masked;
use super::lenient::raw;
use super::unknown::Unknown;

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
    /// The name of the union as a newtype struct: [`UNION`](super::lenient::UNION) and the tag's name.
    const NAME: &'static str;
    /// The tags of the known members.
    const TAGS: &'static [&'static str];
    /// The required fields of the known members, if the tag is a field of the members and may be absent.
    const REQUIRED: Option<&'static [&'static [&'static str]]>;
    /// The expected type, for error messages.
    const EXPECTED: &'static str;

    /// Deserializes the member with that index in `TAGS`.
    fn read<'de, D: Deserializer<'de>>(index: usize, fields: D) -> Result<Self, D::Error>;

    /// Wraps an unknown member.
    fn unknown(member: UnknownMember) -> Self;
}

/// Deserializes a union.
#[doc(hidden)]
pub fn read_union<'de, U: TaggedUnion, D: Deserializer<'de>>(deserializer: D) -> Result<U, D::Error> {
    deserializer.deserialize_newtype_struct(U::NAME, UnionVisitor(PhantomData))
}

fn unknown<U: TaggedUnion>(fields: Value) -> U {
    U::unknown(UnknownMember { tag: U::TAG, fields })
}

fn index_of<U: TaggedUnion>(tag: &Value) -> Option<usize> {
    let tag = tag.as_str()?;
    U::TAGS.iter().position(|known| *known == tag)
}

/// Reads a union from a strict or a lenient deserializer.
struct UnionVisitor<U>(PhantomData<U>);

impl<'de, U: TaggedUnion> Visitor<'de> for UnionVisitor<U> {
    type Value = U;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(U::EXPECTED)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<U, D::Error> {
        ObjectSeed { read_tag: None, union: self }.deserialize(deserializer)
    }

    /// A lenient deserializer gives the tag (or `null`), the fields without it, and the raw value.
    fn visit_seq<A: SeqAccess<'de>>(self, mut attempts: A) -> Result<U, A::Error> {
        let tag: Value = attempts.next_element()?.unwrap_or_default();
        let index = index_of::<U>(&tag);
        if index.is_some() || tag == Value::Null {
            let read_tag = index.map(|index| (index, tag));
            if let Ok(Some(member)) = attempts.next_element_seed(ObjectSeed { read_tag, union: self }) {
                return Ok(member);
            }
        } else {
            attempts.next_element::<IgnoredAny>()?;
        }
        raw(&mut attempts).map(unknown)
    }
}

/// Reads a member from an object.
struct ObjectSeed<U> {
    /// The index of the member and its tag, if the tag was read before the object.
    read_tag: Option<(usize, Value)>,
    union: UnionVisitor<U>,
}

impl<'de, U: TaggedUnion> DeserializeSeed<'de> for ObjectSeed<U> {
    type Value = U;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<U, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, U: TaggedUnion> Visitor<'de> for ObjectSeed<U> {
    type Value = U;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.union.expecting(f)
    }

    /// Fields before the tag are buffered. Most servers send it first.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<U, A::Error> {
        let mut head: Vec<(String, Value)> = Vec::new();
        if let Some((index, tag)) = self.read_tag {
            return member(index, Some(tag), head, map);
        }
        while let Some(key) = map.next_key_seed(Key { names: &[U::TAG], start: 0 })? {
            if let Err(name) = key {
                head.push((name, map.next_value()?));
                continue;
            }
            let tag = map.next_value()?;
            if let Some(index) = index_of::<U>(&tag) {
                return member(index, Some(tag), head, map);
            }
            head.push((U::TAG.to_owned(), tag));
            while let Some(field) = map.next_entry()? {
                head.push(field);
            }
            return Ok(unknown(head.into_iter().collect()));
        }
        let has_all = |names: &[&str]| names.iter().all(|name| head.iter().any(|(present, _)| present == name));
        match U::REQUIRED.and_then(|members| members.iter().position(|names| has_all(names))) {
            Some(index) => member(index, None, head, map),
            None => Ok(unknown(head.into_iter().collect())),
        }
    }
}

/// Deserializes the member with that index from the buffered fields in `head` and those in `rest`.
fn member<'de, U: TaggedUnion, A: MapAccess<'de>>(
    index: usize,
    tag: Option<Value>,
    mut head: Vec<(String, Value)>,
    rest: A,
) -> Result<U, A::Error> {
    let tag_is_read = tag.is_some();
    if U::REQUIRED.is_some() {
        head.extend(tag.map(|tag| (U::TAG.to_owned(), tag)));
    }
    let fields = MemberFields { head: head.into_iter(), value: None, rest, read_tag: tag_is_read.then_some(U::TAG) };
    U::read(index, MapAccessDeserializer::new(fields))
}

/// The fields of a member, some of which were buffered.
struct MemberFields<A> {
    head: vec::IntoIter<(String, Value)>,
    /// The value of the buffered field whose key was read last.
    value: Option<Value>,
    rest: A,
    /// The name of the tag, if it was read before `rest`.
    read_tag: Option<&'static str>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for MemberFields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if let Some((name, value)) = self.head.next() {
            self.value = Some(value);
            return seed.deserialize(name.into_deserializer()).map(Some);
        }
        self.rest.next_key_seed(KeyAfterTag { seed, read_tag: self.read_tag })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.rest.next_value_seed(seed),
        }
    }
}

/// Reads a key, and rejects a second tag.
struct KeyAfterTag<K> {
    seed: K,
    read_tag: Option<&'static str>,
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for KeyAfterTag<K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for KeyAfterTag<K> {
    type Value = K::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<K::Value, E> {
        match self.read_tag {
            Some(tag) if tag == key => Err(E::duplicate_field(tag)),
            _ => self.seed.deserialize(key.into_deserializer()),
        }
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
