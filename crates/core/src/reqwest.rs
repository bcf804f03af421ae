//! The transport over the `reqwest` crate. No type of that crate is public here.

use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use http::{Request, Response, Uri};
use reqwest::Url;

use crate::{Body, BoxError, Error, Transport, TransportBuilder, TransportError, TransportErrorKind};

/// HTTP over a pool of connections, through the proxies that the environment or the system names. It is the default transport where
/// there is such a proxy for the base URL, or where `HyperTransport` is off or has no TLS for it.
///
/// It follows no redirects, so that the API key never goes to another origin, and it always verifies certificates.
/// With the feature `http2` it speaks HTTP/2 where the server offers it.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    first: Arc<OnceLock<(Uri, Url)>>,
}

impl ReqwestTransport {
    /// A transport with a pool of its own. Needs no runtime yet.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error where TLS can not be set up, or the system's certificates can not be read.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// A transport with other settings than the defaults.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telnyx_ai_core::{Client, ReqwestTransport};
    ///
    /// let transport = ReqwestTransport::builder().idle_timeout(Duration::from_secs(20)).max_idle_per_host(32).build()?;
    /// let client = Client::builder().api_key("KEY").transport(transport).build()?;
    /// # Ok::<(), telnyx_ai_core::Error>(())
    /// ```
    pub const fn builder() -> TransportBuilder<Self> {
        TransportBuilder::new()
    }

    /// `uri` as reqwest wants it. Reading a URL costs as much as all else that is done for a request, and they differ
    /// in path and query only: so the first one is kept, and its path replaced.
    fn url(&self, uri: &Uri) -> Result<Url, BoxError> {
        let whole = || Url::parse(&uri.to_string());
        let Some((first, url)) = self.first.get() else {
            let url = whole()?;
            // Another request may have been faster, which is as good.
            let _ = self.first.set((uri.clone(), url.clone()));
            return Ok(url);
        };
        if (first.scheme(), first.authority()) != (uri.scheme(), uri.authority()) {
            return Ok(whole()?);
        }
        let mut url = url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        Ok(url)
    }

    /// The same request, as reqwest has it.
    fn request(&self, message: Request<Body>) -> Result<reqwest::Request, BoxError> {
        let (parts, body) = message.into_parts();
        let mut request = reqwest::Request::new(parts.method, self.url(&parts.uri)?);
        *request.headers_mut() = parts.headers;
        *request.version_mut() = parts.version;
        *request.body_mut() = Some(match body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap_stream(http_body_util::BodyDataStream::new(body)),
        });
        Ok(request)
    }
}

impl TransportBuilder<ReqwestTransport> {
    /// The transport. Needs no runtime yet.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error where TLS can not be set up, or the system's certificates, or those given, can not be
    /// read.
    pub fn build(self) -> Result<ReqwestTransport, Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(self.max_idle_per_host)
            .connect_timeout(self.connect_timeout)
            .tcp_nodelay(true)
            .tcp_keepalive(self.tcp_keepalive);
        let client = self.secure(self.version(client))?;
        client.build().map(|client| ReqwestTransport { client, first: Arc::default() }).map_err(set_up)
    }

    /// Another crate of the program may have compiled HTTP/2 in, which is no reason to speak it here.
    #[cfg(not(feature = "http2"))]
    fn version(&self, client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        client.http1_only()
    }

    #[cfg(feature = "http2")]
    fn version(&self, client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        let client = client
            .http2_keep_alive_interval(self.http2_keepalive)
            .http2_keep_alive_timeout(crate::transport_builder::PING_TIMEOUT);
        match (self.http1_only, self.http2_prior_knowledge) {
            (true, _) => client.http1_only(),
            (false, true) => client.http2_prior_knowledge(),
            (false, false) => client,
        }
    }

    /// rustls, where it was compiled in, as in the other transport.
    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
    fn secure(&self, client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        let mut config = self.tls()?;
        config.alpn_protocols = self.protocols().iter().map(|protocol| protocol.to_vec()).collect();
        Ok(client.tls_backend_preconfigured(config))
    }

    /// What is offered to the server, the best first.
    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
    const fn protocols(&self) -> &'static [&'static [u8]] {
        #[cfg(feature = "http2")]
        match (self.http1_only, self.http2_prior_knowledge) {
            (true, _) => {}
            (false, true) => return &[b"h2"],
            (false, false) => return &[b"h2", b"http/1.1"],
        }
        &[b"http/1.1"]
    }

    #[cfg(all(feature = "native-tls", not(any(feature = "rustls-ring", feature = "rustls-aws-lc"))))]
    fn secure(&self, client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        let mut certificates = Vec::new();
        for pem in &self.root_certificates {
            let read = reqwest::Certificate::from_pem_bundle(pem).map_err(set_up)?;
            if read.is_empty() {
                return Err(Error::config("a text that was given as root certificates has no PEM certificate in it"));
            }
            certificates.extend(read);
        }
        Ok(match (self.system_roots, certificates.is_empty()) {
            (true, true) => client,
            (true, false) => client.tls_certs_merge(certificates),
            (false, _) => client.tls_certs_only(certificates),
        })
    }

    #[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")))]
    fn secure(&self, client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        if self.root_certificates.is_empty() {
            return Ok(client);
        }
        Err(Error::config(
            "root certificates are of no use without TLS: turn on one of the features `rustls`, `rustls-aws-lc` and \
             `native-tls`",
        ))
    }
}

fn set_up(error: reqwest::Error) -> Error {
    Error::config(format!("the HTTP client can not be set up: {error}")).with_source(error)
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestTransport")
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let sent = self.client.execute(self.request(request)?);
        let response: Response<reqwest::Body> = sent.await.map_err(classify)?.into();
        Ok(response.map(|body| Body::streaming(http_body_util::BodyExt::map_err(body, classify))))
    }
}

/// The URL is left out: it holds ids and numbers, and the error names the operation already.
fn classify(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else {
        TransportErrorKind::Broken
    };
    TransportError::from_cause(kind, error.without_url())
}
