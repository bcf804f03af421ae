use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use telnyx_ai_emulator::{Emulator, InProcess};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

/// Both versions of HTTP, the preferred one first.
pub(crate) const BOTH: &[&str] = &["h2", "http/1.1"];

/// The emulator behind TLS, with a certificate of its own certificate authority.
pub(crate) struct SecureServer {
    addr: SocketAddr,
    authority: String,
    seen: Arc<Mutex<Seen>>,
    /// The number of closed connections.
    closed: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

/// The records of the server.
#[derive(Default)]
struct Seen {
    connections: usize,
    protocols: BTreeSet<String>,
    requests: Vec<http::Version>,
}

impl SecureServer {
    /// Starts a server that offers these protocols, with a certificate for its address.
    pub(crate) async fn start(protocols: &[&str]) -> Self {
        Self::named("127.0.0.1", protocols).await
    }

    /// Starts a server with a certificate for this name.
    pub(crate) async fn named(name: &str, protocols: &[&str]) -> Self {
        Self::with(CertificateParams::new([name.to_owned()]).unwrap(), protocols).await
    }

    /// Starts a server with an expired certificate.
    pub(crate) async fn expired(protocols: &[&str]) -> Self {
        let mut certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        certificate.not_after = rcgen::date_time_ymd(2020, 1, 1);
        Self::with(certificate, protocols).await
    }

    async fn with(certificate: CertificateParams, protocols: &[&str]) -> Self {
        let mut authority = CertificateParams::new([]).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();

        let mut config = ServerConfig::builder_with_provider(default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.serialize_der().try_into().unwrap())
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();

        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let emulator = Emulator::builder().allow_host("api.example").in_process().unwrap();
        let seen = Arc::<Mutex<Seen>>::default();
        let (closed, all_closed) = watch::channel(0);
        let task = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                while let Ok((connection, _)) = listener.accept().await {
                    let (acceptor, emulator, seen) = (acceptor.clone(), emulator.clone(), Arc::clone(&seen));
                    let closed = closed.clone();
                    tokio::spawn(async move {
                        // A client that does not trust this server aborts the handshake.
                        if let Ok(connection) = acceptor.accept(connection).await {
                            serve(connection, emulator, seen).await;
                            closed.send_modify(|count| *count += 1);
                        }
                    });
                }
            }
        });
        Self { addr, authority: pem(authority.der()), seen, closed: all_closed, task }
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) fn base_url(&self) -> String {
        format!("https://{}/v2", self.addr)
    }

    /// The certificate of its certificate authority, as PEM.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The number of connections with a successful handshake.
    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// Waits until a connection is closed.
    pub(crate) async fn closed(&self) {
        let mut closed = self.closed.clone();
        closed.wait_for(|count| *count > 0).await.unwrap();
    }

    /// The negotiated protocols.
    pub(crate) fn protocols(&self) -> Vec<String> {
        self.seen.lock().unwrap().protocols.iter().cloned().collect()
    }

    /// The HTTP version of each request.
    pub(crate) fn requests(&self) -> Vec<http::Version> {
        self.seen.lock().unwrap().requests.clone()
    }
}

impl Drop for SecureServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(connection: tokio_rustls::server::TlsStream<TcpStream>, emulator: InProcess, seen: Arc<Mutex<Seen>>) {
    {
        let protocol = connection.get_ref().1.alpn_protocol().unwrap_or(b"none");
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.connections += 1;
        seen.protocols.insert(String::from_utf8_lossy(protocol).into_owned());
    }
    let service = tower::service_fn(move |request: http::Request<hyper::body::Incoming>| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).requests.push(request.version());
        emulator.clone().oneshot(request)
    });
    // A client may close the connection at any time.
    let _ = Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(connection), TowerToHyperService::new(service))
        .await;
}

fn pem(certificate: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(certificate);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
