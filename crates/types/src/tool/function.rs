//! Functions that your code executes.

use telnyx_ai_core::{Extra, JsonObject, Object};

/// A function like OpenAI's: the model calls it, and your code returns the result.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct FunctionTool {
    /// The name, the description and the arguments of the function.
    pub function: Function,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The definition of a function.
///
/// ```
/// use serde_json::json;
/// use telnyx_ai_types::{Function, JsonObject};
///
/// let parameters = JsonObject::from([("type", json!("object")), ("properties", json!({"city": {"type": "string"}}))]);
/// let function = Function::new("weather").with_description("Returns the weather in a city.").with_parameters(parameters);
/// assert_eq!(function.name, "weather");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Function {
    /// The name of the function.
    pub name: String,
    /// The purpose of the function, and when to call it.
    pub description: Option<String>,
    /// The arguments of the function, as a JSON Schema.
    pub parameters: Option<JsonObject>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
