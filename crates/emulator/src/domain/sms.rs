//! Text messages that an assistant sends first.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, ViolationKind, Violations, assistants,
    chat::{self, OpenConversation},
    conversation_state, conversations,
    turn::Turn,
    variables::{self, Unresolved},
};
use crate::{
    json::{object, text},
    store::{Kind, Order},
    time,
};

/// A message to send.
#[derive(Debug)]
pub(crate) struct Sms {
    /// The conversation to store, if it is new.
    new: Option<Value>,
    /// The metadata of the request.
    metadata: Map<String, Value>,
    /// The id of the conversation that the message belongs to, if any.
    pub(crate) conversation_id: Option<String>,
    /// The text to send; `None` if the assistant decides.
    text: Option<String>,
}

impl Sms {
    /// The id of the stored conversation that the message continues, if any.
    pub(crate) fn continued_conversation(&self) -> Option<&str> {
        self.conversation_id.as_deref().filter(|_| self.new.is_none())
    }
}

/// The id of the conversation that a message continues, if any.
pub(crate) fn continued_conversation(cx: &Context<'_>, assistant_id: &str, body: &Value) -> Result<Option<String>> {
    let assistant = assistants::get(cx, assistant_id)?;
    if body["should_create_conversation"] == true {
        return Ok(None);
    }
    current_conversation(cx, &assistant, &conversations::parties(assistant_id, "sms_chat", &body["from"], &body["to"]))
}

/// Checks a message, and finds or builds its conversation. Stores nothing.
pub(crate) fn open(cx: &Context<'_>, assistant_id: &str, body: &Value) -> Result<(Sms, OpenConversation)> {
    let assistant = assistants::get(cx, assistant_id)?;
    if assistant["messaging_settings"]["default_messaging_profile_id"].is_null() {
        return Err(Error::NotPossible(format!("Assistant '{assistant_id}' has no messaging profile.")));
    }
    let mut violations = Violations::default();
    for field in ["from", "to"] {
        if body[field] == "" {
            violations.add(ViolationKind::Length, format!("/{field}"), format!("{field} is empty."));
        }
    }
    violations.finish()?;
    let more = object(&body["conversation_metadata"]);
    let mut metadata = conversations::parties(assistant_id, "sms_chat", &body["from"], &body["to"]);
    let mut new = None;
    let conversation = match continued_conversation(cx, assistant_id, body)? {
        Some(id) => {
            let mut conversation = conversations::get(cx, &id)?;
            if let Value::Object(metadata) = &mut conversation["metadata"] {
                metadata.extend(more.clone());
            }
            conversation
        }
        None => {
            metadata.extend(more.clone());
            if body["should_create_conversation"] == true {
                new = Some(conversations::new(cx, Map::from_iter([("metadata".into(), metadata.clone().into())])));
            }
            new.clone().unwrap_or_else(|| json!({ "metadata": metadata }))
        }
    };
    let conversation_id = conversation["id"].as_str().map(str::to_owned);
    let text = body["text"].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let opened = chat::prepare(cx, assistant_id, conversation)?;
    assistants::check_not_redacted(&opened.assistant, "SMS")?;
    Ok((Sms { new, metadata: more, conversation_id, text }, opened))
}

/// Stores the conversation of a message, before its turn.
pub(crate) fn store_conversation(cx: &Context<'_>, sms: Sms) -> Result<()> {
    match (sms.new, sms.conversation_id) {
        (Some(new), _) => conversations::insert(cx, &new),
        (None, Some(id)) => conversations::merge_metadata(cx, &id, sms.metadata).map(|_| ()),
        (None, None) => Ok(()),
    }
}

/// The latest conversation between these numbers that is not idle.
fn current_conversation(cx: &Context<'_>, assistant: &Value, metadata: &Map<String, Value>) -> Result<Option<String>> {
    let conversations = cx.tx.list(Kind::Conversation, "", Order::NewestFirst)?;
    let found = conversations
        .into_iter()
        .find(|conversation| metadata.iter().all(|(name, value)| conversation["metadata"][name] == *value));
    let Some(found) = found else { return Ok(None) };
    if conversation_state::get(cx, text(&found, "id"))?.ended.is_some() {
        return Ok(None);
    }
    let last_message_at = time::parse(text(&found, "last_message_at")).ok();
    let inactivity_minutes = assistant["messaging_settings"]["conversation_inactivity_minutes"].as_f64();
    let is_idle = last_message_at.zip(inactivity_minutes).is_some_and(|(since, minutes)| {
        let timeout = Duration::try_from_secs_f64(minutes * 60.0).unwrap_or(Duration::MAX);
        time::after(since, timeout) < cx.now
    });
    Ok(if is_idle { None } else { found["id"].as_str().map(str::to_owned) })
}

/// The text to send if no reply is needed.
///
/// It is the given text, or the greeting in a first message.
pub(crate) fn fixed(sms: &Sms, turn: &Turn) -> Option<String> {
    let text = sms.text.as_ref().map(|text| variables::render(text, &turn.variables, Unresolved::Raw));
    text.or_else(|| turn.greeting.clone().filter(|_| turn.is_first()))
}
