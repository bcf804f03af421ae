//! The API key, SIP passwords and header values of tools are not shown.
//!
//! They do not appear in `Debug`, in errors and their causes, or in logs of the SDK and the HTTP stack.

use std::cell::RefCell;
use std::error::Error as _;
use std::fmt::{Debug, Write as _};

use serde_json::{Value, json};
use telnyx_ai::assistants::types::{
    CreateAssistant, CustomHeader, Tool, ToolHeader, Transfer, TransferTarget, UpdateAssistant, Webhook,
};
use telnyx_ai::assistants::{Assistants, ChatRequest};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Error, ErrorKind, JsonObject, Telnyx};
use telnyx_ai_hyper::HyperTransport;
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::server::{BrokenServer, RecordingServer};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

const KEY: &str = "KEY0192-the-api-key";
const PASSWORD: &str = "the-sip-password";
const HEADER: &str = "the-value-of-a-header";

thread_local! {
    /// All output of this thread.
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

fn show(what: impl std::fmt::Display) {
    OUTPUT.with_borrow_mut(|shown| writeln!(shown, "{what}").unwrap());
}

fn show_debug(what: &impl Debug) {
    show(format_args!("{what:?} {what:#?}"));
}

/// The error with all its causes.
fn show_error(error: &Error) {
    show(format_args!("{error} {error:?} {error:#?} {:?}", error.errors()));
    let mut cause = error.source();
    while let Some(error) = cause {
        show(format_args!("{error} {error:?}"));
        cause = error.source();
    }
}

/// Shows every span and event, with all their fields.
struct Spans;

struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        show(format_args!("{field}={value:?}"));
    }
}

impl<S: tracing::Subscriber> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        show(attributes.metadata().name());
        attributes.record(&mut Fields);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut Fields);
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        show(format_args!("{} {}", event.metadata().target(), event.metadata().name()));
        event.record(&mut Fields);
    }
}

/// Shows each line of the `log` crate, which reqwest uses.
struct Lines;

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        // A thread that ends can no longer record lines.
        let _ = OUTPUT.try_with(|shown| writeln!(shown.borrow_mut(), "log {} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

fn request() -> CreateAssistant {
    let webhook = Webhook::new("orders", "Looks up orders.", "https://shop.example/orders")
        .with_headers([ToolHeader::from(("authorization", HEADER))])
        .with_preset_body_fields(JsonObject::from([
            ("headers", json!({"x-pin": HEADER})),
            ("password", PASSWORD.into()),
        ]));
    let sales = TransferTarget::new("sip:sales@example.com").with_sip_auth_password(PASSWORD);
    let transfer = Transfer::new("+13125550100", [sales]).with_custom_headers([CustomHeader::from(("x-pin", HEADER))]);
    CreateAssistant::new("Support", "Help politely.").with_tools([Tool::from(webhook), transfer.into()])
}

/// An assistant with the tools of `request` and one change.
fn assistant(change: impl FnOnce(&mut Value)) -> Answer {
    let mut body = serde_json::to_value(request()).unwrap();
    for (name, value) in [("id", "assistant-1"), ("model", "some/model"), ("created_at", "2026-03-01T09:00:00Z")] {
        body[name] = value.into();
    }
    change(&mut body);
    Answer::json(&body)
}

/// Possible responses of the API or a proxy.
fn answers() -> Vec<Answer> {
    let headers = |tool: &str| format!("/tools/{}/{tool}", usize::from(tool.starts_with("transfer")));
    let wrong = |place: &str, value: Value| {
        let place = headers(place);
        assistant(move |body| *body.pointer_mut(&place).expect(&place) = value)
    };
    let unprocessable = json!({"detail": [
        {"loc": ["body", "tools", 1, "sip_auth_password"], "msg": "too short", "type": "value_error", "input": PASSWORD},
    ]});
    let page = format!("<html><pre>GET /v2/ai/assistants\nauthorization: Bearer {KEY}\n</pre></html>");
    let own = json!({"errors": [{"code": "10009", "title": "Authentication failed", "detail": format!("No such key: {KEY}")}]});
    let cut_off = format!("{}{KEY}", "x".repeat(110));
    let escaped: String = KEY.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let unknown = assistant(|body| {
        body["sip_password"] = PASSWORD.into();
        body["tools"][0]["webhook"]["headers"][0]["secret"] = HEADER.into();
        body["tools"][1] =
            json!({"type": "new", "new": {"headers": [{"value": HEADER}], "sip_auth_password": PASSWORD}});
    });
    vec![
        assistant(|_| {}),
        unknown,
        wrong("webhook/headers", HEADER.into()),
        wrong("webhook/headers/0", HEADER.into()),
        wrong("webhook/headers/0/value", json!([HEADER])),
        wrong("transfer/custom_headers", json!({"x-pin": HEADER})),
        wrong("transfer/custom_headers/0/value", json!({ HEADER: HEADER })),
        wrong("transfer/targets/0/sip_auth_password", json!([PASSWORD])),
        Answer::status(422).with_json(&unprocessable),
        Answer::text("text/html", &page).with_status(502),
        Answer::text("text/plain", cut_off).with_status(400),
        Answer::status(401).with_json(&own),
        Answer::status(307).with_header("location", "https://elsewhere.example/v2"),
        Answer::status(404).with_header("x-request-id", "request-1"),
        Answer::text("text/event-stream", "event: error\ndata: {\"message\": \"no model\"}\n\n"),
        // Servers that repeat the key.
        Answer::text("text/event-stream", format!("event: error\ndata: {{\"message\": \"no such key: {KEY}\"}}\n\n")),
        Answer::text("text/event-stream", format!("event: delta\ndata: \"{KEY}\"\n\n")),
        Answer::json(&json!(KEY)),
        Answer::json(&json!({ KEY: KEY, "id": "assistant-1", "name": {KEY: KEY} })),
        Answer::text(&format!("text/{KEY}"), "no JSON"),
        Answer::status(307).with_header("location", &format!("https://elsewhere.example/?key={KEY}")),
        Answer::status(404).with_header("x-request-id", KEY),
        assistant(|_| {}).with_header("x-request-id", KEY),
        Answer::text("application/json", format!(r#"{{"errors": [{{"title": "{escaped}", "code": "{escaped}"}}]}}"#))
            .with_status(400),
        Answer::text("application/json", format!(r#""{escaped}""#)),
    ]
}

async fn calls(assistants: &Assistants) {
    match assistants.create(request()).max_retries(1).with_response().await {
        Ok(response) => show_debug(&response),
        Err(error) => show_error(&error),
    }
    match assistants.retrieve("assistant-1").max_retries(0).await {
        Ok(assistant) => show_debug(&UpdateAssistant::from(assistant)),
        Err(error) => show_error(&error),
    }
    match assistants.chat_stream("assistant-1", ChatRequest::new("c", "Hi")).header("x-pin", HEADER).await {
        Ok(mut stream) => {
            show_debug(&stream);
            if let Err(error) = stream.try_next().await {
                show_error(&error);
            }
        }
        Err(error) => show_error(&error),
    }
}

#[tokio::test]
async fn secrets_appear_in_no_output() {
    log::set_logger(&Lines).expect("no other test has a logger");
    log::set_max_level(log::LevelFilter::Trace);
    // With a single subscriber, events that a thread without one reaches first would be disabled.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(Spans));

    for answer in answers() {
        let server = RecordingServer::start([answer]).await;
        let builder = server.builder().api_key(KEY).header("x-pin", HEADER);
        show_debug(&builder);
        let client = builder.build().unwrap();
        show_debug(&client);
        let telnyx = Telnyx::new(client);
        show_debug(&telnyx);
        show_debug(&telnyx.assistants().create(request()).header("x-pin", HEADER));
        calls(&telnyx.assistants()).await;

        let requests = server.requests();
        assert_eq!(requests[0].header("authorization"), Some(&*format!("Bearer {KEY}")), "the secrets are sent");
        let sent = String::from_utf8_lossy(&requests[0].body);
        assert!(sent.contains(PASSWORD) && sent.contains(HEADER), "the secrets are sent");
    }
    for broken in ["", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", "nonsense\r\n\r\n"] {
        let server = BrokenServer::start(broken).await;
        for builder in [server.builder(), server.builder().transport(HyperTransport::new().unwrap())] {
            calls(&Telnyx::new(builder.api_key(KEY).header("x-pin", HEADER).build().unwrap()).assistants()).await;
        }
    }
    let nowhere = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1/v2").max_retries(0).build().unwrap();
    calls(&Telnyx::new(nowhere).assistants()).await;
    for builder in [
        Client::builder().api_key(format!("{KEY}\n")).header("x-pin", format!("{HEADER}\n")),
        Client::builder().api_key(format!("{KEY}\n{KEY}")),
        Client::builder().api_key(KEY).base_url(format!("https://ada:{KEY}@api.example/v2?x")),
        Client::builder().api_key(KEY).base_url(format!("ada:{KEY}@api.example")),
    ] {
        show_debug(&builder);
        show_error(&builder.build().unwrap_err());
    }

    let shown = OUTPUT.take();
    for secret in [KEY, PASSWORD, HEADER, &KEY[..12]] {
        let line = shown.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in {line:?}");
    }
    for loud in ["telnyx.call", "telnyx.attempt", "log reqwest", "hyper_util", "[masked]", "sip:sales@example.com"] {
        assert!(shown.contains(loud), "{loud} was not shown");
    }
    for kind in [ErrorKind::Api, ErrorKind::Decode, ErrorKind::Redirect, ErrorKind::Transport, ErrorKind::Connect] {
        assert!(shown.contains(&format!("kind: {kind:?}")), "no error of kind {kind:?} was shown");
    }
}
