//! One turn of a conversation between a user and an assistant.

use serde_json::{Map, Value, json};

use super::{
    Outcome, Problem, Work, assistants, conversations,
    dialogues::{self, Dialogue},
    initialization::{self, Ask, Given, Start},
    kind,
    variables::{self, Unresolved},
};
use crate::{dialogue::tools, responder::Turn};

/// The greeting that stands for one that the model makes up.
const GENERATED_GREETING: &str = "<assistant-speaks-first-with-model-generated-message>";

/// A conversation that is ready for a turn, once `ask` is answered.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// The version that serves the conversation, as it is stored.
    pub(crate) assistant: Value,
    pub(crate) conversation: Value,
    /// The webhook to ask for variables: in the first turn of an assistant that has one.
    pub(crate) ask: Option<Ask>,
}

/// Finds the conversation and the version that serves it.
pub(crate) fn open(work: &Work<'_>, assistant_id: &str, conversation_id: &str) -> Outcome<Opened> {
    assistants::check(work, assistant_id)?;
    let conversation = conversations::get(work, conversation_id)?;
    let disabled = &conversation["metadata"]["ai_disabled"];
    if *disabled == true || disabled.as_str().is_some_and(|disabled| disabled.eq_ignore_ascii_case("true")) {
        return Err(Problem::bad_request(format!("AI answers are disabled in conversation '{conversation_id}'.")));
    }
    let missing: Map<String, Value> = [("assistant_id", assistant_id), ("telnyx_conversation_channel", "web_chat")]
        .into_iter()
        .filter(|(name, _)| conversation["metadata"][name].is_null())
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let conversation =
        if missing.is_empty() { conversation } else { conversations::merge_metadata(work, conversation_id, missing)? };
    let dialogue = dialogues::get(work, conversation_id)?;
    dialogues::check_open(&dialogue, conversation_id)?;
    let serving = dialogue.serving(assistant_id);
    if let Some(assistant) = successor(work, &serving, &conversation)? {
        return serve(work, assistant, conversation);
    }
    prepare(work, assistant_id, conversation)
}

/// The version of another assistant that goes on with a conversation, where there is such an assistant.
pub(crate) fn successor(work: &Work<'_>, assistant_id: &str, conversation: &Value) -> Outcome<Option<Value>> {
    if !work.tx.has(kind::ASSISTANT, assistant_id)? {
        return Ok(None);
    }
    assistants::version_for(work, assistant_id, conversation).map(Some)
}

/// Finds the version that serves a conversation, and what to ask before its first turn.
pub(crate) fn prepare(work: &Work<'_>, assistant_id: &str, conversation: Value) -> Outcome<Opened> {
    serve(work, assistants::version_for(work, assistant_id, &conversation)?, conversation)
}

/// Serves a conversation by a given version: finds what to ask before its first turn.
pub(crate) fn serve(work: &Work<'_>, assistant: Value, conversation: Value) -> Outcome<Opened> {
    let ask = match work.tx.get(kind::VARIABLES, id_of(&conversation))? {
        Some(_) => None,
        None => {
            let text = |name: &str| conversation["metadata"][name].as_str().map(str::to_owned);
            let start = Start {
                channel: text("telnyx_conversation_channel"),
                agent_target: text("telnyx_agent_target"),
                end_user_target: text("telnyx_end_user_target"),
                call_control_id: text("call_control_id"),
            };
            initialization::ask(work, &assistant, &start)
        }
    };
    Ok(Opened { assistant, conversation, ask })
}

/// Keeps what the webhook said for the rest of the conversation, where it is stored; answers the conversation.
pub(crate) fn initialized(work: &Work<'_>, mut conversation: Value, given: Given) -> Outcome<Value> {
    let metadata = conversations::texts(&given.metadata.into())?;
    let id = id_of(&conversation);
    if id.is_empty() {
        // A message without a conversation: there is nothing to remember it with.
        let mut known = given.variables;
        if let Value::Object(present) = &mut conversation["metadata"] {
            known.extend(metadata);
            known.append(present);
            *present = known;
        }
        return Ok(conversation);
    }
    if work.tx.get(kind::VARIABLES, id)?.is_none() {
        work.tx.insert(kind::VARIABLES, id, id, &given.variables.into())?;
    }
    conversations::merge_metadata(work, id, metadata)
}

/// What the responder is given.
pub(crate) fn turn(
    work: &Work<'_>,
    conversation: &Value,
    assistant: &Value,
    content: &str,
    name: Option<&str>,
) -> Outcome<Turn> {
    let id = id_of(conversation);
    let fetched = work.tx.get(kind::VARIABLES, id)?.unwrap_or_default();
    let set = dialogues::get(work, id)?.variables.into();
    let variables = variables::of_conversation(assistant, &fetched, &conversation["metadata"], &set, work.now);
    let render = |text: &str| variables::render(text, &variables, Unresolved::Raw);
    let greeting = match assistant["greeting"].as_str() {
        Some(text) => Some(text).filter(|text| !text.is_empty() && *text != GENERATED_GREETING).map(render),
        None => spoken_first(assistant).map(|text| variables::render(text, &variables, Unresolved::Empty)),
    };
    let view = assistants::view(work, assistant)?;
    Ok(Turn {
        tools: tools::of(&view),
        assistant: view,
        instructions: render(assistants::instructions(assistant)),
        greeting,
        history: conversations::messages(work, id)?,
        content: content.to_owned(),
        name: name.map(str::to_owned),
        variables,
        node: None,
        answers: Vec::new(),
        since: Vec::new(),
    })
}

/// What a conversation flow that starts at a speak node says first.
fn spoken_first(assistant: &Value) -> Option<&str> {
    let flow = &assistant["conversation_flow"];
    let start = flow["nodes"].as_array()?.iter().find(|node| node["id"] == flow["start_node_id"])?;
    start["message"].as_str()
}

/// Keeps a turn: what the user said, if anything, what came after it, and what is known of the conversation now. `said` is
/// all that the assistant said, unless it failed.
pub(crate) fn keep(
    work: &Work<'_>,
    conversation_id: &str,
    turn: &Turn,
    messages: &[Map<String, Value>],
    said: Option<&String>,
    dialogue: &Dialogue,
) -> Outcome<()> {
    let heard = (!turn.content.is_empty()).then(|| {
        let mut message = object(json!({ "role": "user", "content": turn.content }));
        if let Some(name) = &turn.name {
            message.insert("name".into(), name.as_str().into());
        }
        message
    });
    conversations::add_all(work, conversation_id, heard.into_iter().chain(messages.iter().cloned()))?;
    if let (Some(said), Some(group)) = (said, turn.assistant["insight_settings"]["insight_group_id"].as_str()) {
        let messages = conversations::messages(work, conversation_id)?.len();
        let result = format!("{messages} messages; the assistant said last: {said}");
        conversations::set_insights(work, conversation_id, &[(group, result)])?;
    }
    let was_open = dialogues::get(work, conversation_id)?.ended.is_none();
    dialogues::save(work, conversation_id, dialogue)?;
    match &dialogue.ended {
        Some(reason) if was_open => dialogues::announce_end(work, conversation_id, &turn.assistant, reason),
        _ => Ok(()),
    }
}

/// Adds a message of the assistant's.
pub(crate) fn say(work: &Work<'_>, conversation_id: &str, assistant: &Value, content: &str) -> Outcome<()> {
    conversations::add(work, conversation_id, spoken(assistant, content))
}

/// A message of an assistant's.
pub(crate) fn spoken(assistant: &Value, content: &str) -> Map<String, Value> {
    object(json!({
        "role": "assistant",
        "content": content,
        "metadata": { "assistant_id": assistant["id"], "assistant_version_id": assistant["version_id"] },
    }))
}

pub(crate) fn id_of(conversation: &Value) -> &str {
    conversation["id"].as_str().unwrap_or_default()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
