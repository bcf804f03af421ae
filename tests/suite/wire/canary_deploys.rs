//! `/ai/assistants/{assistant_id}/canary-deploys`

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{CanaryDeployConfig, CanaryRule, Clause, RolloutSlot, Serve, VersionPercentage};
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire};

fn canary() -> Value {
    json!({
        "assistant_id": "assistant-1",
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "rules": [{"serve": {"rollout": [{"version_id": "version-2", "weight": 5}]}}],
        "versions": [],
    })
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}/canary-deploys", canary()).await;
    let found = wire.telnyx.canary_deploys().retrieve(SPECIAL_ID).await.unwrap();
    let rules = found.rules.unwrap();
    assert_eq!(rules[0].serve.rollout.as_ref().unwrap()[0].version_id, "version-2");
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/canary-deploys"), None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/canary-deploys", canary()).await;
    let germans = CanaryRule::new(Serve::new().with_version_id("version-3"))
        .with_clauses([Clause::starts_with("telnyx_end_user_target", ["+49"])]);
    let others = CanaryRule::new(Serve::new().with_rollout([RolloutSlot::new("version-2", 2.5)]));
    let config = CanaryDeployConfig::new().with_rules([germans, others]);
    wire.telnyx.canary_deploys().create(SPECIAL_ID, config).await.unwrap();
    let body = json!({"rules": [
        {
            "match": [{"attribute": "telnyx_end_user_target", "operator": "starts_with", "values": ["+49"]}],
            "serve": {"version_id": "version-3"},
        },
        {"serve": {"rollout": [{"version_id": "version-2", "weight": 2.5}]}},
    ]});
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/canary-deploys"), Some(body));
}

#[tokio::test]
async fn create_in_the_older_form_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/canary-deploys", canary()).await;
    let config = CanaryDeployConfig::new().with_versions([VersionPercentage::new("version-2", 5.0)]);
    wire.telnyx.canary_deploys().create("assistant-1", config).await.unwrap();
    let body = json!({"versions": [{"version_id": "version-2", "percentage": 5.0}]});
    wire.assert_request("/ai/assistants/assistant-1/canary-deploys", Some(body));
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("PUT /ai/assistants/{assistant_id}/canary-deploys", canary()).await;
    let none: [CanaryRule; 0] = [];
    wire.telnyx.canary_deploys().update(SPECIAL_ID, CanaryDeployConfig::new().with_rules(none)).await.unwrap();
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/canary-deploys"), Some(json!({"rules": []})));
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let operation = "DELETE /ai/assistants/{assistant_id}/canary-deploys";
    let wire = Wire::start(operation, Answer::status(204)).await;
    wire.telnyx.canary_deploys().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/canary-deploys"), None);
}
