//! Messages that are put into a conversation.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use telnyx_ai_core::json::{self, Fault, Field, FromJson, Reader};
use telnyx_ai_core::{Extra, JsonObject, Object, Timestamp};

use super::{MetadataValue, Role, ToolCall};

/// The message that [`add_message`](super::ConversationsApi::add_message) puts into a conversation.
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

impl FromJson for ToolChoice {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        match json.peek() {
            Some(b'{') => JsonObject::from_json(json).map(Self::Tool),
            _ => json.text("a string or an object").map(|mode| Self::from(&*mode)),
        }
    }
}

impl Field for ToolChoice {
    fn blank() -> Self {
        Self::Mode(String::new())
    }
}

impl<'de> Deserialize<'de> for ToolChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::deserialize(deserializer)
    }
}
