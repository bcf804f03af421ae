//! A client for models with an OpenAI-compatible API.

use std::{fmt, time::Duration};

use axum::body::Body;
use futures_util::StreamExt;
use http::{HeaderValue, Response, header};
use serde_json::{Map, Value};

use super::{
    HttpClient, OutboundError, OutboundRequest,
    client::{events, whole, with_causes},
};
use crate::json::{self, as_text, items};

/// The timeout until the response starts, and between two of its events.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(120);

/// The timeout for the complete response.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(600);

/// The maximum number of characters of an error response that are reported.
const MAX_REPORTED: usize = 500;

/// A model with an OpenAI-compatible API (`POST …/chat/completions`).
///
/// Pass it to [`Builder::llm`](crate::Builder::llm). It replies for assistants, judges test runs and analyzes conversations for insights.
///
/// ```
/// use telnyx_ai_emulator::{Emulator, Llm};
///
/// let model = Llm::new("http://127.0.0.1:11434/v1", "llama3.2");
/// let emulator = Emulator::builder().llm(model).in_process()?;
/// # drop(emulator);
/// # Ok::<(), telnyx_ai_emulator::StartError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Llm {
    url: String,
    model: String,
    key: Option<String>,
}

impl Llm {
    /// A model by its base URL, such as `http://127.0.0.1:11434/v1`, and its name.
    ///
    /// `/chat/completions` is appended unless the URL ends with it. `https` requires the feature `tls`.
    #[must_use]
    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        Self { url: url.into(), model: model.into(), key: None }
    }

    /// Sets the API key. Default: none.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sends a chat completion request with the model's name.
    ///
    /// Chunks of text are passed to `on_text` as they arrive.
    pub(crate) async fn complete(
        &self,
        client: &HttpClient,
        request: Value,
        on_text: impl Fn(&str),
    ) -> Result<Completion, LlmError> {
        let completion = self.exchange(client, request, on_text);
        let completion = tokio::time::timeout(TOTAL_TIMEOUT, completion).await.unwrap_or(Err(LlmError::TooSlow))?;
        if completion.content.is_empty() && completion.calls.is_empty() {
            return Err(LlmError::NoContent);
        }
        Ok(completion)
    }

    async fn exchange(
        &self,
        client: &HttpClient,
        mut request: Value,
        on_text: impl Fn(&str),
    ) -> Result<Completion, LlmError> {
        request["model"] = self.model.as_str().into();
        let base = self.url.trim_end_matches('/');
        let url =
            if base.ends_with("/chat/completions") { base.to_owned() } else { format!("{base}/chat/completions") };
        let mut request = OutboundRequest::json(&url, &request);
        if let Some(key) = &self.key {
            let mut key = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| LlmError::Key)?;
            key.set_sensitive(true);
            request.headers.insert(header::AUTHORIZATION, key);
        }
        let response = with_timeout(client.open(request)).await??;
        let streams = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        if response.status().is_success() && streams {
            return stream(response, on_text).await;
        }
        let status = response.status();
        let body = with_timeout(whole(response.into_body())).await??;
        if !status.is_success() {
            let reported = String::from_utf8_lossy(&body).chars().take(MAX_REPORTED).collect();
            return Err(LlmError::Status(status.as_u16(), reported));
        }
        let whole: Value = serde_json::from_slice(json::strip_bom(&body)).map_err(LlmError::NotJson)?;
        let message = choice_of(&whole)?.map(|choice| &choice["message"]).filter(|message| message.is_object());
        let mut completion = Completion::default();
        completion.add(message.ok_or(LlmError::NoMessage)?);
        on_text(&completion.content);
        Ok(completion)
    }
}

/// Hides the API key.
impl fmt::Debug for Llm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Llm").field("url", &self.url).field("model", &self.model).finish_non_exhaustive()
    }
}

/// The error for a request to a model.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LlmError {
    #[error("The model's key cannot be sent in a header.")]
    Key,
    #[error("The model's server did not respond within {} s.", RESPONSE_TIMEOUT.as_secs())]
    Timeout,
    #[error("The model's server did not finish its response within {} s.", TOTAL_TIMEOUT.as_secs())]
    TooSlow,
    #[error("The model's server failed: {0}.")]
    Failed(#[from] OutboundError),
    #[error("The connection to the model's server was lost: {0}.")]
    Interrupted(String),
    #[error("The response of the model's server is not UTF-8.")]
    NotUtf8,
    #[error("The response of the model's server ended without a finish_reason or [DONE].")]
    Unfinished,
    #[error("The model's server responded {0}: {1}")]
    Status(u16, String),
    #[error("The response of the model's server is not JSON: {0}.")]
    NotJson(serde_json::Error),
    #[error("The response of the model's server has no message.")]
    NoMessage,
    #[error("The model sent no content and called no tool.")]
    NoContent,
    #[error("The model failed: {0}")]
    Model(Value),
}

async fn with_timeout<T>(work: impl Future<Output = T>) -> Result<T, LlmError> {
    tokio::time::timeout(RESPONSE_TIMEOUT, work).await.map_err(|_| LlmError::Timeout)
}

/// The response of a model. While it is streamed, the part received so far.
#[derive(Debug, Default)]
pub(crate) struct Completion {
    pub(crate) content: String,
    calls: Vec<FunctionCall>,
}

/// A function call. While it is streamed, the part received so far.
#[derive(Debug, Default)]
struct FunctionCall {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Completion {
    /// Adds a message or a delta. Returns its text.
    fn add(&mut self, message: &Value) -> String {
        let text = text_of(message);
        self.content.push_str(&text);
        for part in items(&message["tool_calls"]) {
            let (name, arguments) = (json::text(&part["function"], "name"), &part["function"]["arguments"]);
            let call = self.call_of(part);
            if call.name.is_empty() {
                name.clone_into(&mut call.name);
            }
            if !arguments.is_null() {
                call.arguments.push_str(&as_text(arguments));
            }
        }
        text
    }

    /// The call that a part of a response continues, or a new one.
    fn call_of(&mut self, part: &Value) -> &mut FunctionCall {
        let (index, id, name) = (part["index"].as_u64(), json::text(part, "id"), json::text(&part["function"], "name"));
        let at = match index {
            Some(_) => self.calls.iter().rposition(|call| call.index == index),
            None => self.calls.len().checked_sub(1),
        };
        // Some servers send no index, or the same one for all calls. A name starts a call, unless it repeats its id.
        let continued = at.filter(|at| {
            let call = &self.calls[*at];
            name.is_empty() || call.name.is_empty() || (!id.is_empty() && call.id == id)
        });
        let at = continued.unwrap_or_else(|| {
            self.calls.push(FunctionCall { index, id: id.to_owned(), ..FunctionCall::default() });
            self.calls.len() - 1
        });
        &mut self.calls[at]
    }

    /// The functions to call, with their parsed arguments.
    pub(crate) fn tool_calls(&self) -> impl Iterator<Item = (&str, serde_json::Result<Map<String, Value>>)> {
        self.calls.iter().map(|call| {
            let arguments = if call.arguments.trim().is_empty() { "{}" } else { &call.arguments };
            (call.name.as_str(), serde_json::from_str(arguments))
        })
    }
}

/// Reads a streamed response. It is complete with a `finish_reason` or `[DONE]`.
async fn stream(response: Response<Body>, on_text: impl Fn(&str)) -> Result<Completion, LlmError> {
    let mut completion = Completion::default();
    let (mut has_choice, mut is_finished) = (false, false);
    let mut events = events(response.into_body());
    loop {
        let Some(event) = with_timeout(events.next()).await? else {
            break if is_finished { Ok(completion) } else { Err(LlmError::Unfinished) };
        };
        let event = event.map_err(|error| match error {
            sse_stream::Error::Utf8Parse(_) => LlmError::NotUtf8,
            lost => LlmError::Interrupted(with_causes(&lost)),
        })?;
        let data = event.data.unwrap_or_default();
        if event.event.as_deref() == Some("error") {
            return Err(LlmError::Model(serde_json::from_str(&data).unwrap_or_else(|_| data.into())));
        }
        if data == "[DONE]" {
            break if has_choice { Ok(completion) } else { Err(LlmError::NoMessage) };
        }
        // Such events keep the connection open.
        if data.trim().is_empty() {
            continue;
        }
        let part: Value = serde_json::from_str(&data).map_err(LlmError::NotJson)?;
        // Events with the usage of tokens have no choice.
        if let Some(choice) = choice_of(&part)? {
            has_choice = true;
            is_finished |= choice["finish_reason"].is_string();
            on_text(&completion.add(&choice["delta"]));
        }
    }
}

/// The first choice of a response or of a streamed event, if any.
fn choice_of(response: &Value) -> Result<Option<&Value>, LlmError> {
    match &response["error"] {
        Value::Null if response["object"] == "error" => Err(LlmError::Model(response.clone())),
        Value::Null => Ok(items(&response["choices"]).first()),
        error => Err(LlmError::Model(error.clone())),
    }
}

/// The text of a message or of a delta. A refusal is a text, too.
fn text_of(message: &Value) -> String {
    let text = match &message["content"] {
        Value::Array(parts) => parts.iter().map(|part| json::text(part, "text")).collect(),
        content => content.as_str().unwrap_or_default().to_owned(),
    };
    text + json::text(message, "refusal")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tool_calls_are_joined_from_parts() {
        let mut completion = Completion::default();
        for part in [
            json!({"content": "One "}),
            json!({"tool_calls": [{"index": 0, "function": {"name": "status", "arguments": ""}}]}),
            json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"id\""}}]}),
            json!({"tool_calls": [{"index": 0, "function": {"arguments": ": 4}"}}, {"index": 1, "function": {"name": "b"}}]}),
        ] {
            completion.add(&part);
        }
        assert_eq!(completion.content, "One ");
        let calls: Vec<_> = completion.tool_calls().map(|(name, arguments)| (name, arguments.expect("JSON"))).collect();
        assert_eq!(calls[0].1["id"], 4);
        assert_eq!((calls[0].0, calls[1].0), ("status", "b"));
    }
}
