//! `/ai/assistants/tests/test-suites`

use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{ListSuiteRuns, TestStatus, TriggerTestRun};
use telnyx_ai_tests::Answer;

use super::test_runs::run;
use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, page};

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/tests/test-suites", json!({"data": ["smoke", "nightly"]})).await;
    assert_eq!(wire.telnyx.test_suites().list().await.unwrap(), ["smoke", "nightly"]);
    wire.assert_request("/ai/assistants/tests/test-suites", None);
}

#[tokio::test]
async fn runs_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/tests/test-suites/{suite_name}/runs", page(&run())).await;
    let filter = ListSuiteRuns::new().with_status(TestStatus::Running).with_test_suite_run_id("batch-1");
    let runs = wire.telnyx.test_suites().runs(SPECIAL_ID, filter).try_collect().await.unwrap();
    assert_eq!(runs[0].run_id, "run-1");
    let query = "status=running&test_suite_run_id=batch-1&page%5Bnumber%5D=1";
    wire.assert_request(&format!("/ai/assistants/tests/test-suites/{SPECIAL_ID_ENCODED}/runs?{query}"), None);
}

#[tokio::test]
async fn trigger_matches_the_contract() {
    let answer = Answer::json(&json!([run(), run()])).with_status(201);
    let wire = Wire::start("POST /ai/assistants/tests/test-suites/{suite_name}/runs", answer).await;
    assert_eq!(wire.telnyx.test_suites().trigger(SPECIAL_ID, TriggerTestRun::new()).await.unwrap().len(), 2);
    wire.assert_request(&format!("/ai/assistants/tests/test-suites/{SPECIAL_ID_ENCODED}/runs"), Some(json!({})));
}
