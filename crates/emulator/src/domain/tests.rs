//! Tests of assistants.

use serde_json::{Map, Value};

use super::{Checks, Code, Outcome, Problem, Work, kind};
use crate::{assumptions::DEFAULT_TEST_CHANNEL, json::items, store::Order};

const CHANNELS: [&str; 4] = ["phone_call", "sms_chat", "web_call", "web_chat"];

/// What the service sets itself: ignored in requests.
const READ_ONLY: [&str; 2] = ["test_id", "created_at"];

/// Which tests are asked for.
#[derive(Debug, Default)]
pub(crate) struct Filter<'a> {
    pub(crate) suite: Option<&'a str>,
    pub(crate) channel: Option<&'a str>,
    pub(crate) destination: Option<&'a str>,
}

/// Tests, newest first.
pub(crate) fn list(work: &Work<'_>, filter: &Filter<'_>) -> Outcome<Vec<Value>> {
    let mut tests = work.tx.list(kind::TEST, "", Order::NewestFirst)?;
    tests.retain(|test| {
        filter.suite.is_none_or(|suite| test["test_suite"] == suite)
            && filter.channel.is_none_or(|channel| test["telnyx_conversation_channel"] == channel)
            && filter.destination.is_none_or(|destination| test["destination"] == destination)
    });
    Ok(tests)
}

/// One test.
pub(crate) fn get(work: &Work<'_>, test_id: &str) -> Outcome<Value> {
    work.tx.get(kind::TEST, test_id)?.ok_or_else(|| Problem::not_found("test", test_id))
}

/// Makes a test.
pub(crate) fn create(work: &Work<'_>, body: Map<String, Value>) -> Outcome<Value> {
    let id = work.new_id();
    let mut test = body;
    test.retain(|_, value| !value.is_null());
    test.entry("telnyx_conversation_channel").or_insert_with(|| DEFAULT_TEST_CHANNEL.into());
    test.insert("test_id".into(), id.as_str().into());
    test.insert("created_at".into(), work.now_text().into());
    let test = Value::Object(test);
    check(&test)?;
    work.tx.insert(kind::TEST, &id, "", &test)?;
    Ok(test)
}

/// Changes the fields that are sent.
pub(crate) fn update(work: &Work<'_>, test_id: &str, body: Map<String, Value>) -> Outcome<Value> {
    let mut test = get(work, test_id)?;
    for (field, value) in body {
        if !value.is_null() && !READ_ONLY.contains(&field.as_str()) {
            test[field] = value;
        }
    }
    check(&test)?;
    work.tx.replace(kind::TEST, test_id, &test)?;
    Ok(test)
}

/// Removes a test and its runs.
pub(crate) fn delete(work: &Work<'_>, test_id: &str) -> Outcome<()> {
    if !work.tx.delete(kind::TEST, test_id)? {
        return Err(Problem::not_found("test", test_id));
    }
    work.tx.delete_children(kind::TEST_RUN, test_id)?;
    Ok(())
}

fn check(test: &Value) -> Outcome<()> {
    let mut checks = Checks::new();
    checks.length(test, "/name", 1, 255);
    checks.length(test, "/description", 0, 1_000);
    checks.length(test, "/destination", 1, usize::MAX);
    checks.length(test, "/instructions", 1, 5_000);
    checks.length(test, "/test_suite", 0, 100);
    checks.range(test, "/max_duration_seconds", 1.0, 3_600.0);
    checks.one_of(test, "/telnyx_conversation_channel", &CHANNELS);
    let rubric = items(&test["rubric"]);
    if rubric.is_empty() {
        checks.fail(Code::LENGTH, "/rubric", "A rubric has one item at least.");
    }
    for (n, item) in rubric.iter().enumerate() {
        for field in item.as_object().into_iter().flat_map(Map::keys) {
            if !matches!(field.as_str(), "name" | "criteria") {
                let detail = "An item of a rubric has a name and criteria, and nothing else.";
                checks.fail(Code::UNPROCESSABLE, format!("/rubric/{n}/{field}"), detail);
            }
        }
    }
    checks.finish()
}
