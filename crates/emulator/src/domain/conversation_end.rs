//! The end of a conversation.

use serde_json::Value;

use super::{Context, Result, assistants, call_events, conversation_state, conversations, insight_runs};
use crate::{json::text, store::Kind};

/// Ends a conversation because its call has ended.
pub(crate) fn end(cx: &Context<'_>, conversation_id: &str, reason: &str) -> Result<()> {
    let mut state = conversation_state::get(cx, conversation_id)?;
    if state.ended.is_some() {
        return Ok(());
    }
    state.ended = Some(reason.to_owned());
    conversation_state::save(cx, conversation_id, &state)?;
    let conversation = conversations::get(cx, conversation_id)?;
    let asked = text(&conversation["metadata"], "assistant_id");
    let assistant = cx.tx.get(Kind::Assistant, &state.serving(asked))?.unwrap_or_default();
    ended(cx, conversation_id, &assistants::view(cx, &assistant)?, reason)
}

/// Adds the event for the end of a conversation, and plans its insights.
pub(crate) fn ended(cx: &Context<'_>, conversation_id: &str, assistant: &Value, reason: &str) -> Result<()> {
    let end = call_events::ended(cx, conversation_id, assistant, reason)?;
    insight_runs::plan_at_end(cx, conversation_id, assistant, end)
}
