use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::builder::ClientBuilder;
use crate::{Call, Error, RetryPolicy, Transport};

/// A connection to the API: where it is, the key, the transport and the retries.
///
/// Cheap to clone; clones share all of it. Make one for the program and give it to the handles you need.
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
    /// Scheme, authority and path prefix, without a slash at the end.
    pub(crate) base_url: String,
    /// The headers of every request: authorization, user agent, and what the builder was given.
    pub(crate) headers: HeaderMap,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) retry_policy: Arc<dyn RetryPolicy>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) timeout: Duration,
    pub(crate) stream_idle_timeout: Duration,
    pub(crate) max_answer_bytes: usize,
}

impl Settings {
    /// A body without the API key: the error page of a proxy may show the request that it got.
    pub(crate) fn without_key(&self, body: &Bytes) -> Bytes {
        let key = self.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        match key {
            // A shorter one is no key of the API's, and may be a word.
            Some(key) if key.len() >= 8 && body.windows(key.len()).any(|bytes| bytes == key.as_bytes()) => {
                String::from_utf8_lossy(body).replace(key, "[masked]").into()
            }
            _ => body.clone(),
        }
    }
}

impl Client {
    /// A client with the key and base URL of the environment (`TELNYX_API_KEY`, `TELNYX_BASE_URL`).
    ///
    /// # Errors
    /// Those of [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A client with settings of your own.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A call of any method and path, for what the typed crates do not have (yet).
    ///
    /// `path` begins with `/`, stands below the base URL (`/ai/assistants`), and is sent as it is; it may have a query.
    /// Errors in it surface when the call is awaited. Retries count a `POST` as repeatable once you give it an
    /// [`idempotency_key`](Call::idempotency_key).
    ///
    /// ```
    /// # use telnyx_ai_core::{Body, BoxError, Client};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::full(r#"{"ok": true}"#))) });
    /// # let client = Client::builder().api_key("KEY").transport(transport).build()?;
    /// let answer = client
    ///     .request(http::Method::POST, "/ai/something/new")
    ///     .body(&serde_json::json!({"name": "Ada"}))
    ///     .await?;
    /// assert_eq!(answer["ok"], true);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> Call<Value> {
        Call::untyped(self, method, Cow::Owned(path.into()))
    }

    /// A call of an operation of the API: `parameters` are put, percent-encoded, where `path` has its `{names}`.
    ///
    /// For crates that type an endpoint; type the answer with [`Call::json`] and its siblings. Give as many parameters as
    /// there are names, in their order; a debug build panics otherwise.
    pub fn call(&self, method: Method, path: &'static str, parameters: &[&str]) -> Call<Value> {
        Call::typed(self, method, path, parameters)
    }

    /// Where the API is, without a slash at the end.
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
