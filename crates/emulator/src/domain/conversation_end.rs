//! The end of a conversation.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    Context, Result, assistants, call_events, chat,
    conversation_state::{self, ConversationState},
    conversations, event_steps, insight_runs,
    jobs::Job,
    stored_versions,
    turn::Turn,
};
use crate::{
    assumptions::{CALL_ENDED_REASON, TIME_LIMIT_REASON},
    json::text,
    store::Kind,
    time,
};

/// Ends a conversation because its call has ended.
///
/// Does nothing if it was deleted or has already ended. If it has to be idle for `idle_secs` and is not, tries again later.
pub(crate) fn end(cx: &Context<'_>, conversation_id: &str, reason: &str, idle_secs: Option<u64>) -> Result<()> {
    let Some(conversation) = cx.tx.get(Kind::Conversation, conversation_id)? else { return Ok(()) };
    if let Some(secs) = idle_secs
        && let Ok(last) = time::parse(text(&conversation, "last_message_at"))
        && let end = time::after(last, Duration::from_secs(secs))
        && end > cx.now
    {
        let (conversation_id, reason) = (conversation_id.to_owned(), reason.to_owned());
        return Job::EndCall { conversation_id, reason, idle_secs }.add(cx, end);
    }
    let mut state = conversation_state::get(cx, conversation_id)?;
    if state.ended.is_some() {
        return Ok(());
    }
    state.ended = Some(reason.to_owned());
    conversation_state::save(cx, conversation_id, &state)?;
    let assistant = assistant_at_end(cx, &conversation, &state)?;
    ended(cx, conversation_id, &assistants::view(cx, assistant)?, reason)
}

/// The version that a conversation started with or, after a handoff, the version of the other assistant. An assistant may
/// have been changed or deleted during the call.
fn assistant_at_end(cx: &Context<'_>, conversation: &Value, state: &ConversationState) -> Result<Value> {
    let metadata = &conversation["metadata"];
    let started = text(metadata, "assistant_id");
    let serving = state.serving(started);
    if serving == started
        && let Some(version) = stored_versions::find(cx, started, text(metadata, "assistant_version_id"))?
    {
        return Ok(version);
    }
    if let Some(version) = chat::successor(cx, &serving, conversation)? {
        return Ok(version);
    }
    Ok(cx.tx.get(Kind::DeletedAssistant, &serving)?.unwrap_or_else(|| json!({ "id": serving })))
}

/// Ends the call of a conversation that has ended, adds the event for the end, and plans the insights.
///
/// A transferred call continues without the assistant. At a planned end, a step of the scheduled event ends the call, with its
/// planned duration.
pub(crate) fn ended(cx: &Context<'_>, conversation_id: &str, assistant: &Value, reason: &str) -> Result<()> {
    cx.tx.remove_jobs(Kind::Conversation, conversation_id)?;
    if !matches!(reason, "transfer" | "refer" | CALL_ENDED_REASON | TIME_LIMIT_REASON)
        && let Some(event_id) = conversation_state::get(cx, conversation_id)?.event_id
    {
        event_steps::hang_up(cx, &event_id, conversation_id)?;
    }
    let end = call_events::ended(cx, conversation_id, assistant, reason)?;
    insight_runs::plan_at_end(cx, conversation_id, assistant, end)
}

/// Stores the messages of a turn with their times, and the conversation's state.
pub(crate) fn store_turn(
    cx: &Context<'_>,
    conversation: &Value,
    turn: &Turn,
    messages: &[(Timestamp, Map<String, Value>)],
    state: &ConversationState,
) -> Result<()> {
    let conversation_id = text(conversation, "id");
    conversations::add_all(cx, conversation_id, messages)?;
    chat::record_version(cx, conversation)?;
    let mut state = state.clone();
    // The call may have ended during the turn.
    let before = conversation_state::get(cx, conversation_id)?.ended;
    let was_open = before.is_none();
    state.ended = before.or(state.ended);
    conversation_state::save(cx, conversation_id, &state)?;
    match &state.ended {
        Some(reason) if was_open => ended(cx, conversation_id, &turn.assistant, reason),
        Some(_) => Ok(()),
        None => insight_runs::plan_when_idle(cx, conversation_id, &turn.assistant),
    }
}
