//! The extractor: verified requests reach the handler, others are rejected.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use telnyx_ai_webhooks::{
    EventData, InitializationReply, RawBody, Signer, TIMESTAMP_HEADER, ToolCallRequest, Verified, Verifier,
    WebhookEvent,
};
use tower::ServiceExt;

#[derive(Clone)]
struct App {
    verifier: Verifier,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

async fn event(Verified(event): Verified<WebhookEvent>) -> Response {
    match event.data {
        EventData::Initialization(start) => InitializationReply::new()
            .with_variable("caller", start.payload.telnyx_end_user_target.unwrap_or_default())
            .into_response(),
        other => other.tag().to_owned().into_response(),
    }
}

async fn tool(Verified(call): Verified<ToolCallRequest>) -> String {
    format!("{:?} {:?} {}", call.call_control_id, call.query_value("tenant"), call.arguments.len())
}

async fn raw(Verified(RawBody(body)): Verified<RawBody>) -> Vec<u8> {
    body.to_vec()
}

fn app(signer: &Signer) -> Router {
    let verifier = Verifier::new(&signer.public_key_base64()).expect("the signer has a valid key");
    Router::new()
        .route("/event", routing::post(event))
        .route("/tool", routing::get(tool).post(tool))
        .route("/raw", routing::post(raw))
        .layer(DefaultBodyLimit::max(1_000))
        .with_state(App { verifier })
}

async fn send(app: Router, method: &str, uri: &str, headers: HeaderMap, body: &[u8]) -> (StatusCode, String) {
    let mut request = Request::builder().method(method).uri(uri).body(Body::from(body.to_vec())).expect("a request");
    request.headers_mut().extend(headers);
    let response = app.oneshot(request).await.expect("routers do not fail");
    let status = response.status();
    if !status.is_success() {
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    }
    let body = response.into_body().collect().await.expect("a whole body").to_bytes();
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

fn error(body: &str) -> String {
    let body: Value = serde_json::from_str(body).expect("JSON");
    body["error"].as_str().expect("a reason").to_owned()
}

#[tokio::test]
async fn signed_event_reaches_the_handler() {
    let signer = Signer::generate();
    let body = json!({"data": {
        "event_type": "assistant.initialization",
        "payload": {"telnyx_end_user_target": "+13125550123"},
    }})
    .to_string();
    let headers = signer.sign_now(body.as_bytes());
    let (status, answer) = send(app(&signer), "POST", "/event", headers, body.as_bytes()).await;
    assert_eq!((status, answer.as_str()), (StatusCode::OK, r#"{"dynamic_variables":{"caller":"+13125550123"}}"#));

    let body = br#"{"data": {"event_type": "call.hangup"}}"#;
    let (status, answer) = send(app(&signer), "POST", "/event", signer.sign_now(body), body).await;
    assert_eq!((status, answer.as_str()), (StatusCode::OK, "call.hangup"));
}

#[tokio::test]
async fn event_without_an_envelope_reaches_the_handler() {
    let signer = Signer::generate();
    for (body, event_type) in [
        (
            &br#"{"event_type": "conversation_insight_result", "payload": {"metadata": {"tools": ["hangup"]}}}"#[..],
            "conversation_insight_result",
        ),
        (br#"{"event_type": "conversation.insights.completed", "id": "e1"}"#, "conversation.insights.completed"),
        (br#"{"event_type": "fax.sent"}"#, "fax.sent"),
        (br#"{"ping": true}"#, ""),
    ] {
        let (status, answer) = send(app(&signer), "POST", "/event", signer.sign_now(body), body).await;
        assert_eq!((status, answer.as_str()), (StatusCode::OK, event_type));
    }
}

#[tokio::test]
async fn tool_calls_and_forms_reach_their_handlers() {
    let signer = Signer::generate();
    let mut headers = signer.sign_now(b"");
    headers.insert("x-telnyx-call-control-id", HeaderValue::from_static("v3:abc"));
    let (_, answer) = send(app(&signer), "GET", "/tool?tenant=acme", headers, b"").await;
    assert_eq!(answer, r#"Some("v3:abc") Some("acme") 0"#);

    let body = br#"{"order": 7}"#;
    let (_, answer) = send(app(&signer), "POST", "/tool", signer.sign_now(body), body).await;
    assert_eq!(answer, "None None 1");

    let form = b"CallSid=v3%3Aabc&CallStatus=completed";
    let (_, answer) = send(app(&signer), "POST", "/raw", signer.sign_now(form), form).await;
    assert_eq!(answer.as_bytes(), form);
}

#[tokio::test]
async fn unsigned_request_is_401() {
    let signer = Signer::generate();
    let body = br#"{"data": {"event_type": "call.hangup", "password": "hunter2"}}"#;
    let mut early = signer.sign_now(body);
    early.insert(TIMESTAMP_HEADER, HeaderValue::from(12));
    for (headers, why) in [
        (HeaderMap::new(), "the header `telnyx-signature-ed25519` is missing"),
        (Signer::generate().sign_now(body), "the signature does not match"),
        (signer.sign_now(b"{}"), "the signature does not match"),
        (signer.sign(12, body), "signed "),
        (early, "signed "),
    ] {
        for uri in ["/event", "/tool", "/raw"] {
            let (status, answer) = send(app(&signer), "POST", uri, headers.clone(), body).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            assert!(error(&answer).starts_with(why), "{answer}");
            assert!(!answer.contains("hunter2"));
        }
    }
}

#[tokio::test]
async fn body_that_is_not_json_is_400_and_not_quoted() {
    let signer = Signer::generate();
    let body = &b"password=hunter2"[..];
    let (status, answer) = send(app(&signer), "POST", "/event", signer.sign_now(body), body).await;
    assert_eq!((status, error(&answer).as_str()), (StatusCode::BAD_REQUEST, "the body is not JSON"));
}

#[tokio::test]
async fn signed_json_of_any_form_reaches_the_handler() {
    let signer = Signer::generate();
    for body in [
        &br#""hunter2""#[..],
        b"[1]",
        b"{}",
        br#"{"data": {"event_type": "call.conversation.ended", "payload": {"duration_sec": "hunter2"}}}"#,
        br#"{"data": {"event_type": "call.conversation.ended"}}"#,
        "\u{feff}{\"data\": {\"event_type\": \"Hi \\ud83d\"}}".as_bytes(),
    ] {
        let (status, _) = send(app(&signer), "POST", "/event", signer.sign_now(body), body).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(body));
    }
}

#[tokio::test]
async fn body_above_the_limit_is_413() {
    let signer = Signer::generate();
    let body = [b' '; 1_001];
    let (status, answer) = send(app(&signer), "POST", "/raw", signer.sign_now(&body), &body).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(!error(&answer).is_empty());
}
