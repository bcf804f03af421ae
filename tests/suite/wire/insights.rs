//! `/ai/conversations/insights` and `/ai/conversations/conversation-insights`

use serde_json::{Value, json};
use telnyx_ai::assistants::{CreateInsight, InsightAggregates, InsightType, UpdateInsight, filter};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, page};

pub(super) fn insight() -> Value {
    json!({
        "id": "insight-1",
        "created_at": "2026-03-01T09:00:00Z",
        "instructions": "Rate it.",
        "insight_type": "custom",
        "json_schema": {"type": "object"},
    })
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/conversations/insights", page(&insight())).await;
    let insights = wire.telnyx.insights().list().page_size(50).try_collect().await.unwrap();
    assert_eq!(insights[0].insight_type, Some(InsightType::Custom));
    assert_eq!(insights[0].json_schema, Some(json!({"type": "object"})));
    wire.assert_request("/ai/conversations/insights?page%5Bnumber%5D=1&page%5Bsize%5D=50", None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/conversations/insights", json!({"data": insight()})).await;
    let request = CreateInsight::new("Score", "Rate it.")
        .with_json_schema(json!({"type": "object"}))
        .with_webhook("https://example.com/scores");
    assert_eq!(wire.telnyx.insights().create(request).await.unwrap().id, "insight-1");
    let body = json!({
        "name": "Score",
        "instructions": "Rate it.",
        "json_schema": {"type": "object"},
        "webhook": "https://example.com/scores",
    });
    wire.assert_request("/ai/conversations/insights", Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/conversations/insights/{insight_id}", json!({"data": insight()})).await;
    assert_eq!(wire.telnyx.insights().retrieve(SPECIAL_ID).await.unwrap().instructions, "Rate it.");
    wire.assert_request(&format!("/ai/conversations/insights/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("PUT /ai/conversations/insights/{insight_id}", json!({"data": insight()})).await;
    let change = UpdateInsight::new().with_json_schema(r#"{"type": "object"}"#);
    wire.telnyx.insights().update(SPECIAL_ID, change).await.unwrap();
    let body = json!({"json_schema": r#"{"type": "object"}"#});
    wire.assert_request(&format!("/ai/conversations/insights/{SPECIAL_ID_ENCODED}"), Some(body));
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let wire = Wire::start("DELETE /ai/conversations/insights/{insight_id}", Answer::status(204)).await;
    wire.telnyx.insights().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/conversations/insights/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn aggregates_matches_the_contract() {
    let rows = json!({"data": [{"score": 5, "metadata.assistant_version_id": null, "record_count": 17}]});
    let wire = Wire::with_json("GET /ai/conversations/conversation-insights/aggregates", rows).await;
    let filter = InsightAggregates::new()
        .with_insight_id("insight-1")
        .with_assistant_id(filter::eq("assistant-1"))
        .with_created_at(filter::gte("2026-03-01"))
        .with_group_by(["score", "metadata.assistant_version_id"])
        .with_show(["score"]);
    let rows = wire.telnyx.insights().aggregates(filter).await.unwrap();
    assert_eq!((rows[0].record_count, rows[0].extra.get("score")), (17, Some(&json!(5))));
    let request = wire.server.requests().remove(0);
    let mut parameters: Vec<&str> = request.target.split_once('?').unwrap().1.split('&').collect();
    parameters.sort_unstable();
    assert_eq!(
        parameters,
        [
            "created_at=gte.2026-03-01",
            "group_by=score%2Cmetadata.assistant_version_id",
            "insight_id=insight-1",
            "metadata%5Bassistant_id%5D=eq.assistant-1",
            "show=score",
        ]
    );
    wire.assert_request(&request.target["/v2".len()..], None);
}
