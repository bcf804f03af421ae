//! What the API's data is made of: objects that keep unknown fields, enums that keep unknown values, unions that
//! keep unknown members.

mod envelope;
mod extra;
mod json_object;
mod nullable;
mod object;
mod open_enum;
mod scalar;
mod secret;
mod timestamp;
mod union;
mod unknown;

pub use envelope::{Data, Page, PageMeta};
pub use extra::Extra;
pub use json_object::JsonObject;
pub(crate) use json_object::names_a_secret;
pub use nullable::Nullable;
pub use object::Object;
pub use open_enum::UnknownValue;
pub use scalar::Scalar;
pub use secret::Secret;
pub use timestamp::Timestamp;
pub use union::UnknownMember;
pub use unknown::unknown_paths;

/// What the derives' output calls. Not for use by hand, and free to change in any release.
#[doc(hidden)]
pub mod __private {
    pub use super::extra::{read_extra, write_extra};
    pub use super::object::{Key, Whole, deserialize_object, serialize_object};
    pub use super::open_enum::{deserialize_str, unknown_value};
    pub use super::union::{Entries, TaggedUnion, deserialize_union, serialize_member, unknown_member};
    pub use serde;
}
