//! Versions, canary deploys, test runs, integrations and MCP servers, over the in-process service.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::{Value, json};
use telnyx_ai_emulator::{Builder, Criterion, Emulator, InProcess, Reply, Scripts, Trial, Turn, Verdict};
use tower::ServiceExt;

#[derive(Clone)]
struct Api(InProcess);

impl Api {
    fn new(builder: Builder) -> Self {
        Self(builder.in_process().expect("an emulator"))
    }

    /// The status and the body. An empty body is `null`.
    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request =
            Request::builder().method(method).uri(format!("/v2/ai{path}")).header("authorization", "Bearer k");
        let request = request.body(Body::from(body.to_string())).expect("a request");
        let response = self.0.clone().oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") })
    }

    async fn good(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert!((200..300).contains(&status), "{status}: {answer}");
        answer
    }

    async fn get(&self, path: &str) -> Value {
        self.good("GET", path, json!({})).await
    }

    async fn pointer(&self, method: &str, path: &str, body: Value) -> String {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(status, 422, "{answer}");
        text(&answer["errors"][0]["source"]["pointer"])
    }

    /// Creates an assistant with two versions. Returns its id and the versions' ids.
    async fn assistant(&self) -> (String, String, String) {
        let main = self.good("POST", "/assistants", json!({ "name": "A", "instructions": "one" })).await;
        let id = text(&main["id"]);
        let second = json!({ "instructions": "two", "promote_to_main": false });
        let second = self.good("POST", &format!("/assistants/{id}"), second).await;
        (id, text(&main["version_id"]), text(&second["version_id"]))
    }

    async fn says(&self, assistant_id: &str, metadata: Value) -> String {
        let conversation = self.good("POST", "/conversations", json!({ "metadata": metadata })).await;
        let chat = json!({ "content": "x", "conversation_id": conversation["id"] });
        text(&self.good("POST", &format!("/assistants/{assistant_id}/chat"), chat).await["content"])
    }

    /// Triggers a run of a new test. Returns the finished run.
    async fn run(&self, destination: &str, rubric: Value) -> Value {
        let test = json!({ "name": "t", "destination": destination, "instructions": "Say \"hi\".", "rubric": rubric });
        let test = self.good("POST", "/assistants/tests", test).await;
        let runs = format!("/assistants/tests/{}/runs", text(&test["test_id"]));
        let run = self.good("POST", &runs, json!({})).await;
        assert_eq!(run["status"], "pending");
        self.ended(&format!("{runs}/{}", text(&run["run_id"]))).await
    }

    async fn ended(&self, run: &str) -> Value {
        for _ in 0..200 {
            let run = self.get(run).await;
            if run["completed_at"].is_string() {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the run does not end");
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

#[tokio::test]
async fn main_version_is_protected_until_another_is_promoted() {
    let api = Api::new(Emulator::builder());
    let (id, first, second) = api.assistant().await;
    let versions = format!("/assistants/{id}/versions");
    let listed = api.get(&versions).await;
    assert_eq!([&listed["data"][0]["version_id"], &listed["data"][1]["version_id"]], [&second, &first]);
    assert_eq!(api.call("POST", &format!("{versions}/{first}"), json!({ "name": "B" })).await.0, 400);
    assert_eq!(api.call("DELETE", &format!("{versions}/{first}"), json!({})).await.0, 400);

    let changed = api.good("POST", &format!("{versions}/{second}"), json!({ "greeting": "Hi" })).await;
    assert_eq!((&changed["version_id"], &changed["greeting"]), (&json!(second), &json!("Hi")));
    let canary = format!("/assistants/{id}/canary-deploys");
    api.good("POST", &canary, json!({ "versions": [{ "version_id": second, "percentage": 20 }] })).await;
    api.good("POST", &format!("{versions}/{second}/promote"), json!({})).await;
    assert_eq!(api.get(&format!("/assistants/{id}")).await["version_id"], second.as_str());
    assert_eq!(api.call("GET", &canary, json!({})).await.0, 404);
    assert_eq!(api.call("DELETE", &format!("{versions}/{first}"), json!({})).await, (204, Value::Null));
}

#[tokio::test]
async fn ten_versions_are_kept() {
    let api = Api::new(Emulator::builder());
    let first = api.good("POST", "/assistants", json!({ "name": "A", "instructions": "0" })).await;
    let (path, mut saved) = (format!("/assistants/{}", text(&first["id"])), vec![text(&first["version_id"])]);
    for n in 1..=12 {
        let version = api.good("POST", &path, json!({ "instructions": n.to_string() })).await;
        saved.push(text(&version["version_id"]));
    }
    let versions = async || {
        let listed = api.get(&format!("{path}/versions")).await;
        listed["data"].as_array().expect("a list").iter().rev().map(|it| text(&it["version_id"])).collect::<Vec<_>>()
    };
    assert_eq!(versions().await, saved[3..], "the oldest are erased");
    assert_eq!(api.call("GET", &format!("{path}/versions/{}", saved[2]), json!({})).await.0, 404);

    // The main version and those in a canary rule are kept, however old they are.
    api.good("POST", &format!("{path}/versions/{}/promote", saved[4]), json!({})).await;
    let rules = json!({ "rules": [
        { "match": [{ "attribute": "tier", "operator": "in", "values": ["gold"] }], "serve": { "version_id": saved[3] } },
        { "serve": { "rollout": [{ "version_id": saved[5], "weight": 10 }] } },
    ] });
    api.good("POST", &format!("{path}/canary-deploys"), rules).await;
    for n in 13..=23 {
        let draft = json!({ "instructions": n.to_string(), "promote_to_main": false });
        saved.push(text(&api.good("POST", &path, draft).await["version_id"]));
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
        id = text(&api.good("POST", "/assistants/import", import).await["data"][0]["id"]);
    }
    let versions = api.get(&format!("/assistants/{id}/versions")).await;
    assert_eq!(versions["data"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn canary_deploys_have_both_forms_and_select_versions() {
    let api = Api::new(Emulator::builder());
    let (id, _, second) = api.assistant().await;
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
        assert_eq!(api.pointer("POST", &canary, body).await, pointer);
    }
    assert_eq!(api.call("PUT", &canary, json!({})).await.0, 404);
    // Without rules, the main version gets all traffic.
    assert_eq!(api.good("POST", &canary, json!({})).await["rules"], json!([]));
    assert!(api.says(&id, json!({})).await.ends_with("one"));
    assert_eq!(api.call("DELETE", &canary, json!({})).await.0, 204);

    let deploy = api.good("POST", &canary, json!({ "versions": [{ "version_id": second, "percentage": 20 }] })).await;
    assert_eq!(deploy["rules"][0]["serve"]["rollout"][0], json!({ "version_id": second, "weight": 20 }));
    assert_eq!(api.call("POST", &canary, deploy.clone()).await.0, 409);
    assert_eq!(api.good("PUT", &canary, deploy.clone()).await["versions"], deploy["versions"]);

    let gold = json!({ "attribute": "tier", "operator": "in", "values": ["gold"] });
    let rules = json!({ "rules": [{ "match": [gold], "serve": { "version_id": second } }] });
    assert_eq!(api.good("PUT", &canary, rules).await["versions"], json!([]));
    assert!(api.says(&id, json!({ "tier": "gold" })).await.ends_with("two"));
    assert!(api.says(&id, json!({ "tier": "iron" })).await.ends_with("one"));
    assert_eq!(api.call("DELETE", &canary, json!({})).await.0, 204);
    assert!(api.says(&id, json!({ "tier": "gold" })).await.ends_with("one"));
}

#[tokio::test]
async fn share_of_conversations_is_exact_and_sticky() {
    const ALL: usize = 2_000;
    // Ids in the form of the API.
    let conversations: Vec<String> = (0..ALL).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    let entries: Vec<Value> = conversations.iter().map(|id| json!({ "id": id })).collect();
    let api = Api::new(Emulator::builder().seed(json!({ "conversations": entries })));
    let (id, _, second) = api.assistant().await;
    let deploy = json!({ "versions": [{ "version_id": second, "percentage": 20 }] });
    api.good("POST", &format!("/assistants/{id}/canary-deploys"), deploy).await;
    let chat = format!("/assistants/{id}/chat");
    let says = async |conversation: &str| {
        let say = json!({ "content": "x", "conversation_id": conversation });
        text(&api.good("POST", &chat, say).await["content"])
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
    let (id, _, second) = api.assistant().await;
    let rubric =
        json!([{ "name": "echo", "criteria": "Says \"hi\"" }, { "name": "no", "criteria": "Never says \"two\"" }]);
    let test =
        json!({ "name": "t", "destination": id, "instructions": "Say \"hi\".", "rubric": rubric, "test_suite": "s" });
    let test = api.good("POST", "/assistants/tests", test).await;
    assert_eq!(test["telnyx_conversation_channel"], "web_chat");
    let runs = format!("/assistants/tests/{}/runs", text(&test["test_id"]));
    assert_eq!(api.call("POST", &runs, json!({ "destination_version_id": "no" })).await.0, 400);

    let suite = "/assistants/tests/test-suites/s/runs";
    let main = api.good("POST", suite, json!({})).await;
    let canary = api.good("POST", &runs, json!({ "destination_version_id": second })).await;
    let main = api.ended(&format!("{runs}/{}", text(&main[0]["run_id"]))).await;
    let canary = api.ended(&format!("{runs}/{}", text(&canary["run_id"]))).await;
    assert_eq!(main["status"], "passed", "{main}");
    assert_eq!(canary["status"], "failed", "{canary}");
    assert_eq!(
        canary["detail_status"],
        json!([{ "name": "echo", "status": "passed" }, { "name": "no", "status": "failed" }])
    );
    let messages = api.get(&format!("/conversations/{}/messages", text(&main["conversation_id"]))).await;
    assert_eq!(messages["data"][0]["text"], "hi");
    assert_eq!(messages["data"][1]["text"], "You said \"hi\". My instructions: one");
    assert_eq!(api.get(&format!("{suite}?status=failed")).await["meta"]["total_results"], 1);
    let batch = format!("{suite}?test_suite_run_id={}", text(&main["test_suite_run_id"]));
    assert_eq!(api.get(&batch).await["meta"]["total_results"], 1);
}

#[tokio::test]
async fn conversation_of_a_run_has_the_tested_version() {
    let api = Api::new(Emulator::builder());
    let (id, _, second) = api.assistant().await;
    let rubric = json!([{ "name": "a", "criteria": "b" }]);
    let test = json!({ "name": "t", "destination": id, "instructions": "Say \"hi\", then \"bye\".", "rubric": rubric });
    let test = api.good("POST", "/assistants/tests", test).await;
    let runs = format!("/assistants/tests/{}/runs", text(&test["test_id"]));
    let run = api.good("POST", &runs, json!({ "destination_version_id": second })).await;
    api.0.clock().advance(Duration::from_secs(60)).await;
    let run = api.get(&format!("{runs}/{}", text(&run["run_id"]))).await;
    let served = api.get(&format!("/conversations?metadata-%3Eassistant_version_id=eq.{second}")).await;
    let served: Vec<&Value> = served["data"].as_array().expect("a list").iter().map(|it| &it["id"]).collect();
    assert_eq!(served, [&run["conversation_id"]]);
}

#[tokio::test]
async fn tested_version_continues_a_run_after_the_conversation_is_handed_back() {
    let handoff =
        |words: &str, assistant: &str| json!({ "words": words, "assistant": assistant, "call": { "tool": "handoff" } });
    let rules = json!({ "chat": [handoff("go", "A"), handoff("back", "B")] });
    let rules = Scripts::from_value(&rules).expect("rules");
    let api = Api::new(Emulator::builder().scripts(rules));
    let tools =
        |to: &str| json!([{ "type": "handoff", "handoff": { "ai_assistants": [{ "id": to, "name": "Next" }] } }]);
    let other = api.good("POST", "/assistants", json!({ "name": "B", "instructions": "other" })).await;
    let other = text(&other["id"]);
    let main = json!({ "name": "A", "instructions": "main", "tools": tools(&other) });
    let id = text(&api.good("POST", "/assistants", main).await["id"]);
    api.good("POST", &format!("/assistants/{other}"), json!({ "tools": tools(&id) })).await;
    let candidate = json!({ "instructions": "candidate", "promote_to_main": false });
    let candidate = api.good("POST", &format!("/assistants/{id}"), candidate).await["version_id"].clone();

    let rubric = json!([{ "name": "a", "criteria": "b" }]);
    let lines = "Say \"hi\", \"go\", \"sure\", \"back\", then \"end\".";
    let test = json!({ "name": "t", "destination": id, "instructions": lines, "rubric": rubric });
    let test = api.good("POST", "/assistants/tests", test).await;
    let runs = format!("/assistants/tests/{}/runs", text(&test["test_id"]));
    let run = api.good("POST", &runs, json!({ "destination_version_id": candidate })).await;
    api.0.clock().advance(Duration::from_secs(60)).await;
    let run = api.get(&format!("{runs}/{}", text(&run["run_id"]))).await;
    let messages = api.get(&format!("/conversations/{}/messages", text(&run["conversation_id"]))).await;
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
    let run = api.run("assistant-none", rubric.clone()).await;
    assert_eq!(run["status"], "error");
    assert!(text(&run["logs"]).contains("HTTP 400"), "{run}");
    assert!(run.get("conversation_id").is_none() && run.get("detail_status").is_none());

    let api = Api::new(Emulator::builder().responder(|_: &Turn| Reply::failing("", "overloaded")));
    let (id, ..) = api.assistant().await;
    let run = api.run(&id, rubric.clone()).await;
    assert_eq!(run["status"], "error");
    assert!(text(&run["logs"]).contains("overloaded"), "{run}");

    let strict = |_: &Trial, criterion: &Criterion| Verdict::failed(format!("not {}", criterion.criteria));
    let api = Api::new(Emulator::builder().judge(strict));
    let (id, ..) = api.assistant().await;
    let run = api.run(&id, rubric).await;
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
        assert_eq!(api.pointer("POST", "/assistants/tests", body).await, pointer);
        let test = api.good("POST", "/assistants/tests", good.clone()).await;
        let path = format!("/assistants/tests/{}", text(&test["test_id"]));
        assert_eq!(api.pointer("PUT", &path, json!({ field: value })).await, pointer);
        assert_eq!(api.call("DELETE", &path, json!({})).await, (200, Value::Null));
        assert_eq!(api.call("GET", &path, json!({})).await.0, 404);
    }
}

#[tokio::test]
async fn deleted_connection_disconnects_the_integration() {
    let api = Api::new(Emulator::builder());
    let connection = api.get("/integrations/connections").await["data"][0].clone();
    let path = format!("/integrations/connections/{}", text(&connection["id"]));
    assert_eq!(api.get(&path).await["data"], connection);
    let integration = format!("/integrations/{}", text(&connection["integration_id"]));
    assert_eq!(api.get(&integration).await["status"], "connected");
    assert_eq!(api.call("DELETE", &path, json!({})).await, (204, Value::Null));
    assert_eq!(api.get(&integration).await["status"], "disconnected");
    assert_eq!(api.get("/integrations").await["data"].as_array().map(Vec::len), Some(9));
}

#[tokio::test]
async fn mcp_servers_are_listed_in_bare_pages() {
    let api = Api::new(Emulator::builder());
    for name in ["one", "two"] {
        let server = json!({ "name": name, "type": "sse", "url": format!("https://{name}.example") });
        assert_eq!(api.good("POST", "/mcp_servers", server).await["allowed_tools"], Value::Null);
    }
    assert_eq!(api.get("/mcp_servers?page[size]=1&page[number]=2").await[0]["name"], "one");
    assert_eq!(api.get("/mcp_servers?page[number]=2").await, json!([]));
    let found = api.get("/mcp_servers?url=https%3A%2F%2Ftwo.example&type=sse").await;
    assert_eq!(found[0]["name"], "two");
    let path = format!("/mcp_servers/{}", text(&found[0]["id"]));
    let changed = api.good("PUT", &path, json!({ "allowed_tools": ["a"], "id": "other" })).await;
    assert_eq!((&changed["allowed_tools"], &changed["id"]), (&json!(["a"]), &found[0]["id"]));
    assert_eq!(api.call("DELETE", &path, json!({})).await, (200, Value::Null));
}
