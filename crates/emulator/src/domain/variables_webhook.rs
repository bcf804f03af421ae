//! The dynamic variables webhook.
//!
//! It returns the variables of an assistant when a conversation starts.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Context;
use crate::{assumptions::DEFAULT_WEBHOOK_TIMEOUT_MS, json::object};

/// The fields of the response.
const FIELDS: [&str; 3] = ["dynamic_variables", "memory", "conversation"];

/// The metadata that only the emulator sets, in addition to names that start with `telnyx_`.
const SYSTEM_METADATA: [&str; 5] =
    ["assistant_id", "assistant_version_id", "call_control_id", "call_leg_id", "call_session_id"];

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VariablesRequest {
    pub(crate) url: String,
    pub(crate) timeout: Duration,
    pub(crate) event: Value,
}

/// The result of the webhook. Empty if the response was unusable.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Initialization {
    /// `dynamic_variables`.
    pub(crate) variables: Map<String, Value>,
    /// `conversation.metadata`, without the metadata of the system.
    pub(crate) metadata: Map<String, Value>,
}

/// Builds the request for an assistant, if it has a webhook.
///
/// `metadata` is that of the conversation.
pub(crate) fn request(cx: &Context<'_>, assistant: &Value, metadata: &Value) -> Option<VariablesRequest> {
    let url = assistant["dynamic_variables_webhook_url"].as_str().filter(|url| !url.is_empty())?;
    let timeout =
        assistant["dynamic_variables_webhook_timeout_ms"].as_f64().unwrap_or(f64::from(DEFAULT_WEBHOOK_TIMEOUT_MS));
    let event = json!({
        "data": {
            "record_type": "event",
            "id": cx.new_id(),
            "event_type": "assistant.initialization",
            "occurred_at": cx.now_text(),
            "payload": {
                "telnyx_conversation_channel": metadata["telnyx_conversation_channel"].as_str().unwrap_or("web_chat"),
                "telnyx_agent_target": metadata["telnyx_agent_target"].as_str(),
                "telnyx_end_user_target": metadata["telnyx_end_user_target"].as_str(),
                "telnyx_end_user_target_verified": false,
                "call_control_id": metadata["call_control_id"].as_str(),
                "assistant_id": assistant["id"],
            },
        },
        "meta": { "attempt": 1, "delivered_to": url },
    });
    Some(VariablesRequest { url: url.to_owned(), timeout: Duration::from_millis(timeout.max(1.0) as u64), event })
}

/// Reads the response of the webhook.
///
/// Returns its contents and the problems, if any. Ignores variables outside `dynamic_variables`.
pub(crate) fn read(answer: &Value) -> (Initialization, Option<String>) {
    let mut problems = problems(answer);
    let mut metadata = object(&answer["conversation"]["metadata"]);
    metadata.retain(|name, _| {
        let is_system = name.starts_with("telnyx_") || SYSTEM_METADATA.contains(&name.as_str());
        if is_system {
            problems.push(format!("'conversation.metadata' cannot set '{name}'"));
        }
        !is_system
    });
    let mut variables = object(&answer["dynamic_variables"]);
    // A null does not hide a variable of the assistant.
    variables.retain(|_, value| !value.is_null());
    (Initialization { variables, metadata }, (!problems.is_empty()).then(|| problems.join("; ")))
}

/// The parts of a response that are not used. All fields are optional.
fn problems(answer: &Value) -> Vec<String> {
    let Value::Object(fields) = answer else { return vec!["the response is not an object".to_owned()] };
    let mut problems = Vec::new();
    if !fields.is_empty() && !FIELDS.iter().any(|field| fields.contains_key(*field)) {
        problems.push("the response lacks 'dynamic_variables'".to_owned());
    }
    for name in ["dynamic_variables", "conversation", "conversation.metadata"] {
        let pointer = format!("/{}", name.replace('.', "/"));
        if answer.pointer(&pointer).is_some_and(|value| !value.is_object() && !value.is_null()) {
            problems.push(format!("'{name}' is not an object"));
        }
    }
    if !answer["memory"].is_null() {
        problems.push("'memory' is not emulated, so no earlier conversations are used".to_owned());
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_response_has_a_reason() {
        for (answer, problem) in [
            (json!({ "first_name": "Ada" }), Some("the response lacks 'dynamic_variables'")),
            (json!([{ "dynamic_variables": {} }]), Some("the response is not an object")),
            (json!(null), Some("the response is not an object")),
            (json!({ "dynamic_variables": ["a"] }), Some("'dynamic_variables' is not an object")),
            (json!({ "conversation": { "metadata": 5 } }), Some("'conversation.metadata' is not an object")),
            (json!({ "conversation": 5 }), Some("'conversation' is not an object")),
            (json!({ "dynamic_variables": {} }), None),
            (json!({}), None),
            (json!({ "conversation": { "metadata": { "a": "b" } } }), None),
            (
                json!({ "conversation": { "metadata": { "telnyx_agent_target": "+1" } } }),
                Some("'conversation.metadata' cannot set 'telnyx_agent_target'"),
            ),
        ] {
            assert_eq!(read(&answer).1.as_deref(), problem, "{answer}");
        }
    }
}
