use std::fmt;

use serde::{Serialize, Serializer};

use super::unknown::Unknown;

/// A value of an enum that this version does not know, as it was received.
///
/// Only reading or converting from text makes one, and only for text that is none of the known values, so an
/// `Unknown` never equals a known variant.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for UnknownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Unknown(&*self.0).serialize(serializer)
    }
}

#[doc(hidden)]
#[must_use]
pub fn unknown_value(value: &str) -> UnknownValue {
    UnknownValue(value.into())
}
