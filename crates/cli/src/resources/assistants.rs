//! Assistants: `/ai/assistants`.

use serde_json::Value;
use telnyx_ai::assistants::types::Assistant;

use super::{Kind, Live, content, fields};

pub(super) const SET_BY_API: &[&str] = &[
    "id", "created_at", "version_id", "version_name", "version_created_at", "import_metadata", "related_mission_ids",
    "promote_to_main",
];

/// Fields of requests that no response contains: the name of the version that an update makes.
pub(super) const WRITE_ONLY: &[&str] = &["version_name"];

/// Resources that the API creates for each assistant, with the settings that contain their ids.
const PROVISIONED: [(&str, &str); 2] =
    [("messaging_settings", "default_messaging_profile_id"), ("telephony_settings", "default_texml_app_id")];

/// The field of a response with the shared tools until [`Account`](super::Account) has found their ids.
pub(super) const RESOLVED_TOOLS: &str = "\u{0}resolved_tools";

pub(super) fn remove_defaults(content: &mut Value) {
    let Some(fields) = content.as_object_mut() else { return };
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    fields.retain(|_, value| !is_empty(value));
}

/// Removes the ids of resources that the API creates for each assistant, unless they were others in an earlier response.
pub(super) fn remove_provisioned(content: &mut Value, earlier: Option<&Value>) {
    let Some(fields) = content.as_object_mut() else { return };
    for (settings, name) in PROVISIONED {
        let before = earlier.and_then(|earlier| earlier.get(settings)?.get(name));
        if let Some(Value::Object(inner)) = fields.get_mut(settings)
            && before.is_none_or(|before| before.is_null() || Some(before) == inner.get(name))
        {
            inner.shift_remove(name);
            if inner.is_empty() {
                fields.shift_remove(settings);
            }
        }
    }
}

/// The API returns shared tools among the inline ones, without their ids.
pub(super) fn answer(assistant: Assistant) -> Live {
    let mut fields = fields(&assistant);
    let mut shared = Vec::new();
    if let Some(Value::Array(tools)) = fields.get_mut("tools") {
        let is_shared = |tool: &Value| tool["shared"] == true;
        shared = tools.iter().filter(|tool| is_shared(tool)).cloned().collect();
        tools.retain(|tool| !is_shared(tool));
    }
    let mut content = content(Kind::Assistants, fields);
    if !shared.is_empty() {
        content[RESOLVED_TOOLS] = shared.into();
    }
    let created_at = assistant.created_at.to_string();
    Live { kind: Kind::Assistants, id: assistant.id, version_id: assistant.version_id, created_at, content }
}
