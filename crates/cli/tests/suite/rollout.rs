//! Candidates, tests, rollouts and rollbacks.

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Fault};

use crate::support::{Project, writes};

const SUPPORT: &str = "name: Support\ninstructions: Say hello to everybody.\n";
const GREETS: &str = "name: Greets\ndestination: ${assistants.support}\ninstructions: Say \"hello\".\nrubric: [{ name: greets, criteria: The assistant says \"hello\" }]\n";

fn telnyx(emulator: &Emulator) -> telnyx_ai::Telnyx {
    let client = telnyx_ai::Client::builder().base_url(emulator.base_url()).api_key("other").build().expect("a client");
    telnyx_ai::Telnyx::new(client)
}

/// An assistant with a test, and a candidate that has other instructions.
async fn with_candidate(instructions: &str) -> (Emulator, Project, String) {
    let emulator = Emulator::start().await.expect("an emulator");
    let project = Project::new(&emulator);
    project.write("assistants/support.yaml", SUPPORT).write("tests/greets.yaml", GREETS);
    project.ok(&["apply", "--yes"]).await;
    project.write("assistants/support.yaml", &format!("name: Support\ninstructions: {instructions}\n"));
    project.ok(&["apply", "--yes", "--candidate"]).await;
    let state: Value = serde_json::from_str(&project.read(".telnyx-ai/dev.json")).expect("a state");
    let id = state["resources"]["assistants.support"]["id"].as_str().expect("an id").to_owned();
    (emulator, project, id)
}

async fn main_instructions(emulator: &Emulator, id: &str) -> String {
    telnyx(emulator).assistants().retrieve(id).await.expect("it exists").instructions
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_is_made_once_and_leaves_the_main_version() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    let versions = telnyx(&emulator).versions().list(&id).await.expect("versions").len();
    project.ok(&["apply", "--yes", "--candidate"]).await;
    assert_eq!(telnyx(&emulator).versions().list(&id).await.expect("versions").len(), versions);
    let (_, shown) = project.json(&["show", "support"]).await;
    let roles: Vec<_> = shown["versions"]
        .as_array()
        .expect("versions")
        .iter()
        .map(|it| (it["main"].clone(), it["candidate"].clone()))
        .collect();
    assert_eq!(roles, [(json!(false), json!(true)), (json!(true), json!(false))], "{shown}");
    assert_eq!(project.run(&["plan", "--detailed-exitcode"]).await.code, 2, "the candidate is not promoted");
}

#[tokio::test(flavor = "multi_thread")]
async fn passing_tests_exit_with_0_and_write_junit() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    let junit = project.path().join("results.xml");
    let (code, document) =
        project.json(&["test", "--poll", "20ms", "--samples", "2", "--junit", junit.to_str().expect("UTF-8")]).await;
    assert_eq!(code, 0, "{document}");
    assert_eq!(document["tests"][0]["status"], "passed");
    assert_eq!(document["tests"][0]["runs"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["tests"][0]["runs"][0]["rubric"], json!([{"name": "greets", "status": "passed"}]));
    assert_eq!(document["summary"], json!({"passed": 1, "failed": 0, "error": 0}));
    let xml = project.read("results.xml");
    assert!(xml.contains("<testsuites name=\"telnyx-ai\" tests=\"1\" failures=\"0\" errors=\"0\""), "{xml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_test_exits_with_2_and_shows_the_conversation() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    project.write("tests/greets.yaml", &GREETS.replace("says \"hello\"", "says \"no such words\""));
    project.ok(&["apply", "--yes", "greets"]).await;
    let junit = project.path().join("results.xml");
    let done = project.run(&["test", "support", "--poll", "20ms", "--junit", junit.to_str().expect("UTF-8")]).await;
    assert_eq!(done.code, 2, "{done:#?}");
    assert!(
        done.stdout.contains("failed") && done.stdout.contains("user: ") && done.stdout.contains("0 passed, 1 failed"),
        "{done:#?}"
    );
    let xml = project.read("results.xml");
    assert!(xml.contains("<failure message=\"0 of 1 samples passed: greets: failed\" type=\"failed\">"), "{xml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn test_that_cannot_run_exits_with_1() {
    let (emulator, project, _) = with_candidate("Say hello, please.").await;
    let (code, document) = project.json(&["test", "--version-id", "no-such-version", "--poll", "20ms"]).await;
    assert_eq!((code, &document["tests"][0]["status"]), (1, &json!("error")), "{document}");
    emulator.clock().freeze();
    let (code, document) = project.json(&["test", "--poll", "20ms", "--timeout", "200ms"]).await;
    assert_eq!((code, &document["tests"][0]["status"]), (1, &json!("timeout")), "{document}");
}

#[tokio::test(flavor = "multi_thread")]
async fn good_candidate_reaches_100_and_is_promoted() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let (code, document) =
        project.json(&["rollout", "support", "--hold", "10ms", "--gate", "tests", "--poll", "20ms"]).await;
    assert_eq!((code, &document["result"]), (0, &json!("promoted")), "{document}");
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.");
    project.assert_no_changes("dev").await;

    project.ok(&["rollback", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    let (code, plan) = project.json(&["plan", "--detailed-exitcode"]).await;
    assert_eq!((code, &plan["changes"][0]["drift"]), (2, &json!(false)), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_that_fails_a_test_is_rolled_back() {
    let (emulator, project, id) = with_candidate("Be silent.").await;
    for _ in 0..2 {
        project.write("tests/greets.yaml", &GREETS.replace("says \"hello\"", "says \"everybody\""));
        project.ok(&["apply", "--yes", "greets"]).await;
        let done = project.run(&["rollout", "support", "--hold", "10ms", "--gate", "tests", "--poll", "20ms"]).await;
        assert_eq!(done.code, 2, "{done:#?}");
        assert!(done.stdout.contains("rolled back from 0 percent: 1 of 1 tests did not pass"), "{done:#?}");
        assert!(telnyx(&emulator).canary_deploys().retrieve(&id).await.is_err());
        assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_without_a_reply_roll_the_candidate_back() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let config = project.read("telnyx-ai.yaml").replacen('{', "{\"rollout\": {\"max_error_percent\": 10}, ", 1);
    project.write("telnyx-ai.yaml", &config);
    let mut child =
        project.command(&["rollout", "support", "--steps", "99,100", "--hold", "2s"]).spawn().expect("it starts");
    let telnyx = telnyx(&emulator);
    while telnyx.canary_deploys().retrieve(&id).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    for n in 0..10 {
        let mut request = telnyx_ai::assistants::CreateConversation::new();
        request.name = Some(format!("conversation {n}"));
        let conversation = telnyx.conversations().create(request).await.expect("a conversation");
        let chat = telnyx_ai::assistants::ChatRequest::new(&conversation.id, "Hello?");
        telnyx.assistants().chat(&id, chat).await.expect("a reply");
        let message = telnyx_ai::assistants::AddMessage::new("user");
        telnyx.conversations().add_message(&conversation.id, message).await.expect("it is added");
    }
    assert_eq!(child.wait().await.expect("it ends").code(), Some(2));
    assert!(telnyx.canary_deploys().retrieve(&id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_rollout_is_resumed() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let steps = ["rollout", "support", "--steps", "10,20,100", "--hold", "50ms"];
    for write in 0..3 {
        emulator.faults().clear();
        emulator.faults().add(Fault::on("PUT", "**").stall().times(1));
        emulator.faults().add(Fault::on("POST", "**").stall().times(1));
        let arguments: &[&str] = if write == 0 { &steps } else { &["rollout", "--resume", "support"] };
        let before = writes(&emulator).len();
        let mut child = project.command(arguments).spawn().expect("it starts");
        while writes(&emulator).len() == before {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        child.kill().await.expect("it can be killed");
        if write < 2 {
            assert_eq!(project.run(&["apply", "--yes"]).await.code, 1, "the rollout is not finished");
        }
    }
    emulator.faults().clear();
    project.ok(&["rollout", "--resume", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.");
    project.assert_no_changes("dev").await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn interrupt_returns_the_traffic_on_request() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let telnyx = telnyx(&emulator);
    let mut child =
        project.command(&["rollout", "support", "--hold", "1h", "--rollback-on-interrupt"]).spawn().expect("it starts");
    while telnyx.canary_deploys().retrieve(&id).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let second = project.run(&["rollout", "support"]).await;
    assert!(second.code == 1 && second.stderr.contains("another process"), "{second:#?}");
    let process = child.id().expect("it runs").to_string();
    let killed = tokio::process::Command::new("kill").args(["-INT", &process]).status().await.expect("kill exists");
    assert!(killed.success());
    assert_eq!(child.wait().await.expect("it ends").code(), Some(2));
    assert!(telnyx.canary_deploys().retrieve(&id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_that_cannot_begin_leaves_nothing_behind() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    assert_eq!(project.run(&["rollout", "support", "--steps", "50,20"]).await.code, 1);
    let version = telnyx(&emulator).versions().list(&id).await.expect("versions")[0].version_id.clone().expect("an id");
    let canary = telnyx_ai::versions::Canary::new().percentage(&version, 7.0);
    canary.deploy(&telnyx(&emulator).canary_deploys(), &id).await.expect("a canary deploy");
    let done = project.run(&["rollout", "support", "--hold", "10ms"]).await;
    assert!(done.code == 1 && done.stderr.contains("already has a canary deploy"), "{done:#?}");
    telnyx(&emulator).canary_deploys().delete(&id).await.expect("it is deleted");
    project.ok(&["rollout", "support", "--hold", "10ms"]).await;
}
