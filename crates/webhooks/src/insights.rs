//! What was drawn from a conversation.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use telnyx_ai_core::json::{Fault, Field, FromJson, Reader};
use telnyx_ai_core::{Extra, JsonObject, Object};

use crate::CallingPartyType;

/// What was drawn from a call: the payload of `call.conversation_insights.generated`.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightsGenerated {
    /// The group of insights.
    pub insight_group_id: Option<String>,
    /// What each of them says.
    pub results: Option<Vec<InsightResult>>,
    /// The call, as its commands name it.
    pub call_control_id: Option<String>,
    /// This leg of the call.
    pub call_leg_id: Option<String>,
    /// What the legs of one call have in common.
    pub call_session_id: Option<String>,
    /// The Call Control application of the call.
    pub connection_id: Option<String>,
    /// The state that a command gave to the call, in base64.
    pub client_state: Option<String>,
    /// What the caller called from.
    pub calling_party_type: Option<CallingPartyType>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What one insight says.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightResult {
    /// The insight, as it is configured.
    pub insight_id: Option<String>,
    /// Its name for people; an insight group's own webhook tells it.
    pub insight_name: Option<String>,
    /// What it says.
    pub result: Option<InsightValue>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What an insight says: a text, or an object where it has a schema.
///
/// ```
/// use telnyx_ai_webhooks::InsightValue;
///
/// let value: InsightValue = serde_json::from_str(r#"{"sentiment": "positive"}"#)?;
/// assert_eq!(value.as_object().map(|object| &object["sentiment"]), Some(&"positive".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InsightValue {
    /// A text.
    Text(String),
    /// An object after the insight's schema.
    Object(JsonObject),
    /// Anything else, kept as received.
    Other(Value),
}

impl InsightValue {
    /// The text, where it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object, where it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&JsonObject> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl From<&str> for InsightValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<JsonObject> for InsightValue {
    fn from(object: JsonObject) -> Self {
        Self::Object(object)
    }
}

impl From<Value> for InsightValue {
    fn from(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text),
            Value::Object(object) => Self::Object(object.into()),
            other => Self::Other(other),
        }
    }
}

impl Serialize for InsightValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for InsightValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

impl FromJson for InsightValue {
    fn from_json(json: &mut Reader<'_>) -> Result<Self, Fault> {
        match json.peek() {
            Some(b'{') => JsonObject::from_json(json).map(Self::Object),
            _ => json.value().map(Self::from),
        }
    }
}

impl Field for InsightValue {
    fn blank() -> Self {
        Self::Other(Value::Null)
    }
}

/// What an insight group drew from a conversation: posted as it is, without an envelope, to the address of the group or
/// the one that an assistant puts in its place.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightGroupCompleted {
    /// What happened: `conversation.insights.completed`.
    #[wire(initial = InsightGroupCompleted::EVENT_TYPE.to_owned())]
    pub event_type: Option<String>,
    /// The conversation.
    pub conversation_id: String,
    /// The group of insights.
    pub insight_group_id: Option<String>,
    /// The group's name.
    pub insight_group_name: Option<String>,
    /// What each insight says.
    pub insights: Vec<InsightResult>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl InsightGroupCompleted {
    /// The `event_type` of these.
    pub const EVENT_TYPE: &'static str = "conversation.insights.completed";
}
