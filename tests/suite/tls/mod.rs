//! Both transports over TLS and HTTP/2, and the settings of their connections.
//!
//! Each test runs for the one transport and for the other: what is promised is promised of both.

mod secure_server;

use std::time::Duration;

use futures_util::future::join_all;
use http::{Method, Version};
use secure_server::{BOTH, SecureServer};
use telnyx_ai::assistants::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Error, ErrorKind, HyperTransport, ReqwestTransport, Telnyx, TransportBuilder};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::transports::works;

/// What the two builders have in common for a test: they become a client of a server.
trait Connect: Sized {
    fn start() -> TransportBuilder<Self>;
    fn to(builder: TransportBuilder<Self>, base_url: &str) -> Result<Client, Error>;
}

impl Connect for ReqwestTransport {
    fn start() -> TransportBuilder<Self> {
        Self::builder()
    }

    fn to(builder: TransportBuilder<Self>, base_url: &str) -> Result<Client, Error> {
        Client::builder().api_key("KEY").base_url(base_url).transport(builder.build()?).build()
    }
}

impl Connect for HyperTransport {
    fn start() -> TransportBuilder<Self> {
        Self::builder()
    }

    fn to(builder: TransportBuilder<Self>, base_url: &str) -> Result<Client, Error> {
        Client::builder().api_key("KEY").base_url(base_url).transport(builder.build()?).build()
    }
}

/// A test for both transports.
macro_rules! on_both {
    ($($(#[$attribute:meta])* $name:ident)*) => {
        mod on_reqwest {
            $($(#[$attribute])* #[tokio::test] async fn $name() { super::$name::<super::ReqwestTransport>().await })*
        }
        mod on_hyper {
            $($(#[$attribute])* #[tokio::test] async fn $name() { super::$name::<super::HyperTransport>().await })*
        }
    };
}

on_both! {
    everything_works_over_http2
    everything_works_over_tls_without_http2
    http1_alone_is_spoken_where_that_is_wanted
    http2_is_spoken_unasked_where_that_is_wanted
    many_calls_share_an_http2_connection
    a_certificate_of_an_unknown_authority_is_refused
    a_certificate_for_another_name_is_refused
    the_system_s_authorities_can_be_left_out
    what_is_no_certificate_is_told_before_anything_is_sent
    a_server_that_never_shakes_hands_is_given_up
    connections_are_kept_or_not_as_it_is_set
    a_connection_that_nobody_uses_is_given_up
}

fn trusting<T: Connect>(server: &SecureServer) -> TransportBuilder<T> {
    T::start().root_certificates(server.authority())
}

async fn everything_works_over_http2<T: Connect>() {
    let server = SecureServer::start(BOTH).await;
    works(T::to(trusting::<T>(&server), &server.base_url()).unwrap()).await;
    assert_eq!(server.protocols(), ["h2"]);
    assert!(server.requests().iter().all(|version| *version == Version::HTTP_2));
}

async fn everything_works_over_tls_without_http2<T: Connect>() {
    let server = SecureServer::start(&["http/1.1"]).await;
    works(T::to(trusting::<T>(&server), &server.base_url()).unwrap()).await;
    assert!(server.requests().iter().all(|version| *version == Version::HTTP_11));
}

async fn http1_alone_is_spoken_where_that_is_wanted<T: Connect>() {
    let server = SecureServer::start(BOTH).await;
    works(T::to(trusting::<T>(&server).http1_only(), &server.base_url()).unwrap()).await;
    assert!(server.requests().iter().all(|version| *version == Version::HTTP_11));
}

/// A server that speaks HTTP/2 without TLS, as sidecars do, and nothing else.
async fn http2_is_spoken_unasked_where_that_is_wanted<T: Connect>() {
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
    works(T::to(T::start().http2_prior_knowledge(), &url).unwrap()).await;
    server.abort();
}

async fn many_calls_share_an_http2_connection<T: Connect>() {
    let server = SecureServer::start(BOTH).await;
    let telnyx = Telnyx::new(T::to(trusting::<T>(&server), &server.base_url()).unwrap());
    // The first call finds out that the server speaks HTTP/2.
    let assistant = telnyx.assistants().create(CreateAssistant::new("Support", "Help politely.")).await.unwrap();
    let calls = (0..50).map(|_| async { telnyx.assistants().retrieve(&assistant.id).await.unwrap() });
    assert!(join_all(calls).await.iter().all(|found| *found == assistant));
    assert_eq!((server.connections(), server.requests().len()), (1, 51));
}

async fn a_certificate_of_an_unknown_authority_is_refused<T: Connect>() {
    let server = SecureServer::start(BOTH).await;
    let client = T::to(T::start(), &server.base_url()).unwrap();
    let error = client.request(Method::GET, "/ai/assistants").max_retries(0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(server.connections(), 0);
}

async fn a_certificate_for_another_name_is_refused<T: Connect>() {
    let server = SecureServer::named("api.example", BOTH).await;
    let client = T::to(trusting::<T>(&server), &server.base_url()).unwrap();
    let error = client.request(Method::GET, "/ai/assistants").max_retries(0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("not valid for name"), "{error}");
    assert_eq!(server.connections(), 0);
}

async fn the_system_s_authorities_can_be_left_out<T: Connect>() {
    let server = SecureServer::start(BOTH).await;
    let client = T::to(trusting::<T>(&server).no_system_roots(), &server.base_url()).unwrap();
    client.request(Method::GET, "/ai/assistants").await.unwrap();

    let another = SecureServer::start(BOTH).await;
    let client = T::to(trusting::<T>(&another).no_system_roots(), &server.base_url()).unwrap();
    let error = client.request(Method::GET, "/ai/assistants").max_retries(0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
}

async fn what_is_no_certificate_is_told_before_anything_is_sent<T: Connect>() {
    for wrong in ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let error = T::to(T::start().root_certificates(wrong), "https://api.example/v2").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{wrong:?}");
    }
}

/// It accepts the connection, reads, and says nothing. No call has reached it, so any may be sent again: this one is
/// no GET and has no key.
async fn a_server_that_never_shakes_hands_is_given_up<T: Connect>() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/v2", listener.local_addr().unwrap());
    let client = T::to(T::start().connect_timeout(Duration::from_millis(50)), &url).unwrap();
    let call = client.request(Method::POST, "/ai/assistants").max_retries(1);
    let error = timeout(Duration::from_secs(20), call.into_future()).await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2), "{error}");
}

async fn connections_are_kept_or_not_as_it_is_set<T: Connect>() {
    for (kept, connections) in [(usize::MAX, 1), (1, 1), (0, 3)] {
        let server = SecureServer::start(BOTH).await;
        let builder = trusting::<T>(&server).http1_only().max_idle_per_host(kept);
        let client = T::to(builder, &server.base_url()).unwrap();
        for _ in 0..3 {
            client.request(Method::GET, "/ai/assistants").await.unwrap();
        }
        assert_eq!(server.connections(), connections, "{kept} kept");
    }
}

async fn a_connection_that_nobody_uses_is_given_up<T: Connect>() {
    let server = SecureServer::start(BOTH).await;
    let builder = trusting::<T>(&server).http1_only().idle_timeout(Duration::from_millis(1));
    let client = T::to(builder, &server.base_url()).unwrap();
    client.request(Method::GET, "/ai/assistants").await.unwrap();
    timeout(Duration::from_secs(20), server.closed()).await.expect("the connection is given up");
    client.request(Method::GET, "/ai/assistants").await.unwrap();
    assert_eq!(server.connections(), 2);
}
