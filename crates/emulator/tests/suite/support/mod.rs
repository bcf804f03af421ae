//! Shared by the tests: an emulator without a port, and calls to it.

pub(crate) mod endpoint;

use std::{path::PathBuf, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, Request};
use serde::Serialize;
use serde_json::{Value, json};
use telnyx_ai_emulator::{Builder, InProcess, Scripts};
use tempfile::TempDir;
use tokio::sync::Notify;
use tower::ServiceExt;

/// An emulator without a port.
#[derive(Clone)]
pub(crate) struct Api(pub(crate) InProcess);

/// A response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body of a successful response. `null` if it is empty.
    pub(crate) fn good(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The text of a response with 200.
    #[track_caller]
    pub(crate) fn page(self) -> String {
        assert_eq!(self.status, 200, "{}", self.text);
        self.text
    }

    /// The code of the first error.
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The text of the first error.
    pub(crate) fn detail(&self) -> String {
        text(&self.json()["errors"][0]["detail"])
    }

    /// The pointers of the errors.
    pub(crate) fn pointers(&self) -> Vec<String> {
        let body = self.json();
        let errors = body["errors"].as_array().into_iter().flatten();
        errors.map(|error| error["source"]["pointer"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The status and the pointers of the errors.
    pub(crate) fn outcome(&self) -> (u16, Vec<String>) {
        (self.status, self.pointers())
    }
}

/// The outcome of a request without errors.
pub(crate) fn ok() -> (u16, Vec<String>) {
    (200, Vec::new())
}

/// The outcome of a request with one invalid value.
pub(crate) fn invalid(pointer: &str) -> (u16, Vec<String>) {
    (422, vec![pointer.to_owned()])
}

impl Api {
    pub(crate) fn new(builder: Builder) -> Self {
        Self(builder.in_process().expect("an emulator"))
    }

    /// Calls a path under `/v2/ai`, or a path that starts with `/_emulator`.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.try_call(method, path, body, &[]).await.expect("an answer")
    }

    pub(crate) async fn try_call(
        &self,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> std::io::Result<Answer> {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(method, path, body, headers).await
    }

    /// Sends a raw body.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Body>,
        headers: &[(&str, &str)],
    ) -> std::io::Result<Answer> {
        let uri = if path.starts_with("/_emulator") { path.to_owned() } else { format!("/v2/ai{path}") };
        let mut request = Request::builder().method(method).uri(uri).header("authorization", "Bearer key");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.request(request.body(body.into()).expect("a request")).await
    }

    /// Sends a request as it is.
    pub(crate) async fn request(&self, request: Request<Body>) -> std::io::Result<Answer> {
        let response = self.0.clone().oneshot(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.map_err(std::io::Error::other)?;
        Ok(Answer { status, headers, text: String::from_utf8(bytes.to_vec()).expect("text") })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call("PUT", path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, Value::Null).await
    }

    /// Creates an assistant. Returns its id.
    pub(crate) async fn assistant(&self, body: Value) -> String {
        id(&self.post("/assistants", body).await.good())
    }

    /// Creates a conversation. Returns its id.
    pub(crate) async fn conversation(&self, metadata: Value) -> String {
        id(&self.post("/conversations", json!({ "metadata": metadata })).await.good())
    }

    /// Sends a message to an assistant in a conversation.
    pub(crate) async fn say(&self, assistant: &str, conversation: impl Serialize, content: &str) -> Answer {
        let body = json!({ "content": content, "conversation_id": conversation });
        self.post(&format!("/assistants/{assistant}/chat"), body).await
    }

    /// Triggers a run of a new test. Returns the path of the run, which is pending.
    pub(crate) async fn start_run(&self, test: Value, request: Value) -> String {
        let test = self.post("/assistants/tests", test).await.good();
        let runs = format!("/assistants/tests/{}/runs", text(&test["test_id"]));
        let run = self.post(&runs, request).await.good();
        assert_eq!(run["status"], "pending");
        format!("{runs}/{}", text(&run["run_id"]))
    }

    /// Schedules an event, by default a call. Returns its path.
    pub(crate) async fn schedule(&self, assistant: &str, more: Value) -> String {
        let mut event = json!({
            "telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+15550001",
            "telnyx_end_user_target": "+15550002",
        });
        event.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        let events = format!("/assistants/{assistant}/scheduled_events");
        let event = self.post(&events, event).await.good();
        format!("{events}/{}", text(&event["scheduled_event_id"]))
    }

    /// Creates an insight. Returns its id.
    pub(crate) async fn insight(&self, body: Value) -> String {
        id(&self.post("/conversations/insights", body).await.good()["data"])
    }

    /// Creates a group with these insights. Returns its id.
    pub(crate) async fn insight_group(&self, body: Value, insights: &[&str]) -> String {
        let group = id(&self.post("/conversations/insight-groups", body).await.good()["data"]);
        for insight in insights {
            let path = format!("/conversations/insight-groups/{group}/insights/{insight}/assign");
            assert_eq!(self.post(&path, Value::Null).await.status, 204);
        }
        group
    }
}

/// A conversation with an assistant.
pub(crate) struct Chat {
    pub(crate) api: Api,
    pub(crate) assistant: String,
    pub(crate) conversation: String,
}

impl Chat {
    /// Creates an assistant and a conversation.
    pub(crate) async fn with(api: &Api, assistant: Value) -> Self {
        Self::about(api, json!({}), assistant).await
    }

    /// Creates an assistant, and a conversation with metadata.
    pub(crate) async fn about(api: &Api, metadata: Value, assistant: Value) -> Self {
        let (assistant, conversation) = (api.assistant(assistant).await, api.conversation(metadata).await);
        Self { api: api.clone(), assistant, conversation }
    }

    pub(crate) async fn answer(&self, content: &str) -> Answer {
        self.api.say(&self.assistant, &self.conversation, content).await
    }

    /// The reply to a message.
    pub(crate) async fn say(&self, content: &str) -> String {
        text(&self.answer(content).await.good()["content"])
    }

    pub(crate) async fn messages(&self) -> Vec<Value> {
        let page = self.api.get(&format!("/conversations/{}/messages", self.conversation)).await.good();
        page["data"].as_array().cloned().expect("messages")
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

pub(crate) fn id(resource: &Value) -> String {
    text(&resource["id"])
}

pub(crate) fn scripts(rules: Value) -> Scripts {
    Scripts::from_value(&rules).expect("rules")
}

/// Serves an application. Returns its URL.
pub(crate) async fn serve(app: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// A response whose connection breaks after a part of the body was sent.
pub(crate) fn cut(content_type: &'static str, part: String) -> Response {
    let broken = stream::once(async {
        // The server sends the part while it waits for the rest.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("cut"))
    });
    let body = stream::iter([Ok(part)]).chain(broken);
    ([("content-type", content_type)], Body::from_stream(body)).into_response()
}

/// A server that responds to a request when the test allows it.
pub(crate) struct Gate {
    pub(crate) url: String,
    called: Arc<Notify>,
    open: Arc<Notify>,
}

impl Gate {
    /// Creates a server that responds with this body.
    pub(crate) async fn new(answer: Value) -> Self {
        let (called, open) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (was_called, may_answer) = (Arc::clone(&called), Arc::clone(&open));
        let app = axum::Router::new().fallback(async move || {
            was_called.notify_one();
            may_answer.notified().await;
            axum::Json(answer)
        });
        Self { url: serve(app).await, called, open }
    }

    /// Waits until a request has arrived.
    pub(crate) async fn called(&self) {
        self.called.notified().await;
    }

    /// Lets the server respond to one request.
    pub(crate) fn open(&self) {
        self.open.notify_one();
    }
}

/// The path of a new file for a test, in a folder that is deleted when it is dropped.
pub(crate) fn file(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    (folder, path)
}
