//! How the transports keep their connections.

use std::marker::PhantomData;
use std::time::Duration;

/// The settings of a `ReqwestTransport` or a `HyperTransport`: made by their `builder`, used up by `build`.
///
/// The defaults suit a program that calls the API all day. [`guide::connections`](crate::guide::connections) tells when
/// to change them.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct TransportBuilder<T> {
    pub(crate) idle_timeout: Duration,
    pub(crate) max_idle_per_host: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) tcp_keepalive: Option<Duration>,
    pub(crate) http1_only: bool,
    #[cfg(feature = "http2")]
    pub(crate) http2_prior_knowledge: bool,
    #[cfg(feature = "http2")]
    pub(crate) http2_keepalive: Option<Duration>,
    /// PEM texts, each with one certificate or more.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) system_roots: bool,
    transport: PhantomData<fn() -> T>,
}

/// How long the answer to an HTTP/2 ping may take.
#[cfg(feature = "http2")]
pub(crate) const PING_TIMEOUT: Duration = Duration::from_secs(10);

impl<T> TransportBuilder<T> {
    pub(crate) const fn new() -> Self {
        Self {
            idle_timeout: Duration::from_secs(50),
            max_idle_per_host: usize::MAX,
            connect_timeout: Duration::from_secs(10),
            tcp_keepalive: Some(Duration::from_secs(15)),
            http1_only: false,
            #[cfg(feature = "http2")]
            http2_prior_knowledge: false,
            #[cfg(feature = "http2")]
            http2_keepalive: Some(Duration::from_secs(30)),
            root_certificates: Vec::new(),
            system_roots: true,
            transport: PhantomData,
        }
    }

    /// How long a connection is kept that nobody uses. Default: 50 s, so that it is given up before a load balancer
    /// does so, which often is after a minute.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How many connections to a host are kept that nobody uses; 0 makes a connection for each call. Default: no limit.
    pub fn max_idle_per_host(mut self, connections: usize) -> Self {
        self.max_idle_per_host = connections;
        self
    }

    /// How long it may take until there is a connection, the TLS handshake included. Default: 10 s.
    ///
    /// Running out of it is an error of the kind [`Connect`](crate::ErrorKind::Connect), after which any call may be repeated.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// After how much silence TCP asks whether the other side is still there; `None` never does. Default: 15 s.
    pub fn tcp_keepalive(mut self, after: impl Into<Option<Duration>>) -> Self {
        self.tcp_keepalive = after.into();
        self
    }

    /// Speaks HTTP/1.1 even where the server offers HTTP/2: a connection for each call under way.
    pub fn http1_only(mut self) -> Self {
        self.http1_only = true;
        self
    }

    /// Speaks HTTP/2 without asking whether the server does: for plain `http` to a sidecar, say.
    #[cfg(feature = "http2")]
    pub fn http2_prior_knowledge(mut self) -> Self {
        self.http2_prior_knowledge = true;
        self
    }

    /// How often an HTTP/2 connection with calls under way is pinged; `None` never does. Default: 30 s.
    ///
    /// A ping that is not answered within 10 s ends the connection and its calls.
    #[cfg(feature = "http2")]
    pub fn http2_keepalive(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.http2_keepalive = interval.into();
        self
    }

    /// Trusts the certificates in this PEM text too: those of a company's own authority, say.
    ///
    /// What is wrong with them surfaces in `build`.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Does not trust the system's certificates, but those alone that [`root_certificates`](Self::root_certificates)
    /// was given: for a container that has none, or to trust one authority and no other.
    pub fn no_system_roots(mut self) -> Self {
        self.system_roots = false;
        self
    }
}
