//! The end of a conversation.

use serde_json::{Value, json};

use super::{
    Context, Result, assistants, call_events, chat,
    conversation_state::{self, ConversationState},
    insight_runs, versions,
};
use crate::{json::text, store::Kind};

/// Ends a conversation because its call has ended.
///
/// Does nothing if it was deleted or has already ended.
pub(crate) fn end(cx: &Context<'_>, conversation_id: &str, reason: &str) -> Result<()> {
    let Some(conversation) = cx.tx.get(Kind::Conversation, conversation_id)? else { return Ok(()) };
    let mut state = conversation_state::get(cx, conversation_id)?;
    if state.ended.is_some() {
        return Ok(());
    }
    state.ended = Some(reason.to_owned());
    conversation_state::save(cx, conversation_id, &state)?;
    let assistant = assistant_at_end(cx, &conversation, &state)?;
    ended(cx, conversation_id, &assistants::view(cx, &assistant)?, reason)
}

/// The version that a conversation started with or, after a handoff, the version of the other assistant. An assistant may
/// have been changed or deleted during the call.
fn assistant_at_end(cx: &Context<'_>, conversation: &Value, state: &ConversationState) -> Result<Value> {
    let metadata = &conversation["metadata"];
    let started = text(metadata, "assistant_id");
    let serving = state.serving(started);
    if serving == started
        && let Some(version) = versions::find(cx, started, text(metadata, "assistant_version_id"))?
    {
        return Ok(version);
    }
    if let Some(version) = chat::successor(cx, &serving, conversation)? {
        return Ok(version);
    }
    Ok(cx.tx.get(Kind::DeletedAssistant, &serving)?.unwrap_or_else(|| json!({ "id": serving })))
}

/// Adds the event for the end of a conversation, and plans its insights.
pub(crate) fn ended(cx: &Context<'_>, conversation_id: &str, assistant: &Value, reason: &str) -> Result<()> {
    let end = call_events::ended(cx, conversation_id, assistant, reason)?;
    insight_runs::plan_at_end(cx, conversation_id, assistant, end)
}
