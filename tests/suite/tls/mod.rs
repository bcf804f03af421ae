//! TLS, HTTP/2 and connection settings, with both transports.

mod secure_server;

use std::time::Duration;

use futures_util::future::join_all;
use http::{Method, Version};
use secure_server::BOTH;
pub(crate) use secure_server::SecureServer;
use telnyx_ai::assistants::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, ClientBuilder, Error, ErrorKind, Telnyx};
use telnyx_ai_hyper::{HyperTransport, HyperTransportBuilder};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::transports::works;

/// A builder of a transport.
pub(crate) trait Connect: Sized {
    fn start() -> Self;

    /// The builder of a client on the transport.
    fn builder(self) -> Result<ClientBuilder, Error>;

    fn to(self, base_url: &str) -> Result<Client, Error> {
        self.builder()?.api_key("KEY").base_url(base_url).build()
    }
}

/// The built-in transport.
impl Connect for ClientBuilder {
    fn start() -> Self {
        Client::builder()
    }

    fn builder(self) -> Result<ClientBuilder, Error> {
        Ok(self)
    }
}

impl Connect for HyperTransportBuilder {
    fn start() -> Self {
        HyperTransport::builder()
    }

    fn builder(self) -> Result<ClientBuilder, Error> {
        Ok(Client::builder().transport(self.build()?))
    }
}

/// The settings that both transports have.
macro_rules! settings {
    ($($setting:ident($($argument:ident: $type:ty)?))*) => {
        pub(crate) trait Settings: Connect {
            $(fn $setting(self, $($argument: $type)?) -> Self;)*
        }
        impl Settings for ClientBuilder {
            $(fn $setting(self, $($argument: $type)?) -> Self { Self::$setting(self, $($argument)?) })*
        }
        impl Settings for HyperTransportBuilder {
            $(fn $setting(self, $($argument: $type)?) -> Self { Self::$setting(self, $($argument)?) })*
        }
    };
}

settings! {
    connect_timeout(timeout: Duration)
    pool_idle_timeout(timeout: Option<Duration>)
    pool_max_idle_per_host(connections: usize)
    http1_only()
    http2_prior_knowledge()
    root_certificates(pem: &str)
    no_system_roots()
}

/// Runs each test on both transports.
macro_rules! on_both {
    ($($(#[$attribute:meta])* $name:ident)*) => {
        mod on_reqwest {
            $($(#[$attribute])* #[tokio::test] async fn $name() { super::$name::<telnyx_ai::ClientBuilder>().await })*
        }
        mod on_hyper {
            $(
                $(#[$attribute])*
                #[tokio::test]
                async fn $name() { super::$name::<telnyx_ai_hyper::HyperTransportBuilder>().await }
            )*
        }
    };
}
pub(crate) use on_both;

on_both! {
    client_works_over_http2
    client_works_over_tls_without_http2
    http1_only_ignores_http2_of_the_server
    http2_prior_knowledge_needs_no_negotiation
    many_calls_share_an_http2_connection
    certificate_of_an_unknown_authority_is_rejected
    certificate_for_another_name_is_rejected
    expired_certificate_is_rejected
    system_certificates_can_be_disabled
    pem_without_a_certificate_is_a_config_error
    missing_handshake_times_out
    pool_keeps_the_maximum_of_idle_connections
    idle_connections_are_closed
}

fn trusting<T: Settings>(server: &SecureServer) -> T {
    T::start().root_certificates(server.authority())
}

async fn client_works_over_http2<T: Settings>() {
    let server = SecureServer::start(BOTH).await;
    works(trusting::<T>(&server).to(&server.base_url()).unwrap()).await;
    assert_eq!(server.protocols(), ["h2"]);
    assert!(server.requests().iter().all(|version| *version == Version::HTTP_2));
}

async fn client_works_over_tls_without_http2<T: Settings>() {
    let server = SecureServer::start(&["http/1.1"]).await;
    works(trusting::<T>(&server).to(&server.base_url()).unwrap()).await;
    assert!(server.requests().iter().all(|version| *version == Version::HTTP_11));
}

async fn http1_only_ignores_http2_of_the_server<T: Settings>() {
    let server = SecureServer::start(BOTH).await;
    works(trusting::<T>(&server).http2_prior_knowledge().http1_only().to(&server.base_url()).unwrap()).await;
    assert!(server.requests().iter().all(|version| *version == Version::HTTP_11));
}

/// The server only supports HTTP/2 without TLS, like a sidecar.
async fn http2_prior_knowledge_needs_no_negotiation<T: Settings>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v2", listener.local_addr().unwrap());
    let emulator = telnyx_ai_emulator::Emulator::in_process().unwrap();
    let server = tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let service = hyper_util::service::TowerToHyperService::new(emulator.clone());
            tokio::spawn(
                hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
                    .serve_connection(hyper_util::rt::TokioIo::new(connection), service),
            );
        }
    });
    works(T::start().http1_only().http2_prior_knowledge().to(&url).unwrap()).await;
    server.abort();
}

async fn many_calls_share_an_http2_connection<T: Settings>() {
    let server = SecureServer::start(BOTH).await;
    let telnyx = Telnyx::new(trusting::<T>(&server).to(&server.base_url()).unwrap());
    // The first call detects that the server supports HTTP/2.
    let assistant = telnyx.assistants().create(CreateAssistant::new("Support", "Help politely.")).await.unwrap();
    let calls = (0..50).map(|_| async { telnyx.assistants().retrieve(&assistant.id).await.unwrap() });
    assert!(join_all(calls).await.iter().all(|found| *found == assistant));
    assert_eq!((server.connections(), server.requests().len()), (1, 51));
}

/// A rejected certificate is not retried, and the error names the address and the reason.
async fn rejected(client: Client, server: &SecureServer, reason: &str) {
    let error = client.request(Method::GET, "/ai/assistants").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Certificate, 1, false), "{error}");
    let message = error.to_string();
    let expected = format!(
        "GET /ai/assistants failed: the certificate of {} was rejected: invalid peer certificate: {reason}",
        server.address()
    );
    assert!(message.starts_with(&expected), "{message}");
    assert!(
        message.ends_with("; check the base URL, the system's clock and the trusted root certificates"),
        "{message}"
    );
    assert_eq!(server.connections(), 0);
}

async fn certificate_of_an_unknown_authority_is_rejected<T: Settings>() {
    let server = SecureServer::start(BOTH).await;
    rejected(T::start().to(&server.base_url()).unwrap(), &server, "UnknownIssuer").await;
}

async fn certificate_for_another_name_is_rejected<T: Settings>() {
    let server = SecureServer::named("api.example", BOTH).await;
    let client = trusting::<T>(&server).to(&server.base_url()).unwrap();
    rejected(client, &server, "certificate not valid for name").await;
}

async fn expired_certificate_is_rejected<T: Settings>() {
    let server = SecureServer::expired(BOTH).await;
    let client = trusting::<T>(&server).to(&server.base_url()).unwrap();
    rejected(client, &server, "certificate expired").await;
}

async fn system_certificates_can_be_disabled<T: Settings>() {
    let server = SecureServer::start(BOTH).await;
    let client = trusting::<T>(&server).no_system_roots().to(&server.base_url()).unwrap();
    client.request(Method::GET, "/ai/assistants").await.unwrap();

    let another = SecureServer::start(BOTH).await;
    let client = trusting::<T>(&another).no_system_roots().to(&server.base_url()).unwrap();
    let error = client.request(Method::GET, "/ai/assistants").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
}

async fn pem_without_a_certificate_is_a_config_error<T: Settings>() {
    for wrong in ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let error = T::start().root_certificates(wrong).to("https://api.example/v2").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{wrong:?}");
        assert!(error.to_string().starts_with("cannot read the PEM text passed to `root_certificates`: "), "{error}");
    }
}

/// The server accepts the connection and sends nothing. It has not received the request, so this POST without an
/// idempotency key is retried.
async fn missing_handshake_times_out<T: Settings>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/v2", listener.local_addr().unwrap());
    let client = T::start().connect_timeout(Duration::from_millis(50)).to(&url).unwrap();
    let call = client.request(Method::POST, "/ai/assistants").max_retries(1);
    let error = timeout(Duration::from_secs(20), call.into_future()).await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2), "{error}");
}

async fn pool_keeps_the_maximum_of_idle_connections<T: Settings>() {
    for (kept, connections) in [(usize::MAX, 1), (1, 1), (0, 3)] {
        let server = SecureServer::start(BOTH).await;
        let settings = trusting::<T>(&server).http1_only().pool_max_idle_per_host(kept);
        let client = settings.to(&server.base_url()).unwrap();
        for _ in 0..3 {
            client.request(Method::GET, "/ai/assistants").await.unwrap();
        }
        assert_eq!(server.connections(), connections, "{kept} kept");
    }
}

async fn idle_connections_are_closed<T: Settings>() {
    let server = SecureServer::start(BOTH).await;
    let settings = trusting::<T>(&server).http1_only().pool_idle_timeout(Some(Duration::from_millis(1)));
    let client = settings.to(&server.base_url()).unwrap();
    client.request(Method::GET, "/ai/assistants").await.unwrap();
    timeout(Duration::from_secs(20), server.closed()).await.expect("the connection is closed");
    client.request(Method::GET, "/ai/assistants").await.unwrap();
    assert_eq!(server.connections(), 2);
}
