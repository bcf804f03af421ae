//! Shared tools, and the assistants that have them.

mod support;

use serde_json::{Value, json};
use support::Api;
use telnyx_ai_emulator::Emulator;

#[tokio::test]
async fn assistant_with_a_deleted_tool_can_be_changed() {
    let api = Api::new(Emulator::builder());
    let tool = json!({ "type": "webhook", "display_name": "t", "webhook": {
        "name": "t", "description": "d", "url": "http://127.0.0.1:1/" } });
    let tool = api.post("/tools", tool).await.good()["id"].clone();
    let flow = json!({ "start_node_id": "a", "nodes": [
        { "id": "a", "type": "tool", "shared_tool_id": tool },
        { "id": "b", "instructions": "B.", "shared_tool_ids": [tool] },
    ], "edges": [{ "id": "1", "start_node_id": "a", "target": { "type": "node", "node_id": "b" },
                   "condition": { "type": "default" } }] });
    let body = json!({ "name": "A", "instructions": "i", "tool_ids": [tool], "conversation_flow": flow });
    let path = format!("/assistants/{}", api.assistant(body).await);
    assert_eq!(api.call("DELETE", &format!("/tools/{}", tool.as_str().expect("an id")), Value::Null).await.status, 204);

    // The response can be sent back as an update, with and without the flow, and the assistant can be cloned.
    let read = api.get(&path).await.good();
    assert_eq!(read["tools"], json!([]));
    assert_eq!(api.post(&path, json!({ "greeting": "Hi" })).await.good()["greeting"], "Hi");
    assert_eq!(api.post(&path, read.clone()).await.good()["conversation_flow"], read["conversation_flow"]);
    assert_eq!(api.post(&format!("{path}/clone"), Value::Null).await.good()["name"], "A (copy)");
    // Another assistant cannot use the deleted tool.
    let refused = api.post("/assistants", json!({ "name": "B", "instructions": "i", "tool_ids": [tool] })).await;
    assert_eq!((refused.status, &refused.json()["errors"][0]["source"]["pointer"]), (422, &json!("/tool_ids/0")));
    // The deleted tool can be removed.
    let attached = format!("{path}/tools/{}", tool.as_str().expect("an id"));
    assert_eq!(api.call("DELETE", &attached, Value::Null).await.status, 200);
    assert_eq!(api.call("DELETE", &attached, Value::Null).await.status, 404);
}
