//! Calling an HTTP endpoint.

use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, UnknownValue};

use crate::{ParameterSchema, ToolHeader, ToolMessage};

/// Calls an HTTP endpoint of yours.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WebhookTool {
    /// The endpoint, and what the model knows of it.
    pub webhook: Webhook,
    /// Milliseconds to wait for the answer, where the webhook does not run asynchronously. Counts only here: a
    /// `timeout_ms` inside of `webhook` is stored without effect.
    pub timeout_ms: Option<u32>,
    /// Whether this is a shared tool (`/ai/tools`). Read-only, see [`Tool::is_shared`](crate::Tool::is_shared).
    pub shared: Option<bool>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// An HTTP endpoint, and what the model knows of it.
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
///     .with_messages([DelayedMessage::new("Still looking.", 2_000)])
///     .with_store_fields_as_variables([StoredVariable::new("order_state", "order.state")]);
/// assert_eq!(webhook.name, "order_status");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Webhook {
    /// Name of the function for the model.
    pub name: String,
    /// What the endpoint does and when to call it.
    pub description: String,
    /// URL of the endpoint. `{name}` in it is replaced by the argument of that name in `path_parameters`.
    pub url: String,
    /// HTTP method.
    pub method: Option<HttpMethod>,
    /// Headers of the request.
    pub headers: Option<Vec<ToolHeader>>,
    /// Arguments from the model that go into the URL's path.
    pub path_parameters: Option<Box<ParameterSchema>>,
    /// Arguments from the model that go into the query.
    pub query_parameters: Option<Box<ParameterSchema>>,
    /// Arguments from the model that go into the body.
    pub body_parameters: Option<Box<ParameterSchema>>,
    /// Values you put into the query. The model neither sees nor changes them, and they win over `query_parameters`.
    /// `{{variables}}` and integration secrets are filled in, and percent-encoded.
    pub preset_query_params: Option<JsonObject>,
    /// Values you put into the body. The model neither sees nor changes them, and they win over `body_parameters`.
    /// `{{variables}}` and integration secrets are filled in. A GET has no body and goes without them.
    pub preset_body_fields: Option<JsonObject>,
    /// What the assistant says while it waits. Unused where `run_async` is set.
    pub messages: Option<Vec<ToolMessage>>,
    /// Parts of the answer that are stored as dynamic variables.
    pub store_fields_as_variables: Option<Vec<StoredVariable>>,
    /// Whether the conversation goes on without the answer.
    #[wire("async")]
    pub run_async: Option<bool>,
    /// Milliseconds that an asynchronous call gets for its answer all the same, before the model is told that it has
    /// been submitted. Default: the platform's, 300 at present.
    pub async_timeout_ms: Option<u32>,
    /// Fields this version does not know, kept as received.
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
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// A part of a webhook's answer that is stored as a dynamic variable.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct StoredVariable {
    /// Name of the variable.
    pub name: String,
    /// Where its value stands in the answer's JSON, with dots between the names: `customer.name`.
    pub value_path: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
