//! The building blocks of the API's data types.
//!
//! Objects keep unknown fields, enums keep unknown values, and unions keep unknown members.

mod envelope;
mod extra;
mod fields;
mod json_object;
mod nullable;
mod object;
mod open_enum;
mod secret;
mod timestamp;
mod union;
mod unknown;
mod whole;

pub(crate) use envelope::Data;
pub use envelope::{Page, PageMeta};
pub use extra::Extra;
pub use json_object::JsonObject;
pub use nullable::Nullable;
pub use object::Object;
pub use open_enum::UnknownValue;
pub use secret::Secret;
pub use timestamp::Timestamp;
pub use union::UnknownMember;
pub use unknown::unknown_paths;

/// Items for derived code. They can change in any release.
#[doc(hidden)]
pub mod __private {
    pub use super::extra::write_extra;
    pub use super::fields::{Fields, required};
    pub use super::object::serialize_object;
    pub use super::open_enum::{read_enum, unknown_value};
    pub use super::union::{TaggedUnion, read_union, serialize_member};
    pub use super::whole::Whole;
    pub use serde;
    pub use serde_json::Value;
}
