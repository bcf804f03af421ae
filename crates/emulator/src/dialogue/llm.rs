//! A model at a server with OpenAI's interface, in place of the responder and the judge.

use std::{fmt, time::Duration};

use axum::body::Body;
use futures_util::{Stream, StreamExt};
use http::{HeaderValue, Response, header};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};

use super::{
    Listener,
    tools::{self, Offer},
};
use crate::{
    app::App,
    json::items,
    judge::{Criterion, Trial, Verdict},
    outgoing::{Outbound, with_causes},
    responder::{Reply, ToolUse, Turn},
};

/// How long a model may take until it begins to answer, and between two pieces of its answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much of a server's answer is told where it is an error.
const MAX_TOLD: usize = 500;

/// A model behind an interface like that of OpenAI: `POST …/chat/completions`. Give it to
/// [`Builder::llm`](crate::Builder::llm), and it says what assistants say, and judges test runs.
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
    /// The model of this name at this base URL, such as `http://127.0.0.1:11434/v1`; `/chat/completions` is added where
    /// it is not there. `https` needs the feature `tls`.
    #[must_use]
    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        Self { url: url.into(), model: model.into(), key: None }
    }

    /// Sends an API key along.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The model's part of a conversation, passed on as it comes where somebody listens. `more` are tools beside those
    /// of the turn.
    pub(crate) async fn reply(&self, app: &App, turn: &Turn, more: &[Offer], listener: &Listener) -> Reply {
        let offers: Vec<Offer> = turn.tools.iter().map(tools::offer).chain(more.iter().cloned()).collect();
        let mut request = json!({ "messages": messages(turn), "stream": listener.listens() });
        if !offers.is_empty() {
            request["tools"] = offers.iter().map(function).collect();
        }
        match self.ask(app, request, listener).await {
            Ok(answer) => answer.into_reply(),
            Err(reason) => Reply::failing("", reason),
        }
    }

    /// Whether a condition holds after what the user said.
    pub(crate) async fn holds(&self, app: &App, turn: &Turn, condition: &str) -> bool {
        let asked = format!(
            "Does this condition hold after the last message of the user? Answer with yes or no only.\n\n{condition}"
        );
        let mut messages = messages(turn);
        messages.push(json!({ "role": "system", "content": asked }));
        match self.ask(app, json!({ "messages": messages, "stream": false }), &Listener::none()).await {
            Ok(answer) => answer.content.trim_start().to_lowercase().starts_with("yes"),
            Err(reason) => {
                tracing::warn!(reason, "the model could not judge a condition");
                false
            }
        }
    }

    /// The model's verdict on one item of a rubric.
    pub(crate) async fn judge(&self, app: &App, trial: &Trial, criterion: &Criterion) -> Result<Verdict, String> {
        let mut transcript = String::new();
        for message in &trial.transcript {
            let said = message["text"].as_str().unwrap_or_default();
            if !said.is_empty() {
                transcript.push_str(&format!("{}: {said}\n", message["role"].as_str().unwrap_or_default()));
            }
        }
        let task = "You judge whether an assistant met a criterion in a conversation. \
                    Answer with JSON only: {\"passed\": true or false, \"reason\": \"in one sentence\"}.";
        let asked = format!("Criterion {}: {}\n\nConversation:\n{transcript}", criterion.name, criterion.criteria);
        let messages = json!([{ "role": "system", "content": task }, { "role": "user", "content": asked }]);
        let answer = self.ask(app, json!({ "messages": messages, "stream": false }), &Listener::none()).await?;
        verdict(&answer.content).ok_or_else(|| format!("The model gave no verdict, but: {}", answer.content))
    }

    async fn ask(&self, app: &App, mut request: Value, listener: &Listener) -> Result<Answer, String> {
        request["model"] = self.model.as_str().into();
        let base = self.url.trim_end_matches('/');
        let url =
            if base.ends_with("/chat/completions") { base.to_owned() } else { format!("{base}/chat/completions") };
        let mut outbound = Outbound::json(&url, &request);
        if let Some(key) = &self.key {
            let mut key = HeaderValue::from_str(&format!("Bearer {key}"))
                .map_err(|_| "The model's key can not be sent in a header.".to_owned())?;
            key.set_sensitive(true);
            outbound.headers.insert(header::AUTHORIZATION, key);
        }
        let late = |_| format!("The model's server did not answer within {} s.", PATIENCE.as_secs());
        let response = tokio::time::timeout(PATIENCE, app.outgoing.trusting().open(outbound))
            .await
            .map_err(late)?
            .map_err(|error| format!("The model's server failed: {error}."))?;
        let streams = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        if response.status().is_success() && streams {
            return stream(response, listener).await;
        }
        let status = response.status();
        let body = tokio::time::timeout(PATIENCE, response.into_body().collect()).await.map_err(late)?;
        let body = body.map_err(|error| format!("The model's server broke off: {}.", with_causes(&error)))?.to_bytes();
        if !status.is_success() {
            let told: String = String::from_utf8_lossy(&body).chars().take(MAX_TOLD).collect();
            return Err(format!("The model's server answered {}: {told}", status.as_u16()));
        }
        let whole: Value =
            serde_json::from_slice(&body).map_err(|error| format!("The model's answer is no JSON: {error}."))?;
        let mut answer = Answer::default();
        answer.take(&whole["choices"][0]["message"]);
        listener.piece(&answer.content);
        Ok(answer)
    }
}

/// The key is not shown.
impl fmt::Debug for Llm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Llm").field("url", &self.url).field("model", &self.model).finish_non_exhaustive()
    }
}

/// What a model said, whole or so far.
#[derive(Debug, Default)]
struct Answer {
    content: String,
    calls: Vec<(String, String)>,
}

impl Answer {
    /// Takes a message, or the next piece of one; gives the text in it.
    fn take(&mut self, message: &Value) -> String {
        let text = message["content"].as_str().unwrap_or_default();
        self.content.push_str(text);
        for (n, call) in items(&message["tool_calls"]).iter().enumerate() {
            let at = call["index"].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or(n);
            // A piece belongs to a call that has begun, or begins the next one.
            let at = at.min(self.calls.len());
            if at == self.calls.len() {
                self.calls.push(Default::default());
            }
            self.calls[at].0.push_str(call["function"]["name"].as_str().unwrap_or_default());
            self.calls[at].1.push_str(call["function"]["arguments"].as_str().unwrap_or_default());
        }
        text.to_owned()
    }

    fn into_reply(self) -> Reply {
        let mut reply = Reply::new(self.content);
        for (name, arguments) in self.calls {
            let arguments = if arguments.trim().is_empty() { "{}" } else { &arguments };
            match serde_json::from_str::<Map<String, Value>>(arguments) {
                Ok(arguments) => reply.tool_calls.push(ToolUse::new(name, arguments)),
                Err(error) => {
                    reply.failure = Some(format!("The model called '{name}' with what is no JSON object: {error}."));
                }
            }
        }
        reply
    }
}

/// Reads an answer that comes in pieces, and passes them on.
async fn stream(response: Response<Body>, listener: &Listener) -> Result<Answer, String> {
    let mut answer = Answer::default();
    let mut events = std::pin::pin!(events(response.into_body()));
    loop {
        let event = tokio::time::timeout(PATIENCE, events.next())
            .await
            .map_err(|_| format!("The model's server was silent for {} s.", PATIENCE.as_secs()))?;
        let Some(event) = event else { return Ok(answer) };
        let event = event?;
        if event == "[DONE]" {
            return Ok(answer);
        }
        let piece: Value = serde_json::from_str(&event)
            .map_err(|error| format!("A piece of the model's answer is no JSON: {error}."))?;
        if !piece["error"].is_null() {
            return Err(format!("The model failed: {}", piece["error"]));
        }
        let text = answer.take(&piece["choices"][0]["delta"]);
        listener.piece(&text);
    }
}

/// The data of server-sent events, one by one.
fn events(body: Body) -> impl Stream<Item = Result<String, String>> {
    let state = (body.into_data_stream(), Vec::<u8>::new());
    futures_util::stream::unfold(state, |(mut body, mut buffer)| async move {
        loop {
            while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = buffer.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                if let Some(data) = line.trim_end().strip_prefix("data:") {
                    return Some((Ok(data.trim_start().to_owned()), (body, buffer)));
                }
            }
            match body.next().await? {
                Ok(bytes) => buffer.extend_from_slice(&bytes),
                Err(error) => {
                    let error = format!("The model's server broke off: {}.", with_causes(&error));
                    return Some((Err(error), (body, buffer)));
                }
            }
        }
    })
}

/// A conversation as a model takes it.
fn messages(turn: &Turn) -> Vec<Value> {
    let mut messages = vec![json!({ "role": "system", "content": turn.instructions })];
    if turn.is_first()
        && let Some(greeting) = &turn.greeting
    {
        messages.push(json!({ "role": "assistant", "content": greeting }));
    }
    messages.extend(turn.history.iter().map(message));
    if !turn.content.is_empty() {
        let mut said = json!({ "role": "user", "content": turn.content });
        if let Some(name) = &turn.name {
            said["name"] = name.as_str().into();
        }
        messages.push(said);
    }
    messages.extend(turn.since.iter().map(message));
    messages
}

fn message(message: &Value) -> Value {
    let mut taken = json!({ "role": message["role"], "content": message["text"] });
    for field in ["tool_calls", "tool_call_id", "name"] {
        if !message[field].is_null() {
            taken[field] = message[field].clone();
        }
    }
    taken
}

fn function(offer: &Offer) -> Value {
    json!({
        "type": "function",
        "function": { "name": offer.name, "description": offer.description, "parameters": offer.parameters },
    })
}

/// Reads a verdict, also where there are words around it.
fn verdict(content: &str) -> Option<Verdict> {
    let (start, end) = (content.find('{')?, content.rfind('}')?);
    let found: Value = serde_json::from_str(content.get(start..=end)?).ok()?;
    let reason = found["reason"].as_str().map(|reason| reason.trim_end_matches('.').to_owned());
    Some(Verdict { passed: found["passed"].as_bool()?, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_come_in_pieces() {
        let mut answer = Answer::default();
        for piece in [
            json!({"content": "One "}),
            json!({"tool_calls": [{"index": 0, "function": {"name": "status", "arguments": ""}}]}),
            json!({"tool_calls": [{"index": 0, "function": {"arguments": "{\"id\""}}]}),
            json!({"tool_calls": [{"index": 0, "function": {"arguments": ": 4}"}}, {"index": 1, "function": {"name": "b"}}]}),
        ] {
            answer.take(&piece);
        }
        let reply = answer.into_reply();
        assert_eq!(reply.content, "One ");
        let names: Vec<&str> = reply.tool_calls.iter().map(|call| call.name.as_str()).collect();
        assert_eq!(names, ["status", "b"]);
        assert_eq!(reply.tool_calls[0].arguments["id"], 4);
    }

    #[test]
    fn verdicts_stand_among_words() {
        let found = verdict("Sure: {\"passed\": false, \"reason\": \"Rude.\"} There.").expect("a verdict");
        assert_eq!((found.passed, found.reason.as_deref()), (false, Some("Rude")));
        assert_eq!(verdict("yes"), None);
        assert_eq!(verdict("} {"), None);
    }
}
