//! Calls of webhook tools.

use http::{HeaderMap, Uri};
use serde::de::DeserializeOwned;
use telnyx_ai_core::json::Json;
use telnyx_ai_core::{JsonObject, decode};

/// The header that names the call which a webhook tool is called in.
pub const CALL_CONTROL_ID_HEADER: &str = "x-telnyx-call-control-id";

/// An assistant's call of one of your webhook tools. `A` is what the tool's body parameters are read into.
///
/// Arguments in the path are the router's business. In axum, take it as `Verified<ToolCallRequest<…>>`.
///
/// ```
/// use http::{HeaderMap, HeaderValue, Uri};
/// use telnyx_ai_webhooks::ToolCallRequest;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let headers = HeaderMap::from_iter([("x-telnyx-call-control-id".parse()?, HeaderValue::from_static("v3:abc"))]);
/// let uri = Uri::from_static("/orders?tenant=acme");
/// let call: ToolCallRequest = ToolCallRequest::read(&uri, &headers, br#"{"order": 7}"#)?;
/// assert_eq!(call.call_control_id.as_deref(), Some("v3:abc"));
/// assert_eq!(call.query_value("tenant"), Some("acme"));
/// assert_eq!(call.arguments["order"], 7);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolCallRequest<A = JsonObject> {
    /// The call it happens in, to command it by: an asynchronous tool reports its result there. None in a chat.
    pub call_control_id: Option<String>,
    /// The arguments in the query, decoded and in order.
    pub query: Vec<(String, String)>,
    /// The arguments in the body. An empty body is read as an empty object.
    pub arguments: A,
}

impl<A: DeserializeOwned> ToolCallRequest<A> {
    /// Reads a request. Verify it first, with [`Verifier::verify`](crate::Verifier::verify).
    ///
    /// # Errors
    /// Where the body is no JSON or not that of an `A`.
    pub fn read(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<Self, decode::DecodeError> {
        let call_control_id = headers.get(CALL_CONTROL_ID_HEADER).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
        let Json(arguments) = decode::from_slice(body)?;
        Ok(Self { call_control_id, query, arguments })
    }
}

impl<A> ToolCallRequest<A> {
    /// The first value of this name in the query.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
