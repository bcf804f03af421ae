//! Webhook events.
//!
//! Those of the account have an envelope, those of an insight or a group do not.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Context, Result, jobs::Job};

/// A stored event with its own URL and without an envelope.
#[derive(Serialize, Deserialize)]
struct Addressed {
    id: String,
    url: String,
    body: Value,
}

/// Adds the job that posts an event without `null` to the account's webhook.
pub(crate) fn add_account_event(
    cx: &Context<'_>,
    conversation_id: &str,
    event_type: &str,
    payload: Map<String, Value>,
) -> Result<()> {
    let payload: Map<String, Value> = payload.into_iter().filter(|(_, value)| !value.is_null()).collect();
    let event = json!({
        "record_type": "event",
        "id": cx.new_id(),
        "event_type": event_type,
        "occurred_at": cx.now_text(),
        "payload": payload,
    });
    Job::Webhook { conversation_id: conversation_id.to_owned(), event }.add(cx, cx.now)
}

/// Adds the job that posts an event to a URL, without an envelope.
pub(crate) fn add_addressed_event(cx: &Context<'_>, conversation_id: &str, url: &str, mut body: Value) -> Result<()> {
    let id = cx.new_id();
    body["id"] = id.as_str().into();
    let event = json!(Addressed { id, url: url.to_owned(), body });
    Job::Webhook { conversation_id: conversation_id.to_owned(), event }.add(cx, cx.now)
}

/// The URL and the body of a stored event. `None` if the account has no webhook.
pub(crate) fn request(event: Value, account_url: Option<&str>, attempt: u32) -> Option<(String, Value)> {
    if let Ok(Addressed { url, body, .. }) = Addressed::deserialize(&event) {
        return Some((url, body));
    }
    let url = account_url?;
    Some((url.to_owned(), json!({ "data": event, "meta": { "attempt": attempt, "delivered_to": url } })))
}
