//! Calls to an HTTP endpoint.

use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, UnknownValue};

use crate::{ParameterSchema, ToolHeader, ToolMessage};

/// A tool that calls your HTTP endpoint.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WebhookTool {
    /// The endpoint and its description for the model.
    pub webhook: Webhook,
    /// The time limit for the response in milliseconds, at least 1. Default: 5000. It does not apply to an asynchronous
    /// webhook. The API stores a `timeout_ms` inside `webhook`, but ignores it.
    pub timeout_ms: Option<u32>,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// An HTTP endpoint and its description for the model.
///
/// ```
/// use serde_json::json;
/// use telnyx_ai_types::{DelayedMessage, HttpMethod, JsonObject, ParameterSchema, StoredVariable, Webhook};
///
/// let id: JsonObject = serde_json::from_value(json!({"id": {"type": "string"}}))?;
/// let webhook = Webhook::new("order_status", "Looks up an order.", "https://shop.example.com/orders/{id}")
///     .with_method(HttpMethod::Get)
///     .with_path_parameters(ParameterSchema::new().with_properties(id).with_required(["id"]))
///     .with_headers([("authorization", "Bearer {{#integration_secret}}shop{{/integration_secret}}")])
///     .with_messages([DelayedMessage::new("Still looking.", 2_000).into()])
///     .with_store_fields_as_variables([StoredVariable::new("order_state", "order.state")]);
/// assert_eq!(webhook.name, "order_status");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Webhook {
    /// The name of the function for the model.
    pub name: String,
    /// The purpose of the endpoint, and when to call it.
    pub description: String,
    /// The URL of the endpoint. `{name}` is replaced with the argument of that name from `path_parameters`.
    pub url: String,
    /// The HTTP method of the request. Default: the service's.
    pub method: Option<HttpMethod>,
    /// The headers of the request.
    #[wire(into)]
    pub headers: Option<Vec<ToolHeader>>,
    /// The arguments in the path of the URL. The model sets them.
    pub path_parameters: Option<Box<ParameterSchema>>,
    /// The arguments in the query. The model sets them.
    pub query_parameters: Option<Box<ParameterSchema>>,
    /// The arguments in the body. The model sets them.
    pub body_parameters: Option<Box<ParameterSchema>>,
    /// Preset values of the query that the model cannot see or change. They take precedence over `query_parameters`.
    /// `{{variables}}` and integration secrets are replaced and percent-encoded.
    pub preset_query_params: Option<JsonObject>,
    /// Preset values of the body that the model cannot see or change. They take precedence over `body_parameters`.
    /// `{{variables}}` and integration secrets are replaced. Ignored for GET, which has no body.
    pub preset_body_fields: Option<JsonObject>,
    /// The sentences that the assistant says while it waits. Ignored if `run_async` is true.
    pub messages: Option<Vec<ToolMessage>>,
    /// Fields of the response to store as dynamic variables.
    pub store_fields_as_variables: Option<Vec<StoredVariable>>,
    /// Whether the conversation continues without the response.
    #[wire("async")]
    pub run_async: Option<bool>,
    /// The time in milliseconds to wait for the response of an asynchronous call. After it, the conversation continues.
    /// Default: the platform's, currently 300.
    pub async_timeout_ms: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// An HTTP method.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum HttpMethod {
    /// GET.
    #[wire("GET")]
    Get,
    /// POST.
    #[wire("POST")]
    Post,
    /// PUT.
    #[wire("PUT")]
    Put,
    /// PATCH.
    #[wire("PATCH")]
    Patch,
    /// DELETE.
    #[wire("DELETE")]
    Delete,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A field of a webhook's response that is stored as a dynamic variable.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct StoredVariable {
    /// The name of the variable.
    pub name: String,
    /// The path of the value in the JSON response, separated by dots: `customer.name`.
    pub value_path: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}
