use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::{Serialize, Serializer};

use super::unknown::Unknown;

/// An enum value that this version does not know, as received.
///
/// It is only created from text that is none of the known values. Therefore an `Unknown` never equals a known variant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for UnknownValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Unknown(&*self.0).serialize(serializer)
    }
}

/// Deserializes the value of an enum: its index in `known`, or an unknown value.
#[doc(hidden)]
pub fn read_enum<'de, D: Deserializer<'de>>(
    known: &[&str],
    deserializer: D,
) -> Result<Result<usize, UnknownValue>, D::Error> {
    struct Text<'k>(&'k [&'k str]);

    impl Visitor<'_> for Text<'_> {
        type Value = Result<usize, UnknownValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(self.0.iter().position(|known| *known == text).ok_or_else(|| unknown_value(text)))
        }
    }

    deserializer.deserialize_str(Text(known))
}

#[doc(hidden)]
#[must_use]
pub fn unknown_value(value: &str) -> UnknownValue {
    UnknownValue(value.into())
}
