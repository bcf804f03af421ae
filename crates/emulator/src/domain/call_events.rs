//! The events of a conversation on a call: its start, its end and its analysis.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Context, Result, conversation_state, conversations, flows::Flow, webhook_events};
use crate::{
    assumptions::{DEFAULT_TRANSCRIPTION_MODEL, DEFAULT_VOICE, UNKNOWN_COST},
    json::{object, text},
    time,
};

/// Adds the event for the start of a conversation on a call.
pub(crate) fn created(cx: &Context<'_>, conversation: &Value) -> Result<()> {
    let id = text(conversation, "id");
    let mut payload = of_call(&conversation["metadata"]);
    payload.extend(party_of(&conversation["metadata"]));
    payload.insert("conversation_id".to_owned(), id.into());
    webhook_events::add_account_event(cx, id, "call.conversation.created", payload)
}

/// Adds the event for an assistant that could not join a call.
///
/// `event_id` replaces the id of the missing conversation.
pub(crate) fn start_failed(
    cx: &Context<'_>,
    event_id: &str,
    assistant_id: &str,
    call: &Value,
    reason: &str,
) -> Result<()> {
    let mut payload = of_call(call);
    payload.extend(party_of(call));
    payload.insert("assistant_id".to_owned(), assistant_id.into());
    payload.insert("reason".to_owned(), reason.into());
    webhook_events::add_account_event(cx, event_id, "call.conversation.start_failed", payload)
}

/// Adds the end event of a conversation.
///
/// Returns the fields that `call.analyzed` shares with it.
pub(crate) fn ended(
    cx: &Context<'_>,
    conversation_id: &str,
    assistant: &Value,
    reason: &str,
) -> Result<Map<String, Value>> {
    let conversation = conversations::get(cx, conversation_id)?;
    let voice = assistant["voice_settings"]["voice"].as_str().unwrap_or(DEFAULT_VOICE);
    let (provider, rest) = voice.split_once('.').unwrap_or((voice, ""));
    let state = conversation_state::get(cx, conversation_id)?;
    let node = Flow::of(assistant).zip(state.node_of(text(assistant, "id"))).and_then(|(flow, node)| flow.node(node));
    let own_model = node.and_then(|node| node["transcription"]["model"].as_str());
    let mut payload = of_call(&conversation["metadata"]);
    payload.extend(object(&json!({
        "assistant_id": assistant["id"],
        "conversation_id": conversation_id,
        "duration_sec": duration(&conversation, cx.now),
        "reason": reason,
        "llm_model": assistant["model"],
        "stt_model": own_model.or(assistant["transcription"]["model"].as_str()).unwrap_or(DEFAULT_TRANSCRIPTION_MODEL),
        "tts_provider": provider,
        "tts_model_id": rest.split_once('.').map(|(model, _)| model),
        "tts_voice_id": voice,
    })));
    let end = payload.clone();
    payload.extend(party_of(&conversation["metadata"]));
    let full = assistant["telephony_settings"]["conversation_ended_full_history"] == true;
    let messages = conversations::messages(cx, conversation_id)?;
    let messages =
        messages.iter().filter(|message| full || is_text_turn(message)).map(|message| transcribed(message, full));
    payload.insert("messages".to_owned(), messages.collect());
    webhook_events::add_account_event(cx, conversation_id, "call.conversation.ended", payload)?;
    Ok(end)
}

/// The seconds since a conversation has started.
pub(crate) fn duration(conversation: &Value, now: Timestamp) -> u64 {
    let began = time::parse(text(conversation, "created_at")).unwrap_or(now);
    now.duration_since(began).as_secs().max(0).unsigned_abs()
}

/// Adds the event for the results of the insights of a call.
pub(crate) fn insights_generated(
    cx: &Context<'_>,
    conversation: &Value,
    group_id: &Value,
    results: Vec<Value>,
) -> Result<()> {
    let mut payload = ids_of(&conversation["metadata"]);
    payload.extend(party_of(&conversation["metadata"]));
    payload.insert("insight_group_id".to_owned(), group_id.clone());
    payload.insert("results".to_owned(), results.into());
    webhook_events::add_account_event(cx, text(conversation, "id"), "call.conversation_insights.generated", payload)
}

/// Adds the event for the analysis of a call with this end event.
pub(crate) fn analyzed(
    cx: &Context<'_>,
    conversation_id: &str,
    mut payload: Map<String, Value>,
    insights: Value,
) -> Result<()> {
    payload.insert("conversation_insights".to_owned(), insights);
    payload.insert("cost".to_owned(), UNKNOWN_COST.into());
    payload.insert("recordings".to_owned(), json!([]));
    webhook_events::add_account_event(cx, conversation_id, "call.analyzed", payload)
}

/// Whether the metadata is of a conversation on a call.
pub(crate) fn is_call(metadata: &Value) -> bool {
    matches!(text(metadata, "telnyx_conversation_channel"), "phone_call" | "web_call")
}

fn ids_of(metadata: &Value) -> Map<String, Value> {
    let fields = ["call_control_id", "call_leg_id", "call_session_id"];
    fields.into_iter().map(|field| (field.to_owned(), metadata[field].clone())).collect()
}

/// The ids and the numbers of a call.
fn of_call(metadata: &Value) -> Map<String, Value> {
    let mut fields = ids_of(metadata);
    fields.insert("from".to_owned(), metadata["telnyx_agent_target"].as_str().into());
    fields.insert("to".to_owned(), metadata["telnyx_end_user_target"].clone());
    fields
}

/// The type of the calling party, if this is a call.
fn party_of(metadata: &Value) -> Option<(String, Value)> {
    let from = metadata["telnyx_agent_target"].as_str().filter(|_| is_call(metadata))?;
    Some(("calling_party_type".to_owned(), if from.starts_with("sip:") { "sip" } else { "pstn" }.into()))
}

/// Whether the message is from the user or the assistant.
fn is_text_turn(message: &Value) -> bool {
    matches!(text(message, "role"), "user" | "assistant") && !text(message, "text").is_empty()
}

/// A message in the form of events.
fn transcribed(message: &Value, full: bool) -> Value {
    let mut message_data =
        json!({ "role": message["role"], "content": message["text"], "timestamp": message["sent_at"] });
    for field in ["tool_calls", "tool_call_id"] {
        if full && !message[field].is_null() {
            message_data[field] = message[field].clone();
        }
    }
    message_data
}
