//! Connection settings of the built-in transport.

use std::time::Duration;

use crate::{ClientBuilder, Error};

/// The time limit for the response to an HTTP/2 ping.
#[cfg(feature = "http2")]
pub(crate) const PING_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Connections {
    pub(crate) connect_timeout: Duration,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) pool_max_idle_per_host: usize,
    pub(crate) tcp_keepalive: Option<Duration>,
    pub(crate) version: HttpVersion,
    #[cfg(feature = "http2")]
    pub(crate) http2_keep_alive_interval: Option<Duration>,
    /// PEM texts, each with one or more certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) system_roots: bool,
    /// The name of the first setting that was changed.
    changed: Option<&'static str>,
}

/// The HTTP version of a connection.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) enum HttpVersion {
    /// Without the feature `http2`, this is HTTP/1.1.
    #[default]
    Negotiated,
    Http1,
    #[cfg(feature = "http2")]
    Http2,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            pool_idle_timeout: Duration::from_secs(50),
            pool_max_idle_per_host: usize::MAX,
            tcp_keepalive: Some(Duration::from_secs(15)),
            version: HttpVersion::default(),
            #[cfg(feature = "http2")]
            http2_keep_alive_interval: Some(Duration::from_secs(30)),
            root_certificates: Vec::new(),
            system_roots: true,
            changed: None,
        }
    }
}

impl Connections {
    /// Rejects settings that a custom transport would ignore.
    pub(crate) fn check_unchanged(&self) -> Result<(), Error> {
        match self.changed {
            None => Ok(()),
            Some(setting) => Err(Error::config(format!(
                "`{setting}` has no effect on the transport that was passed to `transport`: configure that transport \
                 directly, or remove it to use the built-in one"
            ))),
        }
    }
}

/// Connection settings of the built-in transport.
///
/// [`build`](ClientBuilder::build) fails if one is set together with [`transport`](ClientBuilder::transport).
impl ClientBuilder {
    /// Limits the time to connect, including the TLS handshake and the proxy. Default: 10 s.
    ///
    /// Exceeding it is a [`Connect`](crate::ErrorKind::Connect) error, which is retried for any method.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.connection("connect_timeout", |connections| connections.connect_timeout = timeout)
    }

    /// Closes pooled connections after this idle time. Default: 50 s.
    ///
    /// Load balancers often close idle connections after 60 s. With the default, the client closes them first.
    pub fn pool_idle_timeout(self, timeout: Duration) -> Self {
        self.connection("pool_idle_timeout", |connections| connections.pool_idle_timeout = timeout)
    }

    /// Limits the number of idle connections per host. 0 opens a connection for each call. Default: no limit.
    pub fn pool_max_idle_per_host(self, connections: usize) -> Self {
        self.connection("pool_max_idle_per_host", |settings| settings.pool_max_idle_per_host = connections)
    }

    /// Sends TCP keepalive probes after this idle time. `None` disables them. Default: 15 s.
    pub fn tcp_keepalive(self, after: impl Into<Option<Duration>>) -> Self {
        self.connection("tcp_keepalive", |connections| connections.tcp_keepalive = after.into())
    }

    /// Uses HTTP/1.1 even if the server offers HTTP/2. Default: HTTP/2 if the server offers it and the feature `http2` is
    /// enabled.
    pub fn http1_only(self) -> Self {
        self.connection("http1_only", |connections| connections.version = HttpVersion::Http1)
    }

    /// Uses HTTP/2 without negotiation, for example with plain http to a sidecar. Default: negotiated in the TLS handshake.
    ///
    /// Of this method and [`http1_only`](Self::http1_only), the last call takes effect.
    #[cfg(feature = "http2")]
    pub fn http2_prior_knowledge(self) -> Self {
        self.connection("http2_prior_knowledge", |connections| connections.version = HttpVersion::Http2)
    }

    /// Sets the interval of pings on HTTP/2 connections with calls in flight. `None` disables them. Default: 30 s.
    ///
    /// If the server does not respond to a ping within 10 s, the connection is closed and its calls fail.
    #[cfg(feature = "http2")]
    pub fn http2_keep_alive_interval(self, interval: impl Into<Option<Duration>>) -> Self {
        self.connection("http2_keep_alive_interval", |connections| {
            connections.http2_keep_alive_interval = interval.into();
        })
    }

    /// Trusts the certificates in this PEM text, in addition to the system's. Default: none.
    ///
    /// [`build`](ClientBuilder::build) fails if the text has no valid certificate.
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.connection("root_certificates", |connections| connections.root_certificates.push(pem.into()))
    }

    /// Trusts only the certificates passed to [`root_certificates`](Self::root_certificates). Default: the system's too.
    pub fn no_system_roots(self) -> Self {
        self.connection("no_system_roots", |connections| connections.system_roots = false)
    }

    fn connection(mut self, setting: &'static str, change: impl FnOnce(&mut Connections)) -> Self {
        self.connections.changed.get_or_insert(setting);
        change(&mut self.connections);
        self
    }
}
