//! `/ai/conversations`

use serde_json::{Value, json};
use telnyx_ai::assistants::{AddMessage, CreateConversation, ListConversations, Role, UpdateConversation, filter};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, page};

fn conversation() -> Value {
    json!({
        "id": "conversation-1",
        "created_at": "2026-03-01T09:00:00Z",
        "last_message_at": "2026-03-01T09:05:00Z",
        "metadata": {"assistant_id": "assistant-1", "called_tools": ["hangup"], "errors": 2, "caller": null},
    })
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/conversations", json!({"data": [conversation()]})).await;
    let filter = ListConversations::new()
        .with_assistant_id(filter::eq("assistant-1"))
        .with_assistant_version_id(filter::eq("version-1"))
        .with_created_at(filter::gte("2026-03-01T00:00:00+01:00"))
        .with_limit(5)
        .with_order("last_message_at.desc");
    let found = wire.telnyx.conversations().list(filter).await.unwrap();
    assert_eq!(serde_json::to_value(&found[0].metadata).unwrap(), conversation()["metadata"]);
    let request = wire.server.requests().remove(0);
    let mut parameters: Vec<&str> = request.target.split_once('?').unwrap().1.split('&').collect();
    parameters.sort_unstable();
    assert_eq!(
        parameters,
        [
            "created_at=gte.2026-03-01T00%3A00%3A00%2B01%3A00",
            "limit=5",
            "metadata-%3Eassistant_id=eq.assistant-1",
            "metadata-%3Eassistant_version_id=eq.version-1",
            "order=last_message_at.desc",
        ]
    );
    wire.assert_request(&request.target["/v2".len()..], None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/conversations", conversation()).await;
    let request = CreateConversation::new()
        .with_name("Web")
        .with_metadata([("page", json!("checkout")), ("tools", json!(["a"]))]);
    assert_eq!(wire.telnyx.conversations().create(request).await.unwrap().id, "conversation-1");
    wire.assert_request(
        "/ai/conversations",
        Some(json!({"name": "Web", "metadata": {"page": "checkout", "tools": ["a"]}})),
    );
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/conversations/{conversation_id}", json!({"data": conversation()})).await;
    let found = wire.telnyx.conversations().retrieve(SPECIAL_ID).await.unwrap();
    assert_eq!(found.last_message_at.as_str(), "2026-03-01T09:05:00Z");
    wire.assert_request(&format!("/ai/conversations/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("PUT /ai/conversations/{conversation_id}", json!({"data": conversation()})).await;
    let change = UpdateConversation::new().with_metadata([("ai_disabled", true)]);
    wire.telnyx.conversations().update(SPECIAL_ID, change).await.unwrap();
    wire.assert_request(
        &format!("/ai/conversations/{SPECIAL_ID_ENCODED}"),
        Some(json!({"metadata": {"ai_disabled": true}})),
    );
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let wire = Wire::start("DELETE /ai/conversations/{conversation_id}", Answer::status(204)).await;
    wire.telnyx.conversations().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/conversations/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn messages_matches_the_contract() {
    let call = json!({"id": "call-1", "type": "function", "function": {"name": "order_status", "arguments": "{}"}});
    let message = json!({"role": "assistant", "text": "One moment.", "tool_calls": [call]});
    let wire = Wire::with_json("GET /ai/conversations/{conversation_id}/messages", page(&message)).await;
    let messages = wire.telnyx.conversations().messages(SPECIAL_ID).page_size(100).try_collect().await.unwrap();
    assert_eq!(messages[0].role, Role::Assistant);
    assert_eq!(messages[0].tool_calls.as_ref().unwrap()[0].function.name, "order_status");
    wire.assert_request(
        &format!("/ai/conversations/{SPECIAL_ID_ENCODED}/messages?page%5Bnumber%5D=1&page%5Bsize%5D=100"),
        None,
    );
}

#[tokio::test]
async fn add_message_matches_the_contract() {
    let wire = Wire::start("POST /ai/conversations/{conversation_id}/message", Answer::status(204)).await;
    let message = AddMessage::new(Role::User)
        .with_content("Where is my order?")
        .with_sent_at("2026-03-01T09:05:00Z")
        .with_metadata([("pages", json!(["cart", "checkout"])), ("vip", json!(true))]);
    wire.telnyx.conversations().add_message(SPECIAL_ID, message).await.unwrap();
    let body = json!({
        "role": "user",
        "content": "Where is my order?",
        "sent_at": "2026-03-01T09:05:00Z",
        "metadata": {"pages": ["cart", "checkout"], "vip": true},
    });
    wire.assert_request(&format!("/ai/conversations/{SPECIAL_ID_ENCODED}/message"), Some(body));
}

#[tokio::test]
async fn insights_matches_the_contract() {
    let insights = json!({
        "id": "insights-1",
        "status": "completed",
        "created_at": "2026-03-01T09:10:00Z",
        "conversation_insights": [
            {"insight_id": "mood", "result": "happy"},
            {"insight_id": "score", "result": {"score": 8}},
        ],
    });
    let wire = Wire::with_json("GET /ai/conversations/{conversation_id}/conversations-insights", page(&insights)).await;
    let found = wire.telnyx.conversations().insights(SPECIAL_ID).await.unwrap();
    let results: Vec<_> = found.data[0].conversation_insights.iter().map(|insight| &insight.result).collect();
    assert_eq!(results, [&json!("happy"), &json!({"score": 8})]);
    wire.assert_request(&format!("/ai/conversations/{SPECIAL_ID_ENCODED}/conversations-insights"), None);
}
