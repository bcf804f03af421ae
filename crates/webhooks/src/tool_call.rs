//! Requests of webhook tools.

use std::fmt;

use http::{HeaderMap, Uri};
use serde::de::DeserializeOwned;
use telnyx_ai_core::{JsonObject, decode};

/// The header with the id of the phone call in which a webhook tool is called.
pub const CALL_CONTROL_ID_HEADER: &str = "x-telnyx-call-control-id";

/// A request of a webhook tool. `A` is the type of the arguments in the body.
///
/// The router reads arguments in the path. In axum, use the extractor `Verified<ToolCallRequest<…>>`. Of these fields, the
/// signature covers [`arguments`](Self::arguments) only.
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
///
/// `Debug` masks query values under names such as `password` or `token`, as [`JsonObject`] does.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolCallRequest<A = JsonObject> {
    /// The id of the phone call, for commands. An asynchronous tool reports its result to this call. `None` in a chat.
    pub call_control_id: Option<String>,
    /// The arguments in the query, decoded and in order.
    pub query: Vec<(String, String)>,
    /// The arguments in the body. An empty body is the same as an empty object.
    pub arguments: A,
}

impl<A: DeserializeOwned> ToolCallRequest<A> {
    /// Deserializes a request. Verify it first with [`Verifier::verify`](crate::Verifier::verify).
    ///
    /// # Errors
    /// If the body is not JSON or does not deserialize to `A`.
    pub fn read(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<Self, decode::DecodeError> {
        let call_control_id = headers.get(CALL_CONTROL_ID_HEADER).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
        let arguments = decode::from_slice_lenient(body)?;
        Ok(Self { call_control_id, query, arguments })
    }
}

impl<A: fmt::Debug> fmt::Debug for ToolCallRequest<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCallRequest")
            .field("call_control_id", &self.call_control_id)
            .field("query", &self.query.iter().cloned().collect::<JsonObject>())
            .field("arguments", &self.arguments)
            .finish()
    }
}

impl<A> ToolCallRequest<A> {
    /// Returns the first value of a name in the query.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
