//! Assistants: `/ai/assistants`.

use serde_json::{Map, Value};
use telnyx_ai::assistants::types::{Assistant, CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Error, Telnyx};

use super::{Answer, Kind, content, fields, typed};

pub(super) const SET_BY_API: &[&str] = &[
    "id",
    "created_at",
    "version_id",
    "version_name",
    "version_created_at",
    "import_metadata",
    "related_mission_ids",
    "promote_to_main",
];

/// The name of a version, which each update may give.
pub(super) const WRITE_ONLY: &[&str] = &["version_name"];

/// What the API creates for each assistant, by the settings that name it.
const PROVISIONED: [(&str, &str); 2] =
    [("messaging_settings", "default_messaging_profile_id"), ("telephony_settings", "default_texml_app_id")];

/// Where an answer keeps the shared tools until [`Account`](super::Account) has found their ids.
pub(super) const RESOLVED_TOOLS: &str = "\u{0}resolved_tools";

/// Removes what every assistant has, and what the API provisioned for it: their ids differ in each account.
pub(super) fn remove_defaults(content: &mut Value) {
    let Some(fields) = content.as_object_mut() else { return };
    for (settings, name) in PROVISIONED {
        if let Some(Value::Object(inner)) = fields.get_mut(settings) {
            inner.shift_remove(name);
            if inner.is_empty() {
                fields.shift_remove(settings);
            }
        }
    }
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    fields.retain(|_, value| !is_empty(value));
}

pub(super) async fn list(telnyx: &Telnyx) -> Result<Vec<Answer>, Error> {
    Ok(telnyx.assistants().list().await?.into_iter().map(answer).collect())
}

pub(super) async fn get(telnyx: &Telnyx, id: &str) -> Result<Answer, Error> {
    telnyx.assistants().retrieve(id).await.map(answer)
}

pub(super) async fn create(telnyx: &Telnyx, body: &Value, namespace: &str, name: &str) -> Result<Answer, Error> {
    let request: CreateAssistant = typed(body)?;
    telnyx.assistants().create(request).idempotency_key_from(namespace, name).await.map(answer)
}

/// Makes one new version, and promotes it.
pub(super) async fn update(telnyx: &Telnyx, id: &str, change: &Map<String, Value>) -> Result<Answer, Error> {
    // `typed` drops `null`, by which the API clears a field.
    let mut request: UpdateAssistant = typed(&Value::Object(change.clone()))?;
    for (name, _) in change.iter().filter(|(_, value)| value.is_null()) {
        request.extra.insert(name, Value::Null);
    }
    telnyx.assistants().update(id, request).await.map(answer)
}

pub(super) async fn version(telnyx: &Telnyx, id: &str, version_id: &str) -> Result<Answer, Error> {
    telnyx.versions().retrieve(id, version_id).await.map(answer)
}

pub(super) async fn delete(telnyx: &Telnyx, id: &str) -> Result<(), Error> {
    telnyx.assistants().delete(id).await.map(|_| ())
}

/// The API answers shared tools among the inline ones, without their ids.
fn answer(assistant: Assistant) -> Answer {
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
    Answer { id: assistant.id, version_id: assistant.version_id, created_at, content }
}
