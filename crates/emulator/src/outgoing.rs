//! Calls the emulator makes itself: webhooks and webhook tools, MCP servers, a model. HTTPS with the feature `tls`.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

#[cfg(not(feature = "tls"))]
type Connector = HttpConnector;
#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;

/// An HTTP client.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    client: Client<Connector, Full<Bytes>>,
    /// Whether it may call other machines.
    anywhere: bool,
}

/// A request that the emulator makes.
#[derive(Debug, Clone)]
pub(crate) struct Outbound {
    pub(crate) method: Method,
    /// As it was given; it may be no URL at all.
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Outbound {
    /// A POST of JSON.
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

/// What the other side answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answered {
    /// Whether it was taken: 2xx.
    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error("the request can not be made: {0}")]
    Request(String),
    #[error(
        "{0} is another machine, which the emulator calls only when it is started with --allow-outbound \
         (in Rust: Builder::allow_outbound)"
    )]
    Forbidden(String),
    #[error("the endpoint could not be reached: {0}")]
    Unreachable(String),
    #[error("the endpoint did not answer within {0} ms")]
    TimedOut(u128),
}

impl Outgoing {
    pub(crate) fn new(anywhere: bool) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build(connector()), anywhere }
    }

    /// The same client, for addresses that were given at the start: those may be on any machine.
    pub(crate) fn trusting(&self) -> Self {
        Self { client: self.client.clone(), anywhere: true }
    }

    /// Makes one call. Redirects are not followed: they are answers.
    pub(crate) async fn call(&self, request: Outbound, timeout: Duration) -> Result<Answered, Unanswered> {
        let exchange = async {
            let response = self.open(request).await?;
            let status = response.status().as_u16();
            let headers = response.headers().clone();
            let content_type =
                headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            let body = response.into_body().collect().await;
            let body = body.map_err(|error| Unanswered::Unreachable(with_causes(&error)))?.to_bytes();
            Ok(Answered { status, content_type, headers, body })
        };
        tokio::time::timeout(timeout, exchange).await.unwrap_or(Err(Unanswered::TimedOut(timeout.as_millis())))
    }

    /// Makes one call, and gives the answer as soon as its head is there.
    pub(crate) async fn open(&self, outbound: Outbound) -> Result<Response<Body>, Unanswered> {
        let Outbound { method, url, headers, body } = outbound;
        let mut request = Request::builder()
            .method(method)
            .uri(&url)
            .body(Full::new(body))
            .map_err(|error| Unanswered::Request(format!("{error}: {url}")))?;
        match request.uri().scheme_str() {
            Some("http") => {}
            Some("https") if cfg!(feature = "tls") => {}
            Some("https") => {
                return Err(Unanswered::Request(format!(
                    "without its feature 'tls' the emulator calls plain http addresses only, not {url}"
                )));
            }
            _ => return Err(Unanswered::Request(format!("not an http address: {url}"))),
        }
        let host = request.uri().host().unwrap_or_default();
        if !self.anywhere && !is_this_machine(host) {
            return Err(Unanswered::Forbidden(host.to_owned()));
        }
        *request.headers_mut() = headers;
        let response = self.client.request(request).await;
        Ok(response.map_err(|error| Unanswered::Unreachable(with_causes(&error)))?.map(Body::new))
    }
}

#[cfg(not(feature = "tls"))]
fn connector() -> Connector {
    HttpConnector::new()
}

/// Trusts the authorities that the machine trusts, or those of the file that `SSL_CERT_FILE` names.
#[cfg(feature = "tls")]
fn connector() -> Connector {
    use std::sync::{Arc, OnceLock};

    static CONFIG: OnceLock<rustls::ClientConfig> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth()
    });
    hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config.clone()).https_or_http().enable_http1().build()
}

/// Whether a host is sure to be this machine: no name is looked up for it.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
