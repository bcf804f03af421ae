//! The transport over `hyper-util`. No type of that crate is public here.

use std::fmt;

use async_trait::async_trait;
use http::{Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;
use tower::timeout::Timeout;
use tower::util::BoxCloneSyncService;

use crate::{Body, BoxError, Error, Transport, TransportBuilder, TransportError, TransportErrorKind};

#[cfg(any(feature = "hyper-rustls-ring", feature = "hyper-rustls-aws-lc"))]
type Secured = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(any(feature = "hyper-rustls-ring", feature = "hyper-rustls-aws-lc")))]
type Secured = HttpConnector;

type Connector = BoxCloneSyncService<Uri, <Secured as Service<Uri>>::Response, BoxError>;

/// HTTP over a pool of connections, on hyper directly: less work a call than `ReqwestTransport`, fewer crates, and no proxies. The
/// default transport where no proxy is in between.
///
/// It follows no redirects, and it always verifies certificates, by the system's store of them. With the feature
/// `http2` it speaks HTTP/2 where the server offers it.
#[derive(Clone)]
pub struct HyperTransport(Client<Connector, Body>);

impl HyperTransport {
    /// A transport with a pool of its own. Needs no runtime yet.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error where the system's certificates can not be read.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A transport with other settings than the defaults.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telnyx_ai_core::{Client, HyperTransport};
    ///
    /// let transport = HyperTransport::builder().idle_timeout(Duration::from_secs(20)).max_idle_per_host(32).build()?;
    /// let client = Client::builder().api_key("KEY").transport(transport).build()?;
    /// # Ok::<(), telnyx_ai_core::Error>(())
    /// ```
    pub const fn builder() -> TransportBuilder<Self> {
        TransportBuilder::new()
    }
}

impl TransportBuilder<HyperTransport> {
    /// The transport. Needs no runtime yet.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error where the system's certificates, or those given, can not be read.
    pub fn build(self) -> Result<HyperTransport, Error> {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.set_keepalive(self.tcp_keepalive);
        let connector = Timeout::new(self.secured(http)?, self.connect_timeout);
        let mut client = Client::builder(TokioExecutor::new());
        client
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(self.max_idle_per_host);
        #[cfg(feature = "http2")]
        client
            .http2_only(self.http2_prior_knowledge && !self.http1_only)
            .http2_keep_alive_interval(self.http2_keepalive)
            .http2_keep_alive_timeout(crate::transport_builder::PING_TIMEOUT);
        Ok(HyperTransport(client.build(BoxCloneSyncService::new(connector))))
    }

    #[cfg(any(feature = "hyper-rustls-ring", feature = "hyper-rustls-aws-lc"))]
    fn secured(&self, mut http: HttpConnector) -> Result<Secured, Error> {
        http.enforce_http(false);
        let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(self.tls()?).https_or_http();
        #[cfg(feature = "http2")]
        if !self.http1_only {
            return Ok(match self.http2_prior_knowledge {
                true => builder.enable_http2().wrap_connector(http),
                false => builder.enable_http1().enable_http2().wrap_connector(http),
            });
        }
        Ok(builder.enable_http1().wrap_connector(http))
    }

    #[cfg(not(any(feature = "hyper-rustls-ring", feature = "hyper-rustls-aws-lc")))]
    fn secured(&self, http: HttpConnector) -> Result<Secured, Error> {
        if self.root_certificates.is_empty() {
            return Ok(http);
        }
        Err(Error::config(
            "root certificates are of no use without TLS: turn on one of the features `hyper-rustls` and \
             `hyper-rustls-aws-lc`",
        ))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperTransport")
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let response = self.0.request(request).await.map_err(|error| {
            let kind = if error.is_connect() { TransportErrorKind::Connect } else { TransportErrorKind::Broken };
            TransportError::from_cause(kind, error)
        })?;
        Ok(response.map(Body::streaming))
    }
}
