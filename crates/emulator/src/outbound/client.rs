//! The HTTP client. HTTPS needs the feature `tls`.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
    vec,
};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::TokioExecutor,
};
use serde_json::Value;
use sse_stream::SseStream;
use tower::util::ServiceFn;

use crate::{
    assumptions::{TIMED_OUT_TOOL_STATUS, UNREACHABLE_TOOL_STATUS},
    json::{self, JsonError},
};

const MAX_RESPONSE_BYTES: usize = 16 * 1024 * 1024;

/// The name of this machine. It is always resolved to loopback addresses.
const LOCALHOST: &str = "localhost";

type Addresses = vec::IntoIter<SocketAddr>;
type Resolver = ServiceFn<fn(Name) -> BoxFuture<'static, io::Result<Addresses>>>;

#[cfg(not(feature = "tls"))]
type Connector = HttpConnector<Resolver>;
#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector<Resolver>>;

#[derive(Debug, Clone)]
pub(crate) struct HttpClient {
    client: Client<Connector, Full<Bytes>>,
    /// Whether requests to other machines are allowed.
    anywhere: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct OutboundRequest {
    pub(crate) method: Method,
    /// As configured by the user, so it may be an invalid URL.
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl OutboundRequest {
    pub(crate) fn json(url: &str, body: &Value) -> Self {
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            method: Method::POST,
            url: url.to_owned(),
            headers: HeaderMap::from_iter([content_type]),
            body: body.to_string().into(),
        }
    }
}

/// A response with its buffered body.
#[derive(Debug)]
pub(crate) struct OutboundResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl OutboundResponse {
    /// Whether the status is 2xx.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Parses the body as JSON.
    pub(crate) fn json(&self) -> Result<Value, UnreadableResponse> {
        match self.header(header::CONTENT_ENCODING) {
            "" | "identity" => Ok(json::read(&self.body)?),
            encoding => Err(UnreadableResponse::Encoded(encoding.to_owned())),
        }
    }

    /// The value of a header; empty if it is absent or not a string.
    pub(crate) fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The error for a response that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadableResponse {
    #[error("the response has the content-encoding '{0}', which the emulator does not decode")]
    Encoded(String),
    #[error("the response is {0}")]
    Json(#[from] JsonError),
}

/// The error for a request without a response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboundError {
    #[error("the request cannot be sent: {0}")]
    Request(String),
    #[error(
        "{0} is another machine; the emulator sends requests there only if it is started with --allow-outbound \
         (in Rust: Builder::allow_outbound)"
    )]
    Forbidden(String),
    #[error("the endpoint could not be reached: {0}")]
    Unreachable(String),
    #[error("the endpoint did not respond within {0} ms")]
    TimedOut(u128),
    #[error("the connection was lost during the response: {0}")]
    Interrupted(String),
    #[error("the response has more than {MAX_RESPONSE_BYTES} bytes")]
    TooLong,
}

impl OutboundError {
    /// The status that represents this error in the result of a webhook tool.
    pub(crate) fn tool_status(&self) -> u16 {
        match self {
            Self::TimedOut(_) => TIMED_OUT_TOOL_STATUS,
            _ => UNREACHABLE_TOOL_STATUS,
        }
    }
}

impl HttpClient {
    pub(crate) fn new(anywhere: bool) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build(connector()), anywhere }
    }

    /// A client that can also reach other machines.
    ///
    /// It is for URLs from the command line or the builder.
    pub(crate) fn unrestricted(&self) -> Self {
        Self { client: self.client.clone(), anywhere: true }
    }

    /// Whether requests to the machine of a URL are allowed.
    pub(crate) fn can_reach(&self, url: &str) -> bool {
        self.anywhere || url.parse::<Uri>().is_ok_and(|url| url.host().is_some_and(is_loopback))
    }

    /// Sends a request and reads the complete response. Does not follow redirects.
    pub(crate) async fn send(
        &self,
        request: OutboundRequest,
        timeout: Duration,
    ) -> Result<OutboundResponse, OutboundError> {
        let exchange = async {
            let response = self.open(request).await?;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            let body = whole(response.into_body()).await?;
            Ok(OutboundResponse { status, headers, body })
        };
        tokio::time::timeout(timeout, exchange).await.unwrap_or(Err(OutboundError::TimedOut(timeout.as_millis())))
    }

    /// Sends a request. The body of the response is a stream of at most 16 MiB.
    pub(crate) async fn open(&self, request: OutboundRequest) -> Result<Response<Body>, OutboundError> {
        let OutboundRequest { method, url, headers, body } = request;
        let mut request = Request::builder()
            .method(method)
            .uri(&url)
            .body(Full::new(body))
            .map_err(|error| OutboundError::Request(format!("{error}: {url}")))?;
        match request.uri().scheme_str() {
            Some("http") => {}
            Some("https") if cfg!(feature = "tls") => {}
            Some("https") => {
                return Err(OutboundError::Request(format!("https needs the feature 'tls' of the emulator: {url}")));
            }
            _ => return Err(OutboundError::Request(format!("not an http address: {url}"))),
        }
        let host = request.uri().host().unwrap_or_default();
        if !self.anywhere && !is_loopback(host) {
            return Err(OutboundError::Forbidden(host.to_owned()));
        }
        *request.headers_mut() = headers;
        let response = self.client.request(request).await;
        let response = response.map_err(|error| OutboundError::Unreachable(with_causes(&error)))?;
        Ok(response.map(|body| Body::new(Limited::new(body, MAX_RESPONSE_BYTES))))
    }
}

pub(super) async fn whole(body: Body) -> Result<Bytes, OutboundError> {
    match body.collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if is_too_long(&error) => Err(OutboundError::TooLong),
        Err(error) => Err(OutboundError::Interrupted(with_causes(&error))),
    }
}

/// Reads server-sent events. The last event does not need a trailing empty line.
pub(super) fn events(body: Body) -> SseStream<Body> {
    let end = stream::once(async { Ok(Bytes::from_static(b"\n\n")) });
    SseStream::new(Body::from_stream(body.into_data_stream().chain(end)))
}

fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_long)
}

/// Resolves a host name. `localhost` always resolves to loopback addresses.
fn resolver() -> Resolver {
    tower::service_fn(|name| {
        async move {
            if name.as_str().eq_ignore_ascii_case(LOCALHOST) {
                let own: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
                return Ok(own.map(|address| SocketAddr::new(address, 0)).to_vec().into_iter());
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(found.into_iter())
        }
        .boxed()
    })
}

#[cfg(not(feature = "tls"))]
fn connector() -> Connector {
    HttpConnector::new_with_resolver(resolver())
}

/// Trusts the system's certificates, or those in the file `SSL_CERT_FILE`.
#[cfg(feature = "tls")]
fn connector() -> Connector {
    use std::sync::{Arc, OnceLock};

    static CONFIG: OnceLock<rustls::ClientConfig> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider supports TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth()
    });
    let mut http = HttpConnector::new_with_resolver(resolver());
    // The HTTPS connector checks the scheme.
    http.enforce_http(false);
    let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config.clone());
    builder.https_or_http().enable_http1().wrap_connector(http)
}

/// Whether a host is `localhost` or a loopback address.
///
/// Other names may resolve to other machines.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case(LOCALHOST) || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// An error and its sources in one line.
///
/// A source that the text already has is not repeated.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        if !text.contains(&reason) {
            text.push_str(": ");
            text.push_str(&reason);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_and_loopback_addresses_are_this_machine() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["a.localhost", "localhost.", "0.0.0.0", "127.0.0.1.example", "2130706433", "127.1", "10.0.0.1", ""]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[tokio::test]
    async fn last_event_needs_no_empty_line() {
        for text in ["data: a\n\ndata: b", "data: a\n\ndata: b\n", "data: a\n\ndata: b\n\n"] {
            let read: Vec<_> = events(Body::from(text)).map(|event| event.expect("an event").data).collect().await;
            assert_eq!(read, [Some("a".to_owned()), Some("b".to_owned())], "{text:?}");
        }
    }

    #[tokio::test]
    async fn long_response_is_an_error() {
        let body = |size: usize| Body::new(Limited::new(Body::from(vec![b' '; size]), MAX_RESPONSE_BYTES));
        assert_eq!(whole(body(MAX_RESPONSE_BYTES)).await.expect("a body").len(), MAX_RESPONSE_BYTES);
        assert!(matches!(whole(body(MAX_RESPONSE_BYTES + 1)).await, Err(OutboundError::TooLong)));
    }
}
