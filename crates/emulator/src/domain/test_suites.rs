//! Test suites: names that group tests.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Context, Error, Result, Wanted, test_runs, tests};
use crate::store::Kind;

/// The distinct names of all suites, in alphabetical order.
pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    let tests = tests::list(cx, &[])?;
    let names: BTreeSet<&str> =
        tests.iter().filter_map(|test| test["test_suite"].as_str()).filter(|name| !name.is_empty()).collect();
    Ok(names.into_iter().map(Value::from).collect())
}

/// The runs of a suite's tests, newest first.
///
/// Runs that were triggered individually are included.
pub(crate) fn runs(cx: &Context<'_>, suite: &str, wanted: &Wanted<'_>) -> Result<Vec<Value>> {
    let mut runs = test_runs::read_all(cx.tx.latest(Kind::TestRun, u32::MAX)?)?;
    runs.retain(|run| run.test["test_suite"] == suite);
    if runs.is_empty() {
        existing(cx, suite)?;
    }
    Ok(test_runs::views(cx, &runs, wanted))
}

/// Triggers a run of each test of a suite, in order of creation.
pub(crate) fn trigger(cx: &Context<'_>, suite: &str, body: Map<String, Value>) -> Result<Value> {
    let suite_run_id = cx.new_id();
    let tests = existing(cx, suite)?;
    tests.iter().rev().map(|test| test_runs::start(cx, test, &body, Some(&suite_run_id))).collect()
}

/// The tests of a suite, newest first. Fails if there are none.
fn existing(cx: &Context<'_>, suite: &str) -> Result<Vec<Value>> {
    let tests = tests::list(cx, &[("test_suite", Some(suite))])?;
    if suite.is_empty() || tests.is_empty() { Err(Error::not_found("test suite", suite)) } else { Ok(tests) }
}
