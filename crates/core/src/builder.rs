use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, USER_AGENT};
use http::{Request, Response};
use tower::{Layer, Service};

use crate::base_url::{self, may_hold_password};
use crate::client::Settings;
#[cfg(feature = "reqwest")]
use crate::connections::Connections;
use crate::environment::variable;
use crate::options::{IDEMPOTENCY_KEY, header};
use crate::transport::Layered;
use crate::{Body, BoxError, Client, Error, Retries, RetryPolicy, Secret, Transport, TransportService};

const TIMEOUT: Duration = Duration::from_secs(60);
const MAX_ANSWER_BYTES: usize = 64 << 20;

const QUOTES: [char; 7] = ['"', '\'', '`', '“', '”', '‘', '’'];

type Wrap = Box<dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send>;

/// Builds a [`Client`]. Each method documents the default of its setting.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_core::{Body, BoxError, Client};
///
/// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::empty())) });
/// let client = Client::builder()
///     .api_key("KEY")
///     .base_url("http://127.0.0.1:4010/v2")
///     .transport(transport)
///     .timeout(Duration::from_secs(20))
///     .max_retries(4)
///     .build()?;
/// assert_eq!(client.base_url(), "http://127.0.0.1:4010/v2");
/// # Ok::<(), telnyx_ai_core::Error>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
#[derive(Default)]
pub struct ClientBuilder {
    api_key: Option<Secret>,
    base_url: Option<String>,
    allow_plain_http: bool,
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "reqwest")]
    pub(crate) connections: Connections,
    layers: Vec<Wrap>,
    retry_policy: Option<Arc<dyn RetryPolicy>>,
    max_retries: Option<u32>,
    timeout: Option<Duration>,
    stream_idle_timeout: Option<Duration>,
    max_answer_bytes: Option<usize>,
    headers: Vec<(String, String)>,
}

impl Client {
    /// Builds a client from the variables of the environment.
    ///
    /// These are `TELNYX_API_KEY`, `TELNYX_BASE_URL` and `TELNYX_ALLOW_PLAIN_HTTP`.
    ///
    /// # Errors
    /// Those of [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Returns a builder, which configures a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl ClientBuilder {
    /// Sets the API key, without `Bearer` or quotes. Default: the environment variable `TELNYX_API_KEY`.
    ///
    /// White space around it is trimmed. `Debug`, errors and logs never show it, and its header is marked sensitive.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sets the URL of the API, version included. Default: the environment variable `TELNYX_BASE_URL`, else
    /// `https://api.telnyx.com/v2`.
    ///
    /// The built-in transport and `telnyx-ai-hyper` never send requests to a loopback address (`localhost`, `127.0.0.0/8`,
    /// `[::1]`) through a proxy.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Allows plain `http` to other machines. Default: the environment variable `TELNYX_ALLOW_PLAIN_HTTP` (`1` or `0`), else
    /// not allowed.
    ///
    /// Plain `http` sends the API key unencrypted. Use it only in networks that you trust, such as
    /// `http://emulator:4010/v2` in Docker Compose.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Sets the HTTP transport. Default: the built-in one on reqwest, if the feature `reqwest` is enabled.
    ///
    /// The connection settings of this builder apply to the built-in transport only. [`build`](Self::build) fails if one of
    /// them is set together with a transport.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Wraps the transport in a tower layer. A later layer wraps the earlier ones.
    ///
    /// Layers see each attempt, because retries happen above them. The layered service needs neither `Clone` nor `Sync`. If it
    /// is not ready, requests wait for it in the order in which they were sent; that time does not count against
    /// [`timeout`](crate::Call::timeout). A layer does not see the readiness of a layer that another call of this method
    /// added. The responses may have bodies of any type.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telnyx_ai_core::{Body, BoxError, Client};
    /// use tower::limit::RateLimitLayer;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), telnyx_ai_core::Error> {
    /// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::empty())) });
    /// let client = Client::builder()
    ///     .api_key("KEY")
    ///     .transport(transport)
    ///     .layer(RateLimitLayer::new(10, Duration::from_secs(1)))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<TransportService> + Send + 'static,
        L::Service: Service<Request<Body>, Response = Response<B>> + Send + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send,
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.layers.push(Box::new(move |inner| Arc::new(Layered::new(layer.layer(TransportService::from(inner))))));
        self
    }

    /// Sets the policy that decides on retries. Default: [`Retries::default`]; see [`retry`](crate::retry).
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.retry_policy = Some(Arc::new(policy));
        self
    }

    /// Limits the number of retries of a call. 0 disables retries. Default: the policy's, 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// Limits the time of one attempt of a call. Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Limits the time between two chunks of a stream. Default: 60 s.
    ///
    /// In an event stream, comments count as chunks. The time between two events is limited to ten times this value.
    pub fn stream_idle_timeout(mut self, timeout: Duration) -> Self {
        self.stream_idle_timeout = Some(timeout);
        self
    }

    /// Limits the bytes of a response body, and of the text that a stream collects. Default: 64 MiB.
    ///
    /// Exceeding it is a [`Decode`](crate::ErrorKind::Decode) error, and not retried.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer_bytes = Some(bytes);
        self
    }

    /// Adds a header to every request.
    ///
    /// If its name suggests a secret (`x-token`), its value is marked sensitive, so that layers that log headers mask it.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// No tokio runtime is needed, unless a layer needs one (tower's `RateLimitLayer` does).
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error if
    /// - the API key is missing or blank, is in quotes, begins with `Bearer`, or has characters that a header cannot have;
    /// - a header is invalid;
    /// - the base URL is not a URL with `http` or `https`, a host and an optional port from 1 to 65535;
    /// - the base URL has a user name, a password, a query or a fragment;
    /// - the base URL is plain `http` to another machine and [`allow_plain_http`](Self::allow_plain_http) is not set;
    /// - no transport is enabled, or it has no TLS for an `https` URL;
    /// - the root certificates cannot be read, or an `https` URL has none to trust;
    /// - the environment names a proxy that cannot be used for the base URL;
    /// - a connection setting was set together with a transport.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = base_url::base_url(self.base_url, self.allow_plain_http)?;
        let key = self.api_key.or_else(|| variable("TELNYX_API_KEY").map(Secret::from));
        // Requests clone the map and add a few headers.
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(AUTHORIZATION, authorization(key.as_ref())?);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("telnyx-ai-rust/", env!("CARGO_PKG_VERSION"))));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            let (name, value) = header(name, value).map_err(Error::config)?;
            if name == IDEMPOTENCY_KEY {
                return Err(Error::config(
                    "an idempotency key belongs to one call: set it with `idempotency_key` on the call",
                ));
            }
            headers.insert(name, value);
        }
        let has_extensions = self.transport.is_some() || !self.layers.is_empty();
        let transport = match self.transport {
            Some(transport) => {
                #[cfg(feature = "reqwest")]
                self.connections.check_unchanged()?;
                transport
            }
            #[cfg(feature = "reqwest")]
            None => Arc::new(crate::ReqwestTransport::built_in(&base_url, self.connections)?),
            #[cfg(not(feature = "reqwest"))]
            None => {
                return Err(Error::config(
                    "there is no transport: enable the feature `rustls` of telnyx-ai or telnyx-ai-core, or pass a \
                     transport to `transport`",
                ));
            }
        };
        Ok(Client(Arc::new(Settings {
            base_url: base_url.to_string().trim_end_matches('/').to_owned(),
            headers,
            has_extensions,
            transport: self.layers.into_iter().fold(transport, |inner, wrap| wrap(inner)),
            retry_policy: self.retry_policy.unwrap_or_else(|| Arc::new(Retries::default())),
            max_retries: self.max_retries,
            timeout: self.timeout.unwrap_or(TIMEOUT),
            stream_idle_timeout: self.stream_idle_timeout.unwrap_or(TIMEOUT),
            max_answer_bytes: self.max_answer_bytes.unwrap_or(MAX_ANSWER_BYTES),
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &self.base_url.as_deref().filter(|url| !may_hold_password(url)))
            .field("layers", &self.layers.len())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// The value of the `authorization` header. Errors leave the key out.
fn authorization(key: Option<&Secret>) -> Result<HeaderValue, Error> {
    let Some(key) = key else {
        return Err(Error::config(
            "there is no API key: set the environment variable TELNYX_API_KEY or call `api_key` on the builder (the \
             emulator takes any key)",
        ));
    };
    let key = key.expose().trim();
    let wrong = |why: &str| Err(Error::config(format!("the API key {why} (`api_key` or TELNYX_API_KEY)")));
    if key.is_empty() {
        return wrong("is blank; set the key of your account, or any text for the emulator");
    }
    if key.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("bearer"))
        && !key.as_bytes()[6..].iter().all(u8::is_ascii_alphanumeric)
    {
        return wrong("begins with `Bearer`; set the key alone");
    }
    if key.starts_with(QUOTES) || key.ends_with(QUOTES) {
        return wrong("is in quotes; remove them");
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return wrong("has white space, control or non-ASCII characters; copy it again");
    }
    let mut value = HeaderValue::try_from(format!("Bearer {key}")).map_err(|error| Error::config(error.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}
