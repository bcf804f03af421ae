//! Whom a call can be put through to.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use telnyx_ai_core::json::{self, Fault, Field, FromJson, Reader};

/// Whom a tool may call: a list that is fixed, or one that each conversation brings along.
///
/// ```
/// use telnyx_ai_types::{Targets, TransferTarget};
///
/// let fixed = Targets::from([TransferTarget::new("+13125550101").with_name("Sales")]);
/// let brought_along = Targets::<TransferTarget>::from("{{ targets }}");
/// # assert_ne!(fixed, brought_along);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Targets<T> {
    /// A dynamic variable such as `{{ targets }}`, whose value is a list of such targets in JSON.
    Variable(String),
    /// The targets that the assistant chooses from.
    List(Vec<T>),
}

impl<T> From<&str> for Targets<T> {
    fn from(variable: &str) -> Self {
        Self::Variable(variable.to_owned())
    }
}

impl<T> From<String> for Targets<T> {
    fn from(variable: String) -> Self {
        Self::Variable(variable)
    }
}

impl<T> From<Vec<T>> for Targets<T> {
    fn from(list: Vec<T>) -> Self {
        Self::List(list)
    }
}

impl<T, const N: usize> From<[T; N]> for Targets<T> {
    fn from(list: [T; N]) -> Self {
        Self::List(list.into())
    }
}

impl<T: Serialize> Serialize for Targets<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Variable(variable) => variable.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

impl<T: FromJson> FromJson for Targets<T> {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        match json.peek() {
            Some(b'[') => Vec::from_json(json).map(Self::List),
            _ => json.text("a list of targets, or a string that names a variable").map(|name| Self::from(&*name)),
        }
    }
}

impl<T: FromJson> Field for Targets<T> {
    fn blank() -> Self {
        Self::List(Vec::new())
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Targets<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::deserialize(deserializer)
    }
}
