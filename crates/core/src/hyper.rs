//! The transport over `hyper-util`. No type of that crate is public here.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

use crate::{Body, BoxError, Error, TransportError, TransportErrorKind};

#[cfg(any(feature = "hyper-rustls", feature = "hyper-rustls-ring"))]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(any(feature = "hyper-rustls", feature = "hyper-rustls-ring")))]
type Connector = HttpConnector;

/// HTTP over a pool of connections, on hyper directly: fewer crates and less work a call than
/// `ReqwestTransport`, and no proxies.
///
/// It follows no redirects, and it always verifies certificates, by the system's store of them.
#[derive(Clone)]
pub struct HyperTransport(Client<Connector, Body>);

impl HyperTransport {
    /// A transport with a pool of its own. Needs no runtime yet.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error where the system's certificates can not be read.
    pub fn new() -> Result<Self, Error> {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new());
        Ok(Self(builder.build(connector()?)))
    }

    /// Whether a TLS backend was compiled in.
    #[cfg(not(feature = "reqwest"))]
    pub(crate) const fn has_tls() -> bool {
        cfg!(any(feature = "hyper-rustls", feature = "hyper-rustls-ring"))
    }
}

#[cfg(any(feature = "hyper-rustls", feature = "hyper-rustls-ring"))]
fn connector() -> Result<Connector, Error> {
    use hyper_rustls::ConfigBuilderExt as _;

    #[cfg(feature = "hyper-rustls")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "hyper-rustls"))]
    let provider = rustls::crypto::ring::default_provider();
    let config = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config(format!("TLS can not be set up: {error}")).with_source(error))?
        .with_native_roots()
        .map_err(|error| {
            Error::config(format!("the system's certificates can not be read: {error}")).with_source(error)
        })?
        .with_no_client_auth();
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    Ok(hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(config)
        .https_or_http()
        .enable_http1()
        .wrap_connector(http))
}

#[cfg(not(any(feature = "hyper-rustls", feature = "hyper-rustls-ring")))]
fn connector() -> Result<Connector, Error> {
    let mut http = HttpConnector::new();
    http.set_nodelay(true);
    Ok(http)
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperTransport")
    }
}

impl Service<Request<Body>> for HyperTransport {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let answer = self.0.request(request);
        Box::pin(async move {
            let response = answer.await.map_err(|error| {
                let kind = if error.is_connect() { TransportErrorKind::Connect } else { TransportErrorKind::Broken };
                TransportError::from_cause(kind, error)
            })?;
            Ok(response.map(Body::streaming))
        })
    }
}
