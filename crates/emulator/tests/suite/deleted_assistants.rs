//! Deleted assistants: listing, restoring, and erasure after 30 days.

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai_emulator::Emulator;

use crate::support::{Api, invalid};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn frozen() -> Api {
    Api::new(Emulator::builder().frozen_at("2026-10-01T00:00:00Z"))
}

async fn delete(api: &Api, id: &str) -> u16 {
    api.delete(&format!("/assistants/{id}")).await.status
}

#[tokio::test]
async fn deleted_assistant_is_read_only() {
    let api = frozen();
    let id = api.assistant(json!({ "name": "Desk", "instructions": "i", "greeting": "Hi", "tags": ["beta"] })).await;
    let before = api.get(&format!("/assistants/{id}")).await.good();
    let answer = api.delete(&format!("/assistants/{id}")).await.good();
    assert_eq!(answer, json!({ "id": id, "object": "assistant", "deleted": true }));

    let deleted = api.get(&format!("/assistants/{id}/deleted")).await.good();
    let mut expected = before.clone();
    expected["deleted_at"] = "2026-10-01T00:00:00.000000Z".into();
    expected["permanently_deleted_at"] = "2026-10-31T00:00:00.000000Z".into();
    assert_eq!(deleted, expected);

    let version = before["version_id"].as_str().expect("a version");
    let conversation = api.conversation(json!({})).await;
    let say = json!({ "content": "hi", "conversation_id": conversation });
    let rules = json!({ "rules": [] });
    let sms = json!({ "from": "+13125550100", "to": "+13125550101", "text": "hi" });
    let event = json!({
        "telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+1", "telnyx_end_user_target": "+2",
        "scheduled_at_fixed_datetime": "2026-10-02T00:00:00Z",
    });
    for (method, path, body) in [
        ("GET", "", Value::Null),
        ("POST", "", json!({ "name": "n" })),
        ("PATCH", "", json!({ "name": "n" })),
        ("DELETE", "", Value::Null),
        ("DELETE", "?hard_delete=true", Value::Null),
        ("POST", "/clone", Value::Null),
        ("GET", "/texml", Value::Null),
        ("POST", "/chat", say),
        ("POST", "/chat/sms", sms),
        ("GET", "/versions", Value::Null),
        ("GET", &format!("/versions/{version}"), Value::Null),
        ("POST", &format!("/versions/{version}/promote"), Value::Null),
        ("POST", "/canary-deploys", rules),
        ("GET", "/canary-deploys", Value::Null),
        ("GET", "/scheduled_events", Value::Null),
        ("POST", "/scheduled_events", event),
        ("POST", "/tags", json!({ "tag": "t" })),
        ("POST", "/instructions/enhance", json!({})),
    ] {
        let answer = api.call(method, &format!("/assistants/{id}{path}"), body).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
    }
    let test =
        json!({ "name": "t", "instructions": "i", "destination": id, "rubric": [{ "name": "r", "criteria": "c" }] });
    let test = api.post("/assistants/tests", test).await.good()["test_id"].as_str().expect("an id").to_owned();
    let run = json!({ "destination_version_id": version });
    assert_eq!(api.post(&format!("/assistants/tests/{test}/runs"), run).await.status, 400);
    assert_eq!(api.get("/assistants").await.good()["data"], json!([]));
    assert_eq!(api.get("/assistants/tags").await.good()["tags"], json!([]));
}

#[tokio::test]
async fn deleted_assistants_are_listed_page_by_page() {
    let api = frozen();
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(api.assistant(json!({ "name": format!("A{n}"), "instructions": "i" })).await);
    }
    for n in [1, 2, 0] {
        api.0.clock().advance(Duration::from_secs(1)).await;
        assert_eq!(delete(&api, &ids[n]).await, 200);
    }
    let first = api.get("/assistants/deleted?page[size]=2").await.good();
    let names: Vec<&Value> = first["data"].as_array().expect("a page").iter().map(|deleted| &deleted["name"]).collect();
    assert_eq!(names, ["A0", "A2"], "the latest deletion comes first");
    assert_eq!(first["meta"], json!({ "page_number": 1, "page_size": 2, "total_pages": 2, "total_results": 3 }));
    let second = api.get("/assistants/deleted?page[size]=2&page[number]=2").await.good();
    assert_eq!(second["data"][0]["name"], "A1");
}

#[tokio::test]
async fn restored_assistant_has_its_previous_state() {
    let api = frozen();
    let telephony = json!({ "name": "Desk", "instructions": "one", "enabled_features": ["telephony"] });
    let id = api.assistant(telephony).await;
    let path = format!("/assistants/{id}");
    let other = api.post(&path, json!({ "instructions": "two", "promote_to_main": false })).await.good();
    let canary = json!({ "versions": [{ "version_id": other["version_id"], "percentage": 20 }] });
    api.post(&format!("{path}/canary-deploys"), canary).await.good();
    let mut before = Vec::new();
    for part in ["", "/versions", "/canary-deploys"] {
        before.push(api.get(&format!("{path}{part}")).await.good());
    }
    let texml = api.get(&format!("{path}/texml")).await.text;
    assert!(before[0]["telephony_settings"]["default_texml_app_id"].is_string());

    assert_eq!(delete(&api, &id).await, 200);
    api.0.clock().advance(29 * DAY).await;
    assert_eq!(api.post(&format!("{path}/restore"), Value::Null).await.good(), before[0]);
    for (part, before) in ["", "/versions", "/canary-deploys"].iter().zip(&before) {
        assert_eq!(api.get(&format!("{path}{part}")).await.good(), *before, "{part}");
    }
    assert_eq!(api.get(&format!("{path}/texml")).await.text, texml);
    assert_eq!(api.get(&format!("{path}/deleted")).await.status, 404);
    assert_eq!(api.post(&format!("{path}/restore"), Value::Null).await.status, 404);
    // The retention time counts from the second deletion.
    api.0.clock().advance(2 * DAY).await;
    assert_eq!(api.get(&path).await.status, 200);
}

#[tokio::test]
async fn deleted_assistant_is_erased_after_30_days() {
    let api = frozen();
    let id = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let conversation = api.conversation(json!({ "assistant_id": id })).await;
    assert_eq!(delete(&api, &id).await, 200);
    let path = format!("/assistants/{id}/deleted");
    api.0.clock().advance(30 * DAY - Duration::from_secs(1)).await;
    assert_eq!(api.get(&path).await.status, 200);
    api.0.clock().advance(Duration::from_secs(1)).await;
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(api.post(&format!("/assistants/{id}/restore"), Value::Null).await.status, 404);
    assert_eq!(api.get("/assistants/deleted").await.good()["data"], json!([]));
    assert_eq!(api.get(&format!("/conversations/{conversation}")).await.status, 200, "conversations are kept");
    assert!(!api.0.export().expect("contents")["documents"].to_string().contains("version"), "versions are erased");
}

#[tokio::test]
async fn hard_delete_erases_at_once() {
    let api = frozen();
    let id = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let answer = api.delete(&format!("/assistants/{id}?hard_delete=true")).await.good();
    assert_eq!(answer["deleted"], true);
    for path in ["", "/deleted", "/versions", "/texml"] {
        assert_eq!(api.get(&format!("/assistants/{id}{path}")).await.status, 404, "{path}");
    }
    let refused = api.delete("/assistants/x?hard_delete=maybe").await;
    assert_eq!(refused.outcome(), invalid("/hard_delete"));
}

#[tokio::test]
async fn assistant_that_another_refers_to_is_kept() {
    let api = frozen();
    let id = api.assistant(json!({ "name": "Sales", "instructions": "i" })).await;
    let target = json!({ "ai_assistants": [{ "id": id, "name": "Sales" }] });
    let shared = json!({ "type": "handoff", "display_name": "Sales", "handoff": target });
    let shared = api.post("/tools", shared).await.good()["id"].clone();
    let edge = json!({ "id": "e", "start_node_id": "a", "target": { "type": "assistant", "assistant_id": id },
                       "condition": { "type": "llm", "prompt": "Wants to buy." } });
    let node = json!({ "id": "a", "instructions": "i" });
    let with_tool = json!({ "id": "a", "instructions": "i", "shared_tool_ids": [shared] });
    for (reference, without) in [
        (json!({ "tools": [{ "type": "handoff", "handoff": target }] }), json!({ "tools": [] })),
        (json!({ "tool_ids": [shared] }), json!({ "tool_ids": [] })),
        (
            json!({ "conversation_flow": { "start_node_id": "a", "nodes": [node], "edges": [edge] } }),
            json!({ "conversation_flow": null }),
        ),
        (
            json!({ "conversation_flow": { "start_node_id": "a", "nodes": [with_tool] } }),
            json!({ "conversation_flow": null }),
        ),
    ] {
        let mut body = json!({ "name": "Desk", "instructions": "i" });
        body.as_object_mut().expect("an object").extend(reference.as_object().expect("an object").clone());
        let other = api.assistant(body).await;
        for query in ["", "?hard_delete=true"] {
            let refused = api.delete(&format!("/assistants/{id}{query}")).await;
            assert_eq!(refused.status, 400, "{reference}");
            assert!(
                refused.text.contains(&format!("Assistant '{other}' refers to assistant '{id}'")),
                "{}",
                refused.text
            );
        }
        api.post(&format!("/assistants/{other}"), without).await.good();
        assert_eq!(delete(&api, &id).await, 200, "older versions of the other assistant do not count");
        api.post(&format!("/assistants/{id}/restore"), Value::Null).await.good();
        assert_eq!(delete(&api, &other).await, 200);
    }
    // References from the assistant itself or from deleted assistants do not prevent the deletion.
    let itself = json!({ "tools": [{ "type": "handoff", "handoff": target }] });
    api.post(&format!("/assistants/{id}"), itself).await.good();
    assert_eq!(delete(&api, &id).await, 200);
}

#[tokio::test]
async fn version_that_a_canary_serves_counts_as_a_reference() {
    let api = frozen();
    let id = api.assistant(json!({ "name": "Sales", "instructions": "i" })).await;
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let tools = json!([{ "type": "handoff", "handoff": { "ai_assistants": [{ "id": id, "name": "Sales" }] } }]);
    let draft = json!({ "tools": tools, "promote_to_main": false });
    let version = api.post(&format!("/assistants/{desk}"), draft).await.good()["version_id"].clone();
    let canary = format!("/assistants/{desk}/canary-deploys");
    api.post(&canary, json!({ "rules": [{ "serve": { "version_id": version } }] })).await.good();
    assert_eq!(delete(&api, &id).await, 400);
    assert_eq!(api.delete(&canary).await.status, 204);
    assert_eq!(delete(&api, &id).await, 200);
}

#[tokio::test]
async fn export_and_seed_have_deleted_assistants() {
    let api = frozen();
    let id = api.assistant(json!({ "name": "Desk", "instructions": "one" })).await;
    api.post(&format!("/assistants/{id}"), json!({ "instructions": "two" })).await.good();
    assert_eq!(delete(&api, &id).await, 200);
    let deleted = api.get(&format!("/assistants/{id}/deleted")).await.good();
    let export = api.0.export().expect("contents");

    let copy = Api::new(Emulator::builder().frozen_at("2026-10-02T00:00:00Z").seed(export.clone()));
    assert_eq!(copy.get(&format!("/assistants/{id}/deleted")).await.good(), deleted);
    assert_eq!(copy.get(&format!("/assistants/{id}")).await.status, 404);
    assert_eq!(copy.0.export().expect("contents"), export);
    copy.0.clock().advance(29 * DAY).await;
    assert_eq!(copy.get(&format!("/assistants/{id}/deleted")).await.status, 404);

    let seed = json!({ "assistants": [
        { "id": "assistant-old", "name": "Old", "instructions": "i", "deleted_at": "2026-09-30T12:00:00Z" },
    ] });
    let seeded = Api::new(Emulator::builder().frozen_at("2026-10-01T00:00:00Z").seed(seed));
    let old = seeded.get("/assistants/assistant-old/deleted").await.good();
    assert_eq!(old["permanently_deleted_at"], "2026-10-30T12:00:00.000000Z");
    assert_eq!(seeded.post("/assistants/assistant-old/restore", Value::Null).await.good()["name"], "Old");

    let wrong = json!({ "assistants": [{ "name": "Old", "instructions": "i", "deleted_at": "yesterday" }] });
    let error = Emulator::builder().seed(wrong).in_process().expect_err("a wrong seed").to_string();
    assert!(error.contains("assistants[0].deleted_at: 'yesterday' is not an ISO 8601 time"), "{error}");
}

#[cfg(feature = "console")]
#[tokio::test]
async fn console_shows_deleted_assistants() {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt;

    let api = frozen();
    let id = api.assistant(json!({ "name": "Old desk", "instructions": "i" })).await;
    assert_eq!(delete(&api, &id).await, 200);
    let request = http::Request::builder().uri("/").header("host", "localhost").body(Body::empty()).expect("a request");
    let page = api.0.clone().oneshot(request).await.expect("a page").into_body();
    let page = String::from_utf8(to_bytes(page, usize::MAX).await.expect("a body").to_vec()).expect("text");
    assert!(page.contains("Recently deleted") && page.contains("Old desk"), "{page}");
}

#[tokio::test]
async fn assistant_that_was_imported_again_cannot_be_restored() {
    let api = Api::new(Emulator::builder());
    let import = async || {
        let body = json!({ "provider": "vapi", "api_key_ref": "k", "import_ids": ["one"] });
        let imported = api.post("/assistants/import", body).await.good();
        imported["data"][0]["id"].as_str().expect("an id").to_owned()
    };
    let first = import().await;
    assert_eq!(import().await, first, "an import updates the earlier one");
    assert_eq!(delete(&api, &first).await, 200);
    let second = import().await;
    assert_ne!(second, first);
    let restore = format!("/assistants/{first}/restore");
    let refused = api.post(&restore, Value::Null).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains(&second), "{}", refused.text);
    assert_eq!(delete(&api, &second).await, 200);
    assert_eq!(api.post(&restore, Value::Null).await.good()["id"], first);
}
