use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::unknown::Unknown;
use super::{JsonObject, Object};
use crate::json::{Fault, FromJson, Head, Reader};

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

/// A blank of an unknown member, in a union with a tag of that name.
#[doc(hidden)]
#[must_use]
pub const fn unknown_member(tag: &'static str) -> UnknownMember {
    UnknownMember { tag, fields: JsonObject::new() }
}

/// Reads the whole object, with its tag.
#[doc(hidden)]
pub fn read_unknown_member(member: &mut UnknownMember, json: &mut Reader<'_>) -> Result<(), Fault> {
    json.leave_out(None);
    member.fields = JsonObject::from_json(json)?;
    Ok(())
}

/// What `derive(Union)` tells of a union.
#[doc(hidden)]
pub trait TaggedUnion: Sized {
    const TAG: &'static str;
    /// Whether the tag is a field of the members.
    const INSIDE: bool;
    const EXPECTED: &'static str;

    /// A blank of the member with that tag, or of an unknown one.
    fn of_tag(tag: Option<&str>) -> Self;

    /// A blank of the member that an object without a tag is, by whether it has all of some fields.
    fn of_fields(has: &dyn Fn(&[&str]) -> bool) -> Self;

    /// Reads the member into its blank.
    fn read_member(&mut self, json: &mut Reader<'_>) -> Result<(), Fault>;
}

#[doc(hidden)]
pub fn read_union<U: TaggedUnion>(union: &mut U, json: &mut Reader<'_>) -> Result<(), Fault> {
    *union = match json.look_ahead(U::TAG, U::EXPECTED)? {
        Head::Tag(tag) => {
            if !U::INSIDE {
                json.leave_out(Some(U::TAG));
            }
            U::of_tag(Some(&tag))
        }
        Head::Names(names) => {
            U::of_fields(&|wanted| wanted.iter().all(|wanted| names.iter().any(|name| name == wanted)))
        }
    };
    union.read_member(json)
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
