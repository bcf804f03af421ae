//! One program with several transports.
//!
//! They use HTTP, no socket, or tower layers.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use http::{HeaderValue, Request, Response};
use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateAssistant, CreateConversation, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::retry::{Failure, Retries, RetryPolicy};
use telnyx_ai::{
    Body, BoxError, Client, Error, ErrorKind, Operation, ReqwestTransport, Telnyx, Transport, TransportError,
    TransportErrorKind, TransportService,
};
use telnyx_ai_emulator::Emulator;
use telnyx_ai_hyper::HyperTransport;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Act, Scripted};
use telnyx_ai_tests::server::RecordingServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tower::limit::{ConcurrencyLimitLayer, RateLimitLayer};
use tower::{Service, ServiceBuilder};
use tower_http::set_header::SetRequestHeaderLayer;
use tower_http::trace::TraceLayer;

use crate::tls::{Settings, on_both};

/// An https URL to which no client can connect.
const NOWHERE: &str = "https://api.invalid/v2";

/// A program that must work with each transport.
pub(crate) async fn works(client: Client) {
    let telnyx = Telnyx::new(client);
    let created = telnyx.assistants().create(CreateAssistant::new("Support", "Help politely.")).await.unwrap();
    let changed = telnyx.assistants().update(&created.id, UpdateAssistant::new().with_greeting("")).await.unwrap();
    assert_eq!((changed.id.as_str(), changed.greeting.as_deref()), (created.id.as_str(), Some("")));
    let found = telnyx.assistants().retrieve(&created.id).await.unwrap();
    assert_eq!((found.name.as_str(), found.greeting.as_deref()), ("Support", Some("")));
    assert_eq!(telnyx.assistants().list().await.unwrap().len(), 1);

    let conversation = telnyx.conversations().create(CreateConversation::new()).await.unwrap();
    let request = ChatRequest::new(&conversation.id, "Where is my order?");
    let reply = telnyx.assistants().chat(&created.id, request.clone()).await.unwrap();
    assert!(!reply.content.is_empty());
    let mut stream = telnyx.assistants().chat_stream(&created.id, request).await.unwrap();
    let mut pieces = String::new();
    let mut whole = None;
    while let Some(event) = stream.try_next().await.unwrap() {
        match event {
            ChatEvent::Delta(delta) => pieces.push_str(&delta.content),
            ChatEvent::Done(done) => whole = Some(done.content),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(whole, Some(pieces));
    let messages = telnyx.conversations().messages(&conversation.id).page_size(2).try_collect().await.unwrap();
    assert_eq!(messages.len(), 4);

    assert!(telnyx.assistants().delete(&created.id).await.unwrap().deleted);
    let error = telnyx.assistants().retrieve(&created.id).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("10005")));
}

#[tokio::test]
async fn client_works_over_http() {
    let emulator = Emulator::start().await.unwrap();
    works(Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap()).await;
}

#[tokio::test]
async fn client_works_over_http_with_hyper() {
    let emulator = Emulator::start().await.unwrap();
    let transport = HyperTransport::new().unwrap();
    works(Client::builder().api_key("KEY").base_url(emulator.base_url()).transport(transport).build().unwrap()).await;
}

#[tokio::test]
async fn client_works_with_a_custom_reqwest_client() {
    let client = || {
        let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap()
    };
    for transport in [ReqwestTransport::from_client(client()), client().into()] {
        let emulator = Emulator::start().await.unwrap();
        works(Client::builder().api_key("KEY").base_url(emulator.base_url()).transport(transport).build().unwrap())
            .await;
    }
}

on_both! {
    refused_connection_names_the_address
    closed_pooled_connection_is_replaced
    redirects_are_not_followed
}

async fn refused_connection_names_the_address<T: Settings>() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = T::start().to(&format!("http://{free}/v2")).unwrap();
    // A word of the URL does not change the kind.
    let error = client.request(http::Method::GET, "/ai/certificates").max_retries(0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let error = client.request(http::Method::GET, "/ai/assistants").max_retries(0).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "GET /ai/assistants failed: cannot connect to {free}: connection refused; check the base URL and proxy settings"
        )
    );
}

/// The server closes each connection after a response, without announcing it. No call fails, although the calls are not
/// retried.
async fn closed_pooled_connection_is_replaced<T: Settings>() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = T::start().to(&format!("http://{}/v2", server.local_addr().unwrap())).unwrap();
    for _ in 0..3 {
        let call = tokio::spawn(client.request(http::Method::POST, "/ai/x").max_retries(0).into_future());
        let (mut connection, _) = server.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(connection.read_u8().await.unwrap());
        }
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
        call.await.unwrap().unwrap();
        connection.shutdown().await.unwrap();
        // The client has detected it when it closes the connection too.
        assert!(connection.read_u8().await.is_err());
    }
}

/// The key must not be sent to another server.
async fn redirects_are_not_followed<T: Settings>() {
    let elsewhere = RecordingServer::start([Answer::json(&serde_json::json!({}))]).await;
    let redirect = Answer::status(307).with_header("location", &elsewhere.base_url());
    let server = RecordingServer::start([redirect]).await;
    let client = T::start().to(&server.base_url()).unwrap();
    let error = client.request(http::Method::GET, "/ai/assistants").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Redirect, 1));
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn unprocessed_request_is_retried_and_rejected_certificate_is_not() {
    #[derive(Debug)]
    struct AtOnce(Retries);

    impl RetryPolicy for AtOnce {
        fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
            self.0.delay(failure).map(|_| Duration::ZERO)
        }
    }

    for (kind, expected, attempts) in [
        (TransportErrorKind::Connect, ErrorKind::Connect, 3),
        (TransportErrorKind::NotProcessed, ErrorKind::Connect, 3),
        (TransportErrorKind::Certificate, ErrorKind::Certificate, 1),
        (TransportErrorKind::Rejected, ErrorKind::Rejected, 1),
        (TransportErrorKind::Timeout, ErrorKind::Timeout, 1),
        (TransportErrorKind::Broken, ErrorKind::Transport, 1),
    ] {
        let service = tower::service_fn(move |_: Request<Body>| async move {
            Err::<Response<Body>, _>(TransportError::new(kind, "unavailable"))
        });
        // A layer can wrap the error.
        let layered = ServiceBuilder::new().map_err(|error: BoxError| io::Error::other(error));
        let builder = Client::builder().api_key("KEY").transport(service).layer(layered.into_inner());
        let client = builder.retry_policy(AtOnce(Retries::default())).build().unwrap();
        let error = client.request(http::Method::POST, "/ai/x").await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (expected, attempts), "{error}");
        assert!(error.to_string().contains(": unavailable"), "{error}");
    }
}

#[tokio::test]
async fn client_works_without_a_socket() {
    let emulator = Emulator::in_process().unwrap();
    works(Client::builder().api_key("KEY").base_url(NOWHERE).transport(emulator).build().unwrap()).await;
}

#[tokio::test]
async fn client_works_with_tower_layers() {
    let emulator = Emulator::start().await.unwrap();
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    let layers = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .timeout(Duration::from_secs(30))
        .concurrency_limit(4)
        .layer(SetRequestHeaderLayer::overriding(http::header::USER_AGENT, HeaderValue::from_static("layered")))
        .map_request(move |request: Request<Body>| {
            assert_eq!(request.headers()["user-agent"], "layered");
            counter.fetch_add(1, Ordering::Relaxed);
            request
        });
    works(Client::builder().api_key("KEY").base_url(emulator.base_url()).layer(layers).build().unwrap()).await;
    assert!(seen.load(Ordering::Relaxed) >= 10);
}

#[tokio::test]
async fn client_works_with_a_service_stack_as_transport() {
    let service = ServiceBuilder::new()
        .timeout(Duration::from_secs(30))
        .layer(TraceLayer::new_for_http())
        .service(Emulator::in_process().unwrap());
    works(Client::builder().api_key("KEY").base_url(NOWHERE).transport(service).build().unwrap()).await;
}

/// A layer can refuse requests before or after it is ready, and another layer can wrap its error.
#[tokio::test]
async fn layer_can_reject_a_request() {
    #[derive(Debug)]
    struct Audited(BoxError);

    impl std::fmt::Display for Audited {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the audited request failed")
        }
    }

    impl std::error::Error for Audited {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&*self.0)
        }
    }

    #[derive(Clone)]
    struct Closed;

    impl Service<Request<Body>> for Closed {
        type Response = Response<Body>;
        type Error = BoxError;
        type Future = std::future::Ready<Result<Response<Body>, BoxError>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
            Poll::Ready(Err(Error::new(ErrorKind::Rejected, "closed").into()))
        }

        fn call(&mut self, _: Request<Body>) -> Self::Future {
            unreachable!("it is never ready")
        }
    }

    let read_only = tower::service_fn(|_: Request<Body>| async {
        Err::<Response<Body>, _>(BoxError::from(Error::new(ErrorKind::Rejected, "read only")))
    });
    let audited = ServiceBuilder::new().map_err(Audited);
    let builder = || Client::builder().api_key("KEY");
    for builder in [
        builder().transport(Closed),
        builder().transport(audited.clone().service(Closed)),
        builder().transport(read_only),
        builder().transport(audited.service(read_only)),
    ] {
        let client = builder.build().unwrap();
        let error = client.request(http::Method::GET, "/ai/x").await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Rejected, 1), "{error}");
    }
}

/// A layer can make a call of its own, for example to get a token.
#[tokio::test]
async fn response_of_another_call_in_a_layer_is_not_that_of_the_call() {
    let other = Client::builder().api_key("KEY").transport(Emulator::in_process().unwrap()).build().unwrap();
    let transport = tower::service_fn(move |_: Request<Body>| {
        let other = other.clone();
        async move {
            other.request(http::Method::GET, "/ai/assistants/unknown").await?;
            Ok::<_, BoxError>(Response::new(Body::empty()))
        }
    });
    let client = Client::builder().api_key("KEY").max_retries(0).transport(transport).build().unwrap();
    let error = client.request(http::Method::GET, "/ai/x").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Transport, None), "{error}");
    assert!(error.to_string().starts_with("GET /ai/x failed: the transport or a layer failed: GET "), "{error}");
}

#[tokio::test]
async fn layer_finds_the_operation_of_the_call() {
    let operations = Arc::new(Mutex::new(Vec::new()));
    let found = Arc::clone(&operations);
    let layer = ServiceBuilder::new().map_request(move |request: Request<Body>| {
        found.lock().unwrap().push(request.extensions().get::<Operation>().unwrap().to_string());
        request
    });
    let builder = Client::builder().api_key("KEY").transport(Emulator::in_process().unwrap());
    let telnyx = Telnyx::new(builder.layer(layer.into_inner()).build().unwrap());
    telnyx.assistants().retrieve("unknown").await.unwrap_err();
    assert_eq!(*operations.lock().unwrap(), ["GET /ai/assistants/{assistant_id}"]);
}

#[tokio::test]
async fn transport_finds_the_operation_of_the_call() {
    let transport = tower::service_fn(|request: Request<Body>| async move {
        let operation = request.extensions().get::<Operation>().unwrap().to_string();
        Ok::<_, BoxError>(Response::new(Body::full(format!("{operation:?}"))))
    });
    let client = Client::builder().api_key("KEY").transport(transport).build().unwrap();
    assert_eq!(client.call(http::Method::GET, "/ai/tags/{tag}", &["a b"]).await.unwrap(), "GET /ai/tags/{tag}");
}

/// A transport that is no tower service becomes one.
#[tokio::test]
async fn client_works_with_a_service_stack_around_any_transport() {
    let emulator = Emulator::start().await.unwrap();
    let shared: Arc<dyn Transport> = Arc::new(HyperTransport::new().unwrap());
    for transport in [TransportService::new(HyperTransport::new().unwrap()), TransportService::from(shared)] {
        let stack = ServiceBuilder::new().timeout(Duration::from_secs(30)).service(transport);
        let builder = Client::builder().api_key("KEY").base_url(emulator.base_url()).transport(stack);
        builder.build().unwrap().request(http::Method::GET, "/ai/assistants").await.unwrap();
    }
}

#[tokio::test]
async fn client_works_with_a_custom_transport() {
    struct Counting(Arc<AtomicUsize>, Arc<dyn Transport>);

    #[async_trait]
    impl Transport for Counting {
        async fn send(&self, request: Request<Body>) -> Result<Response<Body>, BoxError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            self.1.send(request).await
        }
    }

    let count = Arc::new(AtomicUsize::new(0));
    let transport = Counting(Arc::clone(&count), Arc::new(Emulator::in_process().unwrap()));
    works(Client::builder().api_key("KEY").base_url(NOWHERE).transport(transport).build().unwrap()).await;
    assert!(count.load(Ordering::Relaxed) >= 10);
}

#[tokio::test]
async fn emulator_responds_equally_with_and_without_a_socket() {
    let emulator = Emulator::start().await.unwrap();
    let over_http = Telnyx::new(Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap());
    let in_process =
        Telnyx::new(Client::builder().api_key("KEY").base_url(NOWHERE).transport(emulator.router()).build().unwrap());
    let created = over_http.assistants().create(CreateAssistant::new("Support", "Help politely.")).await.unwrap();
    assert_eq!(in_process.assistants().retrieve(&created.id).await.unwrap(), created);
}

/// Layers are below the retries, so each attempt passes through them.
#[tokio::test(start_paused = true)]
async fn layers_see_each_attempt() {
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    let scripted = Scripted::new([Answer::status(503), Answer::status(503), Answer::json(&serde_json::json!({}))]);
    let client = scripted
        .builder()
        .layer(ServiceBuilder::new().map_request(move |request: Request<Body>| {
            counter.fetch_add(1, Ordering::Relaxed);
            request
        }))
        .build()
        .unwrap();
    client.request(http::Method::GET, "/ai/assistants").await.unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 3);
}

/// A later layer wraps the earlier ones.
#[tokio::test]
async fn layers_are_stacked_outwards() {
    let scripted = Scripted::new([Answer::json(&serde_json::json!({}))]);
    let say = |word: &'static str| {
        ServiceBuilder::new().map_request(move |mut request: Request<Body>| {
            request.headers_mut().append("x-passed", HeaderValue::from_static(word));
            request
        })
    };
    let client = scripted.builder().layer(say("inner")).layer(say("outer")).build().unwrap();
    client.request(http::Method::GET, "/ai/assistants").await.unwrap();
    let passed: Vec<_> = scripted.attempts()[0].headers.get_all("x-passed").iter().cloned().collect();
    assert_eq!(passed, ["outer", "inner"]);
}

/// The error of tower's timeout layer is a timeout and is retried.
#[tokio::test(start_paused = true)]
async fn timeout_of_a_layer_is_a_timeout() {
    let scripted = Scripted::new([Act::Silence, Act::Silence, Act::Silence]);
    let client = scripted.builder().layer(ServiceBuilder::new().timeout(Duration::from_secs(3))).build().unwrap();
    let error = client.request(http::Method::GET, "/ai/assistants").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3));
    assert_eq!(error.to_string(), "GET /ai/assistants failed: timed out: request timed out (after 3 attempts)");
}

/// A service that is neither `Clone` nor `Sync`, and whose futures are not `Sync`.
struct Unshared<S>(S, Cell<usize>);

impl<S: Service<Request<Body>, Future: Send + 'static>> Service<Request<Body>> for Unshared<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.1.set(self.1.get() + 1);
        Box::pin(self.0.call(request))
    }
}

#[tokio::test]
async fn layered_service_needs_neither_clone_nor_sync() {
    let emulator = Emulator::in_process().unwrap();
    let unshared = tower::layer::layer_fn(|inner| Unshared(inner, Cell::new(0)));
    let client = Client::builder().api_key("KEY").base_url(NOWHERE).transport(emulator).layer(unshared);
    works(client.build().unwrap()).await;
}

/// tower's own rate limit is not `Clone`.
#[tokio::test(start_paused = true)]
async fn rate_limit_of_tower_works_without_a_buffer() {
    let scripted = Scripted::new((0..6).map(|_| Answer::json(&serde_json::json!({}))));
    let client = scripted.builder().layer(RateLimitLayer::new(2, Duration::from_secs(10))).build().unwrap();
    join_all((0..6).map(|_| client.request(http::Method::GET, "/ai/x").into_future())).await;
    let seconds: Vec<_> = scripted.attempts().iter().map(|attempt| attempt.at.as_secs()).collect();
    assert_eq!(seconds, [0, 0, 10, 10, 20, 20]);
}

/// A request that is dropped while it waits for the layer does not block the others.
#[tokio::test(start_paused = true)]
async fn dropped_call_does_not_block_the_next_one() {
    let scripted = Scripted::new([Act::Silence, Answer::json(&serde_json::json!({})).into()]);
    let client = scripted.builder().layer(ConcurrencyLimitLayer::new(1)).build().unwrap();
    let call = || tokio::spawn(client.request(http::Method::GET, "/ai/x").max_retries(0).into_future());
    let (first, second, third) = (call(), call(), call());
    tokio::task::yield_now().await;
    second.abort();
    first.abort();
    assert_eq!(third.await.unwrap().unwrap(), serde_json::json!({}));
}

/// All requests pass through the same service.
#[tokio::test]
async fn layer_does_not_serialize_requests() {
    let barrier = Arc::new(Barrier::new(10));
    let service = tower::service_fn(move |_: Request<Body>| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Ok::<_, BoxError>(Response::new(Body::full("{}")))
        }
    });
    let unshared = tower::layer::layer_fn(|inner| Unshared(inner, Cell::new(0)));
    let client = Client::builder().api_key("KEY").transport(service).layer(unshared).build().unwrap();
    let calls = join_all((0..10).map(|_| client.request(http::Method::GET, "/ai/x").into_future())).await;
    assert!(calls.into_iter().all(|called| called.is_ok()));
}

/// After its first poll, a layered request runs in a task.
#[tokio::test]
#[should_panic(expected = "the layer panics")]
async fn panic_of_a_layer_reaches_the_caller() {
    async fn panic_later(_: Response<Body>) -> Result<Response<Body>, BoxError> {
        tokio::task::yield_now().await;
        panic!("the layer panics")
    }
    let scripted = Scripted::new([Answer::json(&serde_json::json!({}))]);
    let layer = ServiceBuilder::new().and_then(panic_later).into_inner();
    let client = scripted.builder().layer(layer).build().unwrap();
    let _ = client.request(http::Method::GET, "/ai/x").await;
}

#[test]
fn layered_call_fails_if_its_runtime_has_ended() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scripted = Scripted::new([Act::Silence]);
    let client = scripted.builder().layer(ConcurrencyLimitLayer::new(1)).build().unwrap();
    let mut call = client.request(http::Method::GET, "/ai/x").max_retries(0);
    let first = runtime();
    first.block_on(async { assert!(futures_util::poll!(&mut call).is_pending()) });
    drop(first);
    let error = runtime().block_on(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}

#[tokio::test]
async fn many_tasks_share_a_client() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap();
    let assistants = Telnyx::new(client).assistants();
    let tasks = (0..20).map(|n| {
        let assistants = assistants.clone();
        tokio::spawn(async move {
            assistants.create(CreateAssistant::new(format!("Assistant {n}"), "Help politely.")).await.unwrap().id
        })
    });
    let ids: std::collections::BTreeSet<String> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(ids.len(), 20);
    assert_eq!(assistants.list().await.unwrap().len(), 20);
}
