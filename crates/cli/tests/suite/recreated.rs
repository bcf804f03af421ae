//! References to resources that were deleted and created again.

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::Emulator;

use crate::support::{Project, STATE, count, create_assistant, telnyx};

const SERVER: &str = "name: M\ntype: http\nurl: https://mcp.example.com\n";
const TOOL: &str =
    "display_name: T\ntype: webhook\nwebhook: { name: t, description: d, url: 'https://x.example.com' }\n";
const SUPPORT: &str = "name: Support\ninstructions: Help.\ngreeting: Hello\nmcp_servers: [{ id: '${mcp_servers.m}' }]\ntool_ids: ['${tools.t}']\n";
const GREETS: &str =
    "name: Greets\ndestination: ${assistants.support}\ninstructions: Say hello.\nrubric: [{ name: a, criteria: b }]\n";

/// A test of an assistant that has a shared tool and an MCP server.
async fn applied() -> (Emulator, Project) {
    let (emulator, project) = Project::start().await;
    project.write("mcp_servers/m.yaml", SERVER).write("tools/t.yaml", TOOL);
    project.write("assistants/support.yaml", SUPPORT).write("tests/greets.yaml", GREETS);
    project.ok(&["apply", "--yes"]).await;
    (emulator, project)
}

/// The ids that the live resources refer to are those of the state.
fn assert_linked(emulator: &Emulator, project: &Project) {
    let export = emulator.export().expect("an export");
    let assistants = export["assistants"].as_array().expect("assistants");
    let support = assistants.iter().find(|it| it["id"] == project.id("assistants.support")).expect("it is live");
    assert_eq!(support["mcp_servers"][0]["id"], project.id("mcp_servers.m"), "{support}");
    assert_eq!(support["tool_ids"], json!([project.id("tools.t")]), "{support}");
    assert_eq!(export["tests"][0]["destination"], project.id("assistants.support"));
}

/// The addresses of a plan's changes, with their actions. There is no drift.
async fn planned(project: &Project, arguments: &[&str]) -> Vec<String> {
    let (_, plan) = project.json(arguments).await;
    assert_eq!(plan["summary"]["drift"], 0, "{plan}");
    let changes = plan["changes"].as_array().expect("changes").iter().filter(|change| change["action"] != "none");
    changes.map(|change| format!("{} {}", change["action"], change["address"]).replace('"', "")).collect()
}

/// The resource and its entry in the state are missing, as after an earlier `destroy` of something that is in use.
async fn destroyed(emulator: &Emulator, project: &Project, address: &str) {
    delete_elsewhere(emulator, project, address).await;
    project.ok(&["destroy", address, "--yes"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn destroyed_resource_is_created_again_with_the_references_to_it() {
    let (emulator, project) = applied().await;
    for (address, user) in [
        ("assistants.support", "tests.greets"),
        ("mcp_servers.m", "assistants.support"),
        ("tools.t", "assistants.support"),
    ] {
        destroyed(&emulator, &project, address).await;
        let mut expected = vec![format!("create {address}"), format!("update {user}")];
        let mut changes = planned(&project, &["plan"]).await;
        expected.sort();
        changes.sort();
        assert_eq!(changes, expected);
        project.ok(&["apply", "--yes"]).await;
        project.assert_no_changes("dev").await;
        assert_linked(&emulator, &project);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reference_to_a_resource_that_was_created_again_is_updated() {
    let (emulator, project) = applied().await;
    for (address, user, path) in [
        ("assistants.support", "tests.greets", "destination"),
        ("mcp_servers.m", "assistants.support", "mcp_servers[0].id"),
        ("tools.t", "assistants.support", "tool_ids"),
    ] {
        destroyed(&emulator, &project, address).await;
        project.ok(&["apply", address, "--yes"]).await;
        assert_eq!(planned(&project, &["plan"]).await, [format!("update {user}")]);
        let (code, plan) = project.json(&["plan", user, "--detailed-exitcode"]).await;
        assert_eq!((code, &plan["changes"][0]["fields"][0]["path"]), (2, &json!(path)), "{plan}");
        project.ok(&["apply", "--yes"]).await;
        project.assert_no_changes("dev").await;
        assert_linked(&emulator, &project);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resource_that_was_deleted_elsewhere_is_linked_by_the_apply_that_creates_it() {
    let (emulator, project) = applied().await;
    for (key, other) in [("a", "b"), ("b", "a")] {
        let tool = json!({"type": "handoff", "handoff": {"ai_assistants": [{"name": "o", "id": format!("${{assistants.{other}}}")}]}});
        project.write(
            &format!("assistants/{key}.json"),
            &json!({"name": key, "instructions": "x", "tools": [tool]}).to_string(),
        );
    }
    project.ok(&["apply", "--yes"]).await;
    let api = telnyx(&emulator);
    let (a, b) = (project.id("assistants.a"), project.id("assistants.b"));
    let unlinked = serde_json::from_value(json!({"tools": []})).expect("an update");
    api.assistants().update(&a, unlinked).await.expect("it is updated");
    for id in [&b, &a] {
        api.assistants().delete(id).await.expect("it is deleted");
    }
    api.assistants().delete(&project.id("assistants.support")).await.expect("it is deleted");
    api.mcp_servers().delete(&project.id("mcp_servers.m")).await.expect("it is deleted");
    project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    project.assert_no_changes("dev").await;
    assert_linked(&emulator, &project);
    let export = emulator.export().expect("an export").to_string();
    for address in ["assistants.a", "assistants.b"] {
        assert!(export.matches(&project.id(address)).count() > 1, "{address}: {export}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn edit_elsewhere_is_drift_beside_a_destroyed_tool() {
    let (emulator, project) = applied().await;
    destroyed(&emulator, &project, "tools.t").await;
    let change = serde_json::from_value(json!({"greeting": "Changed."})).expect("an update");
    let id = project.id("assistants.support");
    telnyx(&emulator).assistants().update(&id, change).await.expect("it is updated");
    project.refused(&["apply", "--yes"], "changed elsewhere").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_a_reference_to_a_resource_that_was_created_again() {
    let (_emulator, project) = applied().await;
    project.ok(&["destroy", "support", "--yes"]).await;
    project.ok(&["apply", "support", "--yes"]).await;
    project.ok(&["pull"]).await;
    assert_eq!(project.read("tests/greets.yaml"), GREETS);
    assert_eq!(planned(&project, &["plan"]).await, ["update tests.greets"]);
}

/// Deletes a resource as another client would.
async fn delete_elsewhere(emulator: &Emulator, project: &Project, address: &str) {
    let (api, id) = (telnyx(emulator), project.id(address));
    match address.split_once('.').expect("an address").0 {
        "tools" => api.tools().delete(&id).await.map(drop),
        "mcp_servers" => api.mcp_servers().delete(&id).await.map(drop),
        _ => api.assistants().delete(&id).await.map(drop),
    }
    .expect("it is deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_after_a_deletion_elsewhere_removes_the_references_too() {
    let (emulator, project) = applied().await;
    project.write("assistants/other.yaml", "name: Other\ninstructions: Not ${assistants.support}.\n");
    project.ok(&["apply", "--yes"]).await;
    let support = project.id("assistants.support");
    for (address, user, reference, left) in [
        ("tools.t", "assistants/support.yaml", "${tools.t}", ""),
        ("mcp_servers.m", "assistants/support.yaml", "${mcp_servers.m}", ""),
        ("assistants.support", "tests/greets.yaml", "${assistants.support}", support.as_str()),
        ("assistants.support", "assistants/other.yaml", "${assistants.support}", support.as_str()),
    ] {
        if project.files().iter().any(|(path, _)| *path == format!("{}.yaml", address.replace('.', "/"))) {
            assert!(project.read(user).contains(reference), "{address}");
            delete_elsewhere(&emulator, &project, address).await;
            let done = project.run(&["pull"]).await;
            assert!(done.code == 0 && !done.stderr.contains("kept"), "{address}: {done:#?}");
            project.assert_no_changes("dev").await;
        }
        let file = project.read(user);
        assert!(!file.contains(reference) && file.contains(left), "{address}: {file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn loss_of_a_tool_that_was_deleted_elsewhere_is_drift() {
    let (emulator, project) = applied().await;
    delete_elsewhere(&emulator, &project, "tools.t").await;
    let (_, plan) = project.json(&["plan"]).await;
    assert_eq!(plan["summary"], json!({"create": 1, "update": 1, "delete": 0, "drift": 2}), "{plan}");
    project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    project.assert_no_changes("dev").await;
    assert_linked(&emulator, &project);
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_the_file_of_a_deleted_resource_that_other_files_refer_to() {
    let (emulator, project) = applied().await;
    delete_elsewhere(&emulator, &project, "assistants.support").await;
    let greets = GREETS.replace("hello", "goodbye");
    for (path, text) in [("tests/greets.yaml", greets), ("tests/new.yaml", GREETS.replace("Greets", "New"))] {
        project.write("tests/greets.yaml", GREETS).write(path, &text);
        let message = "kept assistants/support.yaml: the resource was deleted elsewhere, but tests/";
        project.warned(&["pull"], message).await;
        assert_eq!(project.read(path), text);
        let (_, plan) = project.json(&["plan"]).await;
        assert_eq!(plan["summary"]["drift"], 1, "{plan}");
    }
    project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    project.assert_no_changes("dev").await;
}

/// The API removes a deleted tool from its assistants. An apply with both files creates the tool and links it again.
#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_the_references_to_a_deleted_resource_whose_file_is_kept() {
    for (address, path, edited) in [
        ("tools.t", "tools/t.yaml", TOOL.replace("description: d", "description: edited")),
        ("mcp_servers.m", "mcp_servers/m.yaml", SERVER.replace("name: M", "name: Edited")),
        // The file of the tool is kept, because a new file refers to it.
        ("tools.t", "assistants/new.yaml", SUPPORT.replace("Support", "New")),
    ] {
        let (emulator, project) = applied().await;
        project.write(path, &edited);
        delete_elsewhere(&emulator, &project, address).await;
        let (files, state) = (project.files(), project.read(STATE));
        let done = project.run(&["pull"]).await;
        let message = format!("kept assistants/support.yaml: it refers to {address}, whose file is kept");
        // The emulator leaves the ids of deleted MCP servers in the assistants.
        assert_eq!((done.code, done.stderr.contains(&message)), (0, address == "tools.t"), "{done:#?}");
        assert_eq!((project.files(), project.read(STATE)), (files, state));
        project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
        project.assert_no_changes("dev").await;
        assert_linked(&emulator, &project);
    }

    // An assistant that still has the reference is pulled.
    let (emulator, project) = applied().await;
    project.write("mcp_servers/m.yaml", &SERVER.replace("name: M", "name: Edited"));
    delete_elsewhere(&emulator, &project, "mcp_servers.m").await;
    let assistants = telnyx(&emulator).assistants();
    let id = assistants.list().await.expect("a list")[0].id.clone();
    let change = serde_json::from_value(json!({"greeting": "Welcome"})).expect("an update");
    assistants.update(&id, change).await.expect("it is updated");
    project.ok(&["pull"]).await;
    assert_eq!(project.read("assistants/support.yaml"), SUPPORT.replace("Hello", "Welcome"));

    // Both are removed if the user requests it.
    let (emulator, project) = applied().await;
    project.write("tools/t.yaml", &TOOL.replace("description: d", "description: edited"));
    delete_elsewhere(&emulator, &project, "tools.t").await;
    project.ok(&["pull", "tools.t", "support"]).await;
    assert!(
        !project.path().join("tools/t.yaml").exists() && !project.read("assistants/support.yaml").contains("tools")
    );
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_of_a_key_fails_if_it_refers_to_a_resource_that_was_deleted_elsewhere() {
    let (emulator, project) = applied().await;
    for (address, user) in [("tools.t", "assistants.support"), ("assistants.support", "tests.greets")] {
        delete_elsewhere(&emulator, &project, address).await;
        for arguments in [&["plan", user][..], &["apply", user, "--yes", "--overwrite-drift"]] {
            let done = project.run(arguments).await;
            let message = format!("{address} does not exist in dev");
            assert!(done.code == 1 && done.stderr.contains(&message), "{arguments:?}: {done:#?}");
        }
        let (_, plan) = project.json(&["plan", user, address]).await;
        let (_, whole) = project.json(&["plan"]).await;
        let is_drift = |plan: &Value| {
            let mut changes = plan["changes"].as_array().expect("changes").iter();
            changes.find(|change| change["address"] == user).expect("it is planned")["drift"].clone()
        };
        assert_eq!(is_drift(&plan), is_drift(&whole), "{plan} {whole}");
        project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
        project.assert_no_changes("dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tool_or_server_that_a_live_assistant_uses_is_not_deleted() {
    let (emulator, project) = applied().await;
    let left = |emulator: &Emulator| (count(emulator, "tools"), count(emulator, "mcp_servers"));
    for address in ["tools.t", "mcp_servers.m"] {
        let done = project.run(&["destroy", address, "--yes"]).await;
        let message = format!("{address}: skipped, because assistants.support still refers to it");
        assert!(done.code == 1 && done.stderr.contains(&message), "{done:#?}");
    }
    // The assistant is not updated, because it is not selected.
    project.write("assistants/support.yaml", "name: Support\ninstructions: Help.\ngreeting: Hello\n");
    project.remove("tools/t.yaml");
    project.refused(&["apply", "tools.t", "--yes", "--prune"], "because assistants.support still refers to it").await;
    assert_eq!(left(&emulator), (1, 1));

    let servers = json!([{"id": project.id("mcp_servers.m")}]);
    create_assistant(&emulator, json!({"name": "Other", "instructions": "x", "mcp_servers": servers})).await;
    project.remove("mcp_servers/m.yaml");
    let done = project.run(&["apply", "--yes", "--prune"]).await;
    assert!(done.code == 1 && done.stderr.contains("because the assistant Other ("), "{done:#?}");
    assert_eq!(left(&emulator), (0, 1));
}
