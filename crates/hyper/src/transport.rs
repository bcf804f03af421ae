use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::header::PROXY_AUTHORIZATION;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use telnyx_ai_core::{Body, BoxError, Error, Transport, TransportError, TransportErrorKind};
use tower::Service;
use tower::util::BoxCloneSyncService;

use crate::dial::Dial;
use crate::proxies::{Proxies, port};
use crate::tls::{HAS_TLS, Secure};
use crate::{HyperTransportBuilder, errors};

pub(crate) type Connector = BoxCloneSyncService<Uri, <Secure<Dial> as Service<Uri>>::Response, BoxError>;

/// An HTTP transport on hyper-util.
///
/// Pass it to [`ClientBuilder::transport`](telnyx_ai_core::ClientBuilder::transport). The [crate](crate) page describes its
/// behavior. Clones share the connection pool.
#[derive(Clone)]
pub struct HyperTransport {
    pub(crate) client: Client<Connector, Body>,
    pub(crate) proxies: Arc<Proxies>,
}

impl HyperTransport {
    /// Creates a transport with the default settings. No tokio runtime is needed.
    ///
    /// # Errors
    /// Those of [`HyperTransportBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Returns a builder, which configures a transport.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telnyx_ai_core::Client;
    /// use telnyx_ai_hyper::HyperTransport;
    ///
    /// let transport = HyperTransport::builder().connect_timeout(Duration::from_secs(3)).build()?;
    /// let client = Client::builder().api_key("KEY").transport(transport).build()?;
    /// # Ok::<(), telnyx_ai_core::Error>(())
    /// ```
    pub fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::default()
    }

    /// The credentials for a proxy that reads the request. A tunnel sends them when it is opened.
    fn proxy_authorization(&self, uri: &Uri) -> Option<HeaderValue> {
        if uri.scheme_str() != Some("http") {
            return None;
        }
        self.proxies.intercept(uri)?.basic_auth().cloned()
    }

    /// The host and port of a URL and its proxy, for error messages.
    #[cold]
    fn address(&self, uri: &Uri) -> String {
        let (host, port) = (uri.host().unwrap_or_default(), port(uri));
        match self.proxies.intercept(uri).as_ref().and_then(|proxy| proxy.uri().authority()) {
            None => format!("{host}:{port}"),
            Some(proxy) => format!("{host}:{port} through the proxy {proxy}"),
        }
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let uri = request.uri().clone();
        if !HAS_TLS && uri.scheme_str() == Some("https") {
            let why = "telnyx-ai-hyper was compiled without TLS; enable its feature `rustls` or `rustls-aws-lc`";
            return Err(TransportError::new(TransportErrorKind::Rejected, why).into());
        }
        if let Some(credentials) = self.proxy_authorization(&uri) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, credentials);
        }
        match self.client.request(request).await {
            Ok(response) => Ok(response.map(|body| Body::streaming(body.map_err(errors::body_error)))),
            Err(error) => Err(errors::request_error(error, self.address(&uri)).into()),
        }
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperTransport")
    }
}
