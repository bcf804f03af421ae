//! Messages to add to a conversation.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use telnyx_ai_core::{Extra, JsonObject, Object, Timestamp};

use super::{Role, ToolCall};

/// The body of [`ConversationsApi::add_message`](super::ConversationsApi::add_message).
///
/// ```
/// use telnyx_ai_assistants::{AddMessage, Role, ToolCall, ToolCallFunction};
///
/// let asked = AddMessage::new(Role::User).with_content("Where is my order?").with_name("Ada");
/// let call = ToolCall::new("call-1", ToolCallFunction::new("order_status", r#"{"order": 17}"#));
/// let looked_up = AddMessage::new(Role::Assistant).with_tool_calls([call]);
/// let found = AddMessage::new(Role::Tool).with_tool_call_id("call-1").with_content("on its way");
/// # let _ = (asked, looked_up, found);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AddMessage {
    /// The author: `user`, `assistant` or `tool`.
    pub role: Role,
    /// The text of the message, or the result of a tool. Optional if `tool_calls` is set.
    pub content: Option<String>,
    /// The name of the author.
    pub name: Option<String>,
    /// The time at which the message was sent.
    pub sent_at: Option<Timestamp>,
    /// The tool calls of the assistant. A [`ToolCall`] converts into an item.
    #[wire(into)]
    pub tool_calls: Option<Vec<JsonObject>>,
    /// The id of the tool call of which this message is the result.
    pub tool_call_id: Option<String>,
    /// The tool that the assistant must call.
    pub tool_choice: Option<ToolChoice>,
    /// Metadata of this message. Values can be any JSON.
    pub metadata: Option<JsonObject>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// Converts a tool call into the form of an added message.
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

/// The tool that the assistant must call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The name of a mode, such as `auto`.
    Mode(String),
    /// An object that describes a tool.
    Tool(JsonObject),
}

impl From<&str> for ToolChoice {
    fn from(mode: &str) -> Self {
        Self::Mode(mode.to_owned())
    }
}

impl From<String> for ToolChoice {
    fn from(mode: String) -> Self {
        Self::Mode(mode)
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
                Ok(mode.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ToolChoice, A::Error> {
                JsonObject::deserialize(MapAccessDeserializer::new(map)).map(ToolChoice::Tool)
            }
        }

        deserializer.deserialize_any(ToolChoiceVisitor)
    }
}
