use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use http::{Request, Response, Uri};
use secrecy::{ExposeSecret, SecretString};
use tower::{Layer, Service};

use crate::client::Settings;
use crate::data::names_a_secret;
use crate::default_transport::default_transport;
use crate::{Body, BoxError, Client, Error, Retries, RetryPolicy, Transport, TransportService};

const BASE_URL: &str = "https://api.telnyx.com/v2";
const TIMEOUT: Duration = Duration::from_secs(60);
const MAX_ANSWER_BYTES: usize = 64 << 20;

type Wrap = Box<dyn FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport> + Send>;

/// The settings of a [`Client`]. What is not set comes from the environment or has the default that its method names.
#[must_use = "a builder does nothing until `build`"]
#[derive(Default)]
pub struct ClientBuilder {
    api_key: Option<SecretString>,
    base_url: Option<String>,
    allow_plain_http: bool,
    transport: Option<Arc<dyn Transport>>,
    layers: Vec<Wrap>,
    retry_policy: Option<Arc<dyn RetryPolicy>>,
    max_retries: Option<u32>,
    timeout: Option<Duration>,
    stream_idle_timeout: Option<Duration>,
    max_answer_bytes: Option<usize>,
    headers: Vec<(String, String)>,
}

impl ClientBuilder {
    /// The API key. Default: the environment variable `TELNYX_API_KEY`.
    ///
    /// It is kept out of `Debug`, errors and logs, and its header is marked sensitive.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Where the API is, version included, like `https://api.telnyx.com/v2`. Default: the environment variable
    /// `TELNYX_BASE_URL`, or else that URL.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Allows a base URL with plain `http` on another machine, which shows the key to everybody on the way.
    /// Default: plain `http` is for this machine only (`localhost`, `127.0.0.0/8`, `[::1]`).
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// What moves the requests. Default: `HyperTransport` where the feature `hyper` is on, it can reach the base URL, and no
    /// proxy is named for that, or else `ReqwestTransport`, where `reqwest` is.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Wraps the transport into a tower layer; a later layer goes around the earlier ones.
    ///
    /// Layers sit below the retries and see each attempt. What the layer makes must be `Clone`; where it is not (a
    /// rate limit, say), put `tower::buffer` around it. The layer's answers may have bodies of any type.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telnyx_ai_core::{Body, BoxError, Client};
    /// use tower::timeout::TimeoutLayer;
    ///
    /// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::empty())) });
    /// let client = Client::builder()
    ///     .api_key("KEY")
    ///     .transport(transport)
    ///     .layer(TimeoutLayer::new(Duration::from_secs(5)))
    ///     .build()?;
    /// # Ok::<(), telnyx_ai_core::Error>(())
    /// ```
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<TransportService> + Send + 'static,
        L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send,
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.layers.push(Box::new(move |inner| Arc::new(layer.layer(TransportService(inner)))));
        self
    }

    /// When failed calls are repeated. Default: [`Retries::default`]; see [the module](crate::retry).
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.retry_policy = Some(Arc::new(policy));
        self
    }

    /// How many times a failed call is repeated at the most; 0 turns retries off. Default: what the policy says, 2.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// How long one attempt of a call may take. Default: 60 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long a stream may be silent. Default: 60 s.
    pub fn stream_idle_timeout(mut self, timeout: Duration) -> Self {
        self.stream_idle_timeout = Some(timeout);
        self
    }

    /// How many bytes an answer may have; a longer one is an error. Streams are not limited. Default: 64 MiB.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer_bytes = Some(bytes);
        self
    }

    /// A header that every request carries. One whose name speaks of a secret (`x-token`) is marked sensitive, so that
    /// layers which log headers mask it.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The client. Nothing is sent yet, and no runtime is needed.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error where the key is missing, blank or not fit for a header; a header that was given
    /// is not valid; the base URL is no URL, has a password, query or fragment, or is plain `http` to another machine; there is no
    /// transport for it; or the certificates can not be read.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = base_url(self.base_url.or_else(|| from_env("TELNYX_BASE_URL")), self.allow_plain_http)?;
        let key = self.api_key.or_else(|| from_env("TELNYX_API_KEY").map(SecretString::from));
        // Each request clones it and adds a few.
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(AUTHORIZATION, authorization(key.as_ref())?);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("telnyx-ai-rust/", env!("CARGO_PKG_VERSION"))));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            let (name, mut value) = header(name, value).map_err(Error::config)?;
            value.set_sensitive(names_a_secret(name.as_str()));
            headers.insert(name, value);
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&base_url)?,
        };
        Ok(Client(Arc::new(Settings {
            base_url,
            headers,
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
            .field("base_url", &self.base_url.as_deref().filter(|url| !has_password(url)))
            .field("layers", &self.layers.len())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A variable of the environment; a blank one counts as unset.
fn from_env(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The words of the error never hold the header's value, which may be a secret.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let name = HeaderName::try_from(name)
        .map_err(|_| format!("{name:?} is no name of a header: use letters, digits and hyphens"))?;
    let value = HeaderValue::try_from(value)
        .map_err(|_| format!("the value of the header `{name}` has characters that no header may have"))?;
    Ok((name, value))
}

fn authorization(key: Option<&SecretString>) -> Result<HeaderValue, Error> {
    let Some(key) = key else {
        return Err(Error::config(
            "there is no API key: set the environment variable TELNYX_API_KEY or call `api_key` on the builder (the \
             emulator takes any key)",
        ));
    };
    let key = key.expose_secret().trim();
    if key.is_empty() {
        return Err(Error::config("the API key is blank: give the key of your account (the emulator takes any key)"));
    }
    let mut value = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| {
        Error::config("the API key has characters that no header may have: copy it again, without line breaks")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The base URL without a slash at the end, once it is one that requests can go to.
fn base_url(given: Option<String>, allow_plain_http: bool) -> Result<String, Error> {
    let given = given.unwrap_or_else(|| BASE_URL.to_owned());
    let url = given.trim().trim_end_matches('/');
    let wrong = |why: &str| {
        Error::config(format!("the base URL {url:?} {why}; it looks like {BASE_URL} (TELNYX_BASE_URL or `base_url`)"))
    };
    if url.is_empty() {
        return Err(wrong("is blank"));
    }
    if has_password(url) {
        return Err(Error::config("the base URL holds a user name or password: give the key by `api_key` instead"));
    }
    let uri: Uri = url.parse().map_err(|_| wrong("is no URL"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong("has no scheme"));
    };
    if uri.query().is_some() || url.contains('#') {
        return Err(wrong("has a query or a fragment"));
    }
    match scheme {
        "https" => {}
        "http" if allow_plain_http || is_loopback(authority.host()) => {}
        "http" => {
            return Err(wrong(
                "is plain http to another machine, which would show the key on the way: use https, or \
                 `allow_plain_http` where you know the network",
            ));
        }
        _ => return Err(wrong("is neither http nor https")),
    }
    Ok(url.to_owned())
}

/// Looks before the URL is read: what is wrong with it is told with its words.
fn has_password(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
