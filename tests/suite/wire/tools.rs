//! `/ai/assistants/{assistant_id}/tools` and `/ai/tools`

use serde_json::{Value, json};
use telnyx_ai::JsonObject;
use telnyx_ai::assistants::{CreateSharedTool, ListTools, SharedToolType, TestTool, UpdateSharedTool};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, page};

fn tool() -> Value {
    json!({"id": "tool-1", "type": "handoff", "display_name": "Handoff", "tool_definition": {"ai_assistants": []}})
}

#[tokio::test]
async fn try_out_matches_the_contract() {
    let answer = json!({"data": {
        "success": false,
        "status_code": 404,
        "content_type": "application/json",
        "response": "{\"error\": \"no such order\"}",
        "request": {"method": "GET", "url": "https://shop.example/orders/17"},
    }});
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/tools/{tool_id}/test", answer).await;
    let request = TestTool::new()
        .with_arguments(JsonObject::from([("order", 17.into())]))
        .with_dynamic_variables(JsonObject::from([("name", "Ada".into())]));
    let result = wire.telnyx.assistant_tools().test(SPECIAL_ID, "tool-1", request).await.unwrap();
    assert_eq!((result.success, result.status_code), (false, 404));
    assert_eq!(result.request["method"], "GET");
    let body = json!({"arguments": {"order": 17}, "dynamic_variables": {"name": "Ada"}});
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/tools/tool-1/test"), Some(body));
}

#[tokio::test]
async fn add_to_assistant_matches_the_contract() {
    let wire = Wire::with_json("PUT /ai/assistants/{assistant_id}/tools/{tool_id}", json!({"any": "thing"})).await;
    wire.telnyx.assistant_tools().add("assistant-1", SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/assistants/assistant-1/tools/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn remove_from_assistant_matches_the_contract() {
    let wire = Wire::with_json("DELETE /ai/assistants/{assistant_id}/tools/{tool_id}", json!([])).await;
    wire.telnyx.assistant_tools().remove("assistant-1", SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/assistants/assistant-1/tools/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/tools", page(&tool())).await;
    let filter = ListTools::new().with_name("Hand off").with_tool_type(SharedToolType::Handoff);
    let tools = wire.telnyx.tools().list(filter).try_collect().await.unwrap();
    assert_eq!(tools[0].tool_type, SharedToolType::Handoff);
    wire.assert_request("/ai/tools?filter%5Bname%5D=Hand%20off&filter%5Btype%5D=handoff&page%5Bnumber%5D=1", None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/tools", tool()).await;
    let request = CreateSharedTool::new("Handoff", SharedToolType::Handoff)
        .with_handoff(JsonObject::from([("ai_assistants", json!([]))]))
        .with_timeout_ms(7_000);
    assert_eq!(wire.telnyx.tools().create(request).await.unwrap().id, "tool-1");
    let body =
        json!({"display_name": "Handoff", "type": "handoff", "handoff": {"ai_assistants": []}, "timeout_ms": 7000});
    wire.assert_request("/ai/tools", Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/tools/{tool_id}", tool()).await;
    let found = wire.telnyx.tools().retrieve(SPECIAL_ID).await.unwrap();
    assert_eq!(found.tool_definition["ai_assistants"], json!([]));
    wire.assert_request(&format!("/ai/tools/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("PATCH /ai/tools/{tool_id}", tool()).await;
    let change = UpdateSharedTool::new().with_display_name("Pass on");
    wire.telnyx.tools().update(SPECIAL_ID, change).await.unwrap();
    wire.assert_request(&format!("/ai/tools/{SPECIAL_ID_ENCODED}"), Some(json!({"display_name": "Pass on"})));
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let wire = Wire::start("DELETE /ai/tools/{tool_id}", Answer::status(204)).await;
    wire.telnyx.tools().delete(SPECIAL_ID).await.unwrap();
    wire.assert_request(&format!("/ai/tools/{SPECIAL_ID_ENCODED}"), None);
}
