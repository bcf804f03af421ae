//! An apply that is interrupted at any write, and run again.

use std::fmt::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Fault};

use crate::support::{
    Done, Project, STATE, assert_same, count, interrupt, normalized, struck, telnyx, versions, writes,
};

/// The number of resources in a group.
const GROUP_SIZE: usize = 6;

/// Writes the files of a group: a shared tool, an MCP server, a test, and three assistants that each hand over to the next one, and the last one to the first.
///
/// The first assistant needs the id of the group before at its creation.
fn write_group(project: &Project, group: usize, word: &str) {
    project.write(
        &format!("tools/t{group}.yaml"),
        &format!(
            "display_name: Tool {group}\ntype: webhook\nwebhook: {{ name: look_up_{group}, description: {word}, url: https://x.example.com }}\n"
        ),
    );
    project.write(
        &format!("mcp_servers/m{group}.yaml"),
        &format!("name: Server {group}\ntype: http\nurl: https://mcp.example.com/{word}\n"),
    );
    for n in 0..3 {
        let mut text = String::new();
        writeln!(text, "name: Assistant {group} {n}\ngreeting: {word}\ntool_ids: ['${{tools.t{group}}}']")
            .expect("a string");
        match (group, n) {
            (1.., 0) => writeln!(text, "instructions: Not ${{assistants.a{}_0}}.", group - 1),
            _ => writeln!(text, "instructions: Number {n}."),
        }
        .expect("a string");
        writeln!(text, "mcp_servers: [{{ id: '${{mcp_servers.m{group}}}' }}]").expect("a string");
        writeln!(
            text,
            "tools:\n  - type: handoff\n    handoff: {{ ai_assistants: [{{ name: next, id: '${{assistants.a{group}_{}}}' }}] }}",
            (n + 1) % 3
        )
        .expect("a string");
        project.write(&format!("assistants/a{group}_{n}.yaml"), &text);
    }
    project.write(
        &format!("tests/s{group}.yaml"),
        &format!(
            "name: Test {group}\ndestination: ${{assistants.a{group}_0}}\ninstructions: Say {word}.\nrubric: [{{ name: polite, criteria: Is polite. }}]\n"
        ),
    );
}

fn remove_group(project: &Project, group: usize) {
    for path in ["tools/t#", "mcp_servers/m#", "assistants/a#_0", "assistants/a#_1", "assistants/a#_2", "tests/s#"] {
        project.remove(&format!("{}.yaml", path.replace('#', &group.to_string())));
    }
}

/// What the interrupted apply has to do.
#[derive(Debug, Clone, Copy)]
enum Scenario {
    /// Create this many groups.
    New { groups: usize },
    /// Create a group, update one and delete one, all in this many groups.
    Changed { groups: usize },
}

const APPLY: [&str; 3] = ["apply", "--yes", "--prune"];

impl Scenario {
    /// An emulator and a project that has everything before the apply.
    async fn start(self) -> (Emulator, Project) {
        let emulator = Emulator::builder().frozen_at("2026-01-01T00:00:00Z").start().await.expect("an emulator");
        let project = Project::new(&emulator);
        match self {
            Self::New { groups } => (0..groups).for_each(|group| write_group(&project, group, "first")),
            Self::Changed { groups } => {
                (0..groups).for_each(|group| write_group(&project, group, "first"));
                project.ok(&APPLY).await;
                emulator.clear_requests();
                write_group(&project, 0, "second");
                remove_group(&project, groups - 1);
                write_group(&project, groups, "first");
                // The group before the new one was removed.
                let file = format!("assistants/a{groups}_0.yaml");
                project.write(&file, &project.read(&file).replace(&format!("a{}_0", groups - 1), "a0_0"));
            }
        }
        (emulator, project)
    }

    /// What the apply leads to without faults, and its writes.
    async fn undisturbed(self) -> (Value, Vec<String>) {
        let (emulator, project) = self.start().await;
        project.ok(&APPLY).await;
        let writes = writes(&emulator);
        project.assert_no_changes("dev").await;
        (everything(&emulator), writes)
    }
}

/// What an emulator holds, and how often each assistant was written.
fn everything(emulator: &Emulator) -> Value {
    json!({"export": normalized(emulator), "versions": versions(emulator)})
}

async fn assert_converges(emulator: &Emulator, project: &Project, expected: &Value, case: &str) {
    project.ok(&APPLY).await;
    project.assert_no_changes("dev").await;
    assert_same(&everything(emulator), expected, case);
    let state = project.state();
    assert!(state.get("creating").is_none(), "{case}: {state:#}");
}

/// A fault that applies once, to the write with this index.
fn at_write(writes: &[String], index: usize) -> Fault {
    let method = |write: &String| write.split(' ').next().unwrap_or_default().to_owned();
    let wanted = method(&writes[index]);
    // `every` counts the requests that match: of as many, the fault applies to the last one.
    let number = writes[..=index].iter().filter(|write| method(write) == wanted).count();
    Fault::on(wanted, "/ai/**").every(number as u64).times(1)
}

type Effect = fn(Fault) -> Fault;

const FAILURES: [(&str, Effect); 5] = [
    ("422", |fault| fault.status(422)),
    ("500", |fault| fault.status(500).header("retry-after", "0")),
    ("429", |fault| fault.status(429).header("retry-after", "0")),
    ("dropped before", Fault::drop_before),
    ("dropped after", Fault::drop_after),
];

/// Effects that the program waits for until it is killed.
const WAITS: [(&str, Effect); 2] =
    [("before", |fault| fault.delay(Duration::from_secs(3600))), ("after", Fault::stall)];

/// Starts an apply and kills it when a fault has applied. Returns whether it was killed, and not finished before.
async fn apply_and_kill(emulator: &Emulator, project: &Project, faults: &[u64]) -> bool {
    let mut child = project.spawn(&APPLY);
    let is_struck = || faults.iter().any(|fault| emulator.faults().fired(*fault) > 0);
    let struck = async {
        while !is_struck() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let is_killed = tokio::select! {
        () = struck => true,
        status = child.wait() => {
            assert!(status.expect("it ends").success());
            false
        }
    };
    child.kill().await.expect("it can be killed");
    emulator.faults().clear();
    is_killed
}

/// Each write fails in this many ways in turn, each time in a project of its own. Returns the number of failures.
async fn fail_at_every_write(scenario: Scenario, ways: usize) -> usize {
    let (expected, writes) = scenario.undisturbed().await;
    for index in 0..writes.len() {
        for (name, effect) in FAILURES.iter().cycle().skip(index).take(ways) {
            let (emulator, project) = scenario.start().await;
            emulator.faults().add(effect(at_write(&writes, index)));
            let first = project.run(&APPLY).await;
            assert!(first.code == 0 || first.code == 1, "{first:#?}");
            let case = format!("{scenario:?}, {name} at write {index}, {}", writes[index]);
            assert_converges(&emulator, &project, &expected, &case).await;
        }
    }
    writes.len() * ways
}

/// The program is killed before and after each write, each time in a project of its own. Returns the number of kills.
async fn kill_at_every_write(scenario: Scenario) -> usize {
    let (expected, writes) = scenario.undisturbed().await;
    for index in 0..writes.len() {
        for (name, effect) in WAITS {
            let (emulator, project) = scenario.start().await;
            let fault = emulator.faults().add(effect(at_write(&writes, index)));
            let case = format!("{scenario:?}, killed {name} write {index}, {}", writes[index]);
            assert!(apply_and_kill(&emulator, &project, &[fault]).await, "{case}");
            assert_converges(&emulator, &project, &expected, &case).await;
        }
    }
    writes.len() * WAITS.len()
}

/// The program is killed before and after each write, run after run in the same project. Returns the number of kills.
async fn kill_repeatedly(scenario: Scenario) -> usize {
    let (expected, writes) = scenario.undisturbed().await;
    let (emulator, project) = scenario.start().await;
    let mut kills = 0;
    loop {
        let (_, effect) = WAITS[kills % WAITS.len()];
        let faults = ["POST", "PUT", "PATCH", "DELETE"]
            .map(|method| emulator.faults().add(effect(Fault::on(method, "/ai/**").times(1))));
        if !apply_and_kill(&emulator, &project, &faults).await {
            break;
        }
        kills += 1;
    }
    assert_converges(&emulator, &project, &expected, &format!("{scenario:?}, {kills} kills")).await;
    assert!(kills >= 2 * writes.len(), "{kills} kills at {} writes", writes.len());
    kills
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_that_failed_at_any_write_converges_without_duplicates() {
    fail_at_every_write(Scenario::New { groups: 1 }, FAILURES.len()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_that_was_killed_at_any_write_converges_without_duplicates() {
    kill_at_every_write(Scenario::New { groups: 1 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_and_deletions_that_failed_converge() {
    fail_at_every_write(Scenario::Changed { groups: 2 }, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_that_is_killed_repeatedly_converges() {
    kill_repeatedly(Scenario::Changed { groups: 2 }).await;
}

/// 60 resources.
const LARGE: Scenario = Scenario::New { groups: 60 / GROUP_SIZE };

/// Runs for several minutes: `cargo test -p telnyx-ai-cli -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes several minutes"]
async fn apply_of_60_resources_is_killed_at_every_write() {
    let start = Instant::now();
    for scenario in [LARGE, Scenario::Changed { groups: 3 }] {
        let kills = kill_at_every_write(scenario).await + kill_repeatedly(scenario).await;
        println!("{scenario:?}: {kills} kills, after {:.0} s", start.elapsed().as_secs_f64());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes several minutes"]
async fn apply_of_60_resources_fails_at_every_write() {
    let start = Instant::now();
    for scenario in [LARGE, Scenario::Changed { groups: 3 }] {
        let failures = fail_at_every_write(scenario, FAILURES.len()).await;
        println!("{scenario:?}: {failures} failures, after {:.0} s", start.elapsed().as_secs_f64());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_of_60_resources_survives_random_faults() {
    let (expected, _) = LARGE.undisturbed().await;
    let (emulator, project) = LARGE.start().await;
    emulator.faults().add(Fault::on("POST", "**").drop_after().probability(0.2, 1));
    emulator.faults().add(Fault::on("POST", "**").status(400).probability(0.2, 2));
    emulator.faults().add(Fault::on("POST", "**").status(503).header("retry-after", "0").probability(0.2, 3));
    for _ in 0..5 {
        let done = project.run(&APPLY).await;
        assert!(done.code == 0 || done.code == 1, "{done:#?}");
    }
    emulator.faults().clear();
    assert_converges(&emulator, &project, &expected, "random faults").await;
    assert_eq!(count(&emulator, "assistants"), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn partial_apply_names_what_was_done_and_exits_with_1() {
    let (emulator, project) = Project::start().await;
    write_group(&project, 0, "first");
    emulator.faults().add(Fault::on("POST", "/ai/assistants").status(422).times(1));
    let (code, document) = project.json(&["apply", "--yes"]).await;
    assert_eq!(code, 1);
    let result = |address: &str| {
        let changes = document["changes"].as_array().expect("changes");
        let change = changes.iter().find(|change| change["address"] == address).expect("the change");
        (change["result"].as_str().expect("a result"), change["error"].as_str().is_some())
    };
    assert_eq!(result("tools.t0"), ("applied", false));
    assert_eq!(result("assistants.a0_0"), ("failed", true));
    assert_eq!(result("tests.s0"), ("skipped", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn second_process_is_refused() {
    let (emulator, project) = Project::start().await;
    write_group(&project, 0, "first");
    emulator.faults().add(Fault::on("POST", "**").delay(Duration::from_secs(60)));
    let mut first = project.spawn(&["apply", "--yes"]);
    struck(&emulator, 1).await;
    project.refused(&["apply", "--yes"], "another process is working on the environment dev").await;
    first.kill().await.expect("it can be killed");
}

/// Starts the program, and returns when the emulator delays its first request with the method.
async fn delayed(
    emulator: &Emulator,
    project: &Project,
    arguments: &[&str],
    method: &str,
    delay: Duration,
) -> tokio::process::Child {
    let fault = emulator.faults().add(Fault::on(method, "/ai/**").delay(delay));
    let child = project.spawn(arguments);
    struck(emulator, fault).await;
    child
}

/// Interrupts the program at its first request with the method. It skips the rest of its changes and names the command for them.
async fn assert_ends_early(emulator: &Emulator, project: &Project, arguments: &[&str], method: &str, again: &str) {
    let child = delayed(emulator, project, arguments, method, Duration::from_millis(300)).await;
    interrupt(&child).await;
    let done = Done::of(child).await;
    assert_eq!(done.code, 1, "{done:#?}");
    for text in ["Interrupted.", "skipped, because the program was interrupted"] {
        assert!(done.stderr.contains(text), "{done:#?}");
    }
    let dir = project.path().display();
    let last = format!("The command was interrupted; run `telnyx-ai {again} --dir {dir}` again for the rest.");
    assert_eq!(done.stderr.lines().last(), Some(last.as_str()), "{done:#?}");
    emulator.faults().clear();
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_completes_the_change_and_skips_the_others() {
    let (expected, _) = Scenario::New { groups: 1 }.undisturbed().await;
    let (emulator, project) = Scenario::New { groups: 1 }.start().await;
    assert_ends_early(&emulator, &project, &APPLY, "POST", "apply --yes --prune").await;
    assert_converges(&emulator, &project, &expected, "after Ctrl-C").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn command_for_the_rest_has_the_keys_flags_environment_and_folder() {
    let apply = ["apply", "t0", "mcp_servers.m0", "--overwrite-drift", "--yes", "--env", "dev"];
    let saved = ["apply", "saved.plan"];
    for (arguments, again) in [
        (&apply[..], "apply t0 mcp_servers.m0 --yes --overwrite-drift --env dev"),
        // The plan is outdated.
        (&saved, "apply tools.t0 mcp_servers.m0"),
    ] {
        let (emulator, project) = Scenario::New { groups: 1 }.start().await;
        project.ok(&["plan", "t0", "m0", "--out", "saved.plan"]).await;
        assert_ends_early(&emulator, &project, arguments, "POST", again).await;
    }
}

/// The command itself can be repeated: deleted resources have no KEY.
#[tokio::test(flavor = "multi_thread")]
async fn command_for_the_rest_leaves_deleted_resources_out() {
    let (emulator, project) = Project::start().await;
    for key in ["a", "b"] {
        project.write(&format!("assistants/{key}.yaml"), &format!("name: {key}\ninstructions: Help.\n"));
    }
    project.ok(&["apply", "--yes"]).await;
    project.write("assistants/a.yaml", "name: a\ninstructions: Wait.\n").remove("assistants/b.yaml");
    emulator.faults().add(Fault::on("POST", "/ai/assistants/*").status(422));
    project.refused(&["apply", "a", "b", "--yes", "--prune"], "run `telnyx-ai apply a --yes --prune --dir").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_stops_deletions() {
    let (emulator, project) = Scenario::New { groups: 1 }.start().await;
    project.ok(&APPLY).await;
    let destroy = ["destroy", "t0", "m0", "s0", "a0_0", "a0_1", "a0_2", "--yes"];
    assert_ends_early(&emulator, &project, &destroy, "DELETE", &destroy.join(" ")).await;
    let left: usize = ["assistants", "tools", "mcp_servers", "tests"].map(|list| count(&emulator, list)).iter().sum();
    assert!((1..GROUP_SIZE).contains(&left), "{left} resources are left");
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_destroy_can_be_repeated() {
    let (emulator, project) = Scenario::New { groups: 1 }.start().await;
    project.ok(&APPLY).await;
    // One resource has no file, and deletions are sent in the reverse order of addresses.
    project.remove("tests/s0.yaml");
    let destroy = ["destroy", "t0", "m0", "s0", "a0_0", "a0_1", "a0_2", "--yes"];
    assert_ends_early(&emulator, &project, &destroy, "DELETE", &destroy.join(" ")).await;
    project.warned(&destroy, "tests.s0 does not exist in dev").await;
    let left: usize = ["assistants", "tools", "mcp_servers", "tests"].map(|list| count(&emulator, list)).iter().sum();
    assert_eq!(left, 0);

    // Nothing is left to confirm.
    let again = project.run(&destroy[..destroy.len() - 1]).await;
    assert!(again.code == 0 && again.stdout.contains("Deleted 0 resources"), "{again:#?}");
    project.write("assistants/new.yaml", "name: New\ninstructions: Help.\n");
    for (arguments, message) in [
        (["destroy", "s0", "new", "--yes"], "assistants.new does not exist in dev"),
        (["destroy", "s0", "nope", "--yes"], "there is no resource `nope`"),
    ] {
        project.refused(&arguments, message).await;
    }
}

/// Otherwise it could not be distinguished from a resource of another account.
#[tokio::test(flavor = "multi_thread")]
async fn deletion_of_the_only_resource_whose_response_was_lost_is_known() {
    let destroy = &["destroy", "desk", "--yes"][..];
    for (deletes, completes) in [
        (destroy, destroy),
        (destroy, &["apply", "--yes"]),
        (destroy, &["pull"]),
        (&["apply", "--prune", "--yes"], &["apply", "--prune", "--yes"]),
    ] {
        let (emulator, project) = Project::start().await;
        project.write("mcp_servers/desk.yaml", "name: Desk\ntype: http\nurl: https://x.example.com\n").ok(&APPLY).await;
        if deletes != destroy {
            project.remove("mcp_servers/desk.yaml");
        }
        let files = project.files();
        emulator.faults().add(Fault::on("DELETE", "/ai/mcp_servers/*").drop_after().times(1));
        emulator.faults().add(Fault::on("DELETE", "/ai/mcp_servers/*").status(500).header("x-should-retry", "false"));
        let done = project.run(deletes).await;
        assert!(done.code == 1 && count(&emulator, "mcp_servers") == 0, "{deletes:?}: {done:#?}");
        emulator.faults().clear();
        let done = project.run(completes).await;
        assert!(done.code == 0 && !done.stderr.contains("does not exist in this account"), "{completes:?}: {done:#?}");
        assert_eq!(project.files(), files, "{completes:?}");
        let is_created = completes == ["apply", "--yes"];
        assert_eq!(count(&emulator, "mcp_servers"), usize::from(is_created), "{completes:?}");
        assert_eq!(project.read(STATE).contains("\"id\":"), is_created, "{completes:?}");
    }
}

/// Otherwise an account without the resource would look like the right one.
#[tokio::test(flavor = "multi_thread")]
async fn deletion_that_was_not_executed_does_not_disable_the_check_of_the_account() {
    for (kind, content) in [
        ("mcp_servers", "name: a\ntype: http\nurl: https://x.example.com\n"),
        ("assistants", "name: a\ninstructions: x\n"),
    ] {
        let (emulator, project) = Project::start().await;
        for key in ["a", "b"] {
            project.write(&format!("{kind}/{key}.yaml"), content);
        }
        project.ok(&APPLY).await;
        let fault = Fault::on("DELETE", format!("/ai/{kind}/*")).status(503).header("x-should-retry", "false");
        emulator.faults().add(fault);
        for key in ["a", "b"] {
            assert_eq!(project.run(&["destroy", key, "--yes"]).await.code, 1);
        }
        let (files, state) = (project.files(), project.read(STATE));
        let other = Emulator::start().await.expect("an emulator");
        project.environments(&[("dev", &other)]);
        for command in [&["apply", "--yes"][..], &["pull"]] {
            project.refused(command, "exists in this account").await;
            assert_eq!((project.files(), project.read(STATE)), (files.clone(), state.clone()));
        }
        assert_eq!((count(&emulator, kind), count(&other, kind)), (2, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_before_the_first_change_ends_with_one_document() {
    let (emulator, project) = Scenario::New { groups: 1 }.start().await;
    project.ok(&APPLY).await;
    let (files, state) = (project.files(), project.read(STATE));
    for command in [
        &["plan"][..],
        &["list"],
        &["show", "a0_0"],
        &["pull"],
        &["apply", "--yes", "--overwrite-drift"],
        &["destroy", "t0", "--yes"],
    ] {
        let arguments = [command, &["--json"]].concat();
        let child = delayed(&emulator, &project, &arguments, "GET", Duration::from_secs(60)).await;
        interrupt(&child).await;
        let done = Done::of(child).await;
        assert_eq!(done.document()["error"], "interrupted; nothing was changed", "{command:?}");
        assert_eq!(done.code, 1, "{command:?}");
        emulator.faults().clear();
    }
    assert_eq!((project.files(), project.read(STATE)), (files, state));
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_before_a_rollout_rollback_or_chat_begins_ends_with_one_document() {
    let (emulator, project, _) = crate::rollout::with_candidate("Say hello, please.").await;
    let assert_ends = async |arguments: &[&str], path: &str| {
        let state = project.read(STATE);
        let fault = emulator.faults().add(Fault::on("GET", path).delay(Duration::from_secs(60)));
        let child = project.spawn(&[arguments, &["--json"]].concat());
        struck(&emulator, fault).await;
        interrupt(&child).await;
        let done = Done::of(child).await;
        assert_eq!(done.document(), json!({"error": "interrupted; nothing was changed"}), "{arguments:?}: {done:#?}");
        assert_eq!((done.code, project.read(STATE)), (1, state), "{arguments:?}");
        emulator.faults().clear();
    };
    for arguments in [
        &["rollout", "support"][..],
        &["rollback", "support", "--to", "5f0b8a60-0000-4000-8000-000000000000"],
        &["chat", "support"],
        &["chat", "support", "--candidate"],
    ] {
        assert_ends(arguments, "/ai/**").await;
    }
    project.ok(&["rollout", "support", "--steps", "20", "--hold", "0s"]).await;
    emulator.clear_requests();
    for path in ["/ai/assistants/*", "**/canary-deploys"] {
        assert_ends(&["rollout", "--resume", "support"], path).await;
        assert_ends(&["rollback", "support"], path).await;
    }
    assert_eq!(writes(&emulator), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_during_the_change_of_a_rollback_completes_it() {
    let (emulator, project, id) = crate::rollout::with_candidate("Say hello, please.").await;
    project.ok(&["rollout", "support", "--steps", "20", "--hold", "0s"]).await;
    for (method, result) in [("DELETE", "ended"), ("POST", "promoted")] {
        let rollback = ["rollback", "support", "--json"];
        let child = delayed(&emulator, &project, &rollback, method, Duration::from_millis(300)).await;
        interrupt(&child).await;
        let done = Done::of(child).await;
        assert_eq!((done.code, &done.document()["result"]), (0, &json!(result)), "{done:#?}");
        assert!(done.stderr.contains("The current change is completed first"), "{done:#?}");
        emulator.faults().clear();
        assert!(telnyx(&emulator).canary_deploys().retrieve(&id).await.is_err());
        project.ok(&["apply", "--yes"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_while_a_chat_creates_its_canary_deploy_deletes_it() {
    let (emulator, project, id) = crate::rollout::with_candidate("Say hello, please.").await;
    let chat = ["chat", "support", "--candidate", "--json"];
    let child = delayed(&emulator, &project, &chat, "POST", Duration::from_millis(300)).await;
    interrupt(&child).await;
    let done = Done::of(child).await;
    assert_eq!((done.code, done.document()), (0, json!({"conversation_id": null, "messages": []})));
    let created = writes(&emulator).into_iter().filter(|write| write.starts_with("POST") && write.contains("canary"));
    assert_eq!(created.count(), 1);
    assert!(telnyx(&emulator).canary_deploys().retrieve(&id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_while_conversations_of_failed_tests_are_read_ends_the_program() {
    let (emulator, project, _) = crate::rollout::with_candidate("Say hello, please.").await;
    project.write("tests/greets.yaml", &crate::rollout::GREETS.replace("says \"hello\"", "says \"no such words\""));
    project.ok(&["apply", "--yes", "greets"]).await;
    let fault = emulator.faults().add(Fault::on("GET", "**/messages").delay(Duration::from_secs(3600)));
    let child = project.spawn(&["test", "--poll", "20ms", "--json"]);
    struck(&emulator, fault).await;
    interrupt(&child).await;
    let done = tokio::time::timeout(Duration::from_secs(30), Done::of(child)).await.expect("it ends at once");
    assert_eq!(done.document()["error"], "interrupted; 0 runs still running on the server");
}

#[tokio::test(flavor = "multi_thread")]
async fn second_ctrl_c_ends_the_program_at_once() {
    let (emulator, project) = Scenario::New { groups: 1 }.start().await;
    let mut child = delayed(&emulator, &project, &APPLY, "POST", Duration::from_secs(3600)).await;
    interrupt(&child).await;
    let mut stderr = tokio::io::BufReader::new(child.stderr.take().expect("it is piped"));
    let mut shown = String::new();
    while !shown.contains("Interrupted.") {
        let read = tokio::io::AsyncBufReadExt::read_line(&mut stderr, &mut shown).await.expect("it can be read");
        assert_ne!(read, 0, "the program ended: {shown}");
    }
    interrupt(&child).await;
    assert_eq!(child.wait().await.expect("it ends").code(), Some(130));
}

#[tokio::test(flavor = "multi_thread")]
async fn update_whose_response_was_lost_is_no_drift_after_the_next_update_failed() {
    for (name, effect) in FAILURES {
        let (emulator, project) = Project::start().await;
        let write =
            |text: &str| _ = project.write("assistants/desk.yaml", &format!("name: Desk\ninstructions: {text}\n"));
        write("One.");
        project.ok(&APPLY).await;
        for (text, effect) in [("Two.", Fault::drop_after as Effect), ("Three.", effect)] {
            write(text);
            emulator.faults().add(effect(Fault::on("POST", "/ai/assistants/*")).times(1));
            project.run(&APPLY).await;
            emulator.faults().clear();
        }
        let (_, plan) = project.json(&["plan"]).await;
        assert_eq!(plan["summary"]["drift"], 0, "{name}: {plan:#}");
        project.ok(&APPLY).await;
        project.assert_no_changes("dev").await;
    }
}

/// For example two projects that were made with `init`, in one account.
#[tokio::test(flavor = "multi_thread")]
async fn creation_that_was_not_executed_does_not_take_over_an_equal_resource() {
    let emulator = Emulator::start().await.expect("an emulator");
    let [one, two] = [Project::new(&emulator), Project::new(&emulator)];
    one.write("assistants/support.yaml", "name: Support\ninstructions: x\n").ok(&["apply", "--yes"]).await;
    two.write("assistants/support.yaml", "name: Support\ninstructions: x\n");
    let fault =
        emulator.faults().add(Fault::on("POST", "/ai/assistants").status(500).header("x-should-retry", "false"));
    assert_eq!(two.run(&["apply", "--yes"]).await.code, 1);
    assert!(emulator.faults().fired(fault) > 0);
    emulator.faults().clear();
    two.ok(&["apply", "--yes"]).await;
    assert_eq!(count(&emulator, "assistants"), 2);
}

/// A resource was deleted elsewhere, and the response of the creation after that was lost.
#[tokio::test(flavor = "multi_thread")]
async fn interrupted_creation_is_found_although_no_managed_resource_exists() {
    let lose_response = |emulator: &Emulator, path: &str| {
        emulator.faults().add(Fault::on("POST", path).drop_after().times(1));
        emulator.faults().add(Fault::on("POST", path).status(500).header("x-should-retry", "false"));
    };
    for (name, is_edited, command, left) in [
        ("a", false, &["apply", "--yes"][..], 1),
        ("a", false, &["pull"], 1),
        ("a", true, &["apply", "--yes"], 1),
        ("a", true, &["apply", "--yes", "--overwrite-drift"], 1),
        ("a", false, &["destroy", "a", "--yes"], 0),
        // Another resource than the one that was deleted.
        ("b", true, &["apply", "--yes", "--overwrite-drift"], 1),
        ("b", true, &["apply", "b", "--yes"], 1),
    ] {
        let (emulator, project) = Project::start().await;
        project.write("assistants/a.yaml", "name: A\ninstructions: x\n").ok(&APPLY).await;
        let id = project.id("assistants.a");
        if name == "a" {
            telnyx(&emulator).assistants().delete(&id).await.expect("it is deleted");
        }
        let file = format!("assistants/{name}.yaml");
        project.write(&file, &format!("name: {name}\ninstructions: x\n"));
        lose_response(&emulator, "/ai/assistants");
        assert_eq!(project.run(&["apply", "--yes", "--overwrite-drift"]).await.code, 1);
        emulator.faults().clear();
        if name == "b" {
            telnyx(&emulator).assistants().delete(&id).await.expect("it is deleted");
            project.remove("assistants/a.yaml");
        }
        if is_edited {
            project.write(&file, &format!("name: {name}\ninstructions: edited\n"));
        }
        let files = project.files();
        project.ok(command).await;
        assert_eq!((count(&emulator, "assistants"), project.files()), (left, files), "{name} {is_edited} {command:?}");
    }

    // The account has no list of deleted MCP servers.
    let (_emulator, project) = Project::start().await;
    let write = |path: &str| {
        project.write("mcp_servers/m.yaml", &format!("name: m\ntype: http\nurl: https://m.example.com/{path}\n"));
    };
    write("one");
    project.ok(&APPLY).await;
    let other = Emulator::start().await.expect("an emulator without the server");
    project.environments(&[("dev", &other)]);
    lose_response(&other, "/ai/mcp_servers");
    assert_eq!(project.run(&["apply", "--yes", "--overwrite-drift"]).await.code, 1);
    other.faults().clear();
    let (files, state) = (project.files(), project.read(STATE));
    for command in [&["pull"][..], &["pull", "m"], &["destroy", "m", "--yes"], &["apply", "--yes"]] {
        project.refused(command, "does not exist in this account").await;
        assert_eq!((project.files(), project.read(STATE)), (files.clone(), state.clone()));
    }
    write("two");
    project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    project.assert_no_changes("dev").await;
    assert_eq!(count(&other, "mcp_servers"), 1);
}
