use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::object::Key;
use super::unknown::Unknown;
use super::{JsonObject, Object};

/// A member of a union that this version does not know, as it was received.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownMember {
    tag: &'static str,
    fields: JsonObject,
}

impl UnknownMember {
    /// The tag on the wire; empty where the object had none.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.fields.get(self.tag).and_then(Value::as_str).unwrap_or_default()
    }

    /// The whole object, the tag included.
    #[must_use]
    pub fn fields(&self) -> &JsonObject {
        &self.fields
    }
}

impl Serialize for UnknownMember {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Unknown(&self.fields).serialize(serializer)
    }
}

#[doc(hidden)]
pub fn unknown_member<'de, A: MapAccess<'de>>(
    name: &'static str,
    inside: bool,
    tag: Option<&str>,
    mut map: Entries<'de, A>,
) -> Result<UnknownMember, A::Error> {
    let mut fields = JsonObject::new();
    if let Some(tag) = tag.filter(|_| !inside) {
        fields.insert(name.to_owned(), tag.into());
    }
    while let Some(key) = map.next_key::<Key<'de>>()? {
        fields.insert(key.into_cow().into_owned(), map.next_value()?);
    }
    Ok(UnknownMember { tag: name, fields })
}

/// What `derive(Union)` tells of a union.
#[doc(hidden)]
pub trait TaggedUnion: Sized {
    const TAG: &'static str;
    const INSIDE: bool;
    const EXPECTING: &'static str;

    fn read<'de, A: MapAccess<'de>>(tag: Option<&str>, map: Entries<'de, A>) -> Result<Self, A::Error>;
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

/// Reads on from the tag, so that a union whose tag comes first, as the API sends it, is never buffered.
#[doc(hidden)]
pub fn deserialize_union<'de, U: TaggedUnion, D: Deserializer<'de>>(deserializer: D) -> Result<U, D::Error> {
    struct UnionVisitor<U>(PhantomData<U>);

    impl<'de, U: TaggedUnion> Visitor<'de> for UnionVisitor<U> {
        type Value = U;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(U::EXPECTING)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<U, A::Error> {
            let mut read = VecDeque::new();
            while let Some(key) = map.next_key::<Key<'de>>()? {
                if &*key != U::TAG {
                    read.push_back((key, map.next_value()?));
                    continue;
                }
                let tag = match map.next_value()? {
                    Value::String(tag) => Some(tag),
                    other => {
                        read.push_back((key.clone(), other));
                        None
                    }
                };
                if U::INSIDE {
                    read.extend(tag.clone().map(|tag| (key, Value::String(tag))));
                }
                return U::read(tag.as_deref(), Entries::new(read, Some(map)));
            }
            U::read(None, Entries::<A>::new(read, None))
        }
    }

    deserializer.deserialize_map(UnionVisitor(PhantomData))
}

/// The entries of a map, of which the first few were read already.
#[doc(hidden)]
#[derive(Debug)]
pub struct Entries<'de, A> {
    read: VecDeque<(Key<'de>, Value)>,
    value: Option<Value>,
    rest: Option<A>,
}

impl<'de, A> Entries<'de, A> {
    fn new(read: VecDeque<(Key<'de>, Value)>, rest: Option<A>) -> Self {
        Self { read, value: None, rest }
    }

    /// Whether all of these fields are there; only for a map that was read to its end.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.read.iter().any(|(key, _)| &**key == *name))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Entries<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some((key, value)) = self.read.pop_front() else {
            return match &mut self.rest {
                Some(rest) => rest.next_key_seed(seed),
                None => Ok(None),
            };
        };
        self.value = Some(value);
        match key.into_cow() {
            Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
            Cow::Owned(key) => seed.deserialize::<StringDeserializer<A::Error>>(key.into_deserializer()),
        }
        .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match (self.value.take(), &mut self.rest) {
            (Some(value), _) => seed.deserialize(value).map_err(A::Error::custom),
            (None, Some(rest)) => rest.next_value_seed(seed),
            (None, None) => Err(A::Error::custom("a value was asked for before its key")),
        }
    }
}
