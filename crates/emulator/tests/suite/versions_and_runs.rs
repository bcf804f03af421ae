//! Versions, canary deploys, test runs, integrations and MCP servers, over the in-process service.

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai_emulator::{Criterion, Emulator, Reply, Trial, Turn, Verdict};

use crate::support::{Api, id, invalid, scripts, text};

/// Creates an assistant with two versions. Returns its id and the versions' ids.
async fn two_versions(api: &Api) -> (String, String, String) {
    let main = api.post("/assistants", json!({ "name": "A", "instructions": "one" })).await.good();
    let id = id(&main);
    let second = json!({ "instructions": "two", "promote_to_main": false });
    let second = api.post(&format!("/assistants/{id}"), second).await.good();
    (id, text(&main["version_id"]), text(&second["version_id"]))
}

async fn says(api: &Api, assistant_id: &str, metadata: Value) -> String {
    let conversation = api.conversation(metadata).await;
    text(&api.say(assistant_id, &conversation, "x").await.good()["content"])
}

/// Triggers a run of a new test. Returns the finished run.
async fn judged(api: &Api, destination: &str, rubric: Value) -> Value {
    let test = json!({ "name": "t", "destination": destination, "instructions": "Say \"hi\".", "rubric": rubric });
    ended(api, &api.start_run(test, json!({})).await).await
}

async fn ended(api: &Api, run: &str) -> Value {
    for _ in 0..200 {
        let run = api.get(run).await.good();
        if run["completed_at"].is_string() {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the run does not end");
}

#[tokio::test]
async fn main_version_is_protected_until_another_is_promoted() {
    let api = Api::new(Emulator::builder());
    let (id, first, second) = two_versions(&api).await;
    let versions = format!("/assistants/{id}/versions");
    let listed = api.get(&versions).await.good();
    assert_eq!([&listed["data"][0]["version_id"], &listed["data"][1]["version_id"]], [&second, &first]);
    assert_eq!(api.post(&format!("{versions}/{first}"), json!({ "name": "B" })).await.status, 400);
    assert_eq!(api.delete(&format!("{versions}/{first}")).await.status, 400);

    let changed = api.post(&format!("{versions}/{second}"), json!({ "greeting": "Hi" })).await.good();
    assert_eq!((&changed["version_id"], &changed["greeting"]), (&json!(second), &json!("Hi")));
    let canary = format!("/assistants/{id}/canary-deploys");
    api.post(&canary, json!({ "versions": [{ "version_id": second, "percentage": 20 }] })).await.good();
    api.post(&format!("{versions}/{second}/promote"), json!({})).await.good();
    assert_eq!(api.get(&format!("/assistants/{id}")).await.good()["version_id"], second.as_str());
    assert_eq!(api.get(&canary).await.status, 404);
    let gone = api.delete(&format!("{versions}/{first}")).await;
    assert_eq!((gone.status, &*gone.text), (204, ""));
}

#[tokio::test]
async fn ten_versions_are_kept() {
    let api = Api::new(Emulator::builder());
    let first = api.post("/assistants", json!({ "name": "A", "instructions": "0" })).await.good();
    let (path, mut saved) = (format!("/assistants/{}", id(&first)), vec![text(&first["version_id"])]);
    for n in 1..=12 {
        let version = api.post(&path, json!({ "instructions": n.to_string() })).await.good();
        saved.push(text(&version["version_id"]));
    }
    let versions = async || {
        let listed = api.get(&format!("{path}/versions")).await.good();
        listed["data"].as_array().expect("a list").iter().rev().map(|it| text(&it["version_id"])).collect::<Vec<_>>()
    };
    assert_eq!(versions().await, saved[3..], "the oldest are erased");
    assert_eq!(api.get(&format!("{path}/versions/{}", saved[2])).await.status, 404);

    // The main version and those in a canary rule are kept, however old they are.
    api.post(&format!("{path}/versions/{}/promote", saved[4]), json!({})).await.good();
    let rules = json!({ "rules": [
        { "match": [{ "attribute": "tier", "operator": "in", "values": ["gold"] }], "serve": { "version_id": saved[3] } },
        { "serve": { "rollout": [{ "version_id": saved[5], "weight": 10 }] } },
    ] });
    api.post(&format!("{path}/canary-deploys"), rules).await.good();
    for n in 13..=23 {
        let draft = json!({ "instructions": n.to_string(), "promote_to_main": false });
        saved.push(text(&api.post(&path, draft).await.good()["version_id"]));
    }
    let mut kept = saved[3..=5].to_vec();
    kept.extend_from_slice(&saved[17..]);
    assert_eq!(versions().await, kept);
}

#[tokio::test]
async fn repeated_import_keeps_ten_versions() {
    let api = Api::new(Emulator::builder());
    let mut id = String::new();
    for _ in 0..12 {
        let import = json!({ "provider": "vapi", "api_key_ref": "k", "import_ids": ["one"] });
        id = text(&api.post("/assistants/import", import).await.good()["data"][0]["id"]);
    }
    let versions = api.get(&format!("/assistants/{id}/versions")).await.good();
    assert_eq!(versions["data"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn canary_deploys_have_both_forms_and_select_versions() {
    let api = Api::new(Emulator::builder());
    let (id, _, second) = two_versions(&api).await;
    let canary = format!("/assistants/{id}/canary-deploys");
    for (body, pointer) in [
        (json!({ "versions": [{ "version_id": second, "percentage": 100 }] }), "/versions/0/percentage"),
        (json!({ "versions": [{ "version_id": "no", "percentage": 5 }] }), "/versions/0/version_id"),
        (json!({ "rules": [{ "serve": {} }] }), "/rules/0/serve"),
        (
            json!({ "rules": [{ "serve": { "rollout": [{ "version_id": second, "weight": 100 }] } }] }),
            "/rules/0/serve/rollout",
        ),
    ] {
        let refused = api.post(&canary, body).await;
        assert_eq!((refused.status, &*refused.pointers()[0]), (422, pointer));
    }
    assert_eq!(api.put(&canary, json!({})).await.status, 404);
    // Without rules, the main version gets all traffic.
    assert_eq!(api.post(&canary, json!({})).await.good()["rules"], json!([]));
    assert!(says(&api, &id, json!({})).await.ends_with("one"));
    assert_eq!(api.delete(&canary).await.status, 204);

    let deploy = api.post(&canary, json!({ "versions": [{ "version_id": second, "percentage": 20 }] })).await.good();
    assert_eq!(deploy["rules"][0]["serve"]["rollout"][0], json!({ "version_id": second, "weight": 20 }));
    assert_eq!(api.post(&canary, deploy.clone()).await.status, 409);
    assert_eq!(api.put(&canary, deploy.clone()).await.good()["versions"], deploy["versions"]);

    let gold = json!({ "attribute": "tier", "operator": "in", "values": ["gold"] });
    let rules = json!({ "rules": [{ "match": [gold], "serve": { "version_id": second } }] });
    assert_eq!(api.put(&canary, rules).await.good()["versions"], json!([]));
    assert!(says(&api, &id, json!({ "tier": "gold" })).await.ends_with("two"));
    assert!(says(&api, &id, json!({ "tier": "iron" })).await.ends_with("one"));
    assert_eq!(api.delete(&canary).await.status, 204);
    assert!(says(&api, &id, json!({ "tier": "gold" })).await.ends_with("one"));
}

#[tokio::test]
async fn share_of_conversations_is_exact_and_sticky() {
    const ALL: usize = 2_000;
    // Ids in the form of the API.
    let conversations: Vec<String> = (0..ALL).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    let entries: Vec<Value> = conversations.iter().map(|id| json!({ "id": id })).collect();
    let api = Api::new(Emulator::builder().seed(json!({ "conversations": entries })));
    let (id, _, second) = two_versions(&api).await;
    let deploy = json!({ "versions": [{ "version_id": second, "percentage": 20 }] });
    api.post(&format!("/assistants/{id}/canary-deploys"), deploy).await.good();
    let chat = format!("/assistants/{id}/chat");
    let says = async |conversation: &str| {
        let say = json!({ "content": "x", "conversation_id": conversation });
        text(&api.post(&chat, say).await.good()["content"])
    };
    let mut served = 0;
    for (n, conversation) in conversations.iter().enumerate() {
        let first = says(conversation).await;
        if n % 10 == 0 {
            assert_eq!(first, says(conversation).await, "{conversation}");
        }
        served += usize::from(first.ends_with("two"));
    }
    // 20 %, within five standard deviations.
    assert!((310..=490).contains(&served), "{served} of {ALL}");
}

#[tokio::test]
async fn runs_use_the_version_and_are_judged() {
    let api = Api::new(Emulator::builder());
    let (id, _, second) = two_versions(&api).await;
    let rubric =
        json!([{ "name": "echo", "criteria": "Says \"hi\"" }, { "name": "no", "criteria": "Never says \"two\"" }]);
    let test =
        json!({ "name": "t", "destination": id, "instructions": "Say \"hi\".", "rubric": rubric, "test_suite": "s" });
    let test = api.post("/assistants/tests", test).await.good();
    assert_eq!(test["telnyx_conversation_channel"], "web_chat");
    let runs = format!("/assistants/tests/{}/runs", text(&test["test_id"]));
    assert_eq!(api.post(&runs, json!({ "destination_version_id": "no" })).await.status, 400);

    let suite = "/assistants/tests/test-suites/s/runs";
    let main = api.post(suite, json!({})).await.good();
    let canary = api.post(&runs, json!({ "destination_version_id": second })).await.good();
    let main = ended(&api, &format!("{runs}/{}", text(&main[0]["run_id"]))).await;
    let canary = ended(&api, &format!("{runs}/{}", text(&canary["run_id"]))).await;
    assert_eq!(main["status"], "passed", "{main}");
    assert_eq!(canary["status"], "failed", "{canary}");
    assert_eq!(
        canary["detail_status"],
        json!([{ "name": "echo", "status": "passed" }, { "name": "no", "status": "failed" }])
    );
    let messages = api.get(&format!("/conversations/{}/messages", text(&main["conversation_id"]))).await.good();
    assert_eq!(messages["data"][0]["text"], "hi");
    assert_eq!(messages["data"][1]["text"], "You said \"hi\". My instructions: one");
    assert_eq!(api.get(&format!("{suite}?status=failed")).await.good()["meta"]["total_results"], 1);
    let batch = format!("{suite}?test_suite_run_id={}", text(&main["test_suite_run_id"]));
    assert_eq!(api.get(&batch).await.good()["meta"]["total_results"], 1);
}

#[tokio::test]
async fn conversation_of_a_run_has_the_tested_version() {
    let api = Api::new(Emulator::builder());
    let (id, _, second) = two_versions(&api).await;
    let rubric = json!([{ "name": "a", "criteria": "b" }]);
    let test = json!({ "name": "t", "destination": id, "instructions": "Say \"hi\", then \"bye\".", "rubric": rubric });
    let run = api.start_run(test, json!({ "destination_version_id": second })).await;
    api.0.clock().advance(Duration::from_secs(60)).await;
    let run = api.get(&run).await.good();
    let served = api.get(&format!("/conversations?metadata-%3Eassistant_version_id=eq.{second}")).await.good();
    let served: Vec<&Value> = served["data"].as_array().expect("a list").iter().map(|it| &it["id"]).collect();
    assert_eq!(served, [&run["conversation_id"]]);
}

#[tokio::test]
async fn tested_version_continues_a_run_after_the_conversation_is_handed_back() {
    let handoff =
        |words: &str, assistant: &str| json!({ "words": words, "assistant": assistant, "call": { "tool": "handoff" } });
    let rules = json!({ "chat": [handoff("go", "A"), handoff("back", "B")] });
    let api = Api::new(Emulator::builder().scripts(scripts(rules)));
    let tools =
        |to: &str| json!([{ "type": "handoff", "handoff": { "ai_assistants": [{ "id": to, "name": "Next" }] } }]);
    let other = api.post("/assistants", json!({ "name": "B", "instructions": "other" })).await.good();
    let other = id(&other);
    let main = json!({ "name": "A", "instructions": "main", "tools": tools(&other) });
    let id = text(&api.post("/assistants", main).await.good()["id"]);
    api.post(&format!("/assistants/{other}"), json!({ "tools": tools(&id) })).await.good();
    let candidate = json!({ "instructions": "candidate", "promote_to_main": false });
    let candidate = api.post(&format!("/assistants/{id}"), candidate).await.good()["version_id"].clone();

    let rubric = json!([{ "name": "a", "criteria": "b" }]);
    let lines = "Say \"hi\", \"go\", \"sure\", \"back\", then \"end\".";
    let test = json!({ "name": "t", "destination": id, "instructions": lines, "rubric": rubric });
    let run = api.start_run(test, json!({ "destination_version_id": candidate })).await;
    api.0.clock().advance(Duration::from_secs(60)).await;
    let run = api.get(&run).await.good();
    let messages = api.get(&format!("/conversations/{}/messages", text(&run["conversation_id"]))).await.good();
    let messages = messages["data"].as_array().expect("messages").iter();
    let replies = messages.filter(|message| message["role"] == "assistant" && message["text"] != "");
    let replies: Vec<&str> = replies
        .filter_map(|reply| reply["text"].as_str()?.rsplit_once(": "))
        .map(|(_, instructions)| instructions)
        .collect();
    assert_eq!(replies, ["candidate", "other", "other", "candidate", "candidate"]);
}

#[tokio::test]
async fn impossible_runs_end_in_error() {
    let rubric = json!([{ "name": "a", "criteria": "b" }]);
    let api = Api::new(Emulator::builder());
    let run = judged(&api, "assistant-none", rubric.clone()).await;
    assert_eq!(run["status"], "error");
    assert!(text(&run["logs"]).contains("HTTP 400"), "{run}");
    assert!(run.get("conversation_id").is_none() && run.get("detail_status").is_none());

    let api = Api::new(Emulator::builder().responder(|_: &Turn| Reply::failing("", "overloaded")));
    let (id, ..) = two_versions(&api).await;
    let run = judged(&api, &id, rubric.clone()).await;
    assert_eq!(run["status"], "error");
    assert!(text(&run["logs"]).contains("overloaded"), "{run}");

    let strict = |_: &Trial, criterion: &Criterion| Verdict::failed(format!("not {}", criterion.criteria));
    let api = Api::new(Emulator::builder().judge(strict));
    let (id, ..) = two_versions(&api).await;
    let run = judged(&api, &id, rubric).await;
    assert_eq!(run["status"], "failed");
    assert!(text(&run["logs"]).contains("not b"), "{run}");
}

#[tokio::test]
async fn tests_have_limits() {
    let api = Api::new(Emulator::builder());
    let good =
        json!({ "name": "t", "destination": "d", "instructions": "i", "rubric": [{ "name": "a", "criteria": "b" }] });
    for (field, value, pointer) in [
        ("name", json!("x".repeat(256)), "/name"),
        ("description", json!("x".repeat(1_001)), "/description"),
        ("instructions", json!(""), "/instructions"),
        ("rubric", json!([]), "/rubric"),
        ("rubric", json!([{ "name": "a", "criteria": "b", "weight": 1 }]), "/rubric/0/weight"),
        ("max_duration_seconds", json!(3_601), "/max_duration_seconds"),
        ("telnyx_conversation_channel", json!("fax"), "/telnyx_conversation_channel"),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        assert_eq!(api.post("/assistants/tests", body).await.outcome(), invalid(pointer));
        let test = api.post("/assistants/tests", good.clone()).await.good();
        let path = format!("/assistants/tests/{}", text(&test["test_id"]));
        assert_eq!(api.put(&path, json!({ field: value })).await.outcome(), invalid(pointer));
        let gone = api.delete(&path).await;
        assert_eq!((gone.status, &*gone.text), (200, ""));
        assert_eq!(api.get(&path).await.status, 404);
    }
}

#[tokio::test]
async fn deleted_connection_disconnects_the_integration() {
    let api = Api::new(Emulator::builder());
    let connection = api.get("/integrations/connections").await.good()["data"][0].clone();
    let path = format!("/integrations/connections/{}", id(&connection));
    assert_eq!(api.get(&path).await.good()["data"], connection);
    let integration = format!("/integrations/{}", text(&connection["integration_id"]));
    assert_eq!(api.get(&integration).await.good()["status"], "connected");
    let gone = api.delete(&path).await;
    assert_eq!((gone.status, &*gone.text), (204, ""));
    assert_eq!(api.get(&integration).await.good()["status"], "disconnected");
    assert_eq!(api.get("/integrations").await.good()["data"].as_array().map(Vec::len), Some(9));
}

#[tokio::test]
async fn mcp_servers_are_listed_in_bare_pages() {
    let api = Api::new(Emulator::builder());
    for name in ["one", "two"] {
        let server = json!({ "name": name, "type": "sse", "url": format!("https://{name}.example") });
        assert_eq!(api.post("/mcp_servers", server).await.good()["allowed_tools"], Value::Null);
    }
    assert_eq!(api.get("/mcp_servers?page[size]=1&page[number]=2").await.good()[0]["name"], "one");
    assert_eq!(api.get("/mcp_servers?page[number]=2").await.good(), json!([]));
    let found = api.get("/mcp_servers?url=https%3A%2F%2Ftwo.example&type=sse").await.good();
    assert_eq!(found[0]["name"], "two");
    let path = format!("/mcp_servers/{}", text(&found[0]["id"]));
    let changed = api.put(&path, json!({ "allowed_tools": ["a"], "id": "other" })).await.good();
    assert_eq!((&changed["allowed_tools"], &changed["id"]), (&json!(["a"]), &found[0]["id"]));
    let gone = api.delete(&path).await;
    assert_eq!((gone.status, &*gone.text), (200, ""));
}
