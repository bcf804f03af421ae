//! Reading JSON text into types.
//!
//! Answers are read by a [`Reader`] of this crate's own, into types that know it ([`FromJson`]); [`Json`] brings along those
//! that know serde instead. The types of the API know both: by serde they are read from other formats, and written to all.
//!
//! A type that is not made by the derives is read by hand:
//!
//! ```
//! use telnyx_ai_core::decode;
//! use telnyx_ai_core::json::{Fault, FromJson, Reader};
//!
//! /// Which calls are recorded.
//! #[derive(Debug, PartialEq)]
//! enum Recorded {
//!     All,
//!     Of(Vec<String>),
//! }
//!
//! impl FromJson for Recorded {
//!     fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
//!         match json.peek() {
//!             Some(b'[') => Vec::from_json(json).map(Self::Of),
//!             _ if json.text("`all` or a list")? == "all" => Ok(Self::All),
//!             _ => Err(Fault::new("the only word that stands for a list is `all`")),
//!         }
//!     }
//! }
//!
//! assert_eq!(decode::from_slice::<Recorded>(br#"["sales"]"#)?, Recorded::Of(vec!["sales".into()]));
//! let error = decode::from_slice::<Recorded>(b"1").unwrap_err();
//! assert_eq!(error.message(), "invalid type: integer `1`, expected `all` or a list");
//! # Ok::<(), decode::DecodeError>(())
//! ```

// An answer has a hundred fields of thirty types, each read once and then not again for a while. What that costs is less the
// work than the code it runs through, which by then has left the processor's caches. So nearly all of it is compiled once,
// here, and what each type adds is small: no visitors, no values that are handed up from call to call.

mod fault;
mod field;
mod field_names;
mod path;
mod reader;
mod scan;
mod through_serde;

pub use fault::Fault;
pub use field::{Field, FromJson};
pub use reader::Reader;
pub use through_serde::{Json, deserialize};

#[doc(hidden)]
pub use field::read_blank;
#[doc(hidden)]
pub use field_names::{FieldNames, Place};
#[doc(hidden)]
pub use reader::Fields;

pub(crate) use field::grow;
pub(crate) use path::{JsonPath, Step};
pub(crate) use reader::Head;
