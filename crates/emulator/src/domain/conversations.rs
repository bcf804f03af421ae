//! Conversations, their messages and their insights.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Context, Domain, Result,
    filters::{Columns, Query},
    merge,
};
use crate::{
    json::{object, text},
    store::{Kind, Order},
    time,
};

/// The documents that are deleted with a conversation.
const OWNED: [Kind; 5] = [Kind::Message, Kind::Insights, Kind::InsightRun, Kind::Variables, Kind::ConversationState];

const COLUMNS: Columns = Columns {
    names: &["id", "name", "created_at", "last_message_at", "metadata"],
    times: &["created_at", "last_message_at"],
};

/// Conversations that match `PostgREST` filters. Default order: newest first.
pub(crate) fn list<'a>(domain: &Domain, params: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Vec<Value>> {
    let query = Query::parse(params, COLUMNS)?;
    let all = domain.run(|cx| Ok(cx.tx.list(Kind::Conversation, "", Order::NewestFirst)?))?;
    // Filters apply after the transaction, so that the store is not locked.
    Ok(query.apply(all))
}

pub(crate) fn get(cx: &Context<'_>, conversation_id: &str) -> Result<Value> {
    cx.get(Kind::Conversation, conversation_id)
}

pub(crate) fn create(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let conversation = new(cx, body);
    insert(cx, &conversation)?;
    Ok(conversation)
}

/// Builds a conversation without storing it. Metadata is kept as sent.
pub(crate) fn new(cx: &Context<'_>, mut conversation: Map<String, Value>) -> Value {
    conversation.retain(|_, value| !value.is_null());
    conversation.insert("id".into(), cx.new_id().into());
    conversation.insert("created_at".into(), cx.now_text().into());
    conversation.insert("last_message_at".into(), cx.now_text().into());
    conversation.entry("metadata").or_insert_with(|| json!({}));
    conversation.into()
}

/// The metadata with the assistant, the channel and both sides of a conversation.
pub(crate) fn parties(assistant_id: &str, channel: &str, agent: &Value, user: &Value) -> Map<String, Value> {
    object(&json!({
        "assistant_id": assistant_id,
        "telnyx_conversation_channel": channel,
        "telnyx_agent_target": agent,
        "telnyx_end_user_target": user,
    }))
}

pub(crate) fn insert(cx: &Context<'_>, conversation: &Value) -> Result<()> {
    Ok(cx.tx.insert(Kind::Conversation, text(conversation, "id"), "", conversation)?)
}

/// The fields that updates ignore: those that the service sets itself, and the name, which the contract does not list.
const READ_ONLY: [&str; 4] = ["id", "name", "created_at", "last_message_at"];

/// Changes the fields of a conversation that are in the body.
pub(crate) fn update(cx: &Context<'_>, conversation_id: &str, body: Map<String, Value>) -> Result<Value> {
    let mut conversation = get(cx, conversation_id)?;
    merge(&mut conversation, body, &READ_ONLY);
    cx.tx.replace(Kind::Conversation, conversation_id, &conversation)?;
    Ok(conversation)
}

/// Adds to the metadata of a conversation. Returns the conversation.
pub(crate) fn merge_metadata(cx: &Context<'_>, conversation_id: &str, more: Map<String, Value>) -> Result<Value> {
    let mut conversation = get(cx, conversation_id)?;
    if let Value::Object(metadata) = &mut conversation["metadata"] {
        metadata.extend(more);
    }
    cx.tx.replace(Kind::Conversation, conversation_id, &conversation)?;
    Ok(conversation)
}

/// Adds the metadata that a conversation does not have. Returns the conversation.
pub(crate) fn complete_metadata(cx: &Context<'_>, conversation_id: &str, more: Map<String, Value>) -> Result<Value> {
    let mut conversation = get(cx, conversation_id)?;
    if fill_metadata(&mut conversation, more) {
        cx.tx.replace(Kind::Conversation, conversation_id, &conversation)?;
    }
    Ok(conversation)
}

/// Adds the metadata that a conversation does not have, without storing it. Returns whether it has changed.
pub(crate) fn fill_metadata(conversation: &mut Value, mut more: Map<String, Value>) -> bool {
    let Value::Object(metadata) = &mut conversation["metadata"] else { return false };
    more.retain(|name, _| metadata.get(name).is_none_or(Value::is_null));
    let has_more = !more.is_empty();
    metadata.extend(more);
    has_more
}

/// Deletes a conversation and its documents.
pub(crate) fn delete(cx: &Context<'_>, conversation_id: &str) -> Result<()> {
    cx.delete(Kind::Conversation, conversation_id)?;
    for owned in OWNED {
        cx.tx.delete_children(owned, conversation_id)?;
    }
    Ok(())
}

/// All messages, oldest first.
pub(crate) fn messages(cx: &Context<'_>, conversation_id: &str) -> Result<Vec<Value>> {
    Ok(cx.tx.list(Kind::Message, conversation_id, Order::OldestFirst)?)
}

/// `limit` messages of a conversation after the first `offset`, oldest first, and the number of all messages.
pub(crate) fn page_of_messages(
    cx: &Context<'_>,
    conversation_id: &str,
    offset: u64,
    limit: u32,
) -> Result<(Vec<Value>, u64)> {
    cx.check(Kind::Conversation, conversation_id)?;
    let page = cx.tx.page(Kind::Message, conversation_id, Order::OldestFirst, offset, limit)?;
    Ok((page, cx.tx.count(Kind::Message, conversation_id)?))
}

/// All insights, oldest first.
pub(crate) fn list_insights(cx: &Context<'_>, conversation_id: &str) -> Result<Vec<Value>> {
    cx.check(Kind::Conversation, conversation_id)?;
    Ok(cx.tx.list(Kind::Insights, conversation_id, Order::OldestFirst)?)
}

/// Adds a message that is sent now.
pub(crate) fn add(cx: &Context<'_>, conversation_id: &str, body: Map<String, Value>) -> Result<()> {
    add_all(cx, conversation_id, &[(cx.now, body)])
}

/// Adds messages, each with the time at which it was sent. A message is later than the one before, so that `sent_at` sorts
/// the messages, also while the clock is frozen. A `sent_at` of the body is kept.
pub(crate) fn add_all(
    cx: &Context<'_>,
    conversation_id: &str,
    messages: &[(Timestamp, Map<String, Value>)],
) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let mut conversation = get(cx, conversation_id)?;
    let last = cx.tx.page(Kind::Message, conversation_id, Order::NewestFirst, 0, 1)?;
    let mut earliest = last.first().and_then(after_message);
    for (sent_at, body) in messages {
        let mut body = body.clone();
        let sent_at = earliest.map_or(*sent_at, |earliest| earliest.max(*sent_at));
        if body.get("sent_at").is_none_or(Value::is_null) {
            body.insert("sent_at".to_owned(), time::text(sent_at).into());
        }
        let message = message(cx, body);
        cx.tx.insert(Kind::Message, &cx.new_id(), conversation_id, &message)?;
        earliest = after_message(&message);
    }
    touch(cx, &mut conversation)
}

/// Stores that a conversation has a message now.
pub(crate) fn touch(cx: &Context<'_>, conversation: &mut Value) -> Result<()> {
    conversation["last_message_at"] = cx.now_text().into();
    Ok(cx.tx.replace(Kind::Conversation, text(conversation, "id"), conversation)?)
}

/// The first time that is later than a message.
fn after_message(message: &Value) -> Option<Timestamp> {
    Some(time::after(time::parse(text(message, "sent_at")).ok()?, Duration::from_micros(1)))
}

/// A message of a request in the form of responses.
pub(crate) fn shown(mut message: Map<String, Value>) -> Map<String, Value> {
    let text = message.remove("content").filter(|content| !content.is_null()).unwrap_or_else(|| "".into());
    message.insert("text".to_owned(), text);
    message
}

/// The stored form of a message.
pub(crate) fn message(cx: &Context<'_>, body: Map<String, Value>) -> Value {
    let mut message = shown(body);
    message.retain(|_, value| !value.is_null());
    message.insert("created_at".into(), cx.now_text().into());
    message.entry("sent_at").or_insert_with(|| cx.now_text().into());
    message.into()
}
