//! Conversations, their messages and their insights.

use serde_json::{Map, Value, json};

use super::{Checks, Code, Outcome, Problem, Work, filters, kind, variables::as_text};
use crate::{assumptions::CONVERSATION_UPDATES_REPLACE_METADATA, store::Order};

/// What goes with a conversation when it is deleted.
const OWNED: [&str; 4] = [kind::MESSAGE, kind::INSIGHTS, kind::VARIABLES, kind::DIALOGUE];

/// Conversations by filters in `PostgREST`'s way, newest first unless `order` says otherwise.
pub(crate) fn list<'a>(work: &Work<'_>, params: impl Iterator<Item = (&'a str, &'a str)>) -> Outcome<Vec<Value>> {
    let query = filters::Query::parse(params)?;
    Ok(query.apply(work.tx.list(kind::CONVERSATION, "", Order::NewestFirst)?))
}

/// One conversation.
pub(crate) fn get(work: &Work<'_>, conversation_id: &str) -> Outcome<Value> {
    work.tx.get(kind::CONVERSATION, conversation_id)?.ok_or_else(|| Problem::not_found("conversation", conversation_id))
}

/// Starts a conversation.
pub(crate) fn create(work: &Work<'_>, body: Map<String, Value>) -> Outcome<Value> {
    let metadata = texts(body.get("metadata").unwrap_or(&Value::Null))?;
    let id = work.new_id();
    let mut conversation = body;
    conversation.retain(|_, value| !value.is_null());
    conversation.insert("id".into(), id.clone().into());
    conversation.insert("created_at".into(), work.now_text().into());
    conversation.insert("last_message_at".into(), work.now_text().into());
    conversation.insert("metadata".into(), metadata.into());
    let conversation = Value::Object(conversation);
    work.tx.insert(kind::CONVERSATION, &id, "", &conversation)?;
    Ok(conversation)
}

/// Writes a conversation's metadata.
pub(crate) fn update(work: &Work<'_>, conversation_id: &str, body: &Map<String, Value>) -> Outcome<Value> {
    let conversation = get(work, conversation_id)?;
    let Some(metadata) = body.get("metadata").filter(|metadata| !metadata.is_null()) else { return Ok(conversation) };
    let metadata = texts(metadata)?;
    if !CONVERSATION_UPDATES_REPLACE_METADATA {
        return merge_metadata(work, conversation_id, metadata);
    }
    let mut conversation = conversation;
    conversation["metadata"] = metadata.into();
    work.tx.replace(kind::CONVERSATION, conversation_id, &conversation)?;
    Ok(conversation)
}

/// Adds to a conversation's metadata; answers the conversation.
pub(crate) fn merge_metadata(work: &Work<'_>, conversation_id: &str, more: Map<String, Value>) -> Outcome<Value> {
    let mut conversation = get(work, conversation_id)?;
    if let Value::Object(metadata) = &mut conversation["metadata"] {
        metadata.extend(more);
    }
    work.tx.replace(kind::CONVERSATION, conversation_id, &conversation)?;
    Ok(conversation)
}

/// Removes a conversation and all that belongs to it.
pub(crate) fn delete(work: &Work<'_>, conversation_id: &str) -> Outcome<()> {
    if !work.tx.delete(kind::CONVERSATION, conversation_id)? {
        return Err(Problem::not_found("conversation", conversation_id));
    }
    for owned in OWNED {
        work.tx.delete_children(owned, conversation_id)?;
    }
    Ok(())
}

/// All messages, oldest first.
pub(crate) fn messages(work: &Work<'_>, conversation_id: &str) -> Outcome<Vec<Value>> {
    Ok(work.tx.list(kind::MESSAGE, conversation_id, Order::OldestFirst)?)
}

/// Adds a message as `POST …/message` takes it.
pub(crate) fn add(work: &Work<'_>, conversation_id: &str, body: Map<String, Value>) -> Outcome<()> {
    add_all(work, conversation_id, [body])
}

/// Adds messages.
pub(crate) fn add_all(
    work: &Work<'_>,
    conversation_id: &str,
    bodies: impl IntoIterator<Item = Map<String, Value>>,
) -> Outcome<()> {
    let mut bodies = bodies.into_iter().peekable();
    if bodies.peek().is_none() {
        return Ok(());
    }
    let mut conversation = get(work, conversation_id)?;
    for body in bodies {
        work.tx.insert(kind::MESSAGE, &work.new_id(), conversation_id, &message(work, body))?;
    }
    conversation["last_message_at"] = work.now_text().into();
    work.tx.replace(kind::CONVERSATION, conversation_id, &conversation)?;
    Ok(())
}

/// A message as it is kept.
pub(crate) fn message(work: &Work<'_>, body: Map<String, Value>) -> Value {
    let mut message = body;
    message.retain(|_, value| !value.is_null());
    let text = message.remove("content").unwrap_or_else(|| "".into());
    message.insert("text".into(), text);
    message.insert("created_at".into(), work.now_text().into());
    message.entry("sent_at").or_insert_with(|| work.now_text().into());
    message.into()
}

/// Writes the insights of a conversation, in place of those before; gives their id.
pub(crate) fn set_insights(work: &Work<'_>, conversation_id: &str, insights: &[(&str, String)]) -> Outcome<String> {
    let before = work.tx.list(kind::INSIGHTS, conversation_id, Order::NewestFirst)?.into_iter().next();
    let id = before.as_ref().and_then(|before| before["id"].as_str()).map_or_else(|| work.new_id(), str::to_owned);
    let insights: Vec<Value> =
        insights.iter().map(|(id, result)| json!({ "insight_id": id, "result": result })).collect();
    let body = json!({
        "id": id,
        "created_at": before.map_or_else(|| work.now_text().into(), |before| before["created_at"].clone()),
        "status": "completed",
        "conversation_insights": insights,
    });
    if !work.tx.replace(kind::INSIGHTS, &id, &body)? {
        work.tx.insert(kind::INSIGHTS, &id, conversation_id, &body)?;
    }
    Ok(id)
}

/// Metadata as it is kept and answered: as texts. Numbers and booleans may be sent as well; `null` is left out.
pub(crate) fn texts(metadata: &Value) -> Outcome<Map<String, Value>> {
    let mut checks = Checks::new();
    let mut texts = Map::new();
    match metadata {
        Value::Null => {}
        Value::Object(metadata) => {
            for (name, value) in metadata {
                match value {
                    Value::Null => {}
                    Value::Object(_) | Value::Array(_) => {
                        let detail = "A value of metadata is text, number or boolean.";
                        checks.fail(Code::UNPROCESSABLE, format!("/metadata/{name}"), detail);
                    }
                    scalar => {
                        texts.insert(name.clone(), as_text(scalar).into());
                    }
                }
            }
        }
        _ => checks.fail(Code::UNPROCESSABLE, "/metadata", "Metadata is an object."),
    }
    checks.finish()?;
    Ok(texts)
}
