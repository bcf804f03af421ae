//! What the metadata of messages may hold.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use telnyx_ai_core::Scalar;
use telnyx_ai_core::json::{self, Fault, Field, FromJson, Reader};

/// A value in the metadata of a message.
///
/// ```
/// use telnyx_ai_assistants::{AddMessage, MetadataValue, Role};
///
/// let topics: MetadataValue = ["billing", "refund"].into_iter().collect();
/// let message = AddMessage::new(Role::User).with_metadata([("urgent", MetadataValue::from(true)), ("topics", topics)]);
/// # assert!(message.metadata.is_some());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum MetadataValue {
    /// A single value.
    One(Scalar),
    /// A list of values.
    Many(Vec<Scalar>),
}

impl<T: Into<Scalar>> From<T> for MetadataValue {
    fn from(value: T) -> Self {
        Self::One(value.into())
    }
}

impl<T: Into<Scalar>> FromIterator<T> for MetadataValue {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::Many(values.into_iter().map(Into::into).collect())
    }
}

impl Serialize for MetadataValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(value) => value.serialize(serializer),
            Self::Many(values) => values.serialize(serializer),
        }
    }
}

impl FromJson for MetadataValue {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        match json.peek() {
            Some(b'[') => Vec::from_json(json).map(Self::Many),
            Some(b'{' | b'n') => Err(json.unexpected("a string, a number, a boolean or a list of them")),
            _ => Scalar::from_json(json).map(Self::One),
        }
    }
}

impl Field for MetadataValue {
    fn blank() -> Self {
        Self::Many(Vec::new())
    }
}

impl<'de> Deserialize<'de> for MetadataValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::deserialize(deserializer)
    }
}
