//! `/ai/assistants/tests/{test_id}/runs`

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{ListTestRuns, TestStatus, TriggerTestRun};
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, page};

pub(super) fn run() -> Value {
    json!({
        "run_id": "run-1",
        "test_id": "test-1",
        "status": "passed",
        "triggered_by": "manual",
        "created_at": "2026-03-01T09:00:00Z",
    })
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/tests/{test_id}/runs", page(&run())).await;
    let filter = ListTestRuns::new().with_status(TestStatus::Passed);
    let runs = wire.telnyx.test_runs().list(SPECIAL_ID, filter).page_size(1).try_collect().await.unwrap();
    assert_eq!(runs[0].status, TestStatus::Passed);
    let query = "status=passed&page%5Bnumber%5D=1&page%5Bsize%5D=1";
    wire.assert_request(&format!("/ai/assistants/tests/{SPECIAL_ID_ENCODED}/runs?{query}"), None);
}

#[tokio::test]
async fn trigger_matches_the_contract() {
    let answer = Answer::json(&run()).with_status(201);
    let wire = Wire::start("POST /ai/assistants/tests/{test_id}/runs", answer).await;
    let request = TriggerTestRun::new().with_destination_version_id("version-2");
    assert_eq!(wire.telnyx.test_runs().trigger(SPECIAL_ID, request).await.unwrap().run_id, "run-1");
    let body = json!({"destination_version_id": "version-2"});
    wire.assert_request(&format!("/ai/assistants/tests/{SPECIAL_ID_ENCODED}/runs"), Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/tests/{test_id}/runs/{run_id}", run()).await;
    assert!(wire.telnyx.test_runs().retrieve("test-1", SPECIAL_ID).await.unwrap().is_finished());
    wire.assert_request(&format!("/ai/assistants/tests/test-1/runs/{SPECIAL_ID_ENCODED}"), None);
}
