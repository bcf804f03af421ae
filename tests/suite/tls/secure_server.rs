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

/// Both versions of HTTP, the better one first.
pub(super) const BOTH: &[&str] = &["h2", "http/1.1"];

/// The emulator behind TLS, with a certificate that its own authority signed.
pub(super) struct SecureServer {
    addr: SocketAddr,
    authority: String,
    seen: Arc<Mutex<Seen>>,
    /// How many connections have ended.
    closed: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

/// What the server saw of its clients.
#[derive(Default)]
struct Seen {
    connections: usize,
    protocols: BTreeSet<String>,
    requests: Vec<http::Version>,
}

impl SecureServer {
    /// A server that offers these protocols, at its address.
    pub(super) async fn start(protocols: &[&str]) -> Self {
        Self::named("127.0.0.1", protocols).await
    }

    /// A server whose certificate is for that name.
    pub(super) async fn named(name: &str, protocols: &[&str]) -> Self {
        let mut authority = CertificateParams::new([]).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();

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
        let emulator = Emulator::in_process().unwrap();
        let seen = Arc::<Mutex<Seen>>::default();
        let (closed, all_closed) = watch::channel(0);
        let task = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                while let Ok((connection, _)) = listener.accept().await {
                    let (acceptor, emulator, seen) = (acceptor.clone(), emulator.clone(), Arc::clone(&seen));
                    let closed = closed.clone();
                    tokio::spawn(async move {
                        // A client that does not trust this server ends the handshake.
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

    pub(super) fn base_url(&self) -> String {
        format!("https://{}/v2", self.addr)
    }

    /// The certificate of its authority, as PEM.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// How many connections there were whose handshake succeeded.
    pub(super) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// Waits until a connection has ended.
    pub(super) async fn closed(&self) {
        let mut closed = self.closed.clone();
        closed.wait_for(|count| *count > 0).await.unwrap();
    }

    /// The protocols that were agreed on.
    pub(super) fn protocols(&self) -> Vec<String> {
        self.seen.lock().unwrap().protocols.iter().cloned().collect()
    }

    /// The version of each request.
    pub(super) fn requests(&self) -> Vec<http::Version> {
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
    // A client may go away.
    let _ = Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(connection), TowerToHyperService::new(service))
        .await;
}

fn pem(certificate: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(certificate);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
