//! The spans and events of calls: operation, attempts and outcome, without secrets.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::json;
use telnyx_ai::assistants::{ChatRequest, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::ListTests;
use telnyx_ai::{Body, BoxError, Client, Pager, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Act, Scripted};
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Instrument};
use tracing_subscriber::fmt::format::FmtSpan;

const SECRET: &str = "hunter2";

/// The log, with one line at the end of each span.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn log() -> (Log, tracing::subscriber::DefaultGuard) {
    log_from(tracing::Level::TRACE)
}

fn log_from(level: tracing::Level) -> (Log, tracing::subscriber::DefaultGuard) {
    // With a single subscriber in the process, a thread without one could disable a span.
    static SECOND: OnceLock<Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| Dispatch::new(NoSubscriber::new()));

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[track_caller]
fn has(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "no {part} in {line}");
    }
}

#[tokio::test(start_paused = true)]
async fn call_and_attempts_are_spans() {
    let (log, _guard) = log();
    let done = Answer::json(&json!({"id": "a", "name": "b", "instructions": "c", "model": "d", "created_at": "e"}))
        .with_header("x-request-id", "request-2");
    let scripted = Scripted::new([Answer::status(503).with_header("x-request-id", "request-1"), done]);
    Telnyx::new(scripted.client()).assistants().retrieve("assistant-17").await.unwrap();
    let lines = log.lines();
    let (closed, events): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.ends_with("close"));
    let [first, second, call] = closed.as_slice() else { panic!("{lines:#?}") };
    let [retrying, completed] = events.as_slice() else { panic!("{lines:#?}") };
    has(retrying, &[" WARN ", "attempt failed, retrying kind=Api status=503 delay="]);
    has(completed, &[" INFO ", "call completed"]);
    has(first, &["telnyx.attempt", "http.request.resend_count=0", "http.response.status_code=503"]);
    has(first, &["telnyx.request_id=\"request-1\"", "error.type=\"503\""]);
    has(second, &["telnyx.attempt", "http.request.resend_count=1", "http.response.status_code=200"]);
    has(call, &["telnyx.call", "http.request.method=\"GET\"", "url.template=\"/ai/assistants/{assistant_id}\""]);
    has(call, &["http.response.status_code=200", "http.request.resend_count=1", "telnyx.request_id=\"request-2\""]);
    assert!(!call.contains("error.type") && !call.contains("otel.status_code"), "{call}");
    let name = "otel.name=\"GET /ai/assistants/{assistant_id}\"";
    has(call, &[name, "otel.kind=\"internal\""]);
    has(first, &[name, "otel.kind=\"client\"", "otel.status_code=\"ERROR\""]);
}

#[tokio::test(start_paused = true)]
async fn failed_call_has_the_error_type() {
    let (log, _guard) = log();
    let scripted = Scripted::new([Act::Break]);
    let update = UpdateAssistant::new();
    Telnyx::new(scripted.client()).assistants().update("assistant-17", update).await.unwrap_err();
    let lines = log.lines();
    has(lines.last().unwrap(), &["telnyx.call", "error.type=Transport", "http.request.resend_count=0"]);
    let failed = lines.iter().find(|line| line.contains("call failed")).unwrap();
    has(failed, &[" WARN ", "error.type=Transport"]);
}

#[tokio::test]
async fn warnings_without_other_levels_name_the_operation() {
    let (log, _guard) = log_from(tracing::Level::WARN);
    let not_found = Answer::json(&json!({"errors": [{"code": "10005"}]})).with_status(404);
    let scripted = Scripted::new([not_found.with_header("x-request-id", "request-1")]);
    Telnyx::new(scripted.client()).assistants().retrieve("assistant-17").await.unwrap_err();
    let lines = log.lines();
    let failed = lines.iter().find(|line| line.contains("call failed")).expect("a warning");
    has(failed, &["http.request.method=\"GET\"", "url.template=\"/ai/assistants/{assistant_id}\""]);
    has(failed, &["http.response.status_code=404", "error.type=\"404\"", "telnyx.request_id=\"request-1\""]);
    has(failed, &["code=\"10005\""]);
}

#[tokio::test]
async fn stream_that_fails_after_its_headers_is_logged_once() {
    let (log, _guard) = log_from(tracing::Level::WARN);
    let reply = Answer::text("text/event-stream", "event: delta\ndata: {\"content\": \"Hel\"}\n\n")
        .with_header("x-request-id", "request-1");
    let assistants = Telnyx::new(Scripted::new([reply]).client()).assistants();
    let stream = assistants.chat_stream("assistant-17", ChatRequest::new("conversation-1", "Hi!")).await.unwrap();
    stream.collect_reply().await.unwrap_err();
    let lines: Vec<_> = log.lines().into_iter().filter(|line| !line.ends_with("close")).collect();
    let [failed] = lines.as_slice() else { panic!("{lines:#?}") };
    has(failed, &[" WARN ", "stream failed", "url.template=\"/ai/assistants/{assistant_id}/chat\""]);
    has(failed, &["http.response.status_code=200", "error.type=Stream", "telnyx.request_id=\"request-1\""]);
}

#[tokio::test]
async fn response_that_does_not_deserialize_is_a_failed_call() {
    let (log, _guard) = log();
    let answer = || Answer::json(&json!({"tags": 7, "data": [7]}));
    let telnyx = Telnyx::new(Scripted::new([answer(), answer(), answer()]).client());
    telnyx.tags().list().await.unwrap_err();
    telnyx.tags().list().with_response().await.unwrap_err();
    telnyx.tests().list(ListTests::new()).try_collect().await.unwrap_err();
    let lines = log.lines();
    let failed: Vec<_> = lines.iter().filter(|line| line.contains("call failed")).collect();
    assert_eq!(failed.len(), 3, "{lines:#?}");
    failed.iter().for_each(|line| has(line, &["http.response.status_code=200", "error.type=Decode"]));
    has(failed[0], &["path=\"tags\""]);
    has(failed[2], &["path=\"data[0]\""]);
    assert!(!lines.iter().any(|line| line.contains("call completed")), "{lines:#?}");
}

#[tokio::test]
async fn value_kept_as_raw_json_is_logged_in_the_span_of_the_call() {
    let (log, _guard) = log();
    let reply =
        Answer::json(&json!({"id": "a", "name": "b", "instructions": "c", "model": "d", "created_at": "e", "tags": 7}));
    Telnyx::new(Scripted::new([reply]).client()).assistants().retrieve("assistant-17").await.unwrap();
    let lines = log.lines();
    let kept = lines.iter().find(|line| line.contains("kept as raw JSON")).unwrap();
    has(kept, &["telnyx.call", "url.template=\"/ai/assistants/{assistant_id}\"", "path=tags"]);
}

/// No keys, headers, bodies or ids.
#[tokio::test(start_paused = true)]
async fn request_data_is_not_logged() {
    let (log, _guard) = log();
    let echo = json!({"errors": [{"title": SECRET, "detail": SECRET}]});
    let answer = || Answer::status(503).with_json(&echo).with_header("x-echo", SECRET);
    let scripted = Scripted::new([answer(), answer(), answer()]);
    let client = scripted.builder().api_key(SECRET).header("x-token", SECRET).build().unwrap();
    let change = UpdateAssistant::new().with_greeting(SECRET);
    let call = Telnyx::new(client).assistants().update("assistant-17", change).query("token", SECRET);
    call.max_retries(2).await.unwrap_err();
    let lines = log.lines();
    assert!(!lines.is_empty());
    for line in lines {
        assert!(!line.contains(SECRET) && !line.contains("assistant-17"), "{line}");
    }
}

/// The path of an untyped call can contain ids, and has no template.
#[tokio::test]
async fn path_of_an_untyped_call_is_not_logged() {
    let (log, _guard) = log();
    let scripted = Scripted::new([Answer::json(&json!({}))]);
    scripted.client().request(http::Method::GET, "/ai/new/+15550100").await.unwrap();
    assert!(log.lines().iter().all(|line| !line.contains("15550100")), "{:#?}", log.lines());
}

/// A task on another thread fetches the page.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn prefetched_page_keeps_the_span_and_the_subscriber() {
    let (log, _guard) = log();
    let service = tower::service_fn(|_: http::Request<Body>| async {
        tokio::task::yield_now().await;
        Ok::<_, BoxError>(Answer::json(&json!([1])).into_response())
    });
    let client = Client::builder().api_key("KEY").transport(service).build().unwrap();
    let mut numbers = Pager::<u64>::bare_array(client.request(http::Method::GET, "/ai/numbers")).prefetch(1);
    assert_eq!(numbers.try_next().instrument(tracing::info_span!("list")).await.unwrap(), Some(1));
    let completed = log.lines().into_iter().find(|line| line.contains("call completed")).expect("an event");
    has(&completed, &["list:telnyx.call"]);
}
