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
fn a_call_gives_its_value() {
    let scripted = Scripted::new([
        Answer::status(429).with_header("retry-after-ms", "1"),
        Answer::json(&json!({"tags": ["vip"]})),
    ]);
    let tags = Telnyx::new(scripted.client()).tags();
    assert_eq!(tags.list().blocking().unwrap().tags, ["vip"]);
    assert_eq!(scripted.attempts().len(), 2);
}

#[test]
fn a_call_gives_its_error() {
    let scripted = Scripted::new([Answer::status(404)]);
    let error = Telnyx::new(scripted.client()).assistants().retrieve("assistant-1").blocking().unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
}

#[test]
fn a_list_is_an_iterator() {
    let scripted = Scripted::new([tools(1), tools(2)]);
    let tools = Telnyx::new(scripted.client()).tools().list(ListTools::new()).blocking();
    let ids: Result<Vec<String>, _> = tools.map(|tool| tool.map(|tool| tool.id)).collect();
    assert_eq!(ids.unwrap(), ["tool-1", "tool-2"]);
}

#[test]
fn an_error_of_a_list_comes_in_its_place() {
    let scripted = Scripted::new([tools(1), Answer::status(404)]);
    let mut tools = Telnyx::new(scripted.client()).tools().list(ListTools::new()).blocking();
    assert!(tools.next().unwrap().is_ok());
    assert_eq!(tools.next().unwrap().unwrap_err().status().unwrap(), 404);
    assert!(tools.next().is_none());
}

#[test]
fn a_stream_is_waited_for_event_by_event() {
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

#[tokio::test]
async fn inside_of_a_runtime_it_is_an_error_and_no_panic() {
    let scripted = Scripted::new::<Answer>([]);
    let error = Telnyx::new(scripted.client()).tags().list().blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().ends_with("await the call instead"), "{error}");
}
