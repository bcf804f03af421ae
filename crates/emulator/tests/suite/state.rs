//! Seeds, exports, resets and database files.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};
use telnyx_ai_emulator::{Emulator, Seed, StartError};
use tempfile::TempDir;

use crate::support::{Api, Gate, file};

const TEAM: &str = r#"
assistants:
  - id: assistant-support
    name: Support
    instructions: Help {{name}}.
    greeting: Hi {{name}}!
    dynamic_variables: { name: Jo }
    tool_ids: [tool-1]
    versions:
      - { version_id: v-old, version_name: Old, instructions: Be brief. }
    canary_deploy: { versions: [{ version_id: v-old, percentage: 20 }] }
    scheduled_events:
      - telnyx_conversation_channel: phone_call
        telnyx_agent_target: +15550001
        telnyx_end_user_target: +15550100
        scheduled_at_fixed_datetime: 2030-01-01T00:00:00Z
        max_retries_client_errors: 2
tools:
  - id: tool-1
    type: webhook
    display_name: Look up
    webhook: { name: look_up, description: Looks up., url: "http://127.0.0.1:1/" }
mcp_servers:
  - { id: mcp-1, name: Files, type: http, url: "http://127.0.0.1:1/mcp" }
connections:
  - integration: hubspot
tests:
  - test_id: test-1
    name: Greets
    destination: assistant-support
    test_suite: smoke
    instructions: Say "hello".
    rubric: [{ name: polite, criteria: Is polite }]
conversations:
  - id: conversation-1
    metadata: { ticket: 7 }
    messages: [{ role: user, content: Hello? }]
calls:
  - { target: +15550100, outcomes: [busy, completed], duration_secs: 42 }
"#;

/// A new file with a text, in a folder that is deleted when it is dropped.
fn write(name: &str, text: &str) -> (TempDir, PathBuf) {
    let (folder, path) = file(name);
    std::fs::write(&path, text).expect("written");
    (folder, path)
}

fn seeded(seed: impl Into<Seed>) -> Api {
    Api::new(Emulator::builder().seed(seed))
}

#[tokio::test]
async fn seed_has_all_sections() {
    let api = seeded(write("team.yaml", TEAM).1);
    let assistant = api.get("/assistants/assistant-support").await.good();
    assert_eq!((&assistant["name"], &assistant["greeting"]), (&json!("Support"), &json!("Hi {{name}}!")));
    assert_eq!((&assistant["tools"][0]["shared"], &assistant["model"].is_string()), (&json!(true), &true));
    let versions = api.get("/assistants/assistant-support/versions").await.good();
    assert_eq!(versions["data"].as_array().expect("versions").len(), 2);
    let old = api.get("/assistants/assistant-support/versions/v-old").await.good();
    assert_eq!((&old["instructions"], &old["greeting"]), (&json!("Be brief."), &json!("Hi {{name}}!")));
    let canary = api.get("/assistants/assistant-support/canary-deploys").await.good();
    assert_eq!(canary["rules"][0]["serve"]["rollout"][0]["version_id"], "v-old");
    let events = api.get("/assistants/assistant-support/scheduled_events").await.good();
    assert_eq!(events["data"][0]["telnyx_end_user_target"], "+15550100");
    assert_eq!(api.get("/tools/tool-1").await.good()["display_name"], "Look up");
    assert_eq!(api.get("/mcp_servers/mcp-1").await.good()["name"], "Files");
    assert_eq!(api.get("/assistants/tests/test-1").await.good()["test_suite"], "smoke");
    assert_eq!(api.get("/conversations/conversation-1/messages").await.good()["data"][0]["text"], "Hello?");
    let connections = api.get("/integrations/connections").await.good();
    assert_eq!(connections["data"].as_array().expect("connections").len(), 1);
    assert_eq!(api.get("/_emulator/calls").await.good()["data"][0]["outcomes"][1]["duration_secs"], 42);
}

#[tokio::test]
async fn export_can_be_loaded_as_a_seed() {
    let api = seeded(write("team.yml", TEAM).1);
    // A second version, a turn, a run, a current call, and deleted resources.
    let patch = json!({ "instructions": "Next.", "promote_to_main": false });
    api.post("/assistants/assistant-support", patch).await.good();
    let say = json!({ "content": "Hi", "conversation_id": "conversation-1" });
    api.post("/assistants/assistant-support/chat", say).await.good();
    api.post("/assistants/tests/test-1/runs", Value::Null).await.good();
    api.delete("/tools/tool-1").await;
    api.delete("/assistants/assistant-support/versions/v-old").await;
    api.0.clock().freeze();
    api.0.clock().set("2030-01-01T00:00:01Z").await.expect("a time");

    let text = api.get("/_emulator/export").await.text;
    let exported: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(exported["assistants"][0]["scheduled_events"][0]["status"], "in_progress");
    let again = seeded(write("export.json", &text).1);
    assert_eq!(again.0.export().expect("contents"), exported);
    let exported_again: Value = serde_json::from_str(&again.get("/_emulator/export").await.text).expect("JSON");
    assert_eq!(exported_again, exported);
    // Current calls and runs continue.
    again.0.clock().freeze();
    again.0.clock().set("2030-01-02T00:00:00Z").await.expect("a time");
    let events = again.get("/assistants/assistant-support/scheduled_events").await.good();
    assert_eq!((&events["data"][0]["status"], &events["data"][0]["call_duration"]), (&json!("completed"), &json!(42)));
}

#[tokio::test]
async fn exported_call_keeps_all_of_its_limits() {
    let api = Api::new(Emulator::builder().frozen_at("2030-01-01T00:00:00Z"));
    let limits = json!({ "time_limit_secs": 25, "user_idle_timeout_secs": 10 });
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i", "telephony_settings": limits })).await;
    api.schedule(&desk, json!({ "scheduled_at_fixed_datetime": "2030-01-01T00:01:00Z" })).await;
    // The call is answered after 5 s.
    api.0.clock().advance(Duration::from_secs(70)).await;
    let contents = api.0.export().expect("contents");
    let again = Api::new(Emulator::builder().frozen_at("2030-01-01T00:01:10Z").seed(contents.clone()));
    assert_eq!(again.0.export().expect("contents"), contents);
    again.0.clock().advance(Duration::from_secs(60)).await;
    let events = again.get(&format!("/assistants/{desk}/scheduled_events")).await.good();
    assert_eq!(events["data"][0]["call_duration"], 10);
}

#[tokio::test]
async fn reset_restores_the_initial_state() {
    let (_folder, seed) = write("team.yaml", TEAM);
    let builder = Emulator::builder().frozen_at("2026-03-02T00:00:00Z").seed(seed);
    let api = Api::new(builder);
    let before = api.0.export().expect("contents");
    let make = json!({ "name": "A", "instructions": "I." });
    let id = api.assistant(make.clone()).await;
    api.0.clock().resume();
    api.post("/_emulator/faults", json!({ "path": "**", "status": 500 })).await.good();
    api.delete("/assistants/assistant-support").await;
    assert_ne!(api.0.export().expect("contents"), before);

    assert_eq!(api.post("/_emulator/reset", Value::Null).await.good()["assistants"], 1);
    assert_eq!(api.0.export().expect("contents"), before);
    assert_eq!(api.0.clock().now().as_str(), "2026-03-02T00:00:00.000000Z");
    assert!(api.0.clock().is_frozen() && api.0.requests().is_empty());
    assert_eq!(api.assistant(make).await, id, "the ids repeat");
}

fn refusal(name: &str, text: &str) -> String {
    match Emulator::builder().seed(write(name, text).1).in_process() {
        Err(StartError::Seed(error)) => {
            assert!(!error.issues().is_empty());
            error.to_string()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn invalid_seed_is_an_error_with_line_and_field() {
    for (name, text, expected) in [
        ("a.yaml", "assistants:\n  - name: A\n    instructions: [1\ntools: []\n", "line 4: "),
        ("a.json", "{\n  \"assistants\": [\n    {\"name\": }\n  ]\n}", "line 3: expected value"),
        (
            "a.yaml",
            "assistants:\n  - name: A\n",
            "line 2: assistants[0].instructions: The field instructions is required.",
        ),
        (
            "a.json",
            "{\n\"assistants\": [\n{\"name\": \"A\",\n \"instructions\": 7}]}",
            "line 4: assistants[0].instructions: ",
        ),
        ("a.yaml", "assistents: []\n", "line 1: assistents: This is not a section of a seed; the sections are tools, "),
        ("a.yaml", "tools: {}\n", "line 1: tools: A section must be a list."),
        ("a.yaml", "tools: []\na/b: []\n", "line 2: a/b: This is not a section of a seed"),
        (
            "a.yaml",
            "connections:\n  - integration: hubspot\n    a/b: 1\n",
            "line 3: connections[0].a/b: A connection does",
        ),
        (
            "a.yaml",
            "assistants:\n  - {name: A, instructions: I, id: tests}\n",
            "line 2: assistants[0].id: 'tests' cannot be an id",
        ),
        (
            "a.yaml",
            "tests:\n  - {test_id: test-suites, name: T, destination: d, instructions: i,\n    rubric: [{name: a, criteria: c}]}\n",
            "line 2: tests[0].test_id: 'test-suites' cannot be",
        ),
        ("a.yaml", "conversations:\n  - id: insights\n", "line 2: conversations[0].id: 'insights' cannot be an id"),
        ("a.yaml", "conversations:\n  - id: ..\n", "line 2: conversations[0].id: '..' cannot be an id"),
        ("a.yaml", "conversations:\n  - id: ''\n", "line 2: conversations[0].id: An id must be a non-empty string"),
        ("a.yaml", "conversations:\n  - id: 7\n", "line 2: conversations[0].id: An id must be a non-empty string"),
        (
            "a.yaml",
            "conversations:\n  - metadata:\n      n: 12345678901234567890123\n",
            "line 3: The number 12345678901234567890123 would",
        ),
        (
            "a.json",
            "{\n\"conversations\": [{\"metadata\":\n{\"f\": 1e400}}]}",
            "line 3: conversations[0].metadata.f: The number 1e400",
        ),
        ("a.yaml", "documents:\n  - {kind: test_run, id: r, body: {}}\n", "line 2: documents[0].body: "),
        (
            "a.yaml",
            "documents:\n  - {kind: insight_run, id: c, body: {group_id: 5}}\n",
            "line 2: documents[0].body: The stored insight run",
        ),
        ("a.yaml", "documents:\n  - {kind: seeded, id: seeds, body: {}}\n", "'seeded' is not such a kind"),
        ("a.yaml", "- a\n", "line 1: A seed must be an object"),
        (
            "a.yaml",
            "connections:\n  - integration: fax\n",
            "line 2: connections[0].integration: This integration does not",
        ),
        ("a.yaml", "calls:\n  - target: +1\n    outcomes: [busy,\n      asleep]\n", "line 4: calls[0].outcomes[1]: "),
        (
            "a.yaml",
            "assistants:\n  - name: A\n    instructions: I.\n    versions:\n      - tags: ['a:b']\n",
            "line 5: assistants[0].versions[0].tags[0]: ",
        ),
        (
            "a.yaml",
            "tools:\n  - {id: t, type: hangup, display_name: a}\n  - {id: t, type: hangup, display_name: b}\n",
            "line 3: tools[1].id: There is another tool with the id 't'.",
        ),
        (
            "a.yaml",
            "assistants:\n  - {id: a, name: A, instructions: I, deleted_at: 2030-01-01}\n  - {id: a, name: B, instructions: I}\n",
            "line 3: assistants[1].id: There is another deleted assistant with the id 'a'.",
        ),
        (
            "a.yaml",
            "assistants:\n  - {id: a, name: A, instructions: I}\n  - {id: a, name: B, instructions: I, deleted_at: 2030-01-01}\n",
            "line 3: assistants[1].id: There is another assistant with the id 'a'.",
        ),
    ] {
        let message = refusal(name, text);
        assert!(message.contains(expected), "{message}\nand not: {expected}");
        assert!(message.contains(name), "{message}");
    }
    // All problems are reported at once.
    let message = refusal("a.yaml", "assistants:\n  - name: A\n  - name: B\n");
    assert_eq!(message.lines().count(), 2);
    let missing = Emulator::builder().seed("/no/such/seed.yaml").in_process().expect_err("an error").to_string();
    assert!(missing.contains("seed /no/such/seed.yaml: cannot be read"), "{missing}");
    let value = Emulator::builder().seed(json!({ "tests": [{}] })).in_process().expect_err("an error").to_string();
    assert!(value.starts_with("seed: tests[0].name: "), "{value}");
}

#[tokio::test]
async fn database_file_is_opened_by_one_emulator_at_a_time() {
    let (_folder, path) = file("emulator.db");
    let open =
        |path: &Path| Emulator::builder().db(path).seed(json!({ "calls": [{ "target": "+1", "outcomes": ["busy"] }] }));
    let api = Api::new(open(&path));
    let id = api.assistant(json!({ "name": "A", "instructions": "I." })).await;
    let refused = open(&path).in_process().expect_err("an error").to_string();
    assert!(refused.contains("another emulator has it open"), "{refused}");
    api.post("/_emulator/calls", json!({ "target": "+1" })).await.good();
    drop(api);

    let api = Api::new(open(&path));
    assert_eq!(api.get(&format!("/assistants/{id}")).await.good()["name"], "A");
    assert_eq!(api.get("/_emulator/calls").await.good()["data"], json!([]), "the seed is loaded once");

    // The next emulator can open the file of a stopped one.
    drop(api);
    for round in 0..2 {
        let emulator = Emulator::builder().db(&path).start().await.expect("an emulator");
        assert_eq!(emulator.export().expect("contents")["assistants"][0]["id"], id, "in round {round}");
        emulator.stop().await.expect("an end");
    }

    let (_folder, text) =
        write("text.db", "This is no database, and long enough to be sure of that.".repeat(20).as_str());
    let error = Emulator::builder().db(text).in_process().expect_err("an error").to_string();
    assert!(error.contains("it is not a SQLite database"), "{error}");
    let (_folder, foreign) = file("foreign.db");
    let connection = rusqlite::Connection::open(&foreign).expect("a database");
    connection.execute_batch("CREATE TABLE mine (a)").expect("a table");
    drop(connection);
    let error = Emulator::builder().db(foreign).in_process().expect_err("an error").to_string();
    assert!(error.contains("it is the database of another program"), "{error}");
}

#[tokio::test]
async fn error_of_an_unreadable_document_names_its_id() {
    let (_folder, db) = file("emulator.db");
    let seed = json!({
        "assistants": [{ "id": "a", "name": "A", "instructions": "I." }],
        "tests": [{ "test_id": "t", "name": "t", "destination": "a", "instructions": "i", "test_suite": "s",
                    "rubric": [{ "name": "r", "criteria": "c" }] }],
        "conversations": [{ "id": "c" }],
        "documents": [{ "kind": "dialogue", "id": "c", "parent": "c", "body": {} }],
    });
    let api = Api::new(Emulator::builder().frozen_at("2026-01-01").db(&db).seed(seed));
    let run = api.post("/assistants/tests/t/runs", Value::Null).await.good()["run_id"].clone();
    let run = run.as_str().expect("an id");
    drop(api);
    let connection = rusqlite::Connection::open(&db).expect("a database");
    for (kind, field) in [("test_run", "$.version_id"), ("dialogue", "$.node_id")] {
        let update = "UPDATE documents SET body = json_set(body, ?2, 5) WHERE kind = ?1";
        assert_eq!(connection.execute(update, [kind, field]).expect("an update"), 1);
    }
    drop(connection);
    let api = Api::new(Emulator::builder().frozen_at("2026-01-01").db(&db));
    let one = format!("/assistants/tests/t/runs/{run}");
    let say = json!({ "content": "hi", "conversation_id": "c" });
    for (method, path, body, document) in [
        ("GET", "/assistants/tests/t/runs", Value::Null, format!("test run '{run}'")),
        ("GET", &one, Value::Null, format!("test run '{run}'")),
        ("GET", "/assistants/tests/test-suites/s/runs", Value::Null, format!("test run '{run}'")),
        ("POST", "/assistants/a/chat", say, "dialogue 'c'".to_owned()),
    ] {
        let failed = api.call(method, path, body).await;
        assert_eq!(failed.status, 500, "{path}");
        assert!(failed.text.contains(&format!("The stored {document} cannot be read: ")), "{}", failed.text);
    }
}

#[tokio::test]
async fn response_is_recorded_in_the_transaction_of_the_change() {
    let (_folder, path) = file("emulator.db");
    let key = [("idempotency-key", "k-1")];
    let body = json!({ "name": "A", "instructions": "I." });
    let api = Api::new(Emulator::builder().db(&path));
    let first = api.try_call("POST", "/assistants", body.clone(), &key).await.expect("an answer").good();
    let refused = api.try_call("POST", "/assistants", json!({}), &[("idempotency-key", "k-2")]).await;
    assert_eq!(refused.expect("an answer").status, 422);
    drop(api);
    let api = Api::new(Emulator::builder().db(&path));
    let again = api.try_call("POST", "/assistants", body.clone(), &key).await.expect("an answer");
    assert_eq!((again.header("idempotency-replayed"), again.good()), ("true", first));
    // Rejected requests are not recorded.
    let now = api.try_call("POST", "/assistants", body, &[("idempotency-key", "k-2")]).await;
    assert_eq!(now.expect("an answer").status, 200);
}

#[tokio::test]
async fn address_that_is_not_loopback_needs_a_key() {
    let open = Emulator::builder().listen(([0, 0, 0, 0], 0)).start().await.expect_err("an error");
    assert!(open.to_string().contains("--api-key"), "{open}");
    let emulator = Emulator::builder().listen(([0, 0, 0, 0], 0)).api_key("secret").start().await;
    assert!(emulator.is_ok());

    let api = Api::new(Emulator::builder().api_key("secret"));
    assert_eq!(api.get("/_emulator/clock").await.status, 401);
    let api = Api::new(Emulator::builder().api_key(" key\n"));
    assert_eq!(api.get("/_emulator/clock").await.status, 200);
}

#[tokio::test]
async fn sources_of_an_error_are_not_repeated() {
    let missing = Emulator::builder().seed("/no/such/seed.yaml").in_process().expect_err("an error");
    let moment = Emulator::builder().frozen_at("soon").in_process().expect_err("an error");
    let folder = Emulator::builder().db("/no/such/folder/a.db").in_process().expect_err("an error");
    let taken = Emulator::start().await.expect("an emulator");
    let taken = Emulator::builder().listen(taken.addr()).start().await.expect_err("an error");
    for error in [missing, moment, folder, taken] {
        let source = std::error::Error::source(&error);
        assert!(source.is_none_or(|source| !error.to_string().contains(&source.to_string())), "{error}: {source:?}");
    }
}

#[tokio::test]
async fn empty_api_key_is_no_key() {
    let open = Emulator::builder().listen(([0, 0, 0, 0], 0)).api_key(" ").start().await.expect_err("an error");
    assert!(matches!(open, StartError::Unprotected { .. }), "{open}");
    let api = Api::new(Emulator::builder().api_key(""));
    assert_eq!(api.get("/assistants").await.status, 200);
    let clock = http::Request::get("/_emulator/clock").body(axum::body::Body::empty()).expect("a request");
    let shown = tower::ServiceExt::oneshot(api.0, clock).await.expect("an answer");
    assert_eq!(shown.status(), 200, "control endpoints need no key");
}

#[tokio::test]
async fn seeds_may_have_a_byte_order_mark_tabs_and_anchors() {
    for (name, text) in [
        ("a.json", "\u{feff}{\"conversations\": [{\"id\": \"c\", \"name\": \"A\"}]}"),
        ("a", "\u{feff}{\"conversations\": [{\"id\": \"c\", \"name\": \"A\"}]}"),
        ("a.yaml", "\u{feff}conversations:\n  - id: c\n    name: A\n"),
        ("a.yaml", "conversations:\n  - id:\tc\n    name:\t\tA\n"),
        ("a.yaml", "x-name: &name A\nx-more: {a: [1]}\nconversations:\n  - id: c\n    name: *name\n"),
    ] {
        let api = seeded(write(name, text).1);
        assert_eq!(api.get("/conversations/c").await.good()["data"]["name"], "A", "{text}");
    }
}

#[tokio::test]
async fn message_is_stored_together_with_its_idempotent_response() {
    let variables = Gate::new(json!({ "dynamic_variables": { "name": "Ada" } })).await;
    let api = seeded(json!({ "assistants": [{
        "id": "a", "name": "A", "instructions": "I.", "greeting": "Hello {{name}}.",
        "dynamic_variables_webhook_url": variables.url, "dynamic_variables_webhook_timeout_ms": 10_000,
        "messaging_settings": { "default_messaging_profile_id": "m" },
    }] }));
    let body = json!({ "from": "+1", "to": "+2", "should_create_conversation": true });
    let key = [("idempotency-key", "once")];
    let send = async || api.try_call("POST", "/assistants/a/chat/sms", body.clone(), &key).await.expect("an answer");
    let conversations = async || api.get("/conversations").await.good()["data"].as_array().expect("a list").len();
    let (sent, ()) = futures_util::future::join(send(), async {
        variables.called().await;
        assert_eq!(conversations().await, 0, "nothing is stored before the webhook responds");
        assert_eq!(send().await.status, 409);
        variables.open();
    })
    .await;
    let id = sent.good()["conversation_id"].as_str().expect("an id").to_owned();
    let again = send().await;
    assert_eq!((again.header("idempotency-replayed"), &again.good()["conversation_id"]), ("true", &json!(id)));
    assert_eq!(conversations().await, 1);
    let messages = api.get(&format!("/conversations/{id}/messages")).await.good();
    assert_eq!(messages["data"][0]["text"], "Hello Ada.");
}

#[test]
fn debug_shows_neither_the_api_key_nor_seeds() {
    let seed = json!({ "assistants": [{ "id": "a", "name": "n", "instructions": "hunter2" }] });
    let emulator = Emulator::builder().api_key("hunter2").seed(seed).in_process().expect("an emulator");
    assert!(!format!("{emulator:?}").contains("hunter2"));
}

#[test]
fn run_that_is_interrupted_by_the_end_of_its_runtime_is_not_repeated() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let first = runtime();
    let (api, path) = first.block_on(async {
        let variables = Gate::new(json!({ "dynamic_variables": {} })).await;
        let api = Api::new(Emulator::builder());
        let assistant = api
            .assistant(json!({
                "name": "n", "instructions": "i", "dynamic_variables_webhook_url": variables.url,
                "dynamic_variables_webhook_timeout_ms": 10_000,
            }))
            .await;
        let test = json!({
            "name": "t", "destination": assistant, "instructions": "Say \"hello\"",
            "rubric": [{ "name": "polite", "criteria": "Is polite" }],
        });
        let test = api.post("/assistants/tests", test).await.good()["test_id"].clone();
        let runs = format!("/assistants/tests/{}/runs", test.as_str().expect("an id"));
        let run = api.post(&runs, json!({})).await.good()["run_id"].clone();
        variables.called().await;
        (api, format!("{runs}/{}", run.as_str().expect("an id")))
    });
    drop(first);

    runtime().block_on(async {
        api.post("/_emulator/clock", json!({ "advance_secs": 60 })).await.good();
        let run = api.get(&path).await.good();
        assert_eq!((&run["status"], run["completed_at"].is_string()), (&json!("error"), true), "{run}");
        let conversations = api.get("/conversations").await.good();
        assert_eq!(conversations["data"].as_array().map(Vec::len), Some(1));
    });
}
