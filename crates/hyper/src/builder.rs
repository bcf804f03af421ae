use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use telnyx_ai_core::Error;
use tower::timeout::Timeout;
use tower::util::BoxCloneSyncService;

use crate::HyperTransport;
use crate::dial::Dial;
use crate::proxies::Proxies;
use crate::tls::Tls;

/// Builds a [`HyperTransport`].
///
/// The settings and defaults are those of the built-in transport, plus [`no_proxy`](Self::no_proxy). The built-in
/// transport has no such method. To use no proxy there, set the environment variable `NO_PROXY=*`, or pass a reqwest
/// client that was built with `no_proxy()`.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_hyper::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .connect_timeout(Duration::from_secs(3))
///     .pool_max_idle_per_host(4)
///     .no_proxy()
///     .build()?;
/// # let _ = transport;
/// # Ok::<(), telnyx_ai_core::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct HyperTransportBuilder {
    connect_timeout: Duration,
    pool_idle_timeout: Option<Duration>,
    pool_max_idle_per_host: usize,
    tcp_keepalive: Option<Duration>,
    version: HttpVersion,
    #[cfg(feature = "http2")]
    http2_keep_alive_interval: Option<Duration>,
    /// PEM texts, each with one or more certificates.
    root_certificates: Vec<Vec<u8>>,
    system_roots: bool,
    proxies: bool,
}

/// The HTTP version of a connection.
#[derive(Debug, Default, Clone, Copy)]
enum HttpVersion {
    /// Without the feature `http2`, this is HTTP/1.1.
    #[default]
    Negotiated,
    Http1,
    #[cfg(feature = "http2")]
    Http2,
}

impl Default for HyperTransportBuilder {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            pool_idle_timeout: Some(Duration::from_secs(50)),
            pool_max_idle_per_host: usize::MAX,
            tcp_keepalive: Some(Duration::from_secs(15)),
            version: HttpVersion::default(),
            #[cfg(feature = "http2")]
            http2_keep_alive_interval: Some(Duration::from_secs(30)),
            root_certificates: Vec::new(),
            system_roots: true,
            proxies: true,
        }
    }
}

impl HyperTransportBuilder {
    /// Limits the time to connect. Default: 10 s.
    ///
    /// It includes the proxy and the TLS handshake. Exceeding it is a [`Connect`](telnyx_ai_core::ErrorKind::Connect)
    /// error, which is retried for any method.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Closes pooled connections after this idle time. Default: 50 s.
    ///
    /// `None` keeps them until the server closes them.
    pub fn pool_idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.pool_idle_timeout = timeout.into();
        self
    }

    /// Limits the number of idle connections per host. Default: no limit.
    ///
    /// With 0, each call opens a connection.
    pub fn pool_max_idle_per_host(mut self, connections: usize) -> Self {
        self.pool_max_idle_per_host = connections;
        self
    }

    /// Sends TCP keepalive probes after this idle time. Default: 15 s.
    ///
    /// `None` disables them.
    pub fn tcp_keepalive(mut self, after: impl Into<Option<Duration>>) -> Self {
        self.tcp_keepalive = after.into();
        self
    }

    /// Uses HTTP/1.1 even if the server offers HTTP/2.
    ///
    /// Default: HTTP/2 if the server offers it and the feature `http2` is enabled.
    pub fn http1_only(mut self) -> Self {
        self.version = HttpVersion::Http1;
        self
    }

    /// Uses HTTP/2 without negotiation, for example with plain http to a sidecar.
    ///
    /// Default: the version is negotiated in the TLS handshake. If [`http1_only`](Self::http1_only) is called too, the
    /// last call takes effect.
    #[cfg(feature = "http2")]
    pub fn http2_prior_knowledge(mut self) -> Self {
        self.version = HttpVersion::Http2;
        self
    }

    /// Sets the interval of HTTP/2 pings while calls are in flight. Default: 30 s.
    ///
    /// `None` disables them. If the server does not respond to a ping within 10 s, the connection is closed and its
    /// calls fail.
    #[cfg(feature = "http2")]
    pub fn http2_keep_alive_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.http2_keep_alive_interval = interval.into();
        self
    }

    /// Trusts the certificates in this PEM text. Default: none.
    ///
    /// The system's certificates are trusted as well.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Does not trust the system's certificates. Default: they are trusted.
    ///
    /// Only the certificates passed to [`root_certificates`](Self::root_certificates) are trusted.
    pub fn no_system_roots(mut self) -> Self {
        self.system_roots = false;
        self
    }

    /// Ignores the proxies of the environment and the system. Default: they are used.
    pub fn no_proxy(mut self) -> Self {
        self.proxies = false;
        self
    }

    /// Builds the transport. No tokio runtime is needed.
    ///
    /// # Errors
    /// A [`Config`](telnyx_ai_core::ErrorKind::Config) error if the root certificates cannot be read, or if the environment
    /// names a proxy that cannot be used.
    pub fn build(self) -> Result<HyperTransport, Error> {
        let proxies = Arc::new(if self.proxies { Proxies::from_system()? } else { Proxies::NONE });
        let tls = Tls::new(&self.root_certificates, self.system_roots)?;
        let mut tcp = HttpConnector::new();
        // The first hop can be an https proxy.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(self.tcp_keepalive);
        let dial = Dial { hop: tls.connector(tcp, &[b"http/1.1"]), proxies: Arc::clone(&proxies) };
        let connector = Timeout::new(tls.connector(dial, self.protocols()), self.connect_timeout);
        let mut client = Client::builder(TokioExecutor::new());
        client
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(self.pool_idle_timeout)
            .pool_max_idle_per_host(self.pool_max_idle_per_host);
        #[cfg(feature = "http2")]
        client
            .http2_only(matches!(self.version, HttpVersion::Http2))
            .http2_keep_alive_interval(self.http2_keep_alive_interval)
            .http2_keep_alive_timeout(Duration::from_secs(10));
        Ok(HyperTransport { client: client.build(BoxCloneSyncService::new(connector)), proxies })
    }

    /// The protocols to offer to the server, the preferred one first.
    const fn protocols(&self) -> &'static [&'static [u8]] {
        #[cfg(feature = "http2")]
        match self.version {
            HttpVersion::Negotiated => return &[b"h2", b"http/1.1"],
            HttpVersion::Http1 => {}
            HttpVersion::Http2 => return &[b"h2"],
        }
        &[b"http/1.1"]
    }
}
