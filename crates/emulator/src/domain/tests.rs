//! Tests of assistants.

use serde_json::{Map, Value};

use super::{
    Context, Result, Wanted, merge,
    violations::{none_of, typed},
};
use crate::{assumptions::DEFAULT_TEST_CHANNEL, store::Kind};

/// The fields that the service sets itself. They are ignored in requests.
const READ_ONLY: [&str; 2] = ["test_id", "created_at"];

/// Tests, newest first.
pub(crate) fn list(cx: &Context<'_>, wanted: &Wanted<'_>) -> Result<Vec<Value>> {
    cx.list(Kind::Test, wanted)
}

pub(crate) fn get(cx: &Context<'_>, test_id: &str) -> Result<Value> {
    cx.get(Kind::Test, test_id)
}

pub(crate) fn create(cx: &Context<'_>, body: Map<String, Value>) -> Result<Value> {
    let id = cx.new_id();
    let mut test = body;
    test.retain(|_, value| !value.is_null());
    test.entry("telnyx_conversation_channel").or_insert_with(|| DEFAULT_TEST_CHANNEL.into());
    test.insert("test_id".into(), id.as_str().into());
    test.insert("created_at".into(), cx.now_text().into());
    let test = Value::Object(test);
    check(&test)?;
    cx.tx.insert(Kind::Test, &id, "", &test)?;
    Ok(test)
}

pub(crate) fn update(cx: &Context<'_>, test_id: &str, body: Map<String, Value>) -> Result<Value> {
    let mut test = get(cx, test_id)?;
    merge(&mut test, body, &READ_ONLY);
    check(&test)?;
    cx.tx.replace(Kind::Test, test_id, &test)?;
    Ok(test)
}

pub(crate) fn delete(cx: &Context<'_>, test_id: &str) -> Result<()> {
    cx.delete(Kind::Test, test_id)?;
    Ok(cx.tx.delete_children(Kind::TestRun, test_id)?)
}

fn check(test: &Value) -> Result<()> {
    none_of(telnyx_ai_rules::test(&typed(test)?))
}
