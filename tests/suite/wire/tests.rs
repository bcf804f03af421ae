//! `/ai/assistants/tests`

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{CreateTest, ListTests, RubricItem, TestChannel, UpdateTest};
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, page};

fn test() -> Value {
    json!({
        "test_id": "test-1",
        "name": "Greets",
        "telnyx_conversation_channel": "web_chat",
        "rubric": [{"name": "greets", "criteria": "It says hello."}],
        "created_at": "2026-03-01T09:00:00Z",
    })
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/tests", page(&test())).await;
    let filter = ListTests::new()
        .with_test_suite("smoke tests")
        .with_telnyx_conversation_channel(TestChannel::WebChat)
        .with_destination("assistant-1");
    let tests = wire.telnyx.tests().list(filter).try_collect().await.unwrap();
    assert_eq!(tests[0].test_id, "test-1");
    let query = "test_suite=smoke%20tests&telnyx_conversation_channel=web_chat&destination=assistant-1";
    wire.assert_request(&format!("/ai/assistants/tests?{query}&page%5Bnumber%5D=1"), None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::start("POST /ai/assistants/tests", Answer::json(&test()).with_status(201)).await;
    let rubric = [RubricItem::new("greets", "It says hello.")];
    let request = CreateTest::new("Greets", "assistant-1", "Say hello.", rubric)
        .with_telnyx_conversation_channel(TestChannel::WebChat)
        .with_max_duration_seconds(60)
        .with_test_suite("smoke");
    assert_eq!(wire.telnyx.tests().create(request).await.unwrap().rubric.len(), 1);
    let body = json!({
        "name": "Greets",
        "destination": "assistant-1",
        "instructions": "Say hello.",
        "rubric": [{"name": "greets", "criteria": "It says hello."}],
        "telnyx_conversation_channel": "web_chat",
        "max_duration_seconds": 60,
        "test_suite": "smoke",
    });
    wire.assert_request("/ai/assistants/tests", Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/tests/{test_id}", test()).await;
    assert_eq!(wire.telnyx.tests().retrieve(SPECIAL_ID).await.unwrap().name, "Greets");
    wire.assert_request(&format!("/ai/assistants/tests/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("PUT /ai/assistants/tests/{test_id}", test()).await;
    wire.telnyx.tests().update(SPECIAL_ID, UpdateTest::new().with_description("The first words.")).await.unwrap();
    wire.assert_request(
        &format!("/ai/assistants/tests/{SPECIAL_ID_ENCODED}"),
        Some(json!({"description": "The first words."})),
    );
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let wire = Wire::start("DELETE /ai/assistants/tests/{test_id}", Answer::status(200)).await;
    wire.telnyx.tests().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/assistants/tests/{SPECIAL_ID_ENCODED}"), None);
}
