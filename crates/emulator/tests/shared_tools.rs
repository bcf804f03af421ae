//! Shared tools, and the assistants that have them.

mod support;

use serde_json::{Value, json};
use support::Api;
use telnyx_ai_emulator::Emulator;

/// Creates a webhook tool. Returns its id.
async fn webhook_tool(api: &Api) -> String {
    let tool = json!({ "type": "webhook", "display_name": "t", "webhook": {
        "name": "t", "description": "d", "url": "http://127.0.0.1:1/" } });
    api.post("/tools", tool).await.good()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn assistant_with_a_deleted_tool_can_be_changed() {
    let api = Api::new(Emulator::builder());
    let tool = webhook_tool(&api).await;
    let flow = json!({ "start_node_id": "a", "nodes": [
        { "id": "a", "type": "tool", "shared_tool_id": tool },
        { "id": "b", "instructions": "B.", "shared_tool_ids": [tool] },
    ], "edges": [{ "id": "1", "start_node_id": "a", "target": { "type": "node", "node_id": "b" },
                   "condition": { "type": "default" } }] });
    let body = json!({ "name": "A", "instructions": "i", "tool_ids": [tool], "conversation_flow": flow });
    let path = format!("/assistants/{}", api.assistant(body).await);
    assert_eq!(api.call("DELETE", &format!("/tools/{tool}"), Value::Null).await.status, 204);

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
    let attached = format!("{path}/tools/{tool}");
    assert_eq!(api.call("DELETE", &attached, Value::Null).await.status, 200);
    assert_eq!(api.call("DELETE", &attached, Value::Null).await.status, 404);
}

#[tokio::test]
async fn type_of_a_tool_follows_the_rules_of_its_assistants() {
    let api = Api::new(Emulator::builder());
    let hangup = json!({ "type": "hangup", "hangup": {} });
    let to_hangup = hangup.clone();
    let shared = json!({ "type": "hangup", "display_name": "h", "hangup": {} });
    let shared = api.post("/tools", shared).await.good()["id"].clone();
    let to_pay = json!({ "type": "pay", "pay": { "connector_name": "stripe" } });
    for (more, change, status) in [
        (json!({ "tool_ids": [shared] }), &to_hangup, 400),
        (json!({ "tools": [hangup] }), &to_hangup, 400),
        (json!({}), &to_hangup, 200),
        (json!({}), &to_pay, 422),
        (json!({ "telephony_settings": { "disable_dtmf": true } }), &to_pay, 200),
    ] {
        let tool = webhook_tool(&api).await;
        let mut body = json!({ "name": "A", "instructions": "i", "tool_ids": [] });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body["tool_ids"].as_array_mut().expect("a list").push(json!(tool));
        let path = format!("/assistants/{}", api.assistant(body).await);
        let changed = api.call("PATCH", &format!("/tools/{tool}"), change.clone()).await;
        assert_eq!(changed.status, status, "{more} {change}: {}", changed.text);
        if status != 200 {
            assert_eq!(changed.json()["errors"][0]["source"]["pointer"], "/type");
            assert_eq!(api.get(&format!("/tools/{tool}")).await.good()["type"], "webhook", "nothing has changed");
        }
        api.post(&path, json!({ "greeting": "Hi" })).await.good();
        api.post(&format!("{path}/clone"), Value::Null).await.good();
    }
}
