//! Functions that the caller of the chat answers.

use telnyx_ai_core::{Extra, JsonObject, Object};

/// A function in the style of OpenAI: the model calls it, your code answers.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct FunctionTool {
    /// The function.
    pub function: Function,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What the model knows of a function.
///
/// ```
/// use serde_json::json;
/// use telnyx_ai_types::{Function, JsonObject};
///
/// let parameters = JsonObject::from([("type", json!("object")), ("properties", json!({"city": {"type": "string"}}))]);
/// let function = Function::new("weather").with_description("Tells the weather of a city.").with_parameters(parameters);
/// assert_eq!(function.name, "weather");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What it does and when to call it.
    pub description: Option<String>,
    /// Its arguments, as a JSON Schema.
    pub parameters: Option<JsonObject>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
