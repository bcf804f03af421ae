use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use crate::json::deserialize;

/// A string, a number or a boolean: what metadata may hold.
///
/// ```
/// use telnyx_ai_core::Scalar;
///
/// assert_eq!(serde_json::to_string(&Scalar::from(true)).unwrap(), "true");
/// assert_eq!(Scalar::from("gold").as_str(), Some("gold"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// Text.
    String(String),
    /// A whole number or a fraction.
    Number(Number),
    /// `true` or `false`.
    Bool(bool),
}

impl Scalar {
    /// The text, where it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, where it is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Bool(value) => value.fmt(f),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Scalar {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

/// Gives the number back where JSON has none for it: NaN and the infinities.
impl TryFrom<f64> for Scalar {
    type Error = f64;

    fn try_from(number: f64) -> Result<Self, f64> {
        Number::from_f64(number).map(Self::Number).ok_or(number)
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::String(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Bool(value) => serializer.serialize_bool(*value),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}
