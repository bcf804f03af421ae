//! Text messages that an assistant sends first.

use jiff::ToSpan;
use serde_json::{Map, Value, json};

use super::{
    Outcome, Problem, Work, assistants,
    chat::{self, Opened},
    conversations, dialogues, kind, moment,
};
use crate::{responder::Turn, store::Order};

/// A message to be sent.
#[derive(Debug)]
pub(crate) struct Sms {
    pub(crate) opened: Opened,
    /// The id of the conversation that the message belongs to, where there is one.
    pub(crate) conversation_id: Option<String>,
    /// What to send; `None` where the assistant decides.
    pub(crate) text: Option<String>,
}

/// Checks that the assistant can send messages, and finds or makes the conversation.
pub(crate) fn open(work: &Work<'_>, assistant_id: &str, body: &Map<String, Value>) -> Outcome<Sms> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let assistant = assistants::get(work, assistant_id)?;
    if assistant["messaging_settings"]["default_messaging_profile_id"].is_null() {
        return Err(Problem::bad_request(format!("Assistant '{assistant_id}' has no messaging profile.")));
    }
    let mut metadata = Map::new();
    for (name, value) in [
        ("assistant_id", Some(assistant_id)),
        ("telnyx_conversation_channel", Some("sms_chat")),
        ("telnyx_agent_target", text("from")),
        ("telnyx_end_user_target", text("to")),
    ] {
        metadata.extend(value.map(|value| (name.to_owned(), value.into())));
    }
    let present = match body.get("should_create_conversation").and_then(Value::as_bool) {
        Some(true) => None,
        _ => present(work, &assistant, &metadata)?,
    };
    let more = conversations::texts(body.get("conversation_metadata").unwrap_or(&Value::Null))?;
    let conversation = match present {
        Some(id) => conversations::merge_metadata(work, &id, more)?,
        None => {
            metadata.extend(more);
            match body.get("should_create_conversation").and_then(Value::as_bool) {
                Some(true) => conversations::create(work, Map::from_iter([("metadata".into(), metadata.into())]))?,
                _ => json!({ "metadata": metadata }),
            }
        }
    };
    let conversation_id = conversation["id"].as_str().map(str::to_owned);
    let opened = chat::prepare(work, assistant_id, conversation)?;
    Ok(Sms { opened, conversation_id, text: text("text").filter(|text| !text.is_empty()).map(str::to_owned) })
}

/// The conversation that goes on between these numbers, unless it has been silent for too long.
fn present(work: &Work<'_>, assistant: &Value, metadata: &Map<String, Value>) -> Outcome<Option<String>> {
    let conversations = work.tx.list(kind::CONVERSATION, "", Order::NewestFirst)?;
    let found = conversations
        .into_iter()
        .find(|conversation| metadata.iter().all(|(name, value)| conversation["metadata"][name] == *value));
    let Some(found) = found else { return Ok(None) };
    if dialogues::get(work, found["id"].as_str().unwrap_or_default())?.ended.is_some() {
        return Ok(None);
    }
    let silent_since = found["last_message_at"].as_str().and_then(moment);
    let patience = assistant["messaging_settings"]["conversation_inactivity_minutes"].as_f64();
    let ended = match (silent_since, patience) {
        (Some(since), Some(minutes)) => {
            since.saturating_add((minutes as i64).minutes()).is_ok_and(|end| end < work.now)
        }
        _ => false,
    };
    Ok(if ended { None } else { found["id"].as_str().map(str::to_owned) })
}

/// What to send where the responder has nothing to decide: the text, or the greeting in a first message.
pub(crate) fn fixed(sms: &Sms, turn: &Turn) -> Option<String> {
    sms.text.clone().or_else(|| turn.greeting.clone().filter(|_| turn.is_first()))
}
