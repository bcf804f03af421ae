//! Tests of assistants: `/ai/assistants/tests`.

use serde_json::Value;
use telnyx_ai::testing::{Test, TestChannel};

use super::{Kind, Live, content, fields};

pub(super) const SET_BY_API: &[&str] = &["test_id", "created_at"];

/// The channel of tests without one.
const DEFAULT_CHANNEL: TestChannel = TestChannel::WebChat;

pub(super) fn cleared(field: &str) -> Value {
    match field {
        "telnyx_conversation_channel" => DEFAULT_CHANNEL.as_str().into(),
        "description" => "".into(),
        _ => Value::Null,
    }
}

pub(super) fn remove_defaults(content: &mut Value) {
    if let Some(fields) = content.as_object_mut() {
        fields.retain(|name, value| name != "telnyx_conversation_channel" || *value != DEFAULT_CHANNEL.as_str());
    }
}

pub(super) fn answer(test: Test) -> Live {
    let mut content = content(Kind::Tests, fields(&test));
    // The API may add ids to the items of a rubric, and refuses them in requests.
    for item in content.get_mut("rubric").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(fields) = item.as_object_mut() {
            fields.retain(|name, _| matches!(name.as_str(), "name" | "criteria"));
        }
    }
    Live { kind: Kind::Tests, id: test.test_id, version_id: None, created_at: test.created_at.to_string(), content }
}
