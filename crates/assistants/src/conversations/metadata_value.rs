//! What the metadata of messages may hold.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use telnyx_ai_core::Scalar;

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

impl<'de> Deserialize<'de> for MetadataValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MetadataVisitor;

        impl<'de> Visitor<'de> for MetadataVisitor {
            type Value = MetadataValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, a boolean or a list of them")
            }

            fn visit_str<E>(self, text: &str) -> Result<MetadataValue, E> {
                Ok(text.into())
            }

            fn visit_bool<E>(self, value: bool) -> Result<MetadataValue, E> {
                Ok(value.into())
            }

            fn visit_u64<E>(self, number: u64) -> Result<MetadataValue, E> {
                Ok(Scalar::Number(number.into()).into())
            }

            fn visit_i64<E>(self, number: i64) -> Result<MetadataValue, E> {
                Ok(number.into())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<MetadataValue, E> {
                let scalar = Scalar::try_from(number);
                scalar.map(Into::into).map_err(|n| E::custom(format_args!("{n} is no JSON number")))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, values: A) -> Result<MetadataValue, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(values)).map(MetadataValue::Many)
            }
        }

        deserializer.deserialize_any(MetadataVisitor)
    }
}
