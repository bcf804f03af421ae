//! The options of a call, and the response around a value.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use telnyx_ai::assistants::{AddTag, CreateAssistant, CreateConversation, EnhanceInstructions};
use telnyx_ai::prelude::*;
use telnyx_ai::{ErrorKind, RateLimit, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;
use telnyx_ai_tests::server::RecordingServer;

fn tags() -> Answer {
    Answer::json(&json!({"tags": ["vip"], "next": "page-2"}))
}

#[tokio::test]
async fn options_are_sent() {
    let server = RecordingServer::start([tags()]).await;
    let client = server.builder().header("x-team", "support").header("x-app", "shop").build().unwrap();
    let call = Telnyx::new(client).tags().add("assistant-1", AddTag::new("vip"));
    call.header("X-Team", "sales")
        .header("user-agent", "shop/1.0")
        .query("dry run", "yes & no")
        .extra_body("color", "red")
        .extra_body("weights", vec![1, 2])
        .await
        .unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.target, "/v2/ai/assistants/assistant-1/tags?dry%20run=yes%20%26%20no");
    assert_eq!(request.header("x-team"), Some("sales"));
    assert_eq!(request.headers.get_all("x-team").iter().count(), 1);
    assert_eq!(request.header("x-app"), Some("shop"));
    assert_eq!(request.header("user-agent"), Some("shop/1.0"));
    assert_eq!(request.json(), Some(json!({"tag": "vip", "color": "red", "weights": [1, 2]})));
}

#[tokio::test]
async fn extra_body_replaces_a_typed_field_and_creates_a_body() {
    let server = RecordingServer::start([tags()]).await;
    let telnyx = Telnyx::new(server.client());
    telnyx.tags().add("assistant-1", AddTag::new("vip")).extra_body("tag", "beta").await.unwrap();
    telnyx.tags().list().extra_body("filter", json!({"prefix": "v"})).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].json(), Some(json!({"tag": "beta"})));
    assert_eq!(requests[1].json(), Some(json!({"filter": {"prefix": "v"}})));
    assert_eq!(requests[1].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn fields_in_extra_are_sent() {
    let server = RecordingServer::start([tags()]).await;
    let mut request = AddTag::new("vip");
    request.extra.insert("color", "red");
    Telnyx::new(server.client()).tags().add("assistant-1", request).await.unwrap();
    assert_eq!(server.requests()[0].json(), Some(json!({"tag": "vip", "color": "red"})));
}

#[tokio::test]
async fn custom_idempotency_key_is_sent_unchanged() {
    let assistant = json!({"id": "a", "name": "b", "instructions": "c", "model": "d", "created_at": "e"});
    let server = RecordingServer::start([Answer::json(&assistant)]).await;
    let assistants = Telnyx::new(server.client()).assistants();
    let create = || assistants.create(CreateAssistant::new("Support", "Help politely."));
    create().idempotency_key("order-17").await.unwrap();
    create().await.unwrap();
    create().await.unwrap();
    let keys: Vec<_> = server.requests().iter().map(|r| r.header("idempotency-key").unwrap().to_owned()).collect();
    assert_eq!(keys[0], "order-17");
    assert_ne!(keys[1], keys[2], "each call has its own key");
}

/// A restarted program derives the same key, so that it does not repeat an operation.
#[tokio::test]
async fn idempotency_key_is_derived_from_a_name() {
    let server = RecordingServer::start([Answer::status(500)]).await;
    let conversations = Telnyx::new(server.client()).conversations();
    for (namespace, name) in [("shop", "order 42"), ("shop", "order 42"), ("shop", "order 43"), ("desk", "order 42")] {
        let call = conversations.create(CreateConversation::new()).max_retries(0);
        call.idempotency_key_from(namespace, name).await.unwrap_err();
    }
    let requests = server.requests();
    let keys: Vec<&str> = requests.iter().map(|request| request.header("idempotency-key").unwrap()).collect();
    assert_eq!(keys[0], keys[1]);
    assert!(keys[0] != keys[2] && keys[0] != keys[3] && keys[2] != keys[3], "{keys:?}");
}

#[tokio::test]
async fn reused_idempotency_key_has_its_own_error_kind() {
    let body = json!({"errors": [{"code": "10027", "title": "Idempotency key was used for another request"}]});
    let server = RecordingServer::start([Answer::status(422).with_json(&body)]).await;
    let telnyx = Telnyx::new(server.client());
    let error = telnyx.conversations().create(CreateConversation::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::IdempotencyKeyReused, Some("10027")));
    assert!(error.to_string().contains("; use one key per operation"), "{error}");
    // An operation that takes no key has no such error.
    let error = telnyx.tags().add("assistant-1", AddTag::new("vip")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
}

#[tokio::test]
async fn with_response_returns_status_headers_and_body() {
    let answer = tags()
        .with_header("x-request-id", "request-1")
        .with_header("x-ratelimit-limit", "100")
        .with_header("x-ratelimit-remaining", "99")
        .with_header("x-ratelimit-reset", "1.5");
    let server = RecordingServer::start([answer]).await;
    let response = Telnyx::new(server.client()).tags().list().with_response().await.unwrap();
    assert_eq!(response.value.tags, ["vip"]);
    assert_eq!(response.status, 200);
    assert_eq!(response.attempts, 1);
    assert_eq!(response.request_id(), Some("request-1"));
    assert_eq!(response.headers["content-type"], "application/json");
    let RateLimit { limit, remaining, reset, .. } = response.rate_limit().unwrap();
    assert_eq!((limit, remaining, reset), (Some(100), Some(99), Some(Duration::from_millis(1500))));
    assert_eq!(serde_json::from_slice::<Value>(&response.body).unwrap()["next"], "page-2");
}

#[tokio::test]
async fn with_response_keeps_the_whole_body_around_the_value() {
    let answer = json!({"data": ["smoke"], "meta": {"took_ms": 3}});
    let server = RecordingServer::start([Answer::json(&answer)]).await;
    let response = Telnyx::new(server.client()).test_suites().list().with_response().await.unwrap();
    assert_eq!(response.value, ["smoke"]);
    assert_eq!(serde_json::from_slice::<Value>(&response.body).unwrap(), answer);
    assert_eq!(response.rate_limit(), None);
}

#[tokio::test(start_paused = true)]
async fn with_response_counts_the_attempts() {
    let scripted = Scripted::new([Answer::status(503), tags()]);
    let response = Telnyx::new(scripted.client()).tags().list().with_response().await.unwrap();
    assert_eq!(response.attempts, 2);
}

#[tokio::test(start_paused = true)]
async fn with_response_works_for_a_call_that_was_polled() {
    let scripted = Scripted::new([Answer::status(503), tags().with_header("x-request-id", "request-1")]);
    let mut call = Telnyx::new(scripted.client()).tags().list();
    assert!(tokio::time::timeout(Duration::from_millis(1), &mut call).await.is_err());
    let response = call.with_response().await.unwrap();
    assert_eq!((response.request_id(), response.attempts), (Some("request-1"), 2));
}

#[tokio::test]
async fn with_response_works_for_a_stream() {
    let answer = Answer::text("text/plain", "Greet first.").with_header("x-request-id", "request-1");
    let server = RecordingServer::start([answer]).await;
    let instructions = Telnyx::new(server.client()).instructions();
    let call = instructions.enhance_stream("assistant-1", EnhanceInstructions::new());
    let response = call.with_response().await.unwrap();
    assert_eq!(response.request_id(), Some("request-1"));
    assert!(response.body.is_empty());
    assert_eq!(response.value.collect().await.unwrap(), "Greet first.");
}

#[tokio::test]
async fn raw_returns_the_bytes_without_decoding() {
    let server = RecordingServer::start([Answer::text("text/html", "<p>no JSON")]).await;
    let tags = Telnyx::new(server.client()).tags();
    assert_eq!(tags.list().raw().await.unwrap(), "<p>no JSON");
    assert_eq!(tags.list().await.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn request_calls_an_untyped_operation() {
    let server = RecordingServer::start([Answer::json(&json!({"ok": true})), Answer::status(204)]).await;
    let client = server.client();
    let call = client.request(Method::PATCH, "/ai/something/new?kind=trial").query("page[number]", "2");
    let answer = call.body(&json!({"name": "Ada"})).await.unwrap();
    assert_eq!(answer["ok"], true);
    let request = &server.requests()[0];
    assert_eq!(request.method, Method::PATCH);
    assert_eq!(request.target, "/v2/ai/something/new?kind=trial&page%5Bnumber%5D=2");
    assert_eq!(request.header("idempotency-key"), None);
    assert_eq!(request.json(), Some(json!({"name": "Ada"})));

    let nothing = client.request(Method::DELETE, "/ai/something/new").await.unwrap();
    assert_eq!(nothing, Value::Null);
    let request = &server.requests()[1];
    assert_eq!((request.header("content-type"), request.body.len()), (None, 0));
}

#[tokio::test]
async fn request_returns_the_type_of_json_text_or_empty() {
    let server = RecordingServer::start([Answer::json(&json!({"data": {"tags": ["vip"]}}))]).await;
    let client = server.client();
    let list = client.request(Method::GET, "/ai/new").data::<telnyx_ai::assistants::TagList>().await.unwrap();
    assert_eq!(list.tags, ["vip"]);
    client.request(Method::GET, "/ai/new").empty().await.unwrap();
}

/// Some texts of the API are plain text or a JSON string.
#[tokio::test]
async fn text_in_a_json_string_is_unquoted() {
    let answers = [
        Answer::text("application/xml", "<Response/>"),
        Answer::json(&json!("<Response/>")),
        Answer::text("Application/JSON; charset=utf-8", "\"<Response/>\""),
        Answer::text("application/jsonl", "<Response/>"),
    ];
    for answer in answers {
        let server = RecordingServer::start([answer]).await;
        assert_eq!(Telnyx::new(server.client()).assistants().texml("assistant-1").await.unwrap(), "<Response/>");
    }
}

#[tokio::test]
async fn calls_are_futures_that_can_be_spawned_and_joined() {
    let server = RecordingServer::start([tags()]).await;
    let telnyx = Telnyx::new(server.client());
    assert_eq!(tokio::spawn(telnyx.tags().list()).await.unwrap().unwrap().tags, ["vip"]);
    let all = futures_util::future::join_all((0..3).map(|_| telnyx.tags().list())).await;
    assert!(all.into_iter().all(|tags| tags.unwrap().tags == ["vip"]));
    let in_time = tokio::time::timeout(Duration::from_secs(60), telnyx.tags().list()).await.unwrap();
    assert_eq!(in_time.unwrap().tags, ["vip"]);
}

#[tokio::test]
async fn response_deserializes_into_a_custom_type() {
    #[derive(serde::Deserialize)]
    struct Own {
        tags: (String,),
        #[serde(flatten)]
        rest: std::collections::HashMap<String, String>,
    }
    let server = RecordingServer::start([tags(), tags(), Answer::json(&json!({"data": [["a", 1], ["b", 2]]}))]).await;
    let client = server.client();
    let own: Own = client.request(Method::GET, "/ai/new").json().await.unwrap();
    assert_eq!((own.tags.0.as_str(), own.rest["next"].as_str()), ("vip", "page-2"));
    let map = client.request(Method::GET, "/ai/new").json::<std::collections::HashMap<String, Value>>().await.unwrap();
    assert_eq!(map["next"], "page-2");
    let pairs = client.request(Method::GET, "/ai/new").data::<Vec<(String, u8)>>().await.unwrap();
    assert_eq!(pairs, [("a".to_owned(), 1), ("b".to_owned(), 2)]);
}

/// A call is sent when it is awaited.
#[tokio::test]
async fn dropped_call_sends_nothing() {
    let nothing = Scripted::new::<Answer>([]);
    let telnyx = Telnyx::new(nothing.client());
    drop(telnyx.tags().list());
    drop(telnyx.conversations().messages("conversation-1"));
    tokio::task::yield_now().await;
    assert!(nothing.attempts().is_empty());
}

/// Such JSON would need about a hundred times its size in memory.
#[tokio::test]
async fn response_of_many_tiny_values_is_an_error() {
    for (part, is_refused) in [("{\"\":[]},", true), ("[],", true), ("0,", false), ("\"text\",", false)] {
        let body = format!("[{}0]", part.repeat(100_000));
        let server = RecordingServer::start([Answer::text("application/json", body)]).await;
        let client = server.builder().max_answer_bytes(1 << 20).build().unwrap();
        let result = client.request(Method::GET, "/ai/new").await;
        assert_eq!(result.map_err(|error| error.kind()).err(), is_refused.then_some(ErrorKind::Decode), "{part}");
    }
}

#[tokio::test]
async fn response_above_the_limit_is_an_error() {
    let server = RecordingServer::start([Answer::json(&json!({"tags": ["x".repeat(5000)]}))]).await;
    let client = server.builder().max_answer_bytes(4096).build().unwrap();
    let error = Telnyx::new(client).tags().list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.to_string(),
        "GET /ai/assistants/tags failed: the response has more than 4096 bytes; raise `max_answer_bytes` on the client"
    );
}
