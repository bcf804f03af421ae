//! Whom a call can be put through to.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Serialize, Serializer};

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

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Targets<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TargetsVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for TargetsVisitor<T> {
            type Value = Targets<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of targets, or a string that names a variable")
            }

            fn visit_str<E: Error>(self, variable: &str) -> Result<Self::Value, E> {
                Ok(variable.into())
            }

            fn visit_string<E: Error>(self, variable: String) -> Result<Self::Value, E> {
                Ok(variable.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Targets::List)
            }
        }

        deserializer.deserialize_any(TargetsVisitor(PhantomData))
    }
}
