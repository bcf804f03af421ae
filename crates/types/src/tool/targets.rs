//! The targets of a call that an assistant starts or transfers.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The targets that a tool can call: a fixed list, or a dynamic variable.
///
/// ```
/// use telnyx_ai_types::{Targets, TransferTarget};
///
/// let fixed = Targets::from([TransferTarget::new("+13125550101").with_name("Sales")]);
/// let dynamic = Targets::<TransferTarget>::from("{{ targets }}");
/// # assert_ne!(fixed, dynamic);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Targets<T> {
    /// A dynamic variable such as `{{ targets }}` with a JSON array of targets.
    Variable(String),
    /// The list of targets.
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

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of targets, or a string that names a variable")
            }

            fn visit_str<E>(self, variable: &str) -> Result<Targets<T>, E> {
                Ok(variable.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, targets: A) -> Result<Targets<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(targets)).map(Targets::List)
            }
        }

        deserializer.deserialize_any(TargetsVisitor(PhantomData))
    }
}
