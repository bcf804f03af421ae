use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use serde_json::Value;

use crate::call_request::{CallRequest, Idempotency};
use crate::{Call, Operation, RetryPolicy, Transport, operation};

/// A client of the API: its base URL, key, transport and retry policy.
///
/// Cloning is cheap: clones share everything. Create one client per program and pass it to the handles you need. Connections
/// belong to the tokio runtime that opened them, so use a client in one runtime only. See
/// [`guide::connections`](crate::guide::connections).
///
/// ```
/// use http::Method;
/// use telnyx_ai_core::{Body, BoxError, Client};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::full(r#"{"data": []}"#))) });
/// let client = Client::builder().api_key("KEY").transport(transport).build()?;
/// let assistants = client.request(Method::GET, "/ai/assistants").await?;
/// assert_eq!(assistants["data"].as_array().map(Vec::len), Some(0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(pub(crate) Arc<Settings>);

pub(crate) struct Settings {
    /// The scheme, authority and path prefix, without a slash at the end.
    pub(crate) base_url: String,
    /// The headers of every request: authorization, user agent, and those set on the builder.
    pub(crate) headers: HeaderMap,
    pub(crate) transport: Arc<dyn Transport>,
    /// Whether requests have extensions, for layers and transports of the user.
    pub(crate) has_extensions: bool,
    pub(crate) retry_policy: Arc<dyn RetryPolicy>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) timeout: Duration,
    pub(crate) stream_idle_timeout: Duration,
    pub(crate) max_answer_bytes: usize,
}

impl Client {
    /// Calls any operation, also one that the typed crates do not have.
    ///
    /// `path` begins with `/`, is relative to the base URL (`/ai/assistants`) and may have a query. It is not encoded; the
    /// built-in transport encodes only characters that a URL cannot have. An invalid path is an error when the call is
    /// awaited. A `POST` is retried like a `GET` if it has an [`idempotency_key`](Call::idempotency_key).
    ///
    /// ```
    /// # use telnyx_ai_core::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::full(r#"{"ok": true}"#))) });
    /// # let client = Client::builder().api_key("KEY").transport(transport).build()?;
    /// let response = client
    ///     .request(http::Method::POST, "/ai/something/new")
    ///     .body(&serde_json::json!({"name": "Ada"}))
    ///     .await?;
    /// assert_eq!(response["ok"], true);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> Call<Value> {
        let path = path.into();
        let name = path.split('?').next().unwrap_or_default().to_owned();
        Call::of(CallRequest::new(self, Operation::new(method, name), operation::check(path), Idempotency::IfGiven))
    }

    /// Calls an operation with path parameters, for crates that implement an endpoint.
    ///
    /// The `parameters`, percent-encoded, replace the `{names}` in `path`, in order. Set the type of the response with
    /// [`Call::json`] or one of its siblings.
    ///
    /// # Panics
    /// In debug builds, if the number of parameters is not that of the names.
    pub fn call(&self, method: Method, path: &'static str, parameters: &[&str]) -> Call<Value> {
        let filled = operation::fill(path, parameters);
        Call::of(CallRequest::new(self, Operation::new(method, path), filled, Idempotency::None))
    }

    /// Returns the base URL, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("retry_policy", &self.0.retry_policy)
            .field("timeout", &self.0.timeout)
            .finish_non_exhaustive()
    }
}
