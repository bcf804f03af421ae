//! Shared tools, and the assistants that have them.

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai_emulator::Emulator;

use crate::support::{Answer, Api, id, invalid};

fn webhook(name: &str) -> Value {
    let definition = json!({ "name": name, "description": "d", "url": "http://127.0.0.1:1/" });
    json!({ "type": "webhook", "display_name": name, "webhook": definition })
}

/// Creates a shared tool. Returns its id.
async fn create_tool(api: &Api, body: Value) -> String {
    id(&api.post("/tools", body).await.good())
}

async fn webhook_tool(api: &Api) -> String {
    create_tool(api, webhook("t")).await
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
    assert_eq!(api.delete(&format!("/tools/{tool}")).await.status, 204);

    // The response can be sent back as an update, with and without the flow, and the assistant can be cloned.
    let read = api.get(&path).await.good();
    assert_eq!(read["tools"], json!([]));
    assert_eq!(api.post(&path, json!({ "greeting": "Hi" })).await.good()["greeting"], "Hi");
    assert_eq!(api.post(&path, read.clone()).await.good()["conversation_flow"], read["conversation_flow"]);
    assert_eq!(api.post(&format!("{path}/clone"), Value::Null).await.good()["name"], "A (copy)");
    // Another assistant cannot use the deleted tool.
    let refused = api.post("/assistants", json!({ "name": "B", "instructions": "i", "tool_ids": [tool] })).await;
    assert_eq!(refused.outcome(), invalid("/tool_ids/0"));
    // The deleted tool can be removed.
    let attached = format!("{path}/tools/{tool}");
    assert_eq!(api.delete(&attached).await.status, 200);
    assert_eq!(api.delete(&attached).await.status, 404);
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
        let changed = api.patch(&format!("/tools/{tool}"), change.clone()).await;
        assert_eq!(changed.status, status, "{more} {change}: {}", changed.text);
        if status != 200 {
            assert_eq!(changed.pointers()[0], format!("/{}", change["type"].as_str().expect("a type")));
            assert_eq!(api.get(&format!("/tools/{tool}")).await.good()["type"], "webhook", "nothing has changed");
        }
        api.post(&path, json!({ "greeting": "Hi" })).await.good();
        api.post(&format!("{path}/clone"), Value::Null).await.good();
    }
}

#[tokio::test]
async fn tools_of_an_assistant_have_different_names_inline_and_shared() {
    let api = Api::new(Emulator::builder());
    let (first, second) = (create_tool(&api, webhook("w1")).await, create_tool(&api, webhook("w1")).await);
    let other = create_tool(&api, webhook("w2")).await;
    let create = async |tools: Value, ids: Value| {
        api.post("/assistants", json!({ "name": "A", "instructions": "i", "tools": tools, "tool_ids": ids })).await
    };
    assert_eq!(create(json!([]), json!([first, second])).await.outcome(), invalid("/tool_ids/1"));
    let function = json!({ "type": "function", "function": { "name": "w1" } });
    assert_eq!(create(json!([function]), json!([first])).await.outcome(), invalid("/tool_ids/0"));
    let update = json!({ "type": "update_dynamic_variables", "update_dynamic_variables": {
        "name": "w1", "description": "d", "updatable_variables": [{ "name": "tier" }] } });
    assert_eq!(create(json!([update]), json!([first])).await.outcome(), invalid("/tool_ids/0"));
    // The same tool twice is one tool, and tools without a name for the model do not count.
    let created = create(json!([]), json!([first, first, other])).await.good();
    let handoff = json!({ "type": "handoff", "handoff": { "name": "w1", "ai_assistants": [] } });
    create(json!([handoff]), json!([first])).await.good();
    // A client that sends a response back creates an inline duplicate of a shared tool.
    let sent_back = create(json!([]), json!([first])).await.good();
    let path = format!("/assistants/{}", id(&sent_back));
    let shared = |assistant: &Value| -> Vec<Value> {
        assistant["tools"].as_array().expect("tools").iter().map(|tool| tool["shared"].clone()).collect()
    };
    assert_eq!(shared(&api.post(&path, sent_back).await.good()), [json!(false), json!(true)]);

    // Attaching or changing a shared tool cannot repeat a name either.
    let path = format!("/assistants/{}", id(&created));
    let attached = api.put(&format!("{path}/tools/{second}"), Value::Null).await;
    assert_eq!(attached.outcome(), invalid("/tool_ids/3"));
    let rename = |name: &str| json!({ "webhook": webhook(name)["webhook"] });
    let renamed = api.patch(&format!("/tools/{other}"), rename("w1")).await;
    assert_eq!(renamed.outcome(), invalid("/webhook"));
    assert!(renamed.text.contains(created["id"].as_str().expect("an id")), "{}", renamed.text);
    assert_eq!(api.get(&format!("/tools/{other}")).await.good()["tool_definition"]["name"], "w2");
    assert_eq!(api.patch(&format!("/tools/{other}"), rename("w3")).await.status, 200);
}

#[tokio::test]
async fn incomplete_tools_are_rejected_inline_and_shared() {
    let api = Api::new(Emulator::builder());
    for (kind, definition, pointer) in [
        ("webhook", json!({}), "/webhook/name"),
        ("webhook", json!({ "name": "w", "description": "d" }), "/webhook/url"),
        ("function", json!({ "name": 5 }), "/function/name"),
        ("handoff", json!({ "ai_assistants": 5 }), "/handoff/ai_assistants"),
        ("retrieval", json!({ "bucket_ids": [1] }), "/retrieval/bucket_ids/0"),
        ("transfer", json!({ "targets": [] }), "/transfer/from"),
        (
            "update_dynamic_variables",
            json!({ "name": "a b", "description": "d", "updatable_variables": [{ "name": "x" }] }),
            "/update_dynamic_variables/name",
        ),
    ] {
        let shared = json!({ "type": kind, "display_name": "x", kind: definition });
        assert_eq!(api.post("/tools", shared).await.outcome(), invalid(pointer), "{kind}: {definition}");
        let tools = json!([{ "type": kind, kind: definition }]);
        let inline = api.post("/assistants", json!({ "name": "A", "instructions": "i", "tools": tools })).await;
        assert_eq!(inline.outcome(), invalid(&format!("/tools/0{pointer}")), "{kind}: {definition}");
    }
    let tool = create_tool(&api, webhook("w")).await;
    let changed = api.patch(&format!("/tools/{tool}"), json!({ "webhook": { "name": "w" } })).await;
    assert_eq!(changed.outcome(), invalid("/webhook/description"));
    // Types whose settings are all optional need no definition, and unknown types are accepted.
    for kind in ["hangup", "vision", "future"] {
        assert_eq!(api.post("/tools", json!({ "type": kind, "display_name": "x" })).await.outcome().0, 200, "{kind}");
    }
    let untyped = json!({ "name": "A", "instructions": "i", "tools": [{ "webhook": webhook("w")["webhook"] }] });
    assert_eq!(api.post("/assistants", untyped).await.outcome(), invalid("/tools/0/type"));
}

#[tokio::test]
async fn unknown_fields_of_a_tool_are_kept() {
    let api = Api::new(Emulator::builder());
    let mut body = webhook("w");
    body["zz"] = json!({ "a": [1] });
    let path = format!("/tools/{}", create_tool(&api, body).await);
    let read = api.get(&path).await.good();
    assert_eq!((&read["zz"], &read["webhook"]), (&json!({ "a": [1] }), &Value::Null));
    let changed = api.patch(&path, json!({ "zz": 2, "new": true, "id": "x" })).await.good();
    assert_eq!((&changed["zz"], &changed["new"], &changed["id"]), (&json!(2), &json!(true), &read["id"]));
    assert_eq!(api.get(&path).await.good(), changed);
    // An export has them too.
    let restored = Api::new(Emulator::builder().seed(api.get("/_emulator/export").await.good()));
    assert_eq!(restored.get(&path).await.good(), changed);
}

#[tokio::test]
async fn change_to_or_from_an_unknown_type_keeps_the_definition() {
    let api = Api::new(Emulator::builder());
    let path = format!("/tools/{}", webhook_tool(&api).await);
    let before = api.get(&path).await.good();
    let misspelled = api.patch(&path, json!({ "type": "webhok" })).await.good();
    assert_eq!((&misspelled["type"], &misspelled["tool_definition"]), (&json!("webhok"), &before["tool_definition"]));
    assert_eq!(api.get(&path).await.good(), misspelled);
    assert_eq!(api.patch(&path, json!({ "type": "webhook" })).await.good(), before);
    let changed = api.patch(&path, json!({ "type": "future", "future": { "a": 1 } })).await.good();
    assert_eq!((&changed["type"], &changed["tool_definition"]), (&json!("future"), &json!({ "a": 1 })));
    let renamed = api.patch(&path, json!({ "display_name": "n" })).await.good();
    assert_eq!(renamed["tool_definition"], json!({ "a": 1 }));
    let refused = api.patch(&path, json!({ "type": "webhook" })).await;
    assert_eq!(refused.outcome(), invalid("/webhook/name"), "it does not fit the type");
}

#[tokio::test]
async fn definition_that_was_sent_with_an_unknown_type_is_used() {
    let api = Api::new(Emulator::builder());
    let path = format!("/tools/{}", webhook_tool(&api).await);
    let definition = json!({ "name": "new", "description": "d", "url": "http://127.0.0.1:1/new" });
    api.patch(&path, json!({ "type": "webhok", "webhook": definition })).await.good();
    let corrected = api.patch(&path, json!({ "type": "webhook" })).await.good();
    assert_eq!(corrected["tool_definition"]["url"], definition["url"]);

    api.patch(&path, json!({ "type": "future", "future": "a text" })).await.good();
    let changed = api.patch(&path, json!({ "type": "hangup" })).await.good();
    assert_eq!(changed["tool_definition"], json!({}));
}

#[tokio::test]
async fn definition_that_was_sent_for_another_unknown_type_is_used() {
    let api = Api::new(Emulator::builder());
    let path = format!("/tools/{}", webhook_tool(&api).await);
    api.patch(&path, json!({ "type": "future", "future": { "a": 1 }, "later": { "b": 2 } })).await.good();
    let changed = api.patch(&path, json!({ "type": "later" })).await.good();
    assert_eq!((&changed["tool_definition"], &changed["later"]), (&json!({ "b": 2 }), &Value::Null));
}

#[tokio::test]
async fn change_of_a_tool_loses_no_field() {
    let api = Api::new(Emulator::builder());
    // The type is the name of a field.
    for kind in ["id", "type", "display_name", "created_at"] {
        let tool = api.post("/tools", json!({ "type": kind, "display_name": "T", "timeout_ms": 5000 })).await.good();
        let path = format!("/tools/{}", tool["id"].as_str().expect("an id"));
        let changed = api.patch(&path, json!({ "timeout_ms": 7000 })).await.good();
        assert_eq!(without(&changed, "timeout_ms"), without(&tool, "timeout_ms"), "{kind}");
    }
    let mut tool = webhook("w");
    tool["webhook2"] = json!({ "a": 1 });
    let path = format!("/tools/{}", create_tool(&api, tool).await);
    let before = api.get(&path).await.good();
    let changed = api.patch(&path, json!({ "type": "webhook2" })).await.good();
    assert_eq!(without(&changed, "type"), without(&before, "type"));
}

fn without(tool: &Value, field: &str) -> Value {
    let mut tool = tool.clone();
    tool.as_object_mut().expect("an object").remove(field);
    tool
}

#[tokio::test]
async fn definition_of_another_type_is_rejected_or_kept() {
    let api = Api::new(Emulator::builder());
    let webhook = json!({ "name": "x", "description": "d", "url": "http://127.0.0.1:1/" });
    let path = format!("/tools/{}", webhook_tool(&api).await);
    let before = api.get(&path).await.good();
    let function = json!({ "name": "f" });
    let created = json!({ "type": "webhook", "display_name": "d", "webhook": webhook, "function": function });
    for refused in [
        api.patch(&path, json!({ "function": function })).await,
        api.patch(&path, json!({ "webhook": webhook, "function": function })).await,
        api.post("/tools", created).await,
    ] {
        let pointer = &refused.json()["errors"][0]["source"]["pointer"];
        assert_eq!((refused.status, pointer), (422, &json!("/function")), "{}", refused.text);
    }
    assert_eq!(api.get(&path).await.good(), before);

    let unknown = json!({ "type": "new_kind", "display_name": "d", "webhook": webhook, "new_kind": { "a": 1 } });
    let unknown = api.post("/tools", unknown).await.good();
    assert_eq!((&unknown["tool_definition"], &unknown["webhook"]), (&json!({ "a": 1 }), &webhook));
    let path = format!("/tools/{}", unknown["id"].as_str().expect("an id"));
    let change = json!({ "type": "function", "function": { "name": "f", "description": "d", "parameters": {} } });
    let changed = api.patch(&path, change.clone()).await.good();
    assert_eq!((&changed["tool_definition"], &changed["webhook"]), (&change["function"], &Value::Null));
}

/// An assistant whose second version has a hangup tool and a shared webhook tool.
struct Draft {
    api: Api,
    tool: String,
    path: String,
    version: String,
}

impl Draft {
    async fn new() -> Self {
        let api = Api::new(Emulator::builder().frozen_at("2026-01-01T00:00:00Z"));
        let tool = webhook_tool(&api).await;
        let path = format!("/assistants/{}", api.assistant(json!({ "name": "A", "instructions": "i" })).await);
        let hangup = json!([{ "type": "hangup", "hangup": {} }]);
        let draft = json!({ "tools": hangup, "tool_ids": [tool], "promote_to_main": false });
        let version = api.post(&path, draft).await.good()["version_id"].as_str().expect("an id").to_owned();
        Self { api, tool, path, version }
    }

    /// Changes the shared tool to a second hangup tool, which a version cannot have.
    async fn change_tool(&self) -> u16 {
        let hangup = json!({ "type": "hangup", "hangup": {} });
        self.api.patch(&format!("/tools/{}", self.tool), hangup).await.status
    }

    async fn promote(&self) -> Answer {
        self.api.post(&format!("{}/versions/{}/promote", self.path, self.version), Value::Null).await
    }

    async fn deploy(&self) -> Answer {
        let canary = json!({ "rules": [{ "serve": { "version_id": self.version } }] });
        self.api.post(&format!("{}/canary-deploys", self.path), canary).await
    }

    /// Triggers a run of a test of the second version. Returns the response and the path of the runs.
    async fn test(&self) -> (Answer, String) {
        let test = json!({ "name": "t", "destination": self.path.trim_start_matches("/assistants/"),
            "instructions": "Hi", "rubric": [{ "name": "r", "criteria": "c" }] });
        let test = self.api.post("/assistants/tests", test).await.good();
        let runs = format!("/assistants/tests/{}/runs", test["test_id"].as_str().expect("an id"));
        (self.api.post(&runs, json!({ "destination_version_id": self.version })).await, runs)
    }

    /// The statuses of a chat and of a clone.
    async fn use_main(&self) -> (u16, u16) {
        let conversation = self.api.post("/conversations", json!({})).await.good()["id"].clone();
        let say = json!({ "content": "hi", "conversation_id": conversation });
        let chat = self.api.post(&format!("{}/chat", self.path), say).await;
        (chat.status, self.api.post(&format!("{}/clone", self.path), Value::Null).await.status)
    }
}

#[tokio::test]
async fn version_that_a_changed_tool_no_longer_fits_cannot_be_used() {
    let draft = Draft::new().await;
    let (pending, runs) = draft.test().await;
    assert_eq!(draft.change_tool().await, 200, "the version serves no conversations");
    for answer in [draft.promote().await, draft.deploy().await, draft.test().await.0] {
        assert_eq!(answer.status, 400, "{}", answer.text);
        let reason = "/tool_ids/0: An assistant can have only one hangup tool.";
        assert!(answer.text.contains(&draft.version) && answer.text.contains(reason), "{}", answer.text);
    }
    draft.api.0.clock().advance(Duration::from_secs(5)).await;
    let run = draft.api.get(&format!("{runs}/{}", pending.good()["run_id"].as_str().expect("an id"))).await.good();
    assert_eq!(run["status"], "error");
    assert!(run["logs"].as_str().expect("logs").contains("only one hangup tool"), "{run}");
    assert_eq!(draft.use_main().await, (200, 200));

    let path = format!("{}/versions/{}", draft.path, draft.version);
    draft.api.post(&path, json!({ "tools": [] })).await.good();
    draft.promote().await.good();
    assert_eq!(draft.use_main().await, (200, 200));
}

#[tokio::test]
async fn tool_cannot_be_changed_against_the_rules_of_a_served_version() {
    let draft = Draft::new().await;
    draft.deploy().await.good();
    assert_eq!(draft.change_tool().await, 400);
    draft.api.delete(&format!("{}/canary-deploys", draft.path)).await;
    assert_eq!(draft.change_tool().await, 200);
}

#[tokio::test]
async fn assistant_that_a_changed_tool_no_longer_fits_cannot_be_restored() {
    for is_promoted in [true, false] {
        let draft = Draft::new().await;
        let used = if is_promoted { draft.promote().await } else { draft.deploy().await };
        used.good();
        assert_eq!(draft.api.delete(&draft.path).await.status, 200);
        assert_eq!(draft.change_tool().await, 200);
        let restore = format!("{}/restore", draft.path);
        let refused = draft.api.post(&restore, Value::Null).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text.contains("only one hangup tool"), "{}", refused.text);
        draft.api.delete(&format!("/tools/{}", draft.tool)).await;
        draft.api.post(&restore, Value::Null).await.good();
    }
}

#[tokio::test]
async fn version_with_a_deleted_tool_can_be_used() {
    let draft = Draft::new().await;
    draft.api.delete(&format!("/tools/{}", draft.tool)).await;
    draft.deploy().await.good();
    assert_eq!(draft.use_main().await, (200, 200));
    draft.test().await.0.good();
    draft.promote().await.good();
    assert_eq!(draft.use_main().await, (200, 200));
}
