//! The arguments of a tool.

use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, UnknownValue};

/// The arguments of a tool, as a JSON Schema of an object.
///
/// Other keywords of JSON Schema, such as `additionalProperties`, go into `extra`.
///
/// ```
/// use serde_json::json;
/// use telnyx_ai_types::{JsonObject, ParameterSchema};
///
/// let properties = JsonObject::from([("order_id", json!({"type": "string", "description": "As it stands on the bill."}))]);
/// let schema = ParameterSchema::new().with_properties(properties).with_required(["order_id"]);
/// assert_eq!(serde_json::to_value(&schema)?["type"], "object");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ParameterSchema {
    /// The type of the whole: an object.
    #[wire("type", initial = SchemaType::Object)]
    pub schema_type: Option<SchemaType>,
    /// The arguments: each name with the JSON Schema of its values.
    pub properties: Option<JsonObject>,
    /// Names of the arguments that have to be given.
    pub required: Option<Vec<String>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The type of a [`ParameterSchema`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum SchemaType {
    /// An object.
    Object,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}
