//! Candidates, rollouts and rollbacks.

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Fault};

use crate::support::{Done, Project, STATE, edit, interrupt, struck, telnyx};

const SUPPORT: &str = "name: Support\ninstructions: Say hello to everybody.\n";
pub(crate) const GREETS: &str = "name: Greets\ndestination: ${assistants.support}\ninstructions: Say \"hello\".\nrubric: [{ name: greets, criteria: The assistant says \"hello\" }]\n";

/// An assistant with a test, and a candidate that has other instructions.
pub(crate) async fn with_candidate(instructions: &str) -> (Emulator, Project, String) {
    let (emulator, project) = Project::start().await;
    project.write("assistants/support.yaml", SUPPORT).write("tests/greets.yaml", GREETS);
    project.ok(&["apply", "--yes"]).await;
    project.write("assistants/support.yaml", &format!("name: Support\ninstructions: {instructions}\n"));
    project.ok(&["apply", "--yes", "--candidate"]).await;
    let id = project.id("assistants.support");
    (emulator, project, id)
}

/// The newest version of the assistant.
async fn candidate(project: &Project) -> String {
    let (_, shown) = project.json(&["show", "support"]).await;
    shown["versions"][0]["version_id"].as_str().expect("an id").to_owned()
}

async fn main_instructions(emulator: &Emulator, id: &str) -> String {
    telnyx(emulator).assistants().retrieve(id).await.expect("it exists").instructions
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_is_made_once_and_leaves_the_main_version() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    let versions = telnyx(&emulator).versions().list(&id).await.expect("versions").len();
    let done = project.run(&["apply", "--yes", "--candidate"]).await;
    let message =
        format!("The candidate of assistants.support, version {}, matches the file.", candidate(&project).await);
    assert!(done.code == 0 && done.stderr.contains(&message), "{done:#?}");
    assert!(!done.stderr.contains("No changes"), "the main version does not match the file: {done:#?}");
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
async fn apply_of_candidates_updates_tests_and_skips_shared_tools() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    let tool =
        |url: &str| format!("display_name: T\ntype: webhook\nwebhook: {{ name: t, description: d, url: '{url}' }}\n");
    project.write("tools/t.yaml", &tool("https://a.example.com")).ok(&["apply", "tools.t", "--yes"]).await;
    project.write("tools/t.yaml", &tool("https://b.example.com"));
    project.write("tests/greets.yaml", &GREETS.replace("Say", "Please say"));
    let (code, document) = project.json(&["apply", "--yes", "--candidate"]).await;
    let changes = document["changes"].as_array().expect("changes");
    let result = |address: &str| changes.iter().find(|it| it["address"] == address).map(|it| it["result"].clone());
    assert_eq!(
        (code, result("tests.greets"), result("tools.t")),
        (1, Some(json!("applied")), Some(json!("skipped"))),
        "{document}"
    );
    // A plain `apply` would promote the candidate.
    let done = project.run(&["apply", "--yes", "--candidate"]).await;
    let advice = ["apply it with `telnyx-ai apply tools.t`", "run `telnyx-ai apply --yes --candidate --dir "];
    assert!(advice.iter().all(|advice| done.stderr.contains(advice)), "{done:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_of_a_killed_apply_is_made_once() {
    for is_executed in [false, true] {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        let before = telnyx(&emulator).versions().list(&id).await.expect("versions").len();
        project.write("assistants/support.yaml", "name: Support\ninstructions: Say hello, friend.\n");
        let update = Fault::on("POST", "/ai/assistants/*");
        let hour = Duration::from_secs(3600);
        let update = emulator.faults().add(if is_executed { update.stall() } else { update.delay(hour) });
        let mut child = project.spawn(&["apply", "--yes", "--candidate"]);
        struck(&emulator, update).await;
        child.kill().await.expect("it can be killed");
        emulator.faults().clear();
        project.ok(&["apply", "--yes", "--candidate"]).await;
        let versions = telnyx(&emulator).versions().list(&id).await.expect("versions");
        assert_eq!(versions.len(), before + 1, "executed: {is_executed}");
        assert_eq!(versions[0].instructions, "Say hello, friend.");
        let (_, shown) = project.json(&["show", "support"]).await;
        assert_eq!(shown["versions"][0]["candidate"], true, "{shown}");
        assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    }
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
async fn show_has_the_shares_and_rules_of_any_canary_deploy() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let deploys = telnyx(&emulator).canary_deploys();
    let versions = telnyx(&emulator).versions().list(&id).await.expect("versions");
    let version = versions[0].version_id.clone().expect("an id");
    for (deploy, shares, texts) in [
        (json!({"rules": [{"serve": {"version_id": version}}]}), [100.0, 0.0], ["100 %", "0 %"]),
        (json!({"versions": [{"version_id": version, "percentage": 7}]}), [7.0, 93.0], ["7 %", "93 %"]),
        (
            json!({"rules": [
                {"match": [{"attribute": "country", "operator": "in", "values": ["DE", "AT"]}], "serve": {"version_id": version}},
                {"serve": {"rollout": [{"version_id": version, "weight": 20}]}},
            ]}),
            [20.0, 80.0],
            ["20 % of the rest", "80 % of the rest"],
        ),
    ] {
        deploys.create(&id, serde_json::from_value(deploy).expect("a canary deploy")).await.expect("it is created");
        let (_, shown) = project.json(&["show", "support"]).await;
        let found = [0, 1].map(|n| shown["versions"][n]["share"].as_f64());
        assert_eq!(found, shares.map(Some), "{shown}");
        let shown = project.ok(&["show", "support"]).await;
        assert!(texts.iter().all(|text| shown.contains(text)), "{shown}");
        let rule = format!("country in DE, AT gets 100 % {version}");
        assert_eq!(shown.contains(&rule), shown.contains("of the rest"), "{shown}");
        deploys.delete(&id).await.expect("it is deleted");
    }
}

/// The API has returned canary deploys with shares in place of rules.
#[tokio::test(flavor = "multi_thread")]
async fn canary_deploy_without_rules_is_shown_and_rolled_back() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let version = candidate(&project).await;
    let canary = telnyx_ai::versions::Canary::new().percentage(&version, 50.0);
    canary.deploy(&telnyx(&emulator).canary_deploys(), &id).await.expect("a canary deploy");
    let versions = json!([{"version_id": version, "percentage": 7.0}]);
    let time = "2026-01-01T00:00:00Z";
    for rules in [json!({}), json!({"rules": null}), json!({"rules": []})] {
        let mut deploy = json!({"assistant_id": id, "created_at": time, "updated_at": time, "versions": versions});
        deploy.as_object_mut().expect("an object").extend(rules.as_object().expect("an object").clone());
        emulator.faults().clear();
        emulator.faults().add(Fault::on("GET", "**/canary-deploys").status(200).body(deploy));
        let (_, shown) = project.json(&["show", "support"]).await;
        let shares = [0, 1].map(|n| shown["versions"][n]["share"].clone());
        assert_eq!(shares, [json!(7.0), json!(93.0)], "{shown}");
        let shown = project.ok(&["show", "support"]).await;
        assert!(shown.contains("7 %") && shown.contains("93 %") && !shown.contains("of the rest"), "{shown}");
    }

    let (code, document) = project.json(&["rollback", "support"]).await;
    assert_eq!((code, &document["canary_deploy"]), (0, &json!({"versions": versions})), "{document}");
    emulator.faults().clear();
    assert_rolled_back(&emulator, &id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_prints_the_canary_deploy_that_it_deletes() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let versions = telnyx(&emulator).versions().list(&id).await.expect("versions");
    let version = versions[0].version_id.clone().expect("an id");
    let canary = || {
        let callers = telnyx_ai::versions::Clause::starts_with("telnyx_end_user_target", ["+49"]);
        telnyx_ai::versions::Canary::new().serve_where([callers], &version)
    };
    canary().deploy(&telnyx(&emulator).canary_deploys(), &id).await.expect("a canary deploy");
    let done = project.run(&["rollback", "support"]).await;
    assert!(done.code == 0 && done.stderr.contains("\"+49\"") && done.stderr.contains(&version), "{done:#?}");

    canary().deploy(&telnyx(&emulator).canary_deploys(), &id).await.expect("a canary deploy");
    let (code, document) = project.json(&["rollback", "support"]).await;
    assert_eq!((code, &document["result"]), (0, &json!("ended")), "{document}");
    let again = serde_json::from_value(document["canary_deploy"].clone()).expect("a canary deploy");
    telnyx(&emulator).canary_deploys().create(&id, again).await.expect("it is created again");
}

#[tokio::test(flavor = "multi_thread")]
async fn second_rollback_does_not_return_to_the_newer_version() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.ok(&["apply", "--yes"]).await;
    project.ok(&["rollback", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    project.refused(&["rollback", "support"], "is newer than the main version").await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");

    // The state still has the content of the newer version.
    let (_, shown) = project.json(&["show", "support"]).await;
    let newer = shown["versions"][0]["version_id"].as_str().expect("a version");
    project.ok(&["rollback", "support", "--to", newer]).await;
    project.assert_no_changes("dev").await;

    project.ok(&["rollback", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
}

#[tokio::test(flavor = "multi_thread")]
async fn second_rollback_after_a_change_elsewhere_returns_to_the_version_before() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.ok(&["apply", "--yes"]).await;
    change_main(&emulator, &id).await;
    for instructions in ["Say hello, please.", "Say hello to everybody."] {
        project.ok(&["rollback", "support"]).await;
        assert_eq!(main_instructions(&emulator, &id).await, instructions);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_after_a_promotion_elsewhere_returns_to_the_last_applied_version() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.ok(&["apply", "--yes"]).await;
    project.write("assistants/support.yaml", "name: Support\ninstructions: Say hello, friend.\n");
    project.ok(&["apply", "--yes"]).await;
    let versions = telnyx(&emulator).versions();
    let first = versions.list(&id).await.expect("versions").pop().and_then(|it| it.version_id).expect("an id");
    versions.promote(&id, &first).await.expect("it is promoted");
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    project.ok(&["rollback", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, friend.");
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_whose_response_was_lost_can_be_repeated() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.ok(&["apply", "--yes"]).await;
    emulator.faults().add(Fault::on("POST", "/ai/assistants/*/versions/*/promote").drop_after().times(1));
    assert_eq!(project.run(&["rollback", "support"]).await.code, 1);
    project.ok(&["rollback", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    let (_, plan) = project.json(&["plan"]).await;
    assert_eq!(plan["summary"]["drift"], 0, "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_undoes_an_apply_whose_response_was_lost() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.ok(&["apply", "--yes"]).await;
    project.write("assistants/support.yaml", "name: Support\ninstructions: Say hello, friend.\n");
    emulator.faults().add(Fault::on("POST", "/ai/assistants/*").drop_after().times(1));
    assert_eq!(project.run(&["apply", "--yes"]).await.code, 1);
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, friend.");
    project.ok(&["rollback", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.");
}

/// The process can end after the promotion, before it stores it.
#[tokio::test(flavor = "multi_thread")]
async fn rollback_undoes_a_promotion_that_was_not_stored() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let state = project.read(STATE);
    project.ok(&["rollout", "support", "--steps", "100", "--hold", "10ms"]).await;
    project.write(STATE, &state);
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.");
    project.ok(&["rollback", "support"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
}

#[tokio::test(flavor = "multi_thread")]
async fn rollback_returns_to_the_version_before_a_change_elsewhere() {
    for is_pulled in [false, true] {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        project.ok(&["apply", "--yes"]).await;
        change_main(&emulator, &id).await;
        if is_pulled {
            project.ok(&["pull"]).await;
        }
        project.ok(&["rollback", "support"]).await;
        let main = telnyx(&emulator).assistants().retrieve(&id).await.expect("the assistant");
        assert_eq!((main.instructions.as_str(), main.greeting), ("Say hello, please.", None), "pulled: {is_pulled}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_after_a_rollback_clears_the_fields_of_the_old_version() {
    let (emulator, project) = Project::start().await;
    let old = "greeting: Summer sale!\nvoice_settings: { voice: Telnyx.KokoroTTS.af, voice_speed: 1.2 }\n";
    for fields in [old, "greeting: Hello!\n", "voice_settings: { voice: Telnyx.KokoroTTS.af }\n", "description: New\n"]
    {
        project.write("assistants/support.yaml", &format!("{SUPPORT}{fields}")).ok(&["apply", "--yes"]).await;
    }
    let (_, shown) = project.json(&["show", "support"]).await;
    let id = shown["id"].as_str().expect("an id");
    let first = shown["versions"][3]["version_id"].as_str().expect("a version");
    project.ok(&["rollback", "support", "--to", first]).await;
    assert_eq!(main_greeting(&emulator, id).await.as_deref(), Some("Summer sale!"));
    let (_, plan) = project.json(&["plan"]).await;
    let fields: Vec<_> =
        plan["changes"][0]["fields"].as_array().expect("fields").iter().map(|it| &it["path"]).collect();
    assert_eq!(fields, ["description", "greeting", "voice_settings"], "{plan}");

    project.ok(&["apply", "--yes"]).await;
    let main = telnyx(&emulator).assistants().retrieve(id).await.expect("the assistant");
    assert_eq!((main.greeting, main.voice_settings), (None, None));
    project.assert_no_changes("dev").await;
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
async fn end_of_a_chat_keeps_the_canary_deploy_of_a_rollout_that_began_meanwhile() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let mut command = project.command(&["chat", "support", "--candidate"]);
    let mut chat = command.stdin(std::process::Stdio::piped()).spawn().expect("it starts");
    let stdin = chat.stdin.take();
    let deploys = telnyx(&emulator).canary_deploys();
    while deploys.retrieve(&id).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    project.ok(&["rollback", "support"]).await;
    project.ok(&["rollout", "support", "--steps", "20", "--hold", "0s"]).await;
    drop(stdin);
    assert!(chat.wait().await.expect("it ends").success());
    let rules = deploys.retrieve(&id).await.expect("the canary deploy of the rollout").rules.expect("rules");
    assert_eq!(rules[0].serve.rollout.as_ref().expect("shares")[0].weight, 20.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_on_a_deleted_assistant_report_the_deletion() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.ok(&["rollout", "support", "--steps", "20", "--hold", "0s"]).await;
    telnyx(&emulator).assistants().delete(&id).await.expect("it is deleted");
    let version = "5f0b8a60-0000-4000-8000-000000000000";
    for command in [
        &["rollout", "support"][..],
        &["rollout", "--resume", "support"],
        &["rollback", "support"],
        &["rollback", "support", "--to", version],
        &["chat", "support"],
        &["chat", "support", "--candidate"],
        &["test", "--candidate"],
        &["apply", "--yes"],
    ] {
        let done = project.run(command).await;
        let expected = ["deleted elsewhere", "--overwrite-drift", "telnyx-ai pull assistants.support` "];
        assert!(done.code == 1 && expected.iter().all(|text| done.stderr.contains(text)), "{command:?}: {done:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_on_a_deleted_version_or_test_report_the_deletion() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let candidate = telnyx(&emulator).versions().list(&id).await.expect("versions")[0].version_id.clone();
    let candidate = candidate.expect("an id");
    telnyx(&emulator).versions().delete(&id, &candidate).await.expect("it is deleted");
    for command in [&["chat", "support", "--candidate"][..], &["test", "--candidate"], &["rollout", "support"]] {
        let done = project.run(command).await;
        let expected = format!("version {candidate}, was deleted; make a new candidate");
        assert!(done.code == 1 && done.stderr.contains(&expected), "{command:?}: {done:#?}");
    }
    let done = project.run(&["rollback", "support", "--to", &candidate]).await;
    assert!(done.stderr.contains(&format!("assistants.support has no version {candidate}")), "{done:#?}");

    telnyx(&emulator).tests().delete(&project.id("tests.greets")).await.expect("it is deleted");
    let done = project.run(&["test"]).await;
    assert!(done.code == 1 && done.stdout.contains("the test was deleted elsewhere"), "{done:#?}");
}

/// A change of the main version by another client.
async fn change_main(emulator: &Emulator, id: &str) {
    edit(emulator, id, json!({"greeting": "Changed in the dashboard."})).await;
}

async fn main_greeting(emulator: &Emulator, id: &str) -> Option<String> {
    telnyx(emulator).assistants().retrieve(id).await.expect("it exists").greeting
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_does_not_undo_a_change_of_the_main_version() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    change_main(&emulator, &id).await;
    let rollout = ["rollout", "support", "--hold", "0s", "--steps", "100"];
    project.refused(&rollout, "has changed since its candidate was made").await;
    assert_eq!(project.run(&["apply", "--yes", "--candidate"]).await.code, 1, "the change is not overwritten");
    assert_eq!(project.run(&rollout).await.code, 1);

    project.ok(&["pull", "support"]).await;
    let file = project.read("assistants/support.yaml").replace("to everybody", "to everybody, please");
    project.write("assistants/support.yaml", &file);
    assert_eq!(project.run(&rollout).await.code, 1, "the candidate is still the old one");
    project.ok(&["apply", "--yes", "--candidate"]).await;
    project.ok(&rollout).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody, please.");
    assert_eq!(main_greeting(&emulator, &id).await.as_deref(), Some("Changed in the dashboard."));
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn change_of_the_main_version_is_undone_on_request() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    change_main(&emulator, &id).await;
    project.ok(&["apply", "--yes", "--candidate", "--overwrite-drift"]).await;
    project.ok(&["rollout", "support", "--hold", "0s", "--steps", "100"]).await;
    assert_eq!(main_greeting(&emulator, &id).await.filter(|greeting| !greeting.is_empty()), None);
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn change_of_the_main_version_during_a_rollout_rolls_the_candidate_back() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let rollout = Running::start(&project, &emulator, &id, &["--steps", "50,100"], 50.0).await;
    change_main(&emulator, &id).await;
    let done = rollout.go_on(&project).await;
    assert!(done.code == 2 && done.stdout.contains("the main version was changed elsewhere"), "{done:#?}");
    assert_rolled_back(&emulator, &id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn key_of_a_test_is_not_an_assistant() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    for command in ["rollout", "rollback", "chat"] {
        for key in ["greets", "tests.greets"] {
            project.refused(&[command, key], "tests.greets is not an assistant").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupt_returns_the_traffic_on_request() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let telnyx = telnyx(&emulator);
    let mut child = project.spawn(&["rollout", "support", "--hold", "1h", "--rollback-on-interrupt"]);
    while telnyx.canary_deploys().retrieve(&id).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    interrupt(&child).await;
    assert_eq!(child.wait().await.expect("it ends").code(), Some(2));
    assert!(telnyx.canary_deploys().retrieve(&id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_that_cannot_begin_changes_nothing() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    assert_eq!(project.run(&["rollout", "support", "--steps", "50,20"]).await.code, 1);
    let version = telnyx(&emulator).versions().list(&id).await.expect("versions")[0].version_id.clone().expect("an id");
    let canary = telnyx_ai::versions::Canary::new().percentage(&version, 7.0);
    canary.deploy(&telnyx(&emulator).canary_deploys(), &id).await.expect("a canary deploy");
    project.refused(&["rollout", "support", "--hold", "10ms"], "already has a canary deploy").await;
    telnyx(&emulator).canary_deploys().delete(&id).await.expect("it is deleted");
    project.ok(&["rollout", "support", "--hold", "10ms"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_that_cannot_begin_asks_for_no_confirmation() {
    let (emulator, project, _) = with_candidate("Say hello, please.").await;
    let insight = json!({"insight": "unknown", "must_not_contain": "x"});
    let config = json!({"environments": {"dev": {"base_url": emulator.base_url(), "protected": true}}});
    let with_insight = json!({"environments": config["environments"], "rollout": {"insights": [insight]}});
    for (config, steps, why) in [
        (&config, "50,20", "the shares of `--steps` must be in ascending order"),
        (&config, "20,20", "the shares of `--steps` must be in ascending order"),
        (&with_insight, "20,50", "the insight unknown of `rollout.insights` does not exist"),
        (&config, "20,50", "Roll out version"),
    ] {
        project.write("telnyx-ai.yaml", &config.to_string());
        project.refused(&["rollout", "support", "--steps", steps], why).await;
    }
}

/// A rollout that is killed before or after each of its writes is executed, and resumed.
#[tokio::test(flavor = "multi_thread")]
async fn killed_rollout_is_resumed() {
    let hour = Duration::from_secs(3600);
    for (method, path) in [("POST", "**/canary-deploys"), ("PUT", "**/canary-deploys"), ("POST", "**/promote")] {
        for fault in [Fault::on(method, path).delay(hour), Fault::on(method, path).drop_after()] {
            let (emulator, project, id) = with_candidate("Say hello, please.").await;
            let strikes = emulator.faults().add(fault);
            let rollout = ["rollout", "support", "--steps", "10,20,100", "--hold", "10ms"];
            let mut child = project.spawn(&rollout);
            struck(&emulator, strikes).await;
            child.kill().await.expect("it can be killed");
            emulator.faults().clear();
            project.refused(&rollout, "--resume").await;

            project.ok(&["rollout", "--resume", "support"]).await;
            assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.", "{method} {path}");
            assert!(telnyx(&emulator).canary_deploys().retrieve(&id).await.is_err());
            let mut shares = shares(&emulator);
            shares.dedup();
            assert_eq!(shares, [10.0, 20.0], "{method} {path}");
            project.assert_no_changes("dev").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_that_ended_below_100_is_continued() {
    for arguments in [&["rollout", "support"][..], &["rollout", "support", "--resume"]] {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        let (code, document) = project.json(&["rollout", "support", "--steps", "10,20", "--hold", "1ms"]).await;
        assert_eq!((code, &document["result"]), (0, &json!("serving")), "{document}");
        project.write("assistants/support.yaml", "name: Support\ninstructions: Say nothing.\n");
        let refused = project.run(&["apply", "--yes"]).await;
        let advice = "is being rolled out; end that first with `telnyx-ai rollout assistants.support --steps` with shares above 20 up to 100, or with `telnyx-ai rollback assistants.support`";
        assert!(refused.code == 1 && refused.stderr.contains(advice), "{refused:#?}");
        project.refused(&["rollout", "support", "--steps", "10,20"], "has 20 percent of the traffic").await;

        let done = project.run(&[arguments, &["--steps", "50,100", "--hold", "1ms"]].concat()).await;
        assert_eq!(done.code, 0, "{done:#?}");
        assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.");
        let mut shares = shares(&emulator);
        shares.dedup();
        assert_eq!(shares, [10.0, 20.0, 50.0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_that_ended_below_100_starts_again_without_its_canary_deploy() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.ok(&["rollout", "support", "--steps", "10,20", "--hold", "1ms"]).await;
    telnyx(&emulator).canary_deploys().delete(&id).await.expect("it is deleted");
    project.ok(&["rollout", "support", "--hold", "1ms"]).await;
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.");
    assert_eq!(shares(&emulator), [10.0, 20.0, 5.0, 25.0, 50.0]);
}

/// The shares that the candidate was given, in order.
fn shares(emulator: &Emulator) -> Vec<f64> {
    let requests = emulator.requests();
    let deploys =
        requests.iter().filter(|request| request.path.ends_with("/canary-deploys") && request.body.is_object());
    deploys
        .map(|request| request.body["rules"][0]["serve"]["rollout"][0]["weight"].as_f64().expect("a share"))
        .collect()
}

/// Waits until the candidate has a share of the traffic.
async fn wait_for_share(emulator: &Emulator, id: &str, share: f64) {
    while share_of_canary(emulator, id).await != Some(share) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A conversation of one message. Returns its id and the version that served it.
async fn converse(telnyx: &telnyx_ai::Telnyx, id: &str) -> (String, String) {
    let request = telnyx_ai::assistants::CreateConversation::new();
    let conversation = telnyx.conversations().create(request).await.expect("a conversation");
    let chat = telnyx_ai::assistants::ChatRequest::new(&conversation.id, "Hello?");
    telnyx.assistants().chat(id, chat).await.expect("a reply");
    let conversation = telnyx.conversations().retrieve(&conversation.id).await.expect("it exists");
    let version_id = conversation.metadata["assistant_version_id"].as_str().expect("a version").to_owned();
    (conversation.id, version_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_served_in_the_shares_of_the_steps() {
    const CONVERSATIONS: u32 = 300;
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let telnyx = telnyx(&emulator);
    let candidate = candidate(&project).await;
    let steps = [
        (10.0, &["rollout", "support", "--steps", "10,40,100", "--hold", "10ms"][..], "PUT"),
        (40.0, &["rollout", "--resume", "support"], "POST"),
    ];
    for (share, arguments, next_write) in steps {
        // The next step does not come.
        emulator.faults().clear();
        let path = if next_write == "PUT" { "**/canary-deploys" } else { "**/promote" };
        emulator.faults().add(Fault::on(next_write, path).delay(Duration::from_secs(3600)));
        let mut child = project.spawn(arguments);
        wait_for_share(&emulator, &id, share).await;
        let mut served = 0.0;
        for _ in 0..CONVERSATIONS {
            if converse(&telnyx, &id).await.1 == candidate {
                served += 100.0 / f64::from(CONVERSATIONS);
            }
        }
        // Four standard deviations.
        let tolerance = 4.0 * (share * (100.0 - share) / f64::from(CONVERSATIONS)).sqrt();
        assert!((served - share).abs() < tolerance, "{served} percent in place of {share}");
        child.kill().await.expect("it can be killed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn change_of_the_canary_by_another_client_stops_the_rollout() {
    for share in [None, Some(70.0)] {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        let candidate = candidate(&project).await;
        let child = project.spawn(&["rollout", "support", "--steps", "10,20,100", "--hold", "2s"]);
        wait_for_share(&emulator, &id, 10.0).await;
        change_canary(&emulator, &id, &candidate, share).await;
        let done = Done::of(child).await;
        assert_eq!(done.code, 1, "{done:#?}");
        assert!(done.stderr.contains("another client changed the canary deploy"), "{done:#?}");
        assert!(done.stderr.contains("`telnyx-ai rollback assistants.support` returns all traffic"), "{done:#?}");
        assert_eq!(share_of_canary(&emulator, &id).await, share, "the traffic is left as it is");
        assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
        project.ok(&["rollback", "support"]).await;
        assert_eq!(share_of_canary(&emulator, &id).await, None);
        assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn change_of_the_canary_during_an_interruption_is_not_undone() {
    for (share, code, expected) in [
        (None, 2, "the canary deploy was deleted during the interruption"),
        (Some(70.0), 1, "is not a step of this rollout"),
    ] {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        let rollout = Running::start(&project, &emulator, &id, &["--steps", "10,20,100"], 10.0).await;
        change_canary(&emulator, &id, &rollout.candidate, share).await;
        let done = rollout.go_on(&project).await;
        assert_eq!(done.code, code, "{done:#?}");
        assert!((done.stdout.clone() + &done.stderr).contains(expected), "{done:#?}");
        assert_eq!(share_of_canary(&emulator, &id).await, share, "the traffic is left as it is");
    }
}

/// Another client gives the candidate another share, or deletes the canary deploy.
async fn change_canary(emulator: &Emulator, id: &str, candidate: &str, share: Option<f64>) {
    let deploys = telnyx(emulator).canary_deploys();
    match share {
        None => deploys.delete(id).await.expect("it is deleted"),
        Some(share) => {
            let config = telnyx_ai::versions::Canary::new().split([(candidate, share)]).build().expect("a canary");
            deploys.update(id, config).await.expect("it is changed");
        }
    }
}

async fn share_of_canary(emulator: &Emulator, id: &str) -> Option<f64> {
    let rules = telnyx(emulator).canary_deploys().retrieve(id).await.ok()?.rules?;
    Some(rules.first()?.serve.rollout.as_ref()?.first()?.weight)
}

#[tokio::test(flavor = "multi_thread")]
async fn second_rollout_of_an_assistant_is_refused() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let elsewhere = Project::new(&emulator);
    for path in ["assistants/support.yaml", "tests/greets.yaml", STATE] {
        elsewhere.write(path, &project.read(path));
    }
    let rollout = Running::start(&project, &emulator, &id, &[], 5.0).await;
    emulator.clear_requests();
    for (project, expected) in
        [(&project, "another process rolls out assistants.support in dev"), (&elsewhere, "already has a canary deploy")]
    {
        for arguments in [&["rollout", "support"][..], &["rollout", "--resume", "support"]] {
            let second = project.run(arguments).await;
            assert_eq!(second.code, 1, "{second:#?}");
            let expected = match (arguments, project.path() == elsewhere.path()) {
                (["rollout", "--resume", _], true) => "has no rollout to continue",
                _ => expected,
            };
            assert!(second.stderr.contains(expected), "{expected}: {second:#?}");
        }
    }
    let writes = crate::support::writes(&emulator);
    assert!(writes.is_empty(), "{writes:?}");
    assert_eq!(rollout.go_on(&project).await.code, 0);
}

/// A rollout whose candidate has a share of the traffic, which it holds for an hour.
struct Running {
    child: tokio::process::Child,
    candidate: String,
}

impl Running {
    async fn start(project: &Project, emulator: &Emulator, id: &str, options: &[&str], share: f64) -> Self {
        let candidate = candidate(project).await;
        let mut arguments = vec!["rollout", "support", "--hold", "1h"];
        arguments.extend(options);
        let child = project.spawn(&arguments);
        wait_for_share(emulator, id, share).await;
        let is_stored = || project.state()["resources"]["assistants.support"]["rollout"]["share"] == share;
        while !is_stored() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Self { child, candidate }
    }

    /// Has the candidate serve this many conversations. `then` continues each of them.
    async fn serve(&self, telnyx: &telnyx_ai::Telnyx, id: &str, conversations: usize, then: Option<&str>) {
        let mut served = 0;
        while served < conversations {
            let (conversation_id, version_id) = converse(telnyx, id).await;
            if version_id == self.candidate {
                served += 1;
                if let Some(role) = then {
                    let message = telnyx_ai::assistants::AddMessage::new(role);
                    telnyx.conversations().add_message(&conversation_id, message).await.expect("it is added");
                }
            }
        }
    }

    /// Ends the wait: the program is killed and resumed. The id of the candidate is left out of the output.
    async fn go_on(mut self, project: &Project) -> Done {
        self.child.kill().await.expect("it can be killed");
        let mut done = project.run(&["rollout", "--resume", "support", "--hold", "1ms"]).await;
        done.stdout = done.stdout.replace(&self.candidate, "CANDIDATE");
        done.stderr = done.stderr.replace(&self.candidate, "CANDIDATE");
        done
    }
}

fn set_signals(project: &Project, signals: &Value) {
    let config = project.read("telnyx-ai.yaml").replacen('{', &format!("{{\"rollout\": {signals}, "), 1);
    project.write("telnyx-ai.yaml", &config);
}

/// All traffic is at the main version, which is as before.
async fn assert_rolled_back(emulator: &Emulator, id: &str) {
    assert!(telnyx(emulator).canary_deploys().retrieve(id).await.is_err());
    assert_eq!(main_instructions(emulator, id).await, "Say hello to everybody.");
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_without_a_reply_roll_the_candidate_back() {
    let mut outputs = Vec::new();
    for _ in 0..2 {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        emulator.clock().freeze();
        set_signals(&project, &json!({"max_error_percent": 30}));
        let rollout = Running::start(&project, &emulator, &id, &["--steps", "50,100"], 50.0).await;
        let telnyx = telnyx(&emulator);
        rollout.serve(&telnyx, &id, 2, None).await;
        rollout.serve(&telnyx, &id, 1, Some("user")).await;
        let done = rollout.go_on(&project).await;
        assert_eq!(done.code, 2, "{done:#?}");
        assert_rolled_back(&emulator, &id).await;
        outputs.push(done.stdout + &done.stderr);
    }
    let expected = "1 of 3 conversations of the candidate ended in an error (33.3 percent; 30 are allowed)";
    assert!(outputs[0].contains(expected), "{}", outputs[0]);
    assert_eq!(outputs[0], outputs[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn insights_roll_the_candidate_back() {
    let mut outputs = Vec::new();
    for _ in 0..2 {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        emulator.clock().freeze();
        let telnyx = telnyx(&emulator);
        let group = telnyx_ai::assistants::CreateInsightGroup::new("Moods");
        let group = telnyx.insight_groups().create(group).await.expect("a group");
        let insight = telnyx_ai::assistants::CreateInsight::new("Mood", "The mood of the user.");
        let insight = telnyx.insights().create(insight).await.expect("an insight");
        telnyx.insight_groups().assign(&group.id, &insight.id).await.expect("it is assigned");
        let file = project.read("assistants/support.yaml")
            + &format!("insight_settings: {{ insight_group_id: {} }}\n", group.id);
        project.write("assistants/support.yaml", &file).ok(&["apply", "--yes", "--candidate"]).await;
        let rules = json!({"insights": [{"insight": "Mood", "words": "hello", "result": "The user is angry."}]});
        emulator.set_scripts(telnyx_ai_emulator::Scripts::from_value(&rules).expect("scripts")).expect("they are set");
        let condition = json!({"insight": insight.id, "must_not_contain": "angry", "max_percent": 10});
        set_signals(&project, &json!({"insights": [condition]}));

        let rollout = Running::start(&project, &emulator, &id, &["--steps", "50,100"], 50.0).await;
        rollout.serve(&telnyx, &id, 3, None).await;
        // Insights run when a chat has been idle for 30 minutes.
        emulator.clock().advance(Duration::from_secs(31 * 60)).await;
        // These conversations have no result yet.
        rollout.serve(&telnyx, &id, 40, None).await;
        let done = rollout.go_on(&project).await;
        assert_eq!(done.code, 2, "{done:#?}");
        assert_rolled_back(&emulator, &id).await;
        outputs.push((done.stdout + &done.stderr).replace(&insight.id, "INSIGHT"));
    }
    let expected = "3 of 3 results of the insight INSIGHT contain \"angry\" (100.0 percent; 10 are allowed)";
    assert!(outputs[0].contains(expected), "{}", outputs[0]);
    assert_eq!(outputs[0], outputs[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_with_an_unknown_insight_does_not_start() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    set_signals(&project, &json!({"insights": [{"insight": "INSIGHT_ID", "must_not_contain": "angry"}]}));
    let done = project.run(&["rollout", "support"]).await;
    assert_eq!(done.code, 1, "{done:#?}");
    assert!(done.stderr.contains("the insight INSIGHT_ID of `rollout.insights` does not exist"), "{done:#?}");
    assert_rolled_back(&emulator, &id).await;
}

/// The outcome of a rollout is the same each time, but for the ids.
#[tokio::test(flavor = "multi_thread")]
async fn same_rollout_has_the_same_output() {
    for (instructions, code) in [("Say hello, please.", 0), ("Be silent.", 2)] {
        let mut outputs = Vec::new();
        for _ in 0..2 {
            let (_emulator, project, _) = with_candidate(instructions).await;
            project.write("tests/greets.yaml", &GREETS.replace("says \"hello\"", "says \"please\""));
            project.ok(&["apply", "--yes", "greets"]).await;
            let candidate = candidate(&project).await;
            let done =
                project.run(&["rollout", "support", "--hold", "10ms", "--gate", "tests", "--poll", "20ms"]).await;
            assert_eq!(done.code, code, "{done:#?}");
            outputs.push((done.stdout + &done.stderr).replace(&candidate, "CANDIDATE"));
        }
        assert_eq!(outputs[0], outputs[1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_whose_change_was_taken_back_is_dropped_and_not_rolled_out() {
    for apply in [&["apply", "--yes", "--candidate"][..], &["apply", "--yes"]] {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        project.write("assistants/support.yaml", SUPPORT);
        let refused = project.run(&["rollout", "support", "--hold", "1ms"]).await;
        let expected = "the file of assistants.support has changed since its candidate was made; make a new candidate with `telnyx-ai apply assistants.support --candidate`";
        assert!(refused.code == 1 && refused.stderr.contains(expected), "{refused:#?}");

        let expected = "dropped the outdated candidate of assistants.support";
        project.warned(apply, expected).await;
        project.refused(&["rollout", "support", "--hold", "1ms"], "has no candidate").await;
        assert_eq!(main_instructions(&emulator, &id).await, "Say hello to everybody.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn step_that_is_not_a_share_is_refused_and_the_state_is_kept() {
    let (emulator, project, _) = with_candidate("Say hello, please.").await;
    let state = project.read(STATE);
    emulator.clear_requests();
    for steps in ["NaN", "inf", "5,NaN,100", "-inf,100", "0,100", "5,101", "1e999"] {
        let message = "write a number above 0 and at most 100";
        project.refused(&["rollout", "support", &format!("--steps={steps}")], message).await;
        for (option, value) in [("--hold", "NaN"), ("--hold", "inf"), ("--deadline", "infs")] {
            assert_eq!(project.run(&["rollout", "support", option, value]).await.code, 1, "{option} {value}");
        }
    }
    assert_eq!(project.read(STATE), state);
    assert_eq!(emulator.requests().len(), 0);
}

/// The gate of a step notices the promotion, or the step itself.
#[tokio::test(flavor = "multi_thread")]
async fn candidate_that_another_client_promotes_during_its_rollout_counts_as_promoted() {
    for (hold, delay) in [("1s", 0), ("1ms", 1000)] {
        let (emulator, project, id) = with_candidate("Say hello, please.").await;
        let delay = Duration::from_millis(delay);
        emulator.faults().add(Fault::on("PUT", "**/canary-deploys").delay(delay));
        let candidate = candidate(&project).await;
        let child = project.spawn(&["rollout", "support", "--steps", "10,50,100", "--hold", hold, "--json"]);
        wait_for_share(&emulator, &id, 10.0).await;
        telnyx(&emulator).versions().promote(&id, &candidate).await.expect("it is promoted");
        let done = Done::of(child).await;
        assert_eq!((done.code, &done.document()["result"]), (0, &json!("promoted")), "{done:#?}");
        project.assert_no_changes("dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn error_before_the_first_share_is_an_error_and_no_rollback() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    for (method, path) in [("POST", "**/canary-deploys"), ("GET", "/ai/assistants/*")] {
        // The first two requests read the main version and the candidate; the third is that of the gate.
        let refused = Fault::on(method, path).status(422).every(if method == "GET" { 2 } else { 1 }).times(1);
        emulator.faults().add(refused);
        let (code, document) = project.json(&["rollout", "support", "--hold", "1ms"]).await;
        let is_error = document["error"].as_str().is_some_and(|error| error.contains("422"));
        assert!(code == 1 && is_error && document.get("result").is_none(), "{method}: {document}");
        emulator.faults().clear();
    }
    let (_, shown) = project.json(&["show", "support"]).await;
    let candidate = shown["versions"][0]["version_id"].as_str().expect("an id");
    telnyx(&emulator).versions().delete(&id, candidate).await.expect("it is deleted");
    let done = project.run(&["rollout", "support", "--hold", "1ms"]).await;
    let message = format!(
        "version {candidate}, was deleted; make a new candidate with `telnyx-ai apply assistants.support --candidate`"
    );
    assert!(done.code == 1 && done.stderr.contains(&message), "{done:#?}");
    project.ok(&["apply", "support", "--candidate", "--yes"]).await;
    project.ok(&["rollout", "support", "--hold", "1ms"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resumed_rollout_keeps_its_deadline_and_its_rollback_on_interrupt() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let options = ["--steps", "50,100", "--deadline", "1h", "--rollback-on-interrupt"];
    let mut rollout = Running::start(&project, &emulator, &id, &options, 50.0).await;
    rollout.child.kill().await.expect("it can be killed");
    let resume = ["rollout", "--resume", "support"];
    emulator.clear_requests();
    let mut child = project.spawn(&resume);
    // It has read the canary deploy twice, so it holds the share.
    while emulator.requests().iter().filter(|request| request.path.ends_with("/canary-deploys")).count() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    interrupt(&child).await;
    assert_eq!(child.wait().await.expect("it ends").code(), Some(2));
    assert_rolled_back(&emulator, &id).await;

    let mut rollout = Running::start(&project, &emulator, &id, &options, 50.0).await;
    rollout.child.kill().await.expect("it can be killed");
    let path = STATE;
    let state = project.read(path);
    project.write(path, &state.replace("\"deadline_secs\": 3600.0", "\"deadline_secs\": 1.0"));
    let done = project.run(&resume).await;
    assert!(done.code == 2 && done.stdout.contains("the deadline of the rollout has passed"), "{done:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_is_a_warning_and_the_second_ctrl_c_ends_the_rollout() {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let (emulator, project, _) = with_candidate("Say hello, please.").await;
    emulator.faults().add(Fault::on("POST", "**/canary-deploys").status(503).header("retry-after", "0"));
    let mut child = project.spawn(&["rollout", "support", "--rollback-on-interrupt"]);
    let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let mut shown = Vec::new();
    for expected in [
        "warning: the API fails, and the change of the traffic is repeated for up to 10 minutes: POST",
        "Interrupted. Returning the traffic to the main version",
        "error: interrupted before the traffic was returned",
    ] {
        loop {
            let line =
                lines.next_line().await.expect("it can be read").unwrap_or_else(|| panic!("{expected}: {shown:?}"));
            shown.push(line.clone());
            if line.contains(expected) {
                break;
            }
        }
        if !expected.starts_with("error") {
            // The traffic cannot be returned either.
            emulator.faults().add(Fault::on("GET", "**/canary-deploys").delay(Duration::from_secs(3600)));
            interrupt(&child).await;
        }
    }
    assert_eq!(child.wait().await.expect("it ends").code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn promotion_that_cannot_be_stored_names_the_command_that_stores_it() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    let promotion = emulator.faults().add(Fault::on("POST", "**/promote").delay(Duration::from_millis(500)));
    let child = project.spawn(&["rollout", "support", "--steps", "100"]);
    struck(&emulator, promotion).await;
    // The lock cannot be opened.
    project.remove(".telnyx-ai/dev.lock");
    std::fs::create_dir(project.path().join(".telnyx-ai/dev.lock")).expect("a folder");
    let done = Done::of(child).await;
    assert_eq!(done.code, 1, "{done:#?}");
    for text in
        ["is promoted, but the state could not be updated", "then run `telnyx-ai rollout --resume assistants.support`"]
    {
        assert!(done.stderr.contains(text), "{done:#?}");
    }
    assert_eq!(main_instructions(&emulator, &id).await, "Say hello, please.");

    std::fs::remove_dir(project.path().join(".telnyx-ai/dev.lock")).expect("it is empty");
    project.ok(&["rollout", "--resume", "support"]).await;
    project.assert_no_changes("dev").await;
}
