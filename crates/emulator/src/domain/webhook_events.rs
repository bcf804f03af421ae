//! Events for webhooks: those of the account, in an envelope, and those of an insight or a group, without one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Context, Result, jobs::Job};

/// An event that goes to a URL of its own, without an envelope, as it is stored.
#[derive(Serialize, Deserialize)]
struct Addressed {
    id: String,
    url: String,
    body: Value,
}

/// Adds the job that delivers an event of a conversation to the webhook of the account. Fields of the payload that are null
/// are left out.
pub(crate) fn announce(
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

/// Adds the job that posts an event of a conversation to a URL, as it is.
pub(crate) fn post(cx: &Context<'_>, conversation_id: &str, url: &str, mut body: Value) -> Result<()> {
    let id = cx.new_id();
    body["id"] = id.as_str().into();
    let event = json!(Addressed { id, url: url.to_owned(), body });
    Job::Webhook { conversation_id: conversation_id.to_owned(), event }.add(cx, cx.now)
}

/// Whether a stored event is delivered although the account has no webhook.
pub(crate) fn has_own_url(event: &Value) -> bool {
    Addressed::deserialize(event).is_ok()
}

/// Where a stored event goes, and what is posted there; `None` if the account has no webhook.
pub(crate) fn request(event: Value, account_url: Option<&str>, attempt: u32) -> Option<(String, Value)> {
    if let Ok(Addressed { url, body, .. }) = Addressed::deserialize(&event) {
        return Some((url, body));
    }
    let url = account_url?;
    Some((url.to_owned(), json!({ "data": event, "meta": { "attempt": attempt, "delivered_to": url } })))
}
