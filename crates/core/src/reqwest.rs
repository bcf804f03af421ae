//! The transport over the `reqwest` crate. No type of that crate is public here.

use std::fmt;

use async_trait::async_trait;
use http::{Request, Response};

use crate::{Body, BoxError, Error, Transport, TransportError, TransportErrorKind};

/// HTTP over a pool of connections, with the system's proxies: the default transport.
///
/// It follows no redirects, so that the API key never goes to another origin, and it always verifies certificates.
#[derive(Clone)]
pub struct ReqwestTransport(reqwest::Client);

impl ReqwestTransport {
    /// A transport with a pool of its own. Needs no runtime yet.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error where the TLS backend can not be set up.
    pub fn new() -> Result<Self, Error> {
        #[cfg(feature = "rustls-ring")]
        install_ring();
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .build()
            .map(Self)
            .map_err(|error| Error::config(format!("the HTTP client can not be set up: {error}")).with_source(error))
    }

    /// Whether a TLS backend was compiled in.
    pub(crate) const fn has_tls() -> bool {
        cfg!(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))
    }
}

/// Makes ring the process's cryptography, unless the program has chosen another.
#[cfg(feature = "rustls-ring")]
fn install_ring() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails only where another thread was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestTransport")
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        let request = request.map(|body| match body.as_bytes() {
            Some(bytes) => reqwest::Body::from(bytes.clone()),
            None => reqwest::Body::wrap_stream(http_body_util::BodyDataStream::new(body)),
        });
        let request = reqwest::Request::try_from(request)?;
        let response: Response<reqwest::Body> = self.0.execute(request).await.map_err(classify)?.into();
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
