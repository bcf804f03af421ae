//! The same program over different transports: real HTTP, no socket at all, and stacks of tower layers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use http::{HeaderValue, Request, Response};
use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateAssistant, CreateConversation, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Body, BoxError, Client, ErrorKind, Telnyx, Transport};
use telnyx_ai_emulator::Emulator;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Act, Scripted};
use tower::ServiceBuilder;
use tower_http::set_header::SetRequestHeaderLayer;
use tower_http::trace::TraceLayer;

/// An https URL that leads nowhere: whoever connects to it fails.
const NOWHERE: &str = "https://api.invalid/v2";

/// What a program does, whatever is below it.
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
async fn over_http() {
    let emulator = Emulator::start().await.unwrap();
    works(Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap()).await;
}

#[tokio::test]
async fn over_http_on_hyper() {
    let emulator = Emulator::start().await.unwrap();
    let transport = telnyx_ai::HyperTransport::new().unwrap();
    works(Client::builder().api_key("KEY").base_url(emulator.base_url()).transport(transport).build().unwrap()).await;
}

/// Like the default transport, hyper's tells a server that is not there from one that breaks off.
#[tokio::test]
async fn hyper_knows_a_server_that_is_not_there() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let transport = telnyx_ai::HyperTransport::new().unwrap();
    let builder = Client::builder().api_key("KEY").base_url(format!("http://{free}/v2")).max_retries(0);
    let client = builder.transport(transport).build().unwrap();
    let error = client.request(http::Method::GET, "/ai/assistants").await.unwrap_err();
    assert_eq!(error.kind(), telnyx_ai::ErrorKind::Connect);
}

#[tokio::test]
async fn without_a_socket() {
    let emulator = Emulator::in_process().unwrap();
    works(Client::builder().api_key("KEY").base_url(NOWHERE).transport(emulator).build().unwrap()).await;
}

#[tokio::test]
async fn through_layers_of_tower_under_the_client() {
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
async fn through_a_stack_of_services_that_is_the_transport() {
    let service = ServiceBuilder::new()
        .timeout(Duration::from_secs(30))
        .layer(TraceLayer::new_for_http())
        .service(Emulator::in_process().unwrap());
    works(Client::builder().api_key("KEY").base_url(NOWHERE).transport(service).build().unwrap()).await;
}

#[tokio::test]
async fn over_a_transport_that_is_no_service() {
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
async fn the_same_emulator_with_and_without_a_socket() {
    let emulator = Emulator::start().await.unwrap();
    let over_http = Telnyx::new(Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap());
    let in_process =
        Telnyx::new(Client::builder().api_key("KEY").base_url(NOWHERE).transport(emulator.router()).build().unwrap());
    let created = over_http.assistants().create(CreateAssistant::new("Support", "Help politely.")).await.unwrap();
    assert_eq!(in_process.assistants().retrieve(&created.id).await.unwrap(), created);
}

/// Layers sit below the retries: each attempt passes through them.
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

/// A later layer goes around the earlier ones.
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

/// What a timeout layer of tower says is a timeout, and is retried as one.
#[tokio::test(start_paused = true)]
async fn the_timeout_of_a_layer_is_a_timeout() {
    let scripted = Scripted::new([Act::Silence, Act::Silence, Act::Silence]);
    let client = scripted.builder().layer(ServiceBuilder::new().timeout(Duration::from_secs(3))).build().unwrap();
    let error = client.request(http::Method::GET, "/ai/assistants").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3));
    assert_eq!(error.to_string(), "GET /ai/assistants failed: time is up: request timed out (after 3 attempts)");
}

#[tokio::test]
async fn a_client_is_shared_by_many_tasks() {
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
