//! Programs without async.

use serde_json::json;
use telnyx_ai::assistants::{ChatEvent, ChatRequest, ListTools};
use telnyx_ai::prelude::*;
use telnyx_ai::{ErrorKind, Telnyx, blocking};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

fn tools(page: u64) -> Answer {
    let tool = json!({"id": format!("tool-{page}"), "type": "webhook", "tool_definition": {}});
    Answer::json(&json!({"data": [tool], "meta": {"page_number": page, "total_pages": 2}}))
}

#[test]
fn call_returns_its_value() {
    let scripted = Scripted::new([
        Answer::status(429).with_header("retry-after-ms", "1"),
        Answer::json(&json!({"tags": ["vip"]})),
    ]);
    let tags = Telnyx::new(scripted.client()).tags();
    assert_eq!(tags.list().blocking().unwrap().tags, ["vip"]);
    assert_eq!(scripted.attempts().len(), 2);
}

#[test]
fn call_returns_its_error() {
    let scripted = Scripted::new([Answer::status(404)]);
    let error = Telnyx::new(scripted.client()).assistants().retrieve("assistant-1").blocking().unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
}

#[test]
fn list_is_an_iterator() {
    let scripted = Scripted::new([tools(1), tools(2)]);
    let tools = Telnyx::new(scripted.client()).tools().list(ListTools::new()).blocking();
    let ids: Result<Vec<String>, _> = tools.map(|tool| tool.map(|tool| tool.id)).collect();
    assert_eq!(ids.unwrap(), ["tool-1", "tool-2"]);
}

#[test]
fn error_of_a_list_is_an_item() {
    let scripted = Scripted::new([tools(1), Answer::status(404)]);
    let mut tools = Telnyx::new(scripted.client()).tools().list(ListTools::new()).blocking();
    assert!(tools.next().unwrap().is_ok());
    assert_eq!(tools.next().unwrap().unwrap_err().status().unwrap(), 404);
    assert!(tools.next().is_none());
}

#[test]
fn stream_can_be_read_event_by_event() {
    let scripted = Scripted::streaming([
        "event: delta\ndata: {\"content\": \"Hi\"}\n\n",
        "event: done\ndata: {\"content\": \"Hi\"}\n\n",
    ]);
    let assistants = Telnyx::new(scripted.client()).assistants();
    let mut stream =
        assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!")).blocking().unwrap();
    assert!(matches!(blocking::wait(stream.try_next()).unwrap(), Some(ChatEvent::Delta(_))));
    assert_eq!(blocking::wait(stream.collect_reply()).unwrap().content, "Hi");
}

#[test]
fn stream_is_an_iterator() {
    let scripted = Scripted::streaming([
        "event: delta\ndata: {\"content\": \"Hi\"}\n\n",
        "event: done\ndata: {\"content\": \"Hi\"}\n\n",
    ]);
    let call = Telnyx::new(scripted.client())
        .assistants()
        .chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!"));
    let events: Vec<ChatEvent> = blocking::iter(call.blocking().unwrap()).collect::<Result<_, _>>().unwrap();
    assert!(matches!(events.as_slice(), [ChatEvent::Delta(_), ChatEvent::Done(_)]));
}

fn tags() -> Telnyx {
    Telnyx::new(Scripted::new([Answer::json(&json!({"tags": ["vip"]}))]).client())
}

#[test]
fn blocking_call_in_an_async_task_is_an_error() {
    let multi_thread = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let current_thread = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for runtime in [multi_thread, current_thread] {
        for error in [
            runtime.block_on(async { tags().tags().list().blocking().unwrap_err() }),
            runtime.block_on(async {
                tokio::spawn(async { tags().tags().list().blocking().unwrap_err() }).await.unwrap()
            }),
        ] {
            assert_eq!(error.kind(), ErrorKind::Request);
            assert!(error.to_string().ends_with("await the call instead"), "{error}");
        }
    }
}

#[test]
fn blocking_list_in_an_async_task_is_one_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let items = runtime.block_on(async { telnyx_ai::Pager::from_items([1]).blocking().take(10).collect::<Vec<_>>() });
    assert!(matches!(&items[..], [Err(error)] if error.kind() == ErrorKind::Request), "{items:?}");
}

/// Blocking threads of a runtime, and threads that have only entered one.
#[test]
fn blocking_call_works_on_every_thread_that_may_block() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let listed = || tags().tags().list().blocking().unwrap().tags;
    assert_eq!(runtime.block_on(async { tokio::task::spawn_blocking(listed).await.unwrap() }), ["vip"]);
    let in_place = async { tokio::spawn(async move { tokio::task::block_in_place(listed) }).await.unwrap() };
    assert_eq!(runtime.block_on(in_place), ["vip"]);
    let _entered = runtime.enter();
    assert_eq!(listed(), ["vip"]);
    assert_eq!(std::thread::spawn(listed).join().unwrap(), ["vip"]);
}

/// Detecting an async task must not consume its budget.
#[tokio::test]
async fn failed_blocking_call_does_not_disturb_the_task() {
    for _ in 0..1_000 {
        tags().tags().list().blocking().unwrap_err();
    }
    assert!(tokio::task::coop::has_budget_remaining());
}
