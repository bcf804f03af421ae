//! Requests to models, and their responses.

use parking_lot::Mutex;
use serde_json::{Deserializer, Value, json};

use super::Listener;
use crate::{
    assumptions::SECRET_PLACEHOLDER_PREFIX,
    domain::{
        tool_offers::{ToolOffer, offer},
        turn::Turn,
    },
    hooks::{Criterion, Insight, Reply, ToolUse, Trial, Verdict},
    json::text,
    outbound::{HttpClient, llm::Llm},
};

/// A model and the HTTP client for its requests.
#[derive(Debug)]
pub(crate) struct Model {
    llm: Llm,
    client: HttpClient,
    /// Whether requests have the dynamic variables.
    forwards_variables: bool,
}

impl Model {
    /// The model of the emulator, which can be on any machine.
    pub(crate) fn new(llm: Llm, client: &HttpClient) -> Self {
        Self { llm, client: client.unrestricted(), forwards_variables: false }
    }

    /// The model of an `external_llm`, if the emulator can call it.
    pub(super) fn external(settings: &Value, client: &HttpClient) -> Option<Self> {
        let (url, model) = (settings["base_url"].as_str()?, settings["model"].as_str()?);
        if settings["authentication_method"] == "certificate" || !client.can_reach(url) {
            return None;
        }
        let llm = Llm::new(url, model);
        let llm = match settings["llm_api_key_ref"].as_str() {
            Some(secret) => llm.with_key(format!("{SECRET_PLACEHOLDER_PREFIX}{secret}")),
            None => llm,
        };
        Some(Self { llm, client: client.clone(), forwards_variables: settings["forward_metadata"] == true })
    }

    fn request(&self, turn: &Turn, messages: Vec<Value>, streams: bool) -> Value {
        let mut request = json!({ "messages": messages, "stream": streams });
        if self.forwards_variables {
            request["extra_metadata"] = turn.variables.clone().into();
        }
        request
    }

    /// Generates the next message of a turn.
    ///
    /// Passes chunks of text to the listener as they arrive. `more` is a list of additional tools. A failed reply has the
    /// text that arrived before the failure.
    pub(super) async fn reply(&self, turn: &Turn, more: &[ToolOffer], listener: &Listener) -> Reply {
        let offers: Vec<ToolOffer> = turn.tools.iter().map(offer).chain(more.iter().cloned()).collect();
        let mut request = self.request(turn, messages(turn), listener.is_active());
        if !offers.is_empty() {
            request["tools"] = offers.iter().map(function).collect();
        }
        let arrived = Mutex::new(String::new());
        let on_text = |text: &str| {
            arrived.lock().push_str(text);
            listener.chunk(text);
        };
        let completion = match self.llm.complete(&self.client, request, on_text).await {
            Ok(completion) => completion,
            Err(error) => return Reply::failing(arrived.into_inner(), error.to_string()),
        };
        let mut reply = Reply::new(completion.content.clone());
        for (name, arguments) in completion.tool_calls() {
            match arguments {
                Ok(arguments) => reply.tool_calls.push(ToolUse::new(called(&offers, name), arguments)),
                Err(error) => {
                    reply.failure = Some(format!("The model called '{name}' without a JSON object: {error}."));
                }
            }
        }
        reply
    }

    /// Whether the model considers a condition met after the user's message.
    pub(super) async fn is_met(&self, turn: &Turn, condition: &str) -> bool {
        let question = format!(
            "Does this condition hold after the last message of the user? Answer with yes or no only.\n\n{condition}"
        );
        let mut messages = messages(turn);
        messages.push(json!({ "role": "system", "content": question }));
        match self.llm.complete(&self.client, self.request(turn, messages, false), |_| {}).await {
            Ok(completion) => completion.content.trim_start().to_lowercase().starts_with("yes"),
            Err(error) => {
                tracing::warn!(%error, "the model failed to judge a condition");
                false
            }
        }
    }

    /// The answer to a question that is not part of a conversation.
    async fn ask(&self, task: &str, question: &str) -> Result<String, String> {
        let messages = json!([{ "role": "system", "content": task }, { "role": "user", "content": question }]);
        let request = json!({ "messages": messages, "stream": false });
        let completion = self.llm.complete(&self.client, request, |_| {}).await.map_err(|error| error.to_string())?;
        Ok(completion.content)
    }

    pub(crate) async fn judge(&self, trial: &Trial, criterion: &Criterion) -> Result<Verdict, String> {
        let transcript = transcript(&trial.transcript);
        let task = "You judge whether an assistant met a criterion in a conversation. \
                    Answer with JSON only: {\"passed\": true or false, \"reason\": \"in one sentence\"}.";
        let question = format!("Criterion {}: {}\n\nConversation:\n{transcript}", criterion.name, criterion.criteria);
        let content = self.ask(task, &question).await?;
        verdict(&content).ok_or_else(|| format!("The model gave no verdict, but: {content}"))
    }

    pub(crate) async fn analyze(&self, insight: &Insight) -> Result<Value, String> {
        let mut task = format!("You analyze a conversation. {}", insight.instructions);
        if let Some(schema) = &insight.schema {
            task.push_str(&format!("\n\nAnswer with JSON only. It must follow this JSON Schema: {schema}"));
        }
        let conversation = format!("Conversation:\n{}", transcript(&insight.transcript));
        let content = self.ask(&task, &conversation).await?;
        match &insight.schema {
            None => Ok(content.trim().into()),
            Some(schema) => json_in(&content, |found| has_type_of(schema, found))
                .ok_or_else(|| format!("The model gave no JSON for the insight '{}', but: {content}", insight.name)),
        }
    }
}

/// Formats a conversation as text, one line per message.
fn transcript(messages: &[Value]) -> String {
    let mut transcript = String::new();
    for message in messages {
        let said = text(message, "text");
        if !said.is_empty() {
            transcript.push_str(&format!("{}: {said}\n", text(message, "role")));
        }
    }
    transcript
}

/// Converts a conversation to chat completion messages.
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
            said["name"] = user_name(name).into();
        }
        messages.push(said);
    }
    messages.extend(turn.since.iter().map(message));
    messages
}

fn message(message: &Value) -> Value {
    let mut sent = json!({ "role": message["role"], "content": message["text"] });
    for field in ["tool_calls", "tool_call_id"] {
        if !message[field].is_null() {
            sent[field] = message[field].clone();
        }
    }
    if let Some(name) = message["name"].as_str() {
        sent["name"] = user_name(name).into();
    }
    for call in sent.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten() {
        call["function"]["name"] = function_name(text(&call["function"], "name")).into();
    }
    sent
}

/// The name of a user with the characters that OpenAI allows.
fn user_name(name: &str) -> String {
    let is_allowed = |c: char| !c.is_whitespace() && !['<', '|', '\\', '/', '>'].contains(&c);
    let name: String = name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

/// The name of a tool with the characters that OpenAI allows: at most 64 letters, digits, `_` and `-`.
fn function_name(name: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || ['_', '-'].contains(&c);
    name.chars().take(64).map(|c| if is_allowed(c) { c } else { '_' }).collect()
}

/// The name of the tool that a model calls.
fn called<'a>(offers: &'a [ToolOffer], name: &'a str) -> &'a str {
    let exact = offers.iter().find(|offer| offer.name == name);
    let offer = exact.or_else(|| offers.iter().find(|offer| function_name(&offer.name) == name));
    offer.map_or(name, |offer| &offer.name)
}

fn function(offer: &ToolOffer) -> Value {
    json!({
        "type": "function",
        "function": { "name": function_name(&offer.name), "description": offer.description, "parameters": offer.parameters },
    })
}

/// The first accepted JSON value in a text.
///
/// Tries the complete text, then the objects and arrays in it, then its lines.
fn json_in(content: &str, is_accepted: impl Fn(&Value) -> bool) -> Option<Value> {
    let parsed = |text: &str| serde_json::from_str(text.trim()).ok();
    let embedded = content.match_indices(['{', '[']).filter_map(|(at, _)| {
        // The text after the value is ignored.
        Deserializer::from_str(&content[at..]).into_iter::<Value>().next()?.ok()
    });
    parsed(content).into_iter().chain(embedded).chain(content.lines().filter_map(parsed)).find(is_accepted)
}

/// Whether a value has a type that a JSON Schema names, if it names any.
fn has_type_of(schema: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str() {
        Some("array") => value.is_array(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some("null") => value.is_null(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        _ => value.is_object(),
    };
    match &schema["type"] {
        Value::Null => !schema["properties"].is_object() || value.is_object(),
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    }
}

/// Parses the verdict in a text, ignoring the text around it.
fn verdict(content: &str) -> Option<Verdict> {
    let found = json_in(content, |found| found["passed"].is_boolean())?;
    let reason = found["reason"].as_str().map(|reason| reason.trim_end_matches('.').to_owned());
    Some(Verdict { passed: found["passed"].as_bool()?, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdict_is_found_among_words() {
        let found = verdict("Sure: {\"passed\": false, \"reason\": \"Rude.\"} There.").expect("a verdict");
        assert_eq!((found.passed, found.reason.as_deref()), (false, Some("Rude")));
        assert_eq!(verdict("yes"), None);
        assert_eq!(verdict("} {"), None);
    }

    #[test]
    fn json_of_the_type_of_the_schema_is_found() {
        for (kind, content, expected) in [
            ("array", "[\"price\", \"delivery\"]", json!(["price", "delivery"])),
            ("array", "Sure:\n```json\n[\n  {\"a\": 1}\n]\n```\nDone.", json!([{ "a": 1 }])),
            ("object", "Here [as asked]: {\"a\": [{}]} {", json!({ "a": [{}] })),
            ("integer", "4", json!(4)),
            ("number", "```json\n2.5\n```", json!(2.5)),
            ("string", "\"good\"", json!("good")),
            ("boolean", "true\n", json!(true)),
        ] {
            let found = json_in(content, |found| has_type_of(&json!({ "type": kind }), found));
            assert_eq!(found, Some(expected), "{content}");
        }
        for (kind, content) in [("object", "[1]"), ("integer", "2.5"), ("string", "good"), ("array", "[1")] {
            assert_eq!(json_in(content, |found| has_type_of(&json!({ "type": kind }), found)), None, "{content}");
        }
        assert!(has_type_of(&json!({ "type": ["integer", "null"] }), &Value::Null));
        assert!(!has_type_of(&json!({ "properties": {} }), &json!([])));
    }
}
