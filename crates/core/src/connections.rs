//! Connection settings of the built-in transport.

use std::time::Duration;

use crate::{ClientBuilder, Error};

/// The protocols to offer in the TLS handshake, the preferred one first.
type Protocols = &'static [&'static [u8]];

const HTTP1: Protocols = &[b"http/1.1"];

#[derive(Debug)]
pub(crate) struct Connections {
    pub(crate) client: reqwest::ClientBuilder,
    #[cfg_attr(not(any(feature = "rustls", feature = "rustls-aws-lc")), allow(dead_code))]
    pub(crate) protocols: Protocols,
    /// PEM texts, each with one or more certificates.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) system_roots: bool,
    /// The name of the first setting that was changed.
    changed: Option<&'static str>,
}

impl Default for Connections {
    fn default() -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // The SDK retries itself and counts each attempt.
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            .pool_idle_timeout(Duration::from_secs(50))
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(15));
        #[cfg(feature = "http2")]
        let (client, protocols): (_, Protocols) = (
            client.http2_keep_alive_interval(Duration::from_secs(30)).http2_keep_alive_timeout(Duration::from_secs(10)),
            &[b"h2", b"http/1.1"],
        );
        // Another crate of the program may have enabled HTTP/2 in reqwest.
        #[cfg(not(feature = "http2"))]
        let (client, protocols) = (client.http1_only(), HTTP1);
        Self { client, protocols, root_certificates: Vec::new(), system_roots: true, changed: None }
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
        self.client("connect_timeout", |client| client.connect_timeout(timeout))
    }

    /// Closes pooled connections after this idle time. `None` keeps them until the server closes them. Default: 50 s.
    ///
    /// Load balancers often close idle connections after 60 s. With the default, the client closes them first.
    pub fn pool_idle_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        self.client("pool_idle_timeout", |client| client.pool_idle_timeout(timeout))
    }

    /// Limits the number of idle connections per host. 0 opens a connection for each call. Default: no limit.
    pub fn pool_max_idle_per_host(self, connections: usize) -> Self {
        self.client("pool_max_idle_per_host", |client| client.pool_max_idle_per_host(connections))
    }

    /// Sends TCP keepalive probes after this idle time. `None` disables them. Default: 15 s.
    pub fn tcp_keepalive(self, after: impl Into<Option<Duration>>) -> Self {
        self.client("tcp_keepalive", |client| client.tcp_keepalive(after.into()))
    }

    /// Uses HTTP/1.1 even if the server offers HTTP/2. Default: HTTP/2 if the server offers it and the feature `http2` is
    /// enabled.
    pub fn http1_only(mut self) -> Self {
        self.connections.protocols = HTTP1;
        self.client("http1_only", reqwest::ClientBuilder::http1_only)
    }

    /// Uses HTTP/2 without negotiation, for example with plain http to a sidecar. Default: negotiated in the TLS handshake.
    ///
    /// Of this method and [`http1_only`](Self::http1_only), the last call takes effect.
    #[cfg(feature = "http2")]
    pub fn http2_prior_knowledge(mut self) -> Self {
        self.connections.protocols = &[b"h2"];
        self.client("http2_prior_knowledge", reqwest::ClientBuilder::http2_prior_knowledge)
    }

    /// Sets the interval of pings on HTTP/2 connections with calls in flight. `None` disables them. Default: 30 s.
    ///
    /// If the server does not respond to a ping within 10 s, the connection is closed and its calls fail.
    #[cfg(feature = "http2")]
    pub fn http2_keep_alive_interval(self, interval: impl Into<Option<Duration>>) -> Self {
        self.client("http2_keep_alive_interval", |client| client.http2_keep_alive_interval(interval.into()))
    }

    /// Trusts the certificates in this PEM text, in addition to the system's. Default: none.
    ///
    /// Pass the certificate of the authority. rustls rejects a server whose own certificate is that of an authority, as with
    /// `openssl req -x509`.
    ///
    /// [`build`](ClientBuilder::build) fails if the text has no valid certificate.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.connections.root_certificates.push(pem.into());
        self.client("root_certificates", |client| client)
    }

    /// Trusts only the certificates passed to [`root_certificates`](Self::root_certificates). Default: the system's too.
    ///
    /// Without any, [`build`](ClientBuilder::build) fails if the base URL or its proxy is https.
    pub fn no_system_roots(mut self) -> Self {
        self.connections.system_roots = false;
        self.client("no_system_roots", |client| client)
    }

    fn client(
        mut self,
        setting: &'static str,
        change: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Self {
        self.connections.changed.get_or_insert(setting);
        self.connections.client = change(self.connections.client);
        self
    }
}
