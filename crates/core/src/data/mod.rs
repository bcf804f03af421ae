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

pub(crate) use envelope::Data;
pub use envelope::{Page, PageMeta};
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
    pub use super::extra::write_extra;
    pub use super::object::{serialize_object, write_field};
    pub use super::open_enum::unknown_value;
    pub use super::union::{TaggedUnion, read_union, read_unknown_member, serialize_member, unknown_member};
    pub use crate::json::{FieldNames, Fields, Place, read_blank};
    pub use serde;
}
