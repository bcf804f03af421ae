//! Values that a lenient deserializer may give as raw JSON.
//!
//! Plain serde formats read every value strictly: one field of an unexpected type fails the whole document. The deserializer
//! in [`reread`](crate::reread) recovers from that. The types cooperate: they request such values as newtype structs with the
//! names below, which other formats ignore.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_json::Value;

/// The name under which the value of an optional field is requested.
///
/// A lenient deserializer gives a sequence: the value to be read as its type, then the same value as raw JSON.
pub(crate) const OPTIONAL: &str = "$telnyx_ai_core::Optional";

/// The prefix of the name under which a union is requested. The name of its tag follows.
///
/// A lenient deserializer gives a sequence: the tag or `null`, the object without the tag to be read as a member, then the
/// same value as raw JSON.
pub(crate) const UNION: &str = "$telnyx_ai_core::Union:";

/// The value of an optional field, or raw JSON if a lenient deserializer found another type.
#[doc(hidden)]
#[derive(Debug)]
pub enum TypedOrRaw<T> {
    Typed(T),
    Raw(Value),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TypedOrRaw<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(OPTIONAL, TypedOrRawVisitor(PhantomData))
    }
}

struct TypedOrRawVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for TypedOrRawVisitor<T> {
    type Value = TypedOrRaw<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::deserialize(deserializer).map(TypedOrRaw::Typed)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut attempts: A) -> Result<Self::Value, A::Error> {
        match attempts.next_element() {
            Ok(Some(value)) => Ok(TypedOrRaw::Typed(value)),
            _ => raw(&mut attempts).map(TypedOrRaw::Raw),
        }
    }
}

/// The raw value that a lenient deserializer gives after a failed attempt.
pub(super) fn raw<'de, A: SeqAccess<'de>>(attempts: &mut A) -> Result<Value, A::Error> {
    attempts.next_element()?.ok_or_else(|| A::Error::custom("a lenient deserializer must give the raw value"))
}
