//! The transport on the `reqwest` crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response, Uri};
use reqwest::Url;

use crate::connections::Connections;
use crate::proxy::proxy_for;
use crate::transport::chain;
use crate::{Body, BoxError, Error, Transport, TransportError, TransportErrorKind};

/// A transport on a `reqwest::Client` of your own.
///
/// A client that is built without a transport already uses reqwest, configured by the methods of
/// [`ClientBuilder`](crate::ClientBuilder). Use this type for what those do not offer, such as a proxy in code or a DNS
/// resolver. It takes a client of **reqwest 0.13**; supporting another version of reqwest is a
/// breaking change of this crate.
///
/// [`client_builder`](Self::client_builder) starts from the settings of the built-in transport. If you start from
/// `reqwest::Client::builder()`, set these yourself:
///
/// - **Redirects**: disable them with `redirect(Policy::none())`. reqwest follows up to 10 by default and keeps the API
///   key while the origin stays the same. The built-in transport follows none.
/// - **Certificates**: keep verification enabled.
/// - **Retries**: disable reqwest's own with `retry(reqwest::retry::never())`, so that attempts are counted once.
/// - **TLS**: reqwest's crate features select the backend. If `rustls` of this crate is the only one enabled,
///   `build` of that builder panics unless the program installs a crypto provider for rustls.
///
/// With either builder, reqwest uses the proxies of the environment for loopback addresses too, unless you call
/// `no_proxy()`.
///
/// ```no_run
/// use telnyx_ai_core::{Client, ReqwestTransport};
///
/// let reqwest = ReqwestTransport::client_builder()?
///     .proxy(reqwest::Proxy::all("http://proxy.example:3128")?.basic_auth("user", "password"))
///     .build()?;
/// let client = Client::builder().api_key("KEY").transport(ReqwestTransport::from_client(reqwest)).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    /// The proxy of the built-in transport, for error messages.
    proxy: Option<Arc<str>>,
}

impl ReqwestTransport {
    /// A reqwest builder with the defaults of the built-in transport, including TLS.
    ///
    /// With rustls, the builder has a complete TLS configuration, so **reqwest ignores all other TLS settings**: `identity`,
    /// the minimum version, certificates that you add or pin, and the HTTP versions to offer. For those, build a
    /// `rustls::ClientConfig`, also with `alpn_protocols`, and pass it to the builder's `tls_backend_preconfigured`.
    ///
    /// # Errors
    /// A [`Config`](crate::ErrorKind::Config) error if TLS cannot be set up or the system's certificates cannot be read.
    pub fn client_builder() -> Result<reqwest::ClientBuilder, Error> {
        let has_tls = cfg!(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls"));
        secure(Connections::default(), has_tls)
    }

    /// A transport on this client, with all of its settings.
    #[must_use]
    pub fn from_client(client: reqwest::Client) -> Self {
        Self { client, proxy: None }
    }

    /// The built-in transport.
    pub(crate) fn built_in(base_url: &Uri, connections: Connections) -> Result<Self, Error> {
        let proxy = proxy_for(base_url)?;
        let uses_tls =
            [Some(base_url), proxy.as_ref()].into_iter().flatten().any(|uri| uri.scheme_str() == Some("https"));
        let trusts_none = !connections.system_roots && connections.root_certificates.is_empty();
        let client = secure(connections, uses_tls)?;
        if uses_tls && trusts_none {
            return Err(Error::config(
                "`no_system_roots` without `root_certificates` trusts no server; pass the certificates to trust to \
                 `root_certificates`",
            ));
        }
        // Otherwise reqwest looks for a proxy again, and uses one for loopback addresses too.
        let client = if proxy.is_none() { client.no_proxy() } else { client };
        let client = client.build().map_err(set_up)?;
        let proxy = proxy.as_ref().and_then(Uri::authority).map(|authority| authority.as_str().into());
        Ok(Self { client, proxy })
    }

    fn request(message: Request<Body>) -> Result<reqwest::Request, BoxError> {
        let (parts, body) = message.into_parts();
        let mut request = reqwest::Request::new(parts.method, Url::parse(&parts.uri.to_string())?);
        *request.headers_mut() = parts.headers;
        *request.version_mut() = parts.version;
        *request.body_mut() = Some(match body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap_stream(http_body_util::BodyDataStream::new(body)),
        });
        Ok(request)
    }

    /// Converts an error of reqwest, without the URL, which has ids and phone numbers and could contain any word.
    #[cold]
    fn failed(&self, error: reqwest::Error) -> TransportError {
        let address = error.url().and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)));
        let error = error.without_url();
        let kind = if error.is_connect() {
            if is_about_certificate(&error) { TransportErrorKind::Certificate } else { TransportErrorKind::Connect }
        } else if is_not_processed(&error) {
            TransportErrorKind::NotProcessed
        } else {
            broken_or_timeout(&error)
        };
        let error = TransportError::new(kind, error);
        match (address, &self.proxy) {
            (None, _) => error,
            (Some(address), None) => error.with_address(address),
            (Some(address), Some(proxy)) => error.with_address(format!("{address} through the proxy {proxy}")),
        }
    }
}

impl From<reqwest::Client> for ReqwestTransport {
    fn from(client: reqwest::Client) -> Self {
        Self::from_client(client)
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
        let sent = self.client.execute(Self::request(request)?);
        let response: Response<reqwest::Body> = sent.await.map_err(|error| self.failed(error))?.into();
        Ok(response.map(|body| {
            Body::streaming(http_body_util::BodyExt::map_err(body, |error| {
                TransportError::new(broken_or_timeout(&error), error.without_url())
            }))
        }))
    }
}

/// Whether the certificate caused the error. The TLS backends have no common error type, but their messages name it.
fn is_about_certificate(error: &reqwest::Error) -> bool {
    chain(error).any(|cause| cause.to_string().contains("certificate"))
}

/// Whether the server certainly did not process the request (RFC 9113, sections 6.8 and 8.7).
fn is_not_processed(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| {
        #[cfg(feature = "http2")]
        if let Some(error) = cause.downcast_ref::<h2::Error>() {
            // Streams up to the last id of a GOAWAY do not end with its error.
            return error.is_remote()
                && (error.is_go_away() || error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM));
        }
        // The request was canceled before it was written to the connection.
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
    })
}

fn broken_or_timeout(error: &reqwest::Error) -> TransportErrorKind {
    if error.is_timeout() { TransportErrorKind::Timeout } else { TransportErrorKind::Broken }
}

/// Configures rustls.
///
/// Without TLS, the system's certificates are not read: reading takes time, and containers may have none.
#[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
fn secure(connections: Connections, uses_tls: bool) -> Result<reqwest::ClientBuilder, Error> {
    let mut config = crate::tls::config(&connections.root_certificates, connections.system_roots && uses_tls)?;
    config.alpn_protocols = connections.protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(connections.client.tls_backend_preconfigured(config))
}

#[cfg(all(feature = "native-tls", not(any(feature = "rustls", feature = "rustls-aws-lc"))))]
fn secure(connections: Connections, _: bool) -> Result<reqwest::ClientBuilder, Error> {
    let mut certificates = Vec::new();
    for pem in &connections.root_certificates {
        let read = reqwest::Certificate::from_pem_bundle(pem).map_err(set_up)?;
        if read.is_empty() {
            return Err(Error::config("cannot read the PEM text passed to `root_certificates`: it has no certificate"));
        }
        certificates.extend(read);
    }
    let client = connections.client;
    Ok(match (connections.system_roots, certificates.is_empty()) {
        (true, true) => client,
        (true, false) => client.tls_certs_merge(certificates),
        (false, _) => client.tls_certs_only(certificates),
    })
}

#[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")))]
fn secure(connections: Connections, uses_tls: bool) -> Result<reqwest::ClientBuilder, Error> {
    if !uses_tls && connections.root_certificates.is_empty() {
        return Ok(connections.client);
    }
    Err(Error::config(
        "the built-in transport was compiled without TLS: enable one of the features `rustls`, `rustls-aws-lc` and \
         `native-tls`, or pass a transport with TLS to `transport`",
    ))
}

fn set_up(error: reqwest::Error) -> Error {
    Error::config(format!("cannot set up the HTTP client: {error}")).with_source(error)
}
