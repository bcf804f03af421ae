//! `/ai/conversations/insight-groups`

use serde_json::{Value, json};
use telnyx_ai::assistants::{CreateInsightGroup, UpdateInsightGroup};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, insights::insight, page};

fn group() -> Value {
    json!({"id": "group-1", "created_at": "2026-03-01T09:00:00Z", "name": "Quality", "insights": [insight()]})
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/conversations/insight-groups", page(&group())).await;
    let groups = wire.telnyx.insight_groups().list().try_collect().await.unwrap();
    assert_eq!(groups[0].insights.as_ref().unwrap()[0].id, "insight-1");
    wire.assert_request("/ai/conversations/insight-groups?page%5Bnumber%5D=1", None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/conversations/insight-groups", json!({"data": group()})).await;
    let request =
        CreateInsightGroup::new("Quality").with_description("Of support.").with_webhook("https://example.com");
    assert_eq!(wire.telnyx.insight_groups().create(request).await.unwrap().id, "group-1");
    let body = json!({"name": "Quality", "description": "Of support.", "webhook": "https://example.com"});
    wire.assert_request("/ai/conversations/insight-groups", Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/conversations/insight-groups/{group_id}", json!({"data": group()})).await;
    assert_eq!(wire.telnyx.insight_groups().retrieve(SPECIAL_ID).await.unwrap().name, "Quality");
    wire.assert_request(&format!("/ai/conversations/insight-groups/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("PUT /ai/conversations/insight-groups/{group_id}", json!({"data": group()})).await;
    let change = UpdateInsightGroup::new().with_name("Quality");
    wire.telnyx.insight_groups().update(SPECIAL_ID, change).await.unwrap();
    wire.assert_request(
        &format!("/ai/conversations/insight-groups/{SPECIAL_ID_ENCODED}"),
        Some(json!({"name": "Quality"})),
    );
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let wire = Wire::start("DELETE /ai/conversations/insight-groups/{group_id}", Answer::status(204)).await;
    wire.telnyx.insight_groups().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/conversations/insight-groups/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn assign_matches_the_contract() {
    let operation = "POST /ai/conversations/insight-groups/{group_id}/insights/{insight_id}/assign";
    let wire = Wire::start(operation, Answer::status(204)).await;
    wire.telnyx.insight_groups().assign(SPECIAL_ID, "insight-1").await.unwrap();
    wire.assert_request(
        &format!("/ai/conversations/insight-groups/{SPECIAL_ID_ENCODED}/insights/insight-1/assign"),
        None,
    );
}

#[tokio::test]
async fn unassign_matches_the_contract() {
    let operation = "DELETE /ai/conversations/insight-groups/{group_id}/insights/{insight_id}/unassign";
    let wire = Wire::start(operation, Answer::status(204)).await;
    wire.telnyx.insight_groups().unassign(SPECIAL_ID, "insight-1").await.unwrap();
    wire.assert_request(
        &format!("/ai/conversations/insight-groups/{SPECIAL_ID_ENCODED}/insights/insight-1/unassign"),
        None,
    );
}
