//! A model that replaces the responder and the judge, and the tools of MCP servers.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use telnyx_ai_emulator::{Builder, Emulator, Llm, Reply, Turn};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::{mpsc, oneshot},
};

use crate::support::{self, Api, cut, endpoint::endpoint, scripts, serve};

/// A response of the fake model.
enum Answer {
    Whole(Value),
    /// Deltas. The second half is sent when the gate opens.
    Pieces(Vec<Value>, Option<oneshot::Receiver<()>>),
    /// A body without a message.
    Other(Value),
    /// The text of an event stream, which then ends.
    Events(String),
    /// An event stream that is not UTF-8.
    NotUtf8(&'static [u8]),
    /// A content type and the first part of a body, after which the connection breaks.
    Cut(&'static str, String),
    Status(u16),
}

#[derive(Clone)]
struct Model {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: mpsc::UnboundedSender<(HeaderMap, Value)>,
}

/// An OpenAI-compatible server that records its requests.
async fn model(answers: Vec<Answer>) -> (String, mpsc::UnboundedReceiver<(HeaderMap, Value)>) {
    async fn complete(State(model): State<Model>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
        let streams = body["stream"] == true;
        // The test may have dropped the receiver.
        let _ = model.asked.send((headers, body));
        let answer = model.answers.lock().expect("answers").pop_front().expect("a response");
        match answer {
            Answer::Status(status) => (StatusCode::from_u16(status).expect("a status"), "overloaded").into_response(),
            Answer::Other(body) => Json(body).into_response(),
            Answer::Events(events) => ([("content-type", "text/event-stream")], events).into_response(),
            Answer::NotUtf8(events) => ([("content-type", "text/event-stream")], events).into_response(),
            Answer::Cut(kind, part) => cut(kind, part),
            Answer::Whole(message) => {
                assert!(!streams);
                Json(json!({ "choices": [{ "message": message }] })).into_response()
            }
            Answer::Pieces(deltas, gate) => {
                assert!(streams);
                let event = |delta: Value| format!("data: {}\n\n", json!({ "choices": [{ "delta": delta }] }));
                let mut events: Vec<String> = deltas.into_iter().map(event).collect();
                events.push("data: [DONE]\n\n".to_owned());
                let later = events.split_off(events.len() / 2);
                let opened = stream::once(async move {
                    if let Some(gate) = gate {
                        gate.await.expect("an open gate");
                    }
                    String::new()
                });
                let events = stream::iter(events).chain(opened).chain(stream::iter(later)).map(Ok::<_, Infallible>);
                ([("content-type", "text/event-stream")], Body::from_stream(events)).into_response()
            }
        }
    }
    let (asked, receiver) = mpsc::unbounded_channel();
    let state = Model { answers: Arc::new(Mutex::new(answers.into())), asked };
    let url = serve(Router::new().route("/v1/chat/completions", post(complete)).with_state(state)).await;
    (format!("{url}/v1"), receiver)
}

fn with_model(url: &str) -> Builder {
    Emulator::builder().llm(Llm::new(url, "small").with_key("secret"))
}

fn status_tool() -> Value {
    json!([{ "type": "update_dynamic_variables", "update_dynamic_variables": {
        "name": "note", "description": "Notes the mood.", "updatable_variables": [{ "name": "mood" }],
    }}])
}

fn call(name: &str, arguments: &str) -> Value {
    json!({ "role": "assistant", "content": null, "tool_calls": [
        { "id": "x", "type": "function", "function": { "name": name, "arguments": arguments } },
    ]})
}

#[tokio::test]
async fn model_replies() {
    let (url, mut asked) = model(vec![
        Answer::Whole(json!({ "role": "assistant", "content": "Hello." })),
        Answer::Whole(call("note", "{\"mood\": \"good\"}")),
        Answer::Whole(json!({ "role": "assistant", "content": "Noted." })),
        Answer::Status(503),
    ])
    .await;
    let api = Api::new(with_model(&url));
    let body = json!({"name": "n", "instructions": "Be {{mood}}.", "greeting": "Welcome.", "tools": status_tool()});
    let assistant = api.assistant(body).await;
    let conversation = api.conversation(json!({})).await;
    let chat = format!("/assistants/{assistant}/chat");
    let say = |content: &str| json!({ "content": content, "conversation_id": conversation });
    assert_eq!(api.post(&chat, say("hi")).await.good()["content"], "Hello.");
    let (headers, request) = asked.recv().await.expect("a request");
    assert_eq!(headers["authorization"], "Bearer secret");
    assert_eq!((&request["model"], &request["stream"]), (&json!("small"), &json!(false)));
    assert_eq!(
        request["messages"],
        json!([
            { "role": "system", "content": "Be {{mood}}." },
            { "role": "assistant", "content": "Welcome." },
            { "role": "user", "content": "hi" },
        ])
    );
    let function = &request["tools"][0]["function"];
    assert_eq!((&function["name"], &function["description"]), (&json!("note"), &json!("Notes the mood.")));
    assert!(function["parameters"]["properties"]["mood"].is_object());

    assert_eq!(api.post(&chat, say("I feel fine")).await.good()["content"], "Noted.");
    let (_, request) = asked.recv().await.expect("a request");
    let texts = |messages: &Value, field: &str| -> Vec<Value> {
        messages.as_array().expect("messages").iter().map(|message| message[field].clone()).collect()
    };
    assert_eq!(texts(&request["messages"], "content")[1..], ["Welcome.", "hi", "Hello.", "I feel fine"]);
    let stored = api.get(&format!("/conversations/{conversation}/messages")).await.good();
    assert_eq!(texts(&stored["data"], "text")[..4], ["Welcome.", "hi", "Hello.", "I feel fine"]);
    let (_, request) = asked.recv().await.expect("a request");
    let messages = request["messages"].as_array().expect("messages");
    assert_eq!(messages[0]["content"], "Be good.");
    let (called, answered) = (&messages[messages.len() - 2], &messages[messages.len() - 1]);
    assert_eq!(called["tool_calls"][0]["function"]["name"], "note");
    assert_eq!((&answered["role"], &answered["tool_call_id"]), (&json!("tool"), &called["tool_calls"][0]["id"]));

    let failed = api.post(&chat, say("more")).await;
    assert_eq!(failed.status, 500);
    assert!(failed.text.contains("responded 503: overloaded"), "{}", failed.text);
}

#[tokio::test]
async fn reply_of_a_model_is_streamed() {
    let (open, gate) = oneshot::channel();
    let piece = |text: &str| json!({ "content": text });
    let (url, _asked) = model(vec![
        Answer::Pieces(
            vec![
                json!({ "tool_calls": [{ "index": 0, "function": { "name": "note", "arguments": "{\"mood\"" } }] }),
                json!({ "tool_calls": [{ "index": 0, "function": { "arguments": ": \"ok\"}" } }] }),
            ],
            None,
        ),
        Answer::Pieces(vec![piece("One"), piece(" two"), piece(" three"), piece(" four")], Some(gate)),
    ])
    .await;
    let api = Api::new(with_model(&url));
    let assistant = api.assistant(json!({"name": "n", "instructions": "i", "tools": status_tool()})).await;
    let conversation = api.conversation(json!({})).await;
    let body = json!({ "content": "go", "conversation_id": conversation, "stream": true });
    let request = http::Request::post(format!("/v2/ai/assistants/{assistant}/chat"))
        .header("authorization", "Bearer key")
        .body(Body::from(body.to_string()))
        .expect("a request");
    let response = tower::ServiceExt::oneshot(api.0.clone(), request).await.expect("an answer");
    let mut events = response.into_body().into_data_stream();
    let mut next = async || {
        let bytes = events.next().await?.expect("an event");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Some(serde_json::from_str::<Value>(text.split_once("data: ").expect("data").1).expect("JSON"))
    };
    // The model has not sent the rest yet.
    for text in ["One", " two"] {
        assert_eq!(next().await.expect("a piece")["content"], text);
    }
    open.send(()).expect("a gate");
    for text in [" three", " four"] {
        assert_eq!(next().await.expect("a piece")["content"], text);
    }
    let done = next().await.expect("the end");
    assert_eq!((&done["type"], &done["content"]), (&json!("done"), &json!("One two three four")));
    assert!(next().await.is_none());
}

#[tokio::test]
async fn parallel_calls_are_distinguished_by_index_id_or_name() {
    let part = |index: Value, id: &str, name: &str, arguments: &str| {
        let mut part = json!({ "id": id, "function": { "arguments": arguments } });
        if !name.is_empty() {
            part["function"]["name"] = name.into();
        }
        if !index.is_null() {
            part["index"] = index;
        }
        json!({ "tool_calls": [part] })
    };
    let (one, two) = (r#"{"mood": "1"}"#, r#"{"mood": "2"}"#);
    for parts in [
        // All calls have the same index.
        vec![part(json!(0), "a", "note", one), part(json!(0), "b", "note", two)],
        vec![part(json!(0), "", "note", one), part(json!(0), "", "note", two)],
        // There is no index.
        vec![part(Value::Null, "a", "note", one), part(Value::Null, "b", "note", two)],
        // The first index is 1, the calls alternate, and the name is repeated.
        vec![
            part(json!(1), "a", "note", r#"{"mood""#),
            part(json!(2), "b", "note", ""),
            part(json!(1), "a", "note", r#": "1"}"#),
            part(json!(2), "", "", two),
        ],
    ] {
        let (url, _asked) =
            model(vec![Answer::Pieces(parts.clone(), None), Answer::Pieces(vec![json!({ "content": "Done." })], None)])
                .await;
        let api = Api::new(with_model(&url));
        let assistant = api.assistant(json!({ "name": "n", "instructions": "i", "tools": status_tool() })).await;
        let conversation = api.conversation(json!({})).await;
        let say = json!({ "content": "go", "conversation_id": conversation, "stream": true });
        let said = api.post(&format!("/assistants/{assistant}/chat"), say).await;
        assert!(said.text.contains("Done."), "{parts:?}: {}", said.text);
        let messages = api.get(&format!("/conversations/{conversation}/messages")).await.good();
        let calls = messages["data"][1]["tool_calls"].as_array().expect("calls").iter();
        let arguments: Vec<Value> = calls
            .map(|call| serde_json::from_str(call["function"]["arguments"].as_str().expect("a text")).expect("JSON"))
            .collect();
        assert_eq!(arguments, [json!({ "mood": "1" }), json!({ "mood": "2" })], "{parts:?}");
    }
}

#[tokio::test]
async fn response_without_a_message_fails_the_turn() {
    let (url, _asked) = model(vec![
        Answer::Other(json!({ "error": { "message": "overloaded" } })),
        Answer::Other(json!({ "choices": [] })),
        Answer::Other(json!({ "choices": [{ "finish_reason": "stop" }] })),
        Answer::Events("data: {\"choices\": []}\n\ndata: [DONE]\n\n".to_owned()),
    ])
    .await;
    let api = Api::new(with_model(&url));
    let chat = format!("/assistants/{}/chat", api.assistant(json!({ "name": "n", "instructions": "i" })).await);
    let conversation = api.conversation(json!({})).await;
    for (stream, reason) in [(false, "overloaded"), (false, "no message"), (false, "no message"), (true, "no message")]
    {
        let say = json!({ "content": "hi", "conversation_id": conversation, "stream": stream });
        let failed = api.post(&chat, say).await;
        assert_eq!(failed.status, if stream { 200 } else { 500 });
        assert!(failed.text.contains("\"errors\"") && failed.text.contains(reason), "{}", failed.text);
    }
    let messages = api.get(&format!("/conversations/{conversation}/messages")).await.good();
    let roles: Vec<&Value> =
        messages["data"].as_array().expect("messages").iter().map(|message| &message["role"]).collect();
    assert_eq!(roles, ["user"; 4]);
}

#[tokio::test]
async fn response_of_a_model_that_is_cut_short_fails_the_turn() {
    let event = |choice: Value| format!("data: {}\n\n", json!({ "choices": [choice] }));
    let part = event(json!({ "delta": { "content": "Hel" }, "finish_reason": null }));
    let finished = event(json!({ "delta": {}, "finish_reason": "stop" }));
    let done = "data: [DONE]\n\n";
    let whole = json!({ "choices": [{ "message": { "content": "Hel" } }] }).to_string();
    let call = json!({ "index": 0, "function": { "name": "note", "arguments": "" } });
    for (answer, is_complete) in [
        (Answer::Events(format!("{part}{done}")), true),
        (Answer::Events(format!("{part}{finished}")), true),
        (Answer::Events(part.clone()), false),
        (Answer::Events(String::new()), false),
        (Answer::Events(event(json!({ "delta": { "tool_calls": [call] } }))), false),
        (Answer::Events(format!("{part}data: [DO")), false),
        (Answer::Cut("text/event-stream", part.clone()), false),
        (Answer::Cut("application/json", whole[..whole.len() - 1].to_owned()), false),
        (Answer::Cut("application/json", whole), false),
    ] {
        let stream = !matches!(answer, Answer::Cut("application/json", _));
        let (url, _asked) = model(vec![answer]).await;
        let api = Api::new(with_model(&url));
        let assistant = json!({ "name": "n", "instructions": "i", "tools": status_tool() });
        let chat = format!("/assistants/{}/chat", api.assistant(assistant).await);
        let conversation = api.conversation(json!({})).await;
        let say = json!({ "content": "hi", "conversation_id": conversation, "stream": stream });
        let answer = api.post(&chat, say).await;
        assert_eq!(!answer.text.contains("\"errors\""), is_complete, "{}", answer.text);
        let messages = api.get(&format!("/conversations/{conversation}/messages")).await.good();
        assert_eq!(messages["data"].as_array().expect("messages").len(), if is_complete { 2 } else { 1 });
    }
}

#[tokio::test]
async fn names_are_sent_with_the_allowed_characters() {
    let (url, mut asked) =
        model(vec![Answer::Whole(call("look_up_order", "{}")), Answer::Whole(json!({ "content": "Done." }))]).await;
    let api = Api::new(with_model(&url));
    let (hook, mut hooked) = endpoint(vec![(200, json!({}))]).await;
    let tools = json!([{ "type": "webhook", "webhook": { "name": "look up order", "description": "d", "url": hook } }]);
    let assistant = api.assistant(json!({ "name": "n", "instructions": "i", "tools": tools })).await;
    let conversation = api.conversation(json!({})).await;
    let say = json!({ "content": "hi", "conversation_id": conversation, "name": "Ada <Lovelace>" });
    assert_eq!(api.post(&format!("/assistants/{assistant}/chat"), say).await.good()["content"], "Done.");
    assert!(hooked.try_recv().is_ok());
    let (_, request) = asked.recv().await.expect("a request");
    assert_eq!(request["messages"][1]["name"], "Ada__Lovelace_");
    assert_eq!(request["tools"][0]["function"]["name"], "look_up_order");
    let (_, request) = asked.recv().await.expect("a request");
    assert_eq!(request["messages"][2]["tool_calls"][0]["function"]["name"], "look_up_order");
    let stored = api.get(&format!("/conversations/{conversation}/messages")).await.good();
    assert_eq!(stored["data"][0]["name"], "Ada <Lovelace>");
    assert_eq!(stored["data"][1]["tool_calls"][0]["function"]["name"], "look up order");
}

#[tokio::test]
async fn lost_connection_to_a_model_has_one_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        connection.write_all(head.as_bytes()).await.expect("a connection");
        connection.shutdown().await.expect("a connection");
        connection.read_to_end(&mut Vec::new()).await
    });
    let api = Api::new(with_model(&url));
    let assistant = api.assistant(json!({ "name": "n", "instructions": "i" })).await;
    let say = json!({ "content": "hi", "conversation_id": api.conversation(json!({})).await });
    let failed = api.post(&format!("/assistants/{assistant}/chat"), say).await.json();
    let detail = failed["errors"][0]["detail"].as_str().expect("a text").to_owned();
    let reason = detail.strip_prefix("The connection to the model's server was lost: ").expect(&detail);
    let parts: Vec<&str> = reason.trim_end_matches('.').split(": ").collect();
    assert!(parts.iter().all(|part| parts.iter().filter(|other| other == &part).count() == 1), "{detail}");
}

#[tokio::test]
async fn unusual_messages_of_a_model_are_read() {
    let arguments = json!({ "function": { "name": "note", "arguments": { "mood": "fine" } } });
    let parts = json!([{ "type": "text", "text": "One " }, { "type": "text", "text": "two." }]);
    let (url, _asked) = model(vec![
        Answer::Whole(json!({ "content": parts })),
        Answer::Whole(json!({ "content": null, "refusal": "I cannot do that." })),
        Answer::Whole(json!({ "content": null, "tool_calls": [arguments] })),
        Answer::Whole(json!({ "content": "Noted." })),
    ])
    .await;
    let api = Api::new(with_model(&url));
    let assistant = api.assistant(json!({ "name": "n", "instructions": "i", "tools": status_tool() })).await;
    let conversation = api.conversation(json!({})).await;
    for expected in ["One two.", "I cannot do that.", "Noted."] {
        assert_eq!(api.say(&assistant, &conversation, "hi").await.good()["content"], expected);
    }
    let messages = api.get(&format!("/conversations/{conversation}/messages")).await.good();
    assert_eq!(messages["data"][5]["tool_calls"][0]["function"]["arguments"], "{\"mood\":\"fine\"}");
}

#[tokio::test]
async fn events_without_data_and_unknown_fields_are_ignored() {
    const TEXT: &str = "data: {\"choices\": [{\"delta\": {\"content\": \"Hello.\"}}]}\n\ndata: [DONE]\n\n";
    for first in [
        "event: ping", "id: 5", "retry: 100", "data:", "data", "", ": a comment", "x-trace: 7", "retry: soon",
        "id: 1\nid: 2",
    ] {
        let (url, _asked) = model(vec![Answer::Events(format!("{first}\n\n{TEXT}"))]).await;
        let api = Api::new(with_model(&url));
        let chat = format!("/assistants/{}/chat", api.assistant(json!({ "name": "n", "instructions": "i" })).await);
        let say = json!({ "content": "hi", "conversation_id": api.conversation(json!({})).await, "stream": true });
        let said = api.post(&chat, say).await.text;
        assert!(said.contains("\"done\"") && said.contains("Hello."), "{first}: {said}");
    }
}

#[tokio::test]
async fn unusable_response_of_a_model_fails_the_turn() {
    let text = "data: {\"choices\": [{\"delta\": {\"content\": \"Well\"}}]}";
    let events = |next: &str| Answer::Events(format!("{text}\n\n{next}\n\n"));
    for (answer, reason) in [
        (Answer::Whole(json!({ "content": null, "reasoning_content": "Hm." })), "no content"),
        (Answer::Whole(json!({ "content": "" })), "no content"),
        (Answer::Pieces(vec![json!({ "reasoning_content": "Hm." })], None), "no content"),
        (events("event: error\ndata: {\"message\": \"overloaded\"}"), "overloaded"),
        (events("data: {\"object\": \"error\", \"message\": \"overloaded\"}"), "overloaded"),
        (Answer::NotUtf8(b"data: {\"choices\": [{\"delta\": {\"content\": \"\xff\"}}]}\n\n"), "server is not UTF-8"),
    ] {
        let stream = !matches!(answer, Answer::Whole(_));
        let (url, _asked) = model(vec![answer]).await;
        let api = Api::new(with_model(&url));
        let chat = format!("/assistants/{}/chat", api.assistant(json!({ "name": "n", "instructions": "i" })).await);
        let say = json!({ "content": "hi", "conversation_id": api.conversation(json!({})).await, "stream": stream });
        let failed = api.post(&chat, say).await;
        assert_eq!(failed.status, if stream { 200 } else { 500 }, "{}", failed.text);
        assert!(failed.text.contains("\"errors\"") && failed.text.contains(reason), "{}", failed.text);
    }
}

/// The response of an assistant to the first message of a new conversation.
async fn first_reply(api: &Api, assistant: Value, stream: bool) -> support::Answer {
    let assistant = api.assistant(assistant).await;
    let say = json!({ "content": "hi", "conversation_id": api.conversation(json!({})).await, "stream": stream });
    api.post(&format!("/assistants/{assistant}/chat"), say).await
}

#[tokio::test]
async fn external_llm_replies_instead_of_the_model() {
    let (hosted, mut hosted_asked) = model(vec![]).await;
    let (external, mut asked) = model(vec![Answer::Whole(json!({ "content": "Hello." }))]).await;
    let api = Api::new(with_model(&hosted));
    let assistant = json!({
        "name": "n", "instructions": "i", "dynamic_variables": { "customer": "Ada" },
        "external_llm": { "base_url": external, "model": "own", "llm_api_key_ref": "crm", "forward_metadata": true },
    });
    assert_eq!(first_reply(&api, assistant, false).await.good()["content"], "Hello.");
    let (headers, request) = asked.recv().await.expect("a request");
    assert_eq!(headers["authorization"], "Bearer emulated-secret-crm");
    assert_eq!((&request["model"], &request["extra_metadata"]["customer"]), (&json!("own"), &json!("Ada")));
    assert!(hosted_asked.try_recv().is_err());
}

#[tokio::test]
async fn flow_node_with_a_model_overrides_the_external_llm() {
    let (external, _asked) = model(vec![Answer::Whole(json!({ "content": "Hello." }))]).await;
    let api = Api::new(Emulator::builder());
    let llm = json!({ "base_url": external, "model": "own" });
    for (own, reply) in [(json!({}), "Hello."), (json!({ "model": "openai/gpt-4o" }), "You said \"hi\".")] {
        let mut node = json!({ "id": "a", "type": "prompt", "instructions": "" });
        node.as_object_mut().expect("an object").extend(own.as_object().expect("an object").clone());
        let flow = json!({ "start_node_id": "a", "nodes": [node] });
        let assistant = json!({ "name": "n", "instructions": "", "external_llm": llm, "conversation_flow": flow });
        assert_eq!(first_reply(&api, assistant, false).await.good()["content"], reply);
    }
}

#[tokio::test]
async fn external_llm_on_another_machine_is_called_only_if_allowed() {
    let assistant = json!({
        "name": "n", "instructions": "", "external_llm": { "base_url": "http://192.0.2.1:1", "model": "own" },
        "fallback_config": { "external_llm": { "base_url": "http://192.0.2.1:1", "model": "own" } },
    });
    let api = Api::new(Emulator::builder());
    assert_eq!(first_reply(&api, assistant, false).await.good()["content"], "You said \"hi\".");
}

#[tokio::test]
async fn fallback_replies_if_the_model_fails_before_any_text() {
    let part = r#"data: {"choices": [{"delta": {"content": "Hel"}}]}"#;
    let fails = || Answer::Status(503);
    for (answer, stream, fallback, expected) in [
        (fails(), false, json!({}), "responded 503"),
        (fails(), false, json!({ "model": "openai/gpt-4o" }), "You said"),
        (fails(), true, json!({ "model": "openai/gpt-4o" }), "You said"),
        (fails(), false, json!({ "external_llm": true }), "From the fallback."),
        // A part of the reply was sent.
        (Answer::Events(format!("{part}\n\n")), true, json!({ "external_llm": true }), "without a finish_reason"),
    ] {
        let (external, _) = model(vec![answer]).await;
        let (other, _) = model(vec![Answer::Whole(json!({ "content": "From the fallback." }))]).await;
        let llm = |url: &str| json!({ "base_url": url, "model": "own" });
        let mut fallback = fallback;
        if fallback["external_llm"] == true {
            fallback["external_llm"] = llm(&other);
        }
        let api = Api::new(Emulator::builder());
        let assistant =
            json!({ "name": "n", "instructions": "i", "external_llm": llm(&external), "fallback_config": fallback });
        let said = first_reply(&api, assistant, stream).await;
        assert!(said.text.contains(expected), "{fallback}: {}", said.text);
    }
}

#[tokio::test]
async fn fallback_replies_if_the_responder_fails() {
    let (other, _) = model(vec![Answer::Whole(json!({ "content": "From the fallback." }))]).await;
    let api = Api::new(Emulator::builder().responder(|_: &Turn| Reply::failing("", "out of capacity")));
    for (fallback, status) in [
        (json!({ "model": "openai/gpt-4o" }), 500),
        (json!({ "external_llm": { "base_url": other, "model": "own" } }), 200),
    ] {
        let assistant = json!({ "name": "n", "instructions": "i", "fallback_config": fallback });
        assert_eq!(first_reply(&api, assistant, false).await.status, status, "{fallback}");
    }
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn fallback_after_the_responder_gets_the_same_as_a_model() {
    let (fallback, mut asked) = model(vec![
        Answer::Whole(json!({ "tool_calls": [{ "function": { "name": "transition_0", "arguments": "" } }] })),
        Answer::Whole(json!({ "content": "At b." })),
    ])
    .await;
    let (server, _messages) = mcp_server().await;
    let api = Api::new(Emulator::builder().responder(|_: &Turn| Reply::failing("", "out of capacity")));
    let server = json!({ "name": "Sums", "type": "http", "url": server });
    let server = api.post("/mcp_servers", server).await.good()["id"].clone();
    let flow = json!({
        "start_node_id": "a",
        "nodes": [{ "id": "a", "instructions": "A." }, { "id": "b", "instructions": "B." }],
        "edges": [{
            "id": "1", "start_node_id": "a", "target": { "type": "node", "node_id": "b" },
            "condition": { "type": "llm", "prompt": "The user asks for \"b\"." },
        }],
    });
    let assistant = json!({
        "name": "n", "instructions": "i", "greeting": "Welcome.", "mcp_servers": [{ "id": server }],
        "conversation_flow": flow, "fallback_config": { "external_llm": { "base_url": fallback, "model": "own" } },
    });
    let assistant = api.assistant(assistant).await;
    let on_call = json!({ "metadata": { "telnyx_conversation_channel": "phone_call" } });
    let call = api.post("/conversations", on_call).await.good()["id"].clone();
    assert_eq!(api.say(&assistant, &call, "go").await.good()["content"], "At b.");
    let (_, request) = asked.recv().await.expect("a request");
    let tools = request["tools"].as_array().expect("tools").iter().map(|tool| &tool["function"]["name"]);
    assert_eq!(tools.collect::<Vec<_>>(), ["add", "drop", "transition_0"]);
    let messages = api.get(&format!("/conversations/{}/messages", call.as_str().expect("an id"))).await.good();
    let texts = messages["data"].as_array().expect("messages").iter().map(|message| &message["text"]);
    assert_eq!(texts.collect::<Vec<_>>(), ["Welcome.", "go", "At b."], "the greeting is stored");
}

#[tokio::test]
async fn model_judges_test_runs() {
    let (url, mut asked) = model(vec![
        Answer::Whole(json!({ "content": "Hello there." })),
        Answer::Whole(json!({ "content": "{\"passed\": true, \"reason\": \"It was.\"}" })),
        Answer::Whole(json!({ "content": "Here: {\"passed\": false, \"reason\": \"Too short.\"}" })),
    ])
    .await;
    let api = Api::new(with_model(&url).frozen_at("2026-01-01T00:00:00Z"));
    let assistant = api.assistant(json!({"name": "n", "instructions": "i"})).await;
    let rubric = json!([{"name": "polite", "criteria": "Is polite"}, {"name": "long", "criteria": "Is long"}]);
    let test = json!({"name": "t", "destination": assistant, "instructions": "Say \"hi\"", "rubric": rubric});
    let run = api.start_run(test, json!({})).await;
    api.0.clock().advance(std::time::Duration::from_secs(5)).await;
    let run = api.get(&run).await.good();
    assert_eq!(run["status"], "failed", "{run}");
    assert_eq!(run["detail_status"][0], json!({ "name": "polite", "status": "passed" }));
    assert!(run["logs"].as_str().expect("logs").contains("long failed: Too short."), "{run}");
    asked.recv().await.expect("the chat");
    let (_, judged) = asked.recv().await.expect("a request");
    let asked = judged["messages"][1]["content"].as_str().expect("a text");
    assert!(asked.contains("Is polite") && asked.contains("user: hi\nassistant: Hello there."), "{asked}");
}

#[tokio::test]
async fn model_follows_a_flow() {
    let (url, mut asked) = model(vec![
        Answer::Whole(json!({ "content": "At a." })),
        Answer::Whole(json!({ "content": "No." })),
        Answer::Whole(json!({ "content": "Yes, it does." })),
        Answer::Whole(json!({ "content": "At b." })),
        Answer::Whole(json!({ "tool_calls": [{ "function": { "name": "transition_1", "arguments": "" } }] })),
        Answer::Whole(json!({ "content": "At b at once." })),
    ])
    .await;
    let api = Api::new(with_model(&url));
    let edge = |id: &str, to: &str| {
        json!({ "id": id, "start_node_id": "a", "target": { "type": "node", "node_id": to },
                "condition": { "type": "llm", "prompt": "?" } })
    };
    let flow = json!({ "start_node_id": "a", "nodes": [
        { "id": "a", "instructions": "A." }, { "id": "b", "instructions": "B." }, { "id": "c", "instructions": "C." },
    ], "edges": [edge("1", "c"), edge("2", "b")] });
    let assistant = api.assistant(json!({"name": "n", "instructions": "i", "conversation_flow": flow})).await;
    let say = async |conversation: &Value| api.say(&assistant, &conversation, "go").await.good()["content"].clone();
    let chat = api.conversation(json!({})).await.into();
    assert_eq!((say(&chat).await, say(&chat).await), (json!("At a."), json!("At b.")), "evaluated after the reply");

    let on_call = json!({ "metadata": { "telnyx_conversation_channel": "phone_call" } });
    let call = api.post("/conversations", on_call).await.good()["id"].clone();
    assert_eq!(say(&call).await, "At b at once.", "the model selects the edge");
    for _ in 0..4 {
        asked.recv().await.expect("a request of the chat");
    }
    let (_, offered) = asked.recv().await.expect("a request of the call");
    let names: Vec<&Value> =
        offered["tools"].as_array().expect("tools").iter().map(|tool| &tool["function"]["name"]).collect();
    assert_eq!(names, ["transition_0", "transition_1"]);
    assert!(offered["tools"][0]["function"]["description"].as_str().expect("a text").ends_with(": ?"));
}

/// The answer of an MCP server to `initialize`.
#[cfg(feature = "mcp")]
fn initialized(message: &Value) -> Value {
    json!({
        "protocolVersion": message["params"]["protocolVersion"], "capabilities": { "tools": {} },
        "serverInfo": { "name": "fake", "version": "1" },
    })
}

/// An MCP server over streamable HTTP with two tools. It responds to calls with server-sent events.
#[cfg(feature = "mcp")]
async fn mcp_server() -> (String, mpsc::UnboundedReceiver<(HeaderMap, Value)>) {
    type Asked = mpsc::UnboundedSender<(HeaderMap, Value)>;
    async fn answer(State(asked): State<Asked>, headers: HeaderMap, Json(message): Json<Value>) -> Response {
        // The test may have dropped the receiver.
        let _ = asked.send((headers, message.clone()));
        let tool = |name: &str| {
            json!({ "name": name, "description": "Adds.", "inputSchema": {
                "type": "object", "properties": { "a": { "type": "integer" } } } })
        };
        let result = match message["method"].as_str().unwrap_or_default() {
            "initialize" => initialized(&message),
            "tools/list" => json!({ "tools": [tool("add"), tool("drop")] }),
            "tools/call" => {
                let sum = message["params"]["arguments"]["a"].as_i64().unwrap_or_default() + 1;
                json!({ "content": [{ "type": "text", "text": sum.to_string() }], "isError": false })
            }
            _ => return StatusCode::ACCEPTED.into_response(),
        };
        let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
        if message["method"] == "tools/call" {
            let event = format!("event: message\nx-trace: 7\ndata: {answer}\n\n");
            return ([("content-type", "text/event-stream")], event).into_response();
        }
        ([("mcp-session-id", "session-1")], Json(answer)).into_response()
    }
    let (asked, receiver) = mpsc::unbounded_channel();
    let url = serve(Router::new().route("/mcp", post(answer)).with_state(asked)).await;
    (format!("{url}/mcp"), receiver)
}

/// The reply to "go" of an assistant with this MCP server. A script calls the tool.
#[cfg(feature = "mcp")]
async fn reply_with_server(url: &str, tool: &str) -> String {
    let rules = json!({ "chat": [{ "words": "go", "call": { "tool": tool } }] });
    let api = Api::new(Emulator::builder().scripts(scripts(rules)));
    let server = json!({ "name": "S", "type": "http", "url": url });
    let server = api.post("/mcp_servers", server).await.good()["id"].clone();
    let assistant = json!({ "name": "n", "instructions": "i", "mcp_servers": [{ "id": server }] });
    let chat = format!("/assistants/{}/chat", api.assistant(assistant).await);
    let body = json!({ "content": "go", "conversation_id": api.conversation(json!({})).await });
    api.post(&chat, body).await.good()["content"].as_str().expect("a text").to_owned()
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn repeated_cursor_of_an_mcp_server_ends_the_list() {
    let (asked, mut pages) = mpsc::unbounded_channel();
    let answer = async move |Json(message): Json<Value>| {
        let result = match message["method"].as_str().unwrap_or_default() {
            "initialize" => initialized(&message),
            "tools/list" => {
                asked.send(()).expect("a test");
                json!({ "tools": [{ "name": "t", "inputSchema": { "type": "object" } }], "nextCursor": "same" })
            }
            "tools/call" => json!({ "content": [{ "type": "text", "text": "done" }] }),
            _ => return StatusCode::ACCEPTED.into_response(),
        };
        Json(json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })).into_response()
    };
    let url = serve(Router::new().route("/mcp", post(answer))).await;
    assert_eq!(reply_with_server(&format!("{url}/mcp"), "t").await, "done");
    let mut count = 0;
    while pages.try_recv().is_ok() {
        count += 1;
    }
    assert_eq!(count, 2);
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn response_of_an_mcp_server_that_is_cut_short_fails_the_tool() {
    const EVENTS: &str = "text/event-stream";
    let whole = |id: &Value| {
        let result = json!({ "content": [{ "type": "text", "text": "sum" }] });
        json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string()
    };
    let half = move |id: &Value| whole(id)[..30].to_owned();
    type Respond = Box<dyn Fn(&Value) -> Response + Send + Sync>;
    let responses: [Respond; 5] = [
        Box::new(move |id| ([("content-type", EVENTS)], format!("data: {}", half(id))).into_response()),
        Box::new(move |_| ([("content-type", EVENTS)], "").into_response()),
        Box::new(move |id| cut(EVENTS, format!("data: {}", half(id)))),
        Box::new(move |id| cut("application/json", half(id))),
        Box::new(move |id| ([("content-type", "application/json")], half(id)).into_response()),
    ];
    for respond in responses {
        let respond = Arc::new(respond);
        let answer = async move |Json(message): Json<Value>| {
            let result = match message["method"].as_str().unwrap_or_default() {
                "initialize" => initialized(&message),
                "tools/list" => json!({ "tools": [{ "name": "t", "inputSchema": { "type": "object" } }] }),
                "tools/call" => return respond(&message["id"]),
                _ => return StatusCode::ACCEPTED.into_response(),
            };
            Json(json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })).into_response()
        };
        let url = serve(Router::new().route("/mcp", post(answer))).await;
        let said = reply_with_server(&format!("{url}/mcp"), "t").await;
        assert!(said.starts_with("{\"error\":"), "{said}");
    }
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn result_of_a_tool_names_the_reason_why_its_mcp_server_fails() {
    let moved = async || (StatusCode::TEMPORARY_REDIRECT, [("location", "/mcp")]);
    let redirecting = serve(Router::new().fallback(moved)).await;
    let unauthorized = serve(Router::new().fallback(async || StatusCode::UNAUTHORIZED)).await;
    for (url, status) in [(unauthorized, "HTTP 401 Unauthorized"), (redirecting, "HTTP 307 Temporary Redirect")] {
        let content: Value = serde_json::from_str(&reply_with_server(&url, "add").await).expect("JSON");
        let error = content["error"].as_str().expect("a reason");
        let expected = format!(
            "there is no tool 'add'; the MCP server {url} cannot be used: unexpected server response: {status}"
        );
        assert_eq!(error, expected);
    }
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn tools_of_mcp_servers_are_called() {
    let (url, mut asked) = mcp_server().await;
    let rules = json!({ "chat": [
        { "pattern": "(\\d+)", "call": { "tool": "add", "arguments": { "a": 41 } }, "reply": "That is {{answer}}." },
        { "words": "drop", "call": { "tool": "drop" } },
    ]});
    let api = Api::new(Emulator::builder().scripts(scripts(rules)));
    let server = json!({"name": "Sums", "type": "http", "url": url, "api_key_ref": "sums"});
    let server = api.post("/mcp_servers", server).await.good()["id"].clone();
    let attached = json!([{ "id": server, "allowed_tools": ["add"] }]);
    let assistant = api.assistant(json!({"name": "n", "instructions": "i", "mcp_servers": attached})).await;
    let conversation = api.conversation(json!({})).await;
    let chat = format!("/assistants/{assistant}/chat");
    let say = |content: &str| json!({ "content": content, "conversation_id": conversation });
    assert_eq!(api.post(&chat, say("41?")).await.good()["content"], "That is 42.");
    let called = loop {
        let (headers, message) = asked.recv().await.expect("a message");
        assert_eq!(headers["authorization"], "Bearer emulated-secret-sums");
        if message["method"] == "tools/call" {
            assert_eq!(headers["mcp-session-id"], "session-1");
            break message;
        }
    };
    assert_eq!(called["params"]["arguments"], json!({ "a": 41 }));
    let denied = api.post(&chat, say("drop")).await.good();
    assert_eq!(denied["content"], "{\"error\":\"there is no tool 'drop'\"}");
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn model_is_offered_the_tools_of_mcp_servers() {
    let (server, _messages) = mcp_server().await;
    let (url, mut asked) =
        model(vec![Answer::Whole(call("add", "{\"a\": 1}")), Answer::Whole(json!({ "content": "Two." }))]).await;
    let api = Api::new(with_model(&url));
    let server = json!({"name": "Sums", "type": "http", "url": server});
    let server = api.post("/mcp_servers", server).await.good()["id"].clone();
    let attached = json!([{ "id": server }]);
    let assistant = api.assistant(json!({"name": "n", "instructions": "i", "mcp_servers": attached})).await;
    let body = json!({ "content": "1 + 1?", "conversation_id": api.conversation(json!({})).await });
    assert_eq!(api.post(&format!("/assistants/{assistant}/chat"), body).await.good()["content"], "Two.");
    let (_, first) = asked.recv().await.expect("a request");
    let offered: Vec<&str> =
        first["tools"].as_array().expect("tools").iter().filter_map(|tool| tool["function"]["name"].as_str()).collect();
    assert_eq!(offered, ["add", "drop"]);
    let (_, second) = asked.recv().await.expect("a request");
    assert_eq!(second["messages"].as_array().and_then(|messages| messages.last()).expect("an answer")["content"], "2");
}
