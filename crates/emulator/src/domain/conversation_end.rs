//! The end of a conversation.

use serde_json::{Value, json};

use super::{Context, Result, assistants, call_events, conversation_state, insight_runs};
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
    let serving = state.serving(text(&conversation["metadata"], "assistant_id"));
    // The assistant may have been deleted during the call.
    let assistant = match cx.tx.get(Kind::Assistant, &serving)? {
        Some(assistant) => assistant,
        None => cx.tx.get(Kind::DeletedAssistant, &serving)?.unwrap_or_else(|| json!({ "id": serving })),
    };
    ended(cx, conversation_id, &assistants::view(cx, &assistant)?, reason)
}

/// Adds the event for the end of a conversation, and plans its insights.
pub(crate) fn ended(cx: &Context<'_>, conversation_id: &str, assistant: &Value, reason: &str) -> Result<()> {
    let end = call_events::ended(cx, conversation_id, assistant, reason)?;
    insight_runs::plan_at_end(cx, conversation_id, assistant, end)
}
