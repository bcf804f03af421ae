//! Tests of assistants: `/ai/assistants/tests`.

use serde_json::{Map, Value};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{CreateTest, ListTests, Test, TestChannel, UpdateTest};
use telnyx_ai::{Error, Telnyx};

use super::{Answer, Kind, content, fields, typed};

pub(super) const SET_BY_API: &[&str] = &["test_id", "created_at"];

/// The channel of a test that sets none.
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

pub(super) async fn list(telnyx: &Telnyx) -> Result<Vec<Answer>, Error> {
    let tests = telnyx.tests().list(ListTests::new()).page_size(100).try_collect().await?;
    Ok(tests.into_iter().map(answer).collect())
}

pub(super) async fn get(telnyx: &Telnyx, id: &str) -> Result<Answer, Error> {
    telnyx.tests().retrieve(id).await.map(answer)
}

pub(super) async fn create(telnyx: &Telnyx, body: &Value, namespace: &str, name: &str) -> Result<Answer, Error> {
    let request: CreateTest = typed(body)?;
    telnyx.tests().create(request).idempotency_key_from(namespace, name).await.map(answer)
}

pub(super) async fn update(telnyx: &Telnyx, id: &str, change: &Map<String, Value>) -> Result<Answer, Error> {
    // `typed` drops `null`, which the API takes as a cleared field.
    let mut request: UpdateTest = typed(&Value::Object(change.clone()))?;
    for (name, _) in change.iter().filter(|(_, value)| value.is_null()) {
        request.extra.insert(name, Value::Null);
    }
    telnyx.tests().update(id, request).await.map(answer)
}

pub(super) async fn delete(telnyx: &Telnyx, id: &str) -> Result<(), Error> {
    telnyx.tests().delete(id).await
}

fn answer(test: Test) -> Answer {
    let mut content = content(Kind::Tests, fields(&test));
    // The API may add ids to the items of a rubric, and refuses them in requests.
    for item in content.get_mut("rubric").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(fields) = item.as_object_mut() {
            fields.retain(|name, _| matches!(name.as_str(), "name" | "criteria"));
        }
    }
    Answer { id: test.test_id, version_id: None, created_at: test.created_at.to_string(), content }
}
