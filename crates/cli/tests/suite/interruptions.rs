//! An apply that is interrupted at any write, and run again.

use std::fmt::Write;
use std::time::Duration;

use serde_json::Value;
use telnyx_ai_emulator::{Emulator, Fault};

use crate::support::{Project, assert_same, count, normalized, writes};

/// Resources of all kinds, among them assistants that hand over to each other in a circle.
fn write_project(project: &Project, assistants: usize) {
    project.write(
        "tools/look_up.yaml",
        "display_name: Look up\ntype: webhook\nwebhook: { name: look_up, description: Looks up., url: https://x.example.com }\n",
    );
    project.write("mcp_servers/files.yaml", "name: Files\ntype: http\nurl: https://mcp.example.com\n");
    for n in 0..assistants {
        let next = (n + 1) % assistants;
        let mut text = String::new();
        writeln!(text, "name: Assistant {n}\ninstructions: Number {n}.\ntool_ids: ['${{tools.look_up}}']")
            .expect("a string");
        writeln!(text, "mcp_servers: [{{ id: '${{mcp_servers.files}}' }}]").expect("a string");
        writeln!(
            text,
            "tools:\n  - type: handoff\n    handoff: {{ ai_assistants: [{{ name: next, id: '${{assistants.a{next}}}' }}] }}"
        )
        .expect("a string");
        project.write(&format!("assistants/a{n}.yaml"), &text);
    }
    project.write(
        "tests/greets.yaml",
        "name: Greets\ndestination: ${assistants.a0}\ninstructions: Say hello.\nrubric: [{ name: polite, criteria: Is polite. }]\n",
    );
}

/// What an apply without faults leads to, and how many writes it takes.
async fn undisturbed(assistants: usize) -> (Value, usize) {
    let emulator = Emulator::start().await.expect("an emulator");
    let project = Project::new(&emulator);
    write_project(&project, assistants);
    project.ok(&["apply", "--yes"]).await;
    project.assert_no_changes("dev").await;
    (normalized(&emulator), writes(&emulator).len())
}

async fn assert_converges(emulator: &Emulator, project: &Project, expected: &Value, case: &str) {
    project.ok(&["apply", "--yes"]).await;
    project.assert_no_changes("dev").await;
    assert_same(&normalized(emulator), expected, case);
    let state: Value = serde_json::from_str(&project.read(".telnyx-ai/dev.json")).expect("a state");
    assert!(state.get("creating").is_none(), "{case}: {state:#}");
}

/// Lets `before` writes through, and then strikes once.
fn fault_after(emulator: &Emulator, path: &str, before: u64, fault: impl Fn(Fault) -> Fault) {
    // `every` counts the requests that match: of `before + 1`, the last one is struck.
    emulator.faults().add(fault(Fault::on("POST", path)).every(before + 1).times(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_that_failed_at_any_write_converges_without_duplicates() {
    let (expected, total) = undisturbed(3).await;
    type Effect = fn(Fault) -> Fault;
    let effects: [(&str, Effect); 4] = [
        ("422", |fault| fault.status(422)),
        ("dropped before", Fault::drop_before),
        ("dropped after", Fault::drop_after),
        ("429", |fault| fault.status(429).header("retry-after", "0")),
    ];
    for write in 0..total as u64 {
        for (name, effect) in effects {
            let emulator = Emulator::start().await.expect("an emulator");
            let project = Project::new(&emulator);
            write_project(&project, 3);
            fault_after(&emulator, "**", write, effect);
            let first = project.run(&["apply", "--yes"]).await;
            assert!(first.code == 0 || first.code == 1, "{first:#?}");
            assert_converges(&emulator, &project, &expected, &format!("{name} at write {write}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_that_was_killed_at_any_write_converges_without_duplicates() {
    let (expected, total) = undisturbed(3).await;
    for write in 0..total as u64 {
        for is_executed in [false, true] {
            let emulator = Emulator::start().await.expect("an emulator");
            let project = Project::new(&emulator);
            write_project(&project, 3);
            // The answer to this write does not come, and the program is killed while it waits for it.
            fault_after(
                &emulator,
                "**",
                write,
                if is_executed { Fault::stall } else { |fault: Fault| fault.delay(Duration::from_secs(60)) },
            );
            let mut child = project.command(&["apply", "--yes"]).spawn().expect("the program starts");
            let struck = async {
                while emulator.faults().fired(1) == 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(60), struck).await.expect("the write is reached");
            child.kill().await.expect("it can be killed");
            emulator.faults().clear();
            assert_converges(
                &emulator,
                &project,
                &expected,
                &format!("killed at write {write}, executed: {is_executed}"),
            )
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_of_60_resources_survives_random_faults() {
    let (expected, _) = undisturbed(57).await;
    let emulator = Emulator::start().await.expect("an emulator");
    let project = Project::new(&emulator);
    write_project(&project, 57);
    emulator.faults().add(Fault::on("POST", "**").drop_after().probability(0.2, 1));
    emulator.faults().add(Fault::on("POST", "**").status(400).probability(0.2, 2));
    emulator.faults().add(Fault::on("POST", "**").status(503).header("retry-after", "0").probability(0.2, 3));
    for _ in 0..5 {
        let done = project.run(&["apply", "--yes"]).await;
        assert!(done.code == 0 || done.code == 1, "{done:#?}");
    }
    emulator.faults().clear();
    assert_converges(&emulator, &project, &expected, "random faults").await;
    assert_eq!(count(&emulator, "assistants"), 57);
}

#[tokio::test(flavor = "multi_thread")]
async fn partial_apply_names_what_was_done_and_exits_with_1() {
    let emulator = Emulator::start().await.expect("an emulator");
    let project = Project::new(&emulator);
    write_project(&project, 2);
    fault_after(&emulator, "/ai/assistants", 0, |fault| fault.status(422));
    let (code, document) = project.json(&["apply", "--yes"]).await;
    assert_eq!(code, 1);
    let result = |address: &str| {
        let changes = document["changes"].as_array().expect("changes");
        let change = changes.iter().find(|change| change["address"] == address).expect("the change");
        (change["result"].as_str().expect("a result"), change["error"].as_str().is_some())
    };
    assert_eq!(result("tools.look_up"), ("applied", false));
    assert_eq!(result("assistants.a0"), ("failed", true));
    assert_eq!(result("tests.greets"), ("skipped", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn second_process_is_refused() {
    let emulator = Emulator::start().await.expect("an emulator");
    let project = Project::new(&emulator);
    write_project(&project, 2);
    emulator.faults().add(Fault::on("POST", "**").delay(Duration::from_secs(60)));
    let mut first = project.command(&["apply", "--yes"]).spawn().expect("the program starts");
    while emulator.faults().fired(1) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let second = project.run(&["apply", "--yes"]).await;
    assert_eq!(second.code, 1);
    assert!(second.stderr.contains("another process is working on the environment dev"), "{second:#?}");
    first.kill().await.expect("it can be killed");
}
