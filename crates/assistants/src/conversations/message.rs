//! The messages of a conversation.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use telnyx_ai_core::{Extra, JsonObject, Nullable, Object, OpenEnum, Scalar, Timestamp, UnknownValue};

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Message {
    /// Who it is from.
    pub role: Role,
    /// What it says; `null` where it only calls tools.
    pub text: Nullable<String>,
    /// The tools that the assistant calls with it.
    pub tool_calls: Option<Vec<ToolCall>>,
    /// When it was sent to the other side: the time to go by.
    pub sent_at: Option<Timestamp>,
    /// When it was put into the conversation, which may be another time than it was sent.
    pub created_at: Option<Timestamp>,
    /// What is noted of it.
    pub metadata: Option<BTreeMap<String, MetadataValue>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Who a message is from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum Role {
    /// The assistant.
    Assistant,
    /// A tool that the assistant has called.
    Tool,
    /// The one who talks to the assistant.
    User,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// A tool that the assistant calls with a message.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolCall {
    /// The call's id; the tool's answer names it.
    pub id: String,
    /// The function to call.
    pub function: ToolCallFunction,
    /// What kind of call it is.
    #[wire("type", initial = ToolCallType::Function)]
    pub call_type: Option<ToolCallType>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What kind of call a tool call is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum ToolCallType {
    /// The call of a function.
    Function,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// The function that a tool call calls.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolCallFunction {
    /// Its name.
    pub name: String,
    /// Its arguments: a JSON object, as text.
    pub arguments: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The message that [`add_message`](super::ConversationsApi::add_message) puts into a conversation.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AddMessage {
    /// Who it is from: `user`, `assistant` or `tool`.
    pub role: Role,
    /// What it says.
    pub content: Option<String>,
    /// The name of the one it is from.
    pub name: Option<String>,
    /// When it was sent, in ISO 8601.
    pub sent_at: Option<Timestamp>,
    /// The tools that the assistant calls with it; a [`ToolCall`] will do.
    pub tool_calls: Option<Vec<JsonObject>>,
    /// In the answer of a tool: the call that it answers.
    pub tool_call_id: Option<String>,
    /// Which tool the assistant has to call.
    pub tool_choice: Option<ToolChoice>,
    /// What to note of it.
    pub metadata: Option<BTreeMap<String, MetadataValue>>,
    /// Further fields to send.
    pub extra: Extra,
}

/// The call as a message that is added has it.
impl From<ToolCall> for JsonObject {
    fn from(call: ToolCall) -> Self {
        let text = |text: String| Value::String(text);
        let mut function: Map<String, Value> = entries(&call.function.extra);
        function.insert("name".into(), text(call.function.name));
        function.insert("arguments".into(), text(call.function.arguments));
        let mut object = entries(&call.extra);
        object.insert("id".into(), text(call.id));
        object.insert("function".into(), Value::Object(function));
        object.extend(call.call_type.map(|kind| ("type".into(), text(kind.as_str().to_owned()))));
        object.into()
    }
}

fn entries(extra: &Extra) -> Map<String, Value> {
    extra.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
}

/// Which tool the assistant has to call.
#[derive(Debug, Clone, PartialEq)]
pub enum ToolChoice {
    /// A mode by its name, such as `auto`.
    Mode(String),
    /// A tool, described by an object.
    Tool(JsonObject),
}

impl From<&str> for ToolChoice {
    fn from(mode: &str) -> Self {
        Self::Mode(mode.to_owned())
    }
}

impl From<JsonObject> for ToolChoice {
    fn from(tool: JsonObject) -> Self {
        Self::Tool(tool)
    }
}

impl Serialize for ToolChoice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Mode(mode) => serializer.serialize_str(mode),
            Self::Tool(tool) => tool.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ToolChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ToolChoiceVisitor;

        impl<'de> Visitor<'de> for ToolChoiceVisitor {
            type Value = ToolChoice;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an object")
            }

            fn visit_str<E>(self, mode: &str) -> Result<ToolChoice, E> {
                Ok(ToolChoice::from(mode))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ToolChoice, A::Error> {
                let mut tool = JsonObject::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    tool.insert(name, value);
                }
                Ok(ToolChoice::Tool(tool))
            }
        }

        deserializer.deserialize_any(ToolChoiceVisitor)
    }
}

/// A value in the metadata of a message.
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
