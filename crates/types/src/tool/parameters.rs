//! The arguments of a tool.

use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, UnknownValue};

/// The arguments of a tool, as a JSON Schema of an object.
///
/// Put other keywords of JSON Schema, such as `additionalProperties`, into `extra`.
///
/// ```
/// use serde_json::json;
/// use telnyx_ai_types::{JsonObject, ParameterSchema};
///
/// let properties = JsonObject::from([("order_id", json!({"type": "string", "description": "The number on the bill."}))]);
/// let schema = ParameterSchema::new().with_properties(properties).with_required(["order_id"]);
/// assert_eq!(serde_json::to_value(&schema)?["type"], "object");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ParameterSchema {
    /// The type of the schema, [`SchemaType::Object`].
    #[wire("type", initial = SchemaType::Object)]
    pub schema_type: Option<SchemaType>,
    /// The JSON Schemas of the arguments, by name.
    pub properties: Option<JsonObject>,
    /// The names of the required arguments.
    pub required: Option<Vec<String>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The type of a [`ParameterSchema`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum SchemaType {
    /// An object.
    Object,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}
