//! The webhook that an assistant's dynamic variables are asked from when a conversation starts.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Work;
use crate::assumptions::DEFAULT_WEBHOOK_TIMEOUT_MS;

/// A call to the webhook.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ask {
    pub(crate) url: String,
    pub(crate) timeout: Duration,
    pub(crate) event: Value,
}

/// What is known of the conversation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Start {
    pub(crate) channel: Option<String>,
    pub(crate) agent_target: Option<String>,
    pub(crate) end_user_target: Option<String>,
    pub(crate) call_control_id: Option<String>,
}

/// What the webhook answered, empty where it answered nothing good.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Given {
    /// `dynamic_variables`.
    pub(crate) variables: Map<String, Value>,
    /// `conversation.metadata`.
    pub(crate) metadata: Map<String, Value>,
}

/// The call to make for an assistant, where it has a webhook.
pub(crate) fn ask(work: &Work<'_>, assistant: &Value, start: &Start) -> Option<Ask> {
    let url = assistant["dynamic_variables_webhook_url"].as_str().filter(|url| !url.is_empty())?;
    let timeout =
        assistant["dynamic_variables_webhook_timeout_ms"].as_f64().unwrap_or(f64::from(DEFAULT_WEBHOOK_TIMEOUT_MS));
    let event = json!({
        "data": {
            "record_type": "event",
            "id": work.new_id(),
            "event_type": "assistant.initialization",
            "occurred_at": work.now_text(),
            "payload": {
                "telnyx_conversation_channel": start.channel.as_deref().unwrap_or("web_chat"),
                "telnyx_agent_target": start.agent_target,
                "telnyx_end_user_target": start.end_user_target,
                "telnyx_end_user_target_verified": false,
                "call_control_id": start.call_control_id,
                "assistant_id": assistant["id"],
            },
        },
        "meta": { "attempt": 1, "delivered_to": url },
    });
    Some(Ask { url: url.to_owned(), timeout: Duration::from_millis(timeout.max(1.0) as u64), event })
}

/// Reads the webhook's answer. Variables that are not under `dynamic_variables` do not count.
pub(crate) fn given(body: &[u8]) -> Given {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    Given { variables: object(&answer["dynamic_variables"]), metadata: object(&answer["conversation"]["metadata"]) }
}
