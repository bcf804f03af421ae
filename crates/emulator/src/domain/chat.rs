//! One turn of a conversation between a user and an assistant.

use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, assistants, call_events, conversation_state, conversations, flows, stored_versions,
    turn::Turn,
    variables::{self, Unresolved},
    variables_webhook::{self, Initialization, VariablesRequest},
};
use crate::{
    json::{items, object, text},
    store::Kind,
};

/// The greeting value that makes the model generate a greeting.
const GENERATED_GREETING: &str = "<assistant-speaks-first-with-model-generated-message>";

/// A conversation that is ready for a turn after `request` has been sent.
#[derive(Debug, Default)]
pub(crate) struct OpenConversation {
    /// The stored version that serves the conversation.
    pub(crate) assistant: Value,
    pub(crate) conversation: Value,
    /// The request to the dynamic variables webhook before the first turn, if any.
    pub(crate) request: Option<VariablesRequest>,
    /// The version that a test run tests. It also replies after another assistant has handed the conversation back.
    pub(crate) tested: Option<Value>,
    /// The number of resets when the conversation was opened.
    pub(crate) resets: u64,
}

/// Finds the conversation of a message, and the version that serves it.
pub(crate) fn open(
    cx: &Context<'_>,
    assistant_id: &str,
    conversation_id: &str,
    content: &str,
) -> Result<OpenConversation> {
    assistants::check(cx, assistant_id)?;
    let conversation = conversations::get(cx, conversation_id)?;
    let disabled = &conversation["metadata"]["ai_disabled"];
    if *disabled == true || disabled.as_str().is_some_and(|disabled| disabled.eq_ignore_ascii_case("true")) {
        return Err(Error::NotPossible(format!(
            "Replies are disabled in conversation '{conversation_id}': its metadata has `ai_disabled`."
        )));
    }
    let started = [("assistant_id", assistant_id), ("telnyx_conversation_channel", "web_chat")];
    let started = started.map(|(name, value)| (name.to_owned(), value.into()));
    let mut conversation = conversations::complete_metadata(cx, conversation_id, Map::from_iter(started))?;
    let state = conversation_state::get(cx, conversation_id)?;
    state.check_open(conversation_id)?;
    if call_events::is_call(&conversation["metadata"]) && !content.is_empty() {
        // The user is not silent, although the message is stored at the end of its turn.
        conversations::touch(cx, &mut conversation)?;
    }
    let serving = state.serving(assistant_id);
    if let Some(assistant) = successor(cx, &serving, &conversation)? {
        return serve(cx, assistant, conversation);
    }
    prepare(cx, assistant_id, conversation)
}

/// The version of an existing assistant that continues a conversation.
pub(crate) fn successor(cx: &Context<'_>, assistant_id: &str, conversation: &Value) -> Result<Option<Value>> {
    if !cx.tx.has(Kind::Assistant, assistant_id)? {
        return Ok(None);
    }
    stored_versions::version_for(cx, assistant_id, conversation).map(Some)
}

/// Prepares a conversation with the version that serves it.
pub(crate) fn prepare(cx: &Context<'_>, assistant_id: &str, conversation: Value) -> Result<OpenConversation> {
    serve(cx, stored_versions::version_for(cx, assistant_id, &conversation)?, conversation)
}

/// Prepares a conversation with a given version.
///
/// Before the first turn, the result has the request to the webhook. The metadata of the returned conversation has the
/// version with which the conversation started.
pub(crate) fn serve(cx: &Context<'_>, assistant: Value, mut conversation: Value) -> Result<OpenConversation> {
    if let Value::Object(metadata) = &mut conversation["metadata"]
        && metadata.get("assistant_id") == Some(&assistant["id"])
        && let Some(version_id) = assistant["version_id"].as_str()
    {
        metadata.entry("assistant_version_id").or_insert_with(|| version_id.into());
    }
    let request = if cx.tx.has(Kind::Variables, text(&conversation, "id"))? {
        None
    } else {
        variables_webhook::request(cx, &assistant, &conversation["metadata"])
    };
    Ok(OpenConversation { assistant, conversation, request, tested: None, resets: cx.resets })
}

/// Stores the webhook's result. Returns the conversation.
///
/// The conversation keeps the metadata that it already has.
pub(crate) fn store_initialization(
    cx: &Context<'_>,
    conversation_id: &str,
    initialization: &Initialization,
) -> Result<Value> {
    if !cx.tx.has(Kind::Variables, conversation_id)? {
        cx.tx.insert(Kind::Variables, conversation_id, conversation_id, &initialization.variables.clone().into())?;
    }
    conversations::complete_metadata(cx, conversation_id, initialization.metadata.clone())
}

/// Builds the turn for the responder.
///
/// `fetched` has the variables of the webhook unless they are stored.
pub(crate) fn turn(
    cx: &Context<'_>,
    conversation: &Value,
    assistant: &Value,
    fetched: Option<&Map<String, Value>>,
    content: &str,
    name: Option<&str>,
) -> Result<Turn> {
    let id = text(conversation, "id");
    let fetched = match fetched {
        Some(fetched) => fetched.clone(),
        None => object(&cx.tx.get(Kind::Variables, id)?.unwrap_or_default()),
    };
    let set = conversation_state::get(cx, id)?.variables;
    let variables = variables::of_conversation(assistant, &fetched, conversation, &set, cx.now);
    let render = |text: &str| variables::render(text, &variables, Unresolved::Raw);
    let greeting = match assistant["greeting"].as_str() {
        Some(text) => Some(text).filter(|text| !text.is_empty() && *text != GENERATED_GREETING).map(render),
        None => initial_speak_text(assistant).map(|text| variables::render(text, &variables, Unresolved::Empty)),
    };
    let view = assistants::view(cx, assistant.clone())?;
    Ok(Turn {
        tools: items(&view["tools"]).to_vec(),
        assistant: view,
        instructions: render(text(assistant, "instructions")),
        greeting,
        history: conversations::messages(cx, id)?,
        content: content.to_owned(),
        name: name.map(str::to_owned),
        variables,
        node: None,
        answers: Vec::new(),
        since: Vec::new(),
    })
}

/// The text of the speak node that a conversation flow starts with.
fn initial_speak_text(assistant: &Value) -> Option<&str> {
    let flow = flows::Flow::of(assistant)?;
    flow.node(flow.start())?["message"].as_str()
}

/// Stores the version with which a conversation started, unless it has one.
pub(crate) fn record_version(cx: &Context<'_>, conversation: &Value) -> Result<()> {
    let version_id = &conversation["metadata"]["assistant_version_id"];
    if version_id.is_null() {
        return Ok(());
    }
    let started = Map::from_iter([("assistant_version_id".to_owned(), version_id.clone())]);
    conversations::complete_metadata(cx, text(conversation, "id"), started).map(|_| ())
}

/// The user's message of a turn, if there is one.
pub(crate) fn user_message(turn: &Turn) -> Option<Map<String, Value>> {
    let mut message = object(&json!({ "role": "user", "content": turn.content }));
    if let Some(name) = &turn.name {
        message.insert("name".into(), name.as_str().into());
    }
    Some(message).filter(|_| !turn.content.is_empty())
}

pub(crate) fn assistant_message(assistant: &Value, content: &str) -> Map<String, Value> {
    object(&json!({
        "role": "assistant",
        "content": content,
        "metadata": { "assistant_id": assistant["id"], "assistant_version_id": assistant["version_id"] },
    }))
}
