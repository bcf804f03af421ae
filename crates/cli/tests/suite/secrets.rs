//! Secrets in texts that are not secret fields.

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::Emulator;

use crate::support::{Project, STATE, assistant, create_assistant, edit, edit_test, telnyx};

const A: &str = "name: A\ninstructions: Help.\ngreeting: Say ${secret.CODE}.\ndynamic_variables_webhook_url: https://x.example.com/?token=${secret.CODE}\ntools:\n  - type: webhook\n    webhook: { name: w, description: d, url: 'https://w.example.com/${secret.CODE}' }\n  - type: webhook\n    webhook: { name: v, description: d, url: 'https://v.example.com' }\n";

/// An applied assistant, in a project with the variable and in a project without it.
async fn applied() -> (Emulator, Project, Project) {
    let (emulator, set) = Project::start_with(&[("CODE", "topsecret")]).await;
    set.write("assistants/a.yaml", A).ok(&["apply", "--yes"]).await;
    let unset = Project::new(&emulator);
    unset.write("assistants/a.yaml", A).write(STATE, &set.read(STATE));
    (emulator, set, unset)
}

/// Another client changes the only assistant.
async fn edit_only(emulator: &Emulator, change: Value) {
    let id = assistant(emulator)["id"].as_str().expect("an id").to_owned();
    edit(emulator, &id, change).await;
}

/// A webhook tool with a secret header.
fn tool(name: &str, url: &str, header: &str) -> Value {
    let headers = json!([{"name": "K", "value": header}]);
    json!({"type": "webhook", "webhook": {"name": name, "description": "d", "url": url, "headers": headers}})
}

/// No file, state or output of these commands has the value.
async fn assert_hidden(project: &Project, commands: &[&[&str]]) {
    let mut shown = String::new();
    for command in commands {
        let done = project.run(command).await;
        shown += &format!("{command:?}\n{}\n{}\n", done.stdout, done.stderr);
    }
    shown += &project.run(&["plan", "--out", "saved.plan"]).await.stdout;
    for path in ["saved.plan", "assistants/a.yaml", STATE] {
        shown += &project.read(path);
    }
    assert!(!shown.contains("topsecret"), "{shown}");
}

fn changes() -> [Value; 4] {
    let tool =
        |name: &str, url: &str| json!({"type": "webhook", "webhook": {"name": name, "description": "d", "url": url}});
    [
        json!({"dynamic_variables_webhook_url": "https://x.example.com/v2?token=topsecret"}),
        json!({"greeting": "Whisper topsecret."}),
        json!({"tools": [tool("w", "https://w.example.com/v2/topsecret"), tool("v", "https://v.example.com")]}),
        json!({"tools": [tool("u", "https://u.example.com/topsecret"), tool("v", "https://v.example.com")]}),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_text_with_an_unset_secret_is_masked() {
    for change in changes() {
        let (emulator, _, unset) = applied().await;
        edit_only(&emulator, change.clone()).await;
        let (code, plan) = unset.json(&["plan", "--detailed-exitcode"]).await;
        assert_eq!((code, &plan["changes"][0]["drift"]), (2, &json!(true)), "{change}: {plan}");
        assert!(plan.to_string().contains("(secret)"), "{change}: {plan}");
        let commands = [&["plan"][..], &["plan", "--json"], &["apply", "--yes"], &["show", "a"], &["list"], &["pull"]];
        assert_hidden(&unset, &commands).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_text_with_a_known_and_an_unset_secret_is_masked() {
    let emulator = Emulator::start().await.expect("an emulator");
    let file = "name: A\ninstructions: Say ${secret.CODE} or ${secret.PIN}.\n";
    let set = Project::new(&emulator).with("CODE", "topsecret").with("PIN", "pin-4711");
    set.write("assistants/a.yaml", file).ok(&["apply", "--yes"]).await;
    edit_only(&emulator, json!({"instructions": "Whisper topsecret or pin-4711."})).await;
    let unset = Project::new(&emulator).with("PIN", "pin-4711");
    unset.write("assistants/a.yaml", file).write(STATE, &set.read(STATE));
    assert_hidden(&unset, &[&["plan"], &["plan", "--json"], &["apply", "--yes"], &["pull"]]).await;
    unset.refused(&["pull"], "set the variable CODE and PIN").await;
    set.ok(&["pull"]).await;
    assert_eq!(set.read("assistants/a.yaml"), file.replace("Say", "Whisper"));
    set.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_hides_the_text_before_a_change_and_can_be_applied_with_the_secrets() {
    let (_emulator, set, unset) = applied().await;
    let file = A.replace("Say ${secret.CODE}.", "Whisper ${secret.CODE}.");
    set.write("assistants/a.yaml", &file);
    unset.write("assistants/a.yaml", &file);
    let fields = async |project: &Project| project.json(&["plan"]).await.1["changes"][0]["fields"].clone();
    let after = "Whisper ${secret.CODE}.";
    let change = |before: &str| json!([{"path": "greeting", "before": before, "after": after}]);
    assert_eq!(fields(&set).await, change("(secret)"));
    assert_eq!(fields(&unset).await, change("(secret)"));
    let long = "very ".repeat(20);
    unset.write("assistants/a.yaml", &file.replace("Whisper", &long));
    let shown = unset.ok(&["plan"]).await;
    assert!(shown.contains(&format!("greeting: \"(secret)\" → \"{long} ${{secret.CODE}}.\"")), "{shown}");
    unset.write("assistants/a.yaml", &file);
    // A plan of CI, which needs no secrets.
    unset.ok(&["plan", "--out", "saved.plan"]).await;
    set.write("ci.plan", &unset.read("saved.plan"));
    assert_hidden(&set, &[&["plan"], &["apply", "ci.plan"]]).await;
    set.assert_no_changes("dev").await;
}

/// For example a placeholder in CI, or a value of which only the end was rotated.
#[tokio::test(flavor = "multi_thread")]
async fn plan_hides_a_text_if_the_variable_has_another_value_than_the_applied_one() {
    for is_pulled in [false, true] {
        let (emulator, set, _) = applied().await;
        if is_pulled {
            edit_only(&emulator, json!({"greeting": "Shout topsecret."})).await;
            set.ok(&["pull"]).await;
        }
        let state = set.read(STATE);
        let before = if is_pulled { "Shout ${secret.CODE}." } else { "Say ${secret.CODE}." };
        let file = set.read("assistants/a.yaml").replace(before, "Whisper ${secret.CODE}.");
        set.write("assistants/a.yaml", &file);
        let fields = set.json(&["plan"]).await.1["changes"][0]["fields"].clone();
        assert_eq!(fields, json!([{"path": "greeting", "before": "(secret)", "after": "Whisper ${secret.CODE}."}]));
        for value in ["o", "top", "topsecre", "opsecret"] {
            let other = Project::new(&emulator).with("CODE", value);
            other.write("assistants/a.yaml", &file).write(STATE, &state);
            let (_, plan) = other.json(&["plan"]).await;
            let fields = plan["changes"][0]["fields"].as_array().expect("fields");
            assert!(fields.iter().all(|field| field["before"] == "(secret)"), "{value}: {plan:#}");
            assert_hidden(&other, &[&["plan"], &["plan", "--json"]]).await;
            // The same for a change elsewhere.
            edit_only(&emulator, json!({"greeting": format!("{before} topsecret")})).await;
            assert_hidden(&other, &[&["plan"], &["plan", "--json"], &["apply", "--yes"]]).await;
            if value.len() < 8 {
                assert_hidden(&other, &[&["pull", "a"]]).await;
            }
            edit_only(&emulator, json!({"greeting": before.replace("${secret.CODE}", "topsecret")})).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_which_one_secret_was_changed_elsewhere_is_hidden() {
    for live in ["Say secret-aaaa or topsecret.", "Say secret-aaaa."] {
        let (emulator, project) = Project::start_with(&[("A", "secret-aaaa"), ("B", "secret-bbbb")]).await;
        project.write("assistants/a.yaml", "name: A\ninstructions: Say ${secret.A} or ${secret.B}.\n");
        project.ok(&["apply", "--yes"]).await;
        edit_only(&emulator, json!({"instructions": live})).await;
        assert_hidden(&project, &[&["plan"], &["plan", "--json"], &["apply", "--yes"], &["pull"]]).await;
        let advice = "write the live text with references into the file, or run `telnyx-ai apply --overwrite-drift`";
        project.refused(&["pull"], advice).await;
        if !live.contains("topsecret") {
            let file = project.read("assistants/a.yaml");
            project.write("assistants/a.yaml", "name: A\ninstructions: Say ${secret.A}.\n");
            project.assert_no_changes("dev").await;
            project.write("assistants/a.yaml", &file);
        }
        project.ok(&["apply", "--overwrite-drift", "--yes"]).await;
        project.assert_no_changes("dev").await;
    }
}

/// A header shares its secret with a text. Its live value is no longer that of the variable, but the text has it.
#[tokio::test(flavor = "multi_thread")]
async fn text_whose_secret_has_an_unknown_value_is_hidden() {
    let emulator = Emulator::start().await.expect("an emulator");
    let file = "name: A\ninstructions: Say ${secret.A} or ${secret.B}.\ntools:\n- type: webhook\n  webhook:\n    name: t\n    \
                description: d\n    url: https://x.example.com\n    headers:\n    - name: Authorization\n      value: Bearer ${secret.A}\n";
    let set = Project::new(&emulator).with("A", "topsecret").with("B", "secret-bbbb");
    set.write("assistants/a.yaml", file).ok(&["apply", "--yes"]).await;
    let mut tools = json!(telnyx(&emulator).assistants().list().await.expect("a list"))[0]["tools"].take();
    tools[0]["webhook"]["headers"][0]["value"] = "Bearer rotated-4711".into();
    edit_only(&emulator, json!({"tools": tools})).await;
    let unset = Project::new(&emulator);
    unset.write("assistants/a.yaml", file).write(STATE, &set.read(STATE));
    unset.run(&["pull"]).await;
    let rotated = Project::new(&emulator).with("A", "rotated-4711").with("B", "secret-bbbb");
    rotated.write("assistants/a.yaml", &unset.read("assistants/a.yaml"));
    rotated.write(STATE, &unset.read(STATE));
    assert_hidden(&rotated, &[&["plan"], &["plan", "--json"], &["apply", "--yes"]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_a_file_with_another_secret_is_pulled_with_the_applied_one() {
    let (emulator, project) = Project::start_with(&[("A", "secret-aaaa")]).await;
    let write = |text: &str| _ = project.write("assistants/a.yaml", &format!("name: A\ninstructions: {text}\n"));
    write("Say ${secret.A}.");
    project.ok(&["apply", "--yes"]).await;
    write("Say ${secret.B}.");
    edit_only(&emulator, json!({"instructions": "Whisper secret-aaaa."})).await;
    project.ok(&["pull", "a"]).await;
    assert_eq!(project.read("assistants/a.yaml"), "name: A\ninstructions: Whisper ${secret.A}.\n");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_item_with_one_of_several_secrets_is_pulled_with_its_reference() {
    let (emulator, project) = Project::start_with(&[("A", "secret-aaaa"), ("B", "secret-bbbb")]).await;
    let tool = |name: &str, end: &str| {
        let url = format!("https://{name}.example.com/{end}");
        json!({"type": "webhook", "webhook": {"name": name, "description": "d", "url": url}})
    };
    let tools = [tool("one", "${secret.A}"), tool("two", "${secret.B}")];
    project.write("assistants/a.json", &json!({"name": "A", "instructions": "x", "tools": tools}).to_string());
    project.ok(&["apply", "--yes"]).await;
    let tools = [tool("one", "secret-aaaa"), tool("two", "secret-bbbb"), tool("three", "secret-aaaa")];
    edit_only(&emulator, json!({"tools": tools})).await;
    project.ok(&["pull"]).await;
    let file = project.read("assistants/a.json");
    assert!(file.contains("https://three.example.com/${secret.A}"), "{file}");
    project.assert_no_changes("dev").await;
}

/// The items were renamed, so any of them can be the one with the secret.
#[tokio::test(flavor = "multi_thread")]
async fn new_item_beside_a_renamed_item_with_a_secret_is_hidden() {
    let (emulator, project) = Project::start_with(&[("CODE", "old-value")]).await;
    project.write(
        "tests/t.yaml",
        "name: T\ndestination: '+15551234567'\ntelnyx_conversation_channel: phone_call\ninstructions: Ask for ${secret.CODE}.\nrubric: [{ name: a, criteria: 'Says ${secret.CODE}.' }]\n",
    );
    project.ok(&["apply", "--yes"]).await;
    let id = emulator.export().expect("an export")["tests"][0]["test_id"].as_str().expect("an id").to_owned();
    let rubric = json!([{"name": "b", "criteria": "Says topsecret."}, {"name": "c", "criteria": "Is polite."}]);
    edit_test(&emulator, &id, json!({"rubric": rubric})).await;
    let mut shown = String::new();
    for command in [&["plan"][..], &["plan", "--json"], &["pull"]] {
        let done = project.run(command).await;
        shown += &(done.stdout + &done.stderr);
    }
    shown += &(project.read("tests/t.yaml") + &project.read(STATE));
    assert!(shown.contains("(secret)") && !shown.contains("topsecret"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_of_a_changed_text_with_an_unset_secret_names_the_variable() {
    let (emulator, _, unset) = applied().await;
    edit_only(&emulator, changes()[0].clone()).await;
    unset.write("assistants/b.yaml", "name: B\ninstructions: x\n").ok(&["apply", "b", "--yes"]).await;
    let state = unset.read(STATE);
    let (code, document) = unset.json(&["pull"]).await;
    let error = document["error"].as_str().unwrap_or_default();
    assert!(code == 1 && error.contains("assistants/a.yaml:4:") && error.contains("variable CODE"), "{document}");
    assert_eq!(document["resources"], json!(["assistants.b"]));
    assert_eq!((unset.read("assistants/a.yaml"), unset.read(STATE)), (A.to_owned(), state));

    unset.remove("assistants/a.yaml");
    let done = unset.run(&["pull", "a"]).await;
    let advice = "set the variable CODE to the value in the live text, or restore the file from version control";
    assert!(done.code == 1 && done.stderr.contains("assistants/a.yaml:1:1: cannot pull"), "{done:#?}");
    assert!(done.stderr.contains(advice) && !unset.path().join("assistants/a.yaml").exists(), "{done:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_writes_a_known_secret_as_a_reference() {
    for change in changes() {
        let (emulator, set, _) = applied().await;
        edit_only(&emulator, change.clone()).await;
        set.ok(&["pull"]).await;
        let file = set.read("assistants/a.yaml");
        assert!(file != A && file.contains("${secret.CODE}"), "{change}: {file}");
        set.assert_no_changes("dev").await;
        assert_hidden(&set, &[&["plan", "--json"], &["pull"], &["apply", "--yes"]]).await;
        let unset = Project::new(&emulator);
        unset.write("assistants/a.yaml", &file).write(STATE, &set.read(STATE));
        unset.assert_no_changes("dev").await;
    }
}

/// The variable has its next value already, and the live texts have the old value.
#[tokio::test(flavor = "multi_thread")]
async fn other_changes_of_a_resource_are_pulled_after_the_variable_of_a_secret_was_rotated() {
    let (emulator, set, _) = applied().await;
    let rotated = Project::new(&emulator).with("CODE", "rotated-4711");
    rotated.write("assistants/a.yaml", A).write(STATE, &set.read(STATE));
    edit_only(&emulator, json!({"description": "Changed."})).await;
    let done = rotated.run(&["pull"]).await;
    let warning =
        "the live value of `greeting` is not the value of the variable CODE; set CODE to the live value, or run";
    assert!(done.code == 0 && done.stderr.contains(warning), "{done:#?}");
    assert_eq!(rotated.read("assistants/a.yaml"), format!("{A}description: Changed.\n"));
    assert_hidden(&rotated, &[&["plan", "--json"]]).await;
    let (_, plan) = rotated.json(&["plan"]).await;
    assert_eq!((&plan["summary"]["update"], &plan["summary"]["drift"]), (&json!(1), &json!(0)), "{plan}");
    // The old value is no change.
    set.write("assistants/a.yaml", &rotated.read("assistants/a.yaml"));
    set.write(STATE, &rotated.read(STATE));
    set.assert_no_changes("dev").await;
    rotated.ok(&["apply", "--yes"]).await;
    rotated.assert_no_changes("dev").await;
    assert!(json!(assistant(&emulator)["tools"]).to_string().contains("rotated-4711"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_of_a_key_discards_changes_of_texts_with_secrets() {
    let emulator = Emulator::start().await.expect("an emulator");
    let file = "name: A\ninstructions: Help.\ngreeting: Say ${secret.CODE} in ${var.name}.\ntools:\n  - type: webhook\n    webhook:\n      name: w\n      description: d\n      url: https://w.example.com\n      headers: [{ name: K, value: \"Bearer ${secret.CODE}\" }]\n";
    let set = Project::new(&emulator).with("CODE", "topsecret");
    set.write("assistants/a.yaml", file).ok(&["apply", "--yes"]).await;
    let state = set.read(STATE);
    for project in [set, Project::new(&emulator), Project::new(&emulator).with("CODE", "rotated-4711")] {
        for (before, after) in
            [("Say $", "Whisper $"), ("Bearer $", "Token $"), ("Bearer ${secret.CODE}", "${secret.B}")]
        {
            project.write("assistants/a.yaml", &file.replace(before, after)).write(STATE, &state);
            project.warned(&["pull", "a"], "changes that were not applied are discarded").await;
            assert_eq!(project.read("assistants/a.yaml"), file, "{before}");
            assert_eq!(project.read(STATE), state, "{before}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_of_a_key_restores_deleted_files_fields_and_items_with_their_secrets() {
    let (emulator, set, unset) = applied().await;
    let state = set.read(STATE);
    let rotated = Project::new(&emulator).with("CODE", "rotated-4711");
    let greeting = "greeting: Say ${secret.CODE}.\n";
    let webhook = A
        .split_inclusive("tools:\n")
        .nth(1)
        .and_then(|tools| tools.split("  - type: webhook\n    webhook: { name: v").next());
    let tools = &A[A.find("tools:").expect("tools")..];
    rotated.write("assistants/a.yaml", A);
    for project in [set, unset, rotated] {
        project.write(STATE, &state).remove("assistants/a.yaml").ok(&["pull", "a"]).await;
        let file = project.read("assistants/a.yaml");
        assert!(file.matches("${secret.").count() == 3 && file.matches("${secret.CODE}").count() == 3, "{file}");
        assert_eq!(project.read(STATE), state);
        for removed in [greeting, webhook.expect("an item"), tools] {
            let file = A.replace(removed, "");
            assert_ne!(file, A);
            project.write("assistants/a.yaml", &file).write(STATE, &state).ok(&["pull", "a"]).await;
            let restored = project.read("assistants/a.yaml");
            assert_eq!(restored.matches("${secret.").count(), 3, "{restored}");
            assert_eq!(restored.matches("${secret.CODE}").count(), 3, "{restored}");
            assert_eq!(project.read(STATE), state, "{removed}");
        }
    }
}

/// Each tool keeps its own secret, also if the items of the file are others than those of the last apply.
#[tokio::test(flavor = "multi_thread")]
async fn pull_of_a_key_restores_a_tool_with_its_own_secret() {
    let file = |tools: [&Value; 2]| json!({"name": "A", "instructions": "x", "tools": tools}).to_string();
    let a = tool("a", "https://a.example.com", "Bearer ${secret.A}");
    let b = tool("b", "https://b.example.com", "Bearer ${secret.B}");
    let c = tool("c", "https://a.example.com", "Token ${secret.A}");
    let (_emulator, project) = Project::start_with(&[("A", "secret-aaaa"), ("B", "secret-bbbb")]).await;
    project.write("assistants/a.json", &file([&a, &b])).ok(&["apply", "--yes"]).await;
    project.write("assistants/a.json", &file([&b, &c])).ok(&["pull", "a"]).await;
    let pulled: Value = serde_json::from_str(&project.read("assistants/a.json")).expect("JSON");
    let tools = pulled["tools"].as_array().expect("tools");
    assert!(tools.len() == 2 && tools.contains(&a) && tools.contains(&b), "{pulled}");
    project.assert_no_changes("dev").await;
}

/// The item has another name, but its secret is that of the last apply.
#[tokio::test(flavor = "multi_thread")]
async fn variable_with_another_value_than_the_secret_of_a_renamed_tool_is_a_warning() {
    let tool = |name: &str, header: &str| tool(name, "https://x.example.com", header);
    let (emulator, project) = Project::start_with(&[("A", "secret-aaaa")]).await;
    let file = json!({"name": "A", "instructions": "x", "tools": [tool("one", "${secret.A}")]});
    project.write("assistants/a.json", &file.to_string()).ok(&["apply", "--yes"]).await;
    edit_only(&emulator, json!({"tools": [tool("renamed", "secret-aaaa")]})).await;
    let done = project.with("A", "secret-next").run(&["pull"]).await;
    let warning = "the live value of `tools[0].webhook.headers[0].value` is not the value of the variable A";
    assert!(done.code == 0 && done.stderr.contains(warning), "{done:#?}");
}

/// The API has no ids of tools, so the new tool looks like the deleted one with another name.
#[tokio::test(flavor = "multi_thread")]
async fn tool_in_place_of_a_deleted_one_does_not_get_its_secret() {
    let tool = |name: &str, header: &str| tool(name, "https://x.example.com", header);
    let (emulator, project) = Project::start_with(&[("A", "secret-aaaa"), ("B", "secret-bbbb")]).await;
    let two = tool("two", "${secret.B}");
    let file = json!({"name": "A", "instructions": "x", "tools": [tool("one", "${secret.A}"), two]});
    project.write("assistants/a.json", &file.to_string()).ok(&["apply", "--yes"]).await;
    edit_only(&emulator, json!({"tools": [tool("two", "secret-bbbb"), tool("three", "secret-cccc")]})).await;
    let done = project.run(&["pull"]).await;
    assert!(done.code == 0 && !done.stderr.contains("warning"), "{done:#?}");
    assert!(done.stdout.contains("Set these variables before you apply a change of them:\n  A_K\n"), "{done:#?}");
    let pulled: Value = serde_json::from_str(&project.read("assistants/a.json")).expect("JSON");
    assert_eq!(pulled["tools"], json!([tool("three", "${secret.A_K}"), two]));
    project.assert_no_changes("dev").await;
}

/// The state has the hash of the secret, so that its variable can be unset.
#[tokio::test(flavor = "multi_thread")]
async fn renamed_tool_keeps_its_secret_although_changes_of_the_file_are_discarded() {
    let tool = |name: &str, header: &str| tool(name, "https://x.example.com", header);
    let file = |tools: &[Value]| json!({"name": "A", "instructions": "x", "tools": tools}).to_string();
    for edited in [&[tool("mine", "${secret.A}")][..], &[tool("one", "Bearer ${secret.A}")], &[tool("one", "v")], &[]] {
        let (emulator, project) = Project::start_with(&[("A", "secret-aaaa")]).await;
        project.write("assistants/a.json", &file(&[tool("one", "${secret.A}")])).ok(&["apply", "--yes"]).await;
        edit_only(&emulator, json!({"tools": [tool("renamed", "secret-aaaa")]})).await;
        project.write("assistants/a.json", &file(edited));
        let project = project.with("A", "");
        project.ok(&["pull", "a"]).await;
        let pulled: Value = serde_json::from_str(&project.read("assistants/a.json")).expect("JSON");
        assert_eq!(pulled["tools"], json!([tool("renamed", "${secret.A}")]), "{edited:?}");
        project.assert_no_changes("dev").await;
    }
}

/// Otherwise the next apply would send the other value.
#[tokio::test(flavor = "multi_thread")]
async fn pull_does_not_name_a_secret_after_a_variable_with_another_value() {
    let emulator = Emulator::start().await.expect("an emulator");
    let file = json!({"name": "A", "instructions": "x", "tools": [tool("one", "https://x.example.com", "topsecret")]});
    Project::new(&emulator).write("assistants/a.json", &file.to_string()).ok(&["apply", "--yes"]).await;
    for (value, name) in [("topsecret", "A_K"), ("another", "A_K_2")] {
        let project = Project::new(&emulator).with("A_K", value);
        project.ok(&["pull", "--all"]).await;
        let pulled = project.read("assistants/a.yaml");
        assert!(pulled.contains(&format!("${{secret.{name}}}")), "{value}: {pulled}");
        project.assert_no_changes("dev").await;
    }
}

/// The first tool was deleted, and two tools were added.
#[tokio::test(flavor = "multi_thread")]
async fn warnings_of_pull_name_places_in_the_written_file() {
    let plain = |url: &str| json!({"type": "client_side_tool", "client_side_tool": {"name": url, "description": url, "parameters": {}}});
    let (emulator, project) = Project::start_with(&[("CODE", "topsecret")]).await;
    let file = json!({"name": "A", "instructions": "x", "tools": [
        {"type": "hangup", "hangup": {}}, plain("is ${var.name}"), tool("w", "https://${var.name}.example.com", "${secret.CODE}"),
    ]});
    project.write("assistants/a.json", &file.to_string()).ok(&["apply", "--yes"]).await;
    let live = tool("w", "https://other.example.com", "rotated");
    edit_only(&emulator, json!({"tools": [plain("is new"), plain("is x"), plain("is dev"), live]})).await;
    let done = project.run(&["pull"]).await;
    assert_eq!(done.stderr.matches("warning").count(), 2, "{done:#?}");
    for warning in [
        "the live value of `tools[3].webhook.url` does not contain the value of ${var.name}",
        "the live value of `tools[3].webhook.headers[0].value` is not the value of the variable CODE",
    ] {
        assert!(done.stderr.contains(warning), "{done:#?}");
    }
    let pulled: Value = serde_json::from_str(&project.read("assistants/a.json")).expect("JSON");
    assert_eq!(pulled["tools"][3], tool("w", "https://other.example.com", "${secret.CODE}"));
}

/// Elsewhere, only one of two texts got the next value.
#[tokio::test(flavor = "multi_thread")]
async fn text_with_the_old_value_is_still_a_change_after_a_pull() {
    let (emulator, project) = Project::start_with(&[("CODE", "old-value")]).await;
    project.write(
        "tests/t.yaml",
        "name: T\ndestination: '+15551234567'\ntelnyx_conversation_channel: phone_call\ninstructions: Say ${secret.CODE}.\nrubric: [{ name: a, criteria: 'Says ${secret.CODE}.' }]\n",
    );
    project.ok(&["apply", "--yes"]).await;
    let id = emulator.export().expect("an export")["tests"][0]["test_id"].as_str().expect("an id").to_owned();
    edit_test(&emulator, &id, json!({"instructions": "Say next-value."})).await;
    let next = Project::new(&emulator).with("CODE", "next-value");
    next.write("tests/t.yaml", &project.read("tests/t.yaml"));
    next.write(STATE, &project.read(STATE));
    next.run(&["pull"]).await;
    next.ok(&["apply", "t", "--overwrite-drift", "--yes"]).await;
    let live = json!(telnyx(&emulator).tests().retrieve(&id).await.expect("the test"));
    assert_eq!(live["rubric"][0]["criteria"], "Says next-value.");
    next.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn list_whose_order_was_changed_elsewhere_is_pulled_with_its_secrets() {
    let (emulator, set) = Project::start_with(&[("CODE", "topsecret")]).await;
    let file =
        "name: T\ndestination: '+15551234567'\ntelnyx_conversation_channel: phone_call\ninstructions: x\nrubric:\n";
    let items = ["- name: a\n  criteria: Says ${secret.CODE}.\n", "- name: b\n  criteria: Is polite.\n"];
    set.write("tests/t.yaml", &format!("{file}{}{}", items[0], items[1])).ok(&["apply", "--yes"]).await;
    let unset = Project::new(&emulator);
    unset.write("tests/t.yaml", &set.read("tests/t.yaml")).write(STATE, &set.read(STATE));
    let id = emulator.export().expect("an export")["tests"][0]["test_id"].as_str().expect("an id").to_owned();
    let rubric = json!([{"name": "b", "criteria": "Is polite."}, {"name": "a", "criteria": "Says topsecret."}]);
    edit_test(&emulator, &id, json!({"rubric": rubric})).await;
    for project in [set, unset] {
        project.ok(&["pull"]).await;
        assert_eq!(project.read("tests/t.yaml"), format!("{file}{}{}", items[1], items[0]));
        project.assert_no_changes("dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_of_another_resource_is_masked_and_pulled_as_a_reference() {
    let (emulator, set) = Project::start_with(&[("CODE", "topsecret")]).await;
    set.write("assistants/a.yaml", "name: A\ninstructions: Help.\n").ok(&["apply", "--yes"]).await;
    set.write("mcp_servers/m.yaml", "name: M\ntype: http\nurl: https://mcp.example.com/${secret.CODE}\n");
    set.ok(&["apply", "--yes"]).await;
    edit_only(&emulator, json!({"instructions": "Help with topsecret."})).await;
    assert_hidden(&set, &[&["plan"], &["plan", "--json"], &["apply", "--yes"]]).await;
    set.ok(&["pull"]).await;
    assert!(set.read("assistants/a.yaml").contains("instructions: Help with ${secret.CODE}."));
    set.assert_no_changes("dev").await;
    assert_hidden(&set, &[&["apply", "--yes"]]).await;
    let unset = Project::new(&emulator);
    for path in ["assistants/a.yaml", "mcp_servers/m.yaml", STATE] {
        unset.write(path, &set.read(path));
    }
    unset.assert_no_changes("dev").await;
    assert_hidden(&unset, &[&["plan", "--json"], &["pull"], &["apply", "--yes"]]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_contains_the_secret_of_another_resource_has_no_changes_after_an_apply() {
    let (emulator, project) = Project::start_with(&[("CODE", "production")]).await;
    project.write("assistants/a.yaml", "name: A\ninstructions: Help in production.\n");
    project.write("mcp_servers/m.yaml", "name: M\ntype: http\nurl: https://mcp.example.com/${secret.CODE}\n");
    project.ok(&["apply", "--yes"]).await;
    project.assert_no_changes("dev").await;
    edit_only(&emulator, json!({"greeting": "Hi"})).await;
    project.ok(&["pull"]).await;
    assert!(project.read("assistants/a.yaml").contains("instructions: Help in production.\n"));
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_that_was_rotated_elsewhere_is_drift_until_its_variable_has_the_live_value() {
    let emulator = Emulator::start().await.expect("an emulator");
    let tool = |value: &str| {
        json!({"display_name": "T", "type": "webhook", "webhook": {"name": "t", "description": "d", "url": "https://x.example.com",
            "headers": [{"name": "Authorization", "value": value}]}})
    };
    for (reference, value) in [("${secret.CODE}", "rotated"), ("Bearer ${secret.CODE}", "Bearer rotated")] {
        let file = tool(reference).to_string();
        let old = Project::new(&emulator).with("CODE", "topsecret");
        old.write("tools/t.json", &file).ok(&["apply", "--yes"]).await;
        let id = old.id("tools.t");
        let mut change = tool(value);
        change.as_object_mut().expect("an object").remove("display_name");
        let change = serde_json::from_value(change).expect("an update");
        telnyx(&emulator).tools().update(&id, change).await.expect("it is updated");
        // A pull without the variable accepts the live value, so that the old value is a change.
        let unset = Project::new(&emulator);
        unset.write("tools/t.json", &file).write(STATE, &old.read(STATE)).ok(&["pull"]).await;
        unset.assert_no_changes("dev").await;
        let pulled = Project::new(&emulator).with("CODE", "topsecret");
        pulled.write("tools/t.json", &file).write(STATE, &unset.read(STATE));
        assert_eq!(pulled.json(&["plan"]).await.1["summary"]["update"], 1, "{reference}");
        for _ in 0..2 {
            let warning = "the live value of `webhook.headers[0].value` is not the value of the variable CODE";
            old.warned(&["pull"], warning).await;
            assert_eq!(old.read("tools/t.json"), file);
            let (_, plan) = old.json(&["plan"]).await;
            assert_eq!(plan["summary"]["drift"], 1, "{plan}");
            assert_eq!(old.run(&["apply", "--yes"]).await.code, 1);
        }
        let new = Project::new(&emulator).with("CODE", "rotated");
        new.write("tools/t.json", &file).write(STATE, &old.read(STATE));
        new.assert_no_changes("dev").await;
        assert!(!new.run(&["pull"]).await.stderr.contains("warning"));
        new.assert_no_changes("dev").await;
        old.ok(&["apply", "--yes", "--overwrite-drift"]).await;
        old.assert_no_changes("dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_of_a_file_with_another_value_of_a_variable_is_no_drift() {
    let (emulator, set, _) = applied().await;
    let file = A.replace("${secret.CODE}", "x")
        + "a2a_agents: [{ name: a, url: 'https://a.example.com', headers: [{ name: K, value: '${secret.CODE}' }] }]\n";
    set.write("assistants/a.yaml", &file).ok(&["apply", "--yes"]).await;
    let other = Project::new(&emulator).with("CODE", "another");
    other.write("assistants/a.yaml", &file).write(STATE, &set.read(STATE));
    other.warned(&["pull", "a"], "is not the value of the variable CODE").await;
    let (_, plan) = other.json(&["plan"]).await;
    assert_eq!((&plan["summary"]["update"], &plan["summary"]["drift"]), (&json!(1), &json!(0)), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_without_the_secret_keep_the_hashes_in_the_state() {
    let (_emulator, set, unset) = applied().await;
    unset.ok(&["apply", "--yes"]).await;
    assert_eq!(unset.read(STATE), set.read(STATE));
    assert_hidden(&unset, &[&["pull"], &["apply", "--yes"]]).await;
    unset.assert_no_changes("dev").await;
    assert_eq!(unset.read("assistants/a.yaml"), A);
}

#[tokio::test(flavor = "multi_thread")]
async fn adoption_into_a_file_with_a_secret_needs_the_secret() {
    let (emulator, _, _) = applied().await;
    for (project, code) in [(Project::new(&emulator), 1), (Project::new(&emulator).with("CODE", "topsecret"), 0)] {
        project.write("assistants/a.yaml", A);
        let done = project.run(&["pull", "--adopt"]).await;
        assert_eq!(done.code, code, "{done:#?}");
        // The advice must not lead to a second resource.
        let advice = code == 0 || done.stderr.contains("set the variable CODE to the value in the live text");
        let wrong = ["changed elsewhere", "apply"].iter().any(|text| done.stderr.contains(text));
        assert!(advice && !wrong, "{done:#?}");
        assert_hidden(&project, &[]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn adoption_into_a_file_that_keeps_its_values_discards_nothing() {
    let emulator = Emulator::start().await.expect("an emulator");
    let file = "display_name: T\ntype: webhook\nwebhook:\n  name: t\n  description: d\n  url: https://x.example.com\n  headers:\n    - { name: K, value: '${secret.CODE}' }\n";
    let set = Project::new(&emulator).with("CODE", "topsecret");
    set.write("tools/t.yaml", file).ok(&["apply", "--yes"]).await;
    for (written, is_warned) in [(file.to_owned(), false), (file.replace("description: d", "description: e"), true)] {
        let unset = Project::new(&emulator);
        unset.write("tools/t.yaml", &written);
        let done = unset.run(&["pull", "--adopt"]).await;
        let warning = "warning: tools/t.yaml and its text files: changes that were not applied are discarded";
        assert_eq!((done.code, done.stderr.contains(warning)), (0, is_warned), "{done:#?}");
        assert_eq!(unset.read("tools/t.yaml"), file);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_actions_are_kept_if_a_key_or_secret_is_an_ordinary_word() {
    let (_emulator, project) = Project::start_with(&[("TELNYX_API_KEY", "test"), ("CODE", "create")]).await;
    project
        .write("assistants/create_it.yaml", "name: A\ninstructions: Say ${secret.CODE}.\ngreeting: a test, create\n")
        .write(
            "tests/g.yaml",
            "name: g\ndestination: ${assistants.create_it}\ninstructions: x\nrubric: [{ name: r, criteria: x }]\n",
        );
    let (_, plan) = project.json(&["plan"]).await;
    let address = |n: usize| (&plan["changes"][n]["address"], &plan["changes"][n]["action"]);
    assert_eq!(address(0), (&json!("assistants.create_it"), &json!("create")), "{plan}");
    assert_eq!(address(1), (&json!("tests.g"), &json!("create")), "{plan}");
    let greeting =
        plan["changes"][0]["fields"].as_array().expect("fields").iter().find(|field| field["path"] == "greeting");
    assert_eq!(greeting.expect("the greeting")["after"], "a test, ${secret.CODE}");
    let shown = project.ok(&["plan"]).await;
    assert!(shown.contains("+ assistants.create_it is new") && shown.contains("+ tests.g is new"), "{shown}");
}

const LITERAL: &str = "display_name: L\ntype: webhook\nwebhook:\n  name: l\n  description: d\n  url: https://e.example\n  headers:\n    - { name: Authorization, value: Bearer topsecret-1 }\n    - { name: Accept, value: topsecret-2 }\n    - { name: X-Token, value: '{{token}}' }\n";

/// The values of the headers that the API has.
fn headers(emulator: &Emulator) -> Vec<Value> {
    let export = emulator.export().expect("an export");
    let headers = export["tools"][0]["tool_definition"]["headers"].as_array().expect("headers");
    headers.iter().map(|header| header["value"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_warns_about_a_secret_in_a_file() {
    let (_emulator, project) = Project::start().await;
    project.write("tools/l.yaml", LITERAL);
    let (code, document) = project.json(&["validate"]).await;
    assert_eq!((code, &document["summary"]["warnings"]), (0, &json!(1)), "{document}");
    let warning = &document["diagnostics"][0];
    assert_eq!((&warning["line"], &warning["severity"]), (&json!(8), &json!("warning")), "{warning}");
    assert!(warning["help"].as_str().is_some_and(|help| help.contains("write `${secret.NAME}`")), "{warning}");
    let shown = project.run(&["validate"]).await;
    assert!(shown.stdout.contains("tools/l.yaml:8:") && !shown.stdout.contains("topsecret"), "{shown:#?}");

    // Another error at this line.
    project.write("tools/l.yaml", &LITERAL.replace("Bearer topsecret-1 }", "Bearer topsecret-1, valu: x }"));
    let shown = project.run(&["validate"]).await;
    assert!(shown.stdout.contains("valu") && !shown.stdout.contains("topsecret-1"), "{shown:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn name_of_a_secret_that_another_resource_uses_is_not_given_to_a_renamed_tool() {
    let (emulator, project) = Project::start_with(&[("CRM", "first-111")]).await;
    let file = |name: &str| {
        let webhook = "webhook: { name: w, description: d, url: 'https://w.example.com', headers: [{ name: K, value: '${secret.CRM}' }] }";
        format!("name: {name}\ninstructions: Help.\ntools:\n  - type: webhook\n    {webhook}\n")
    };
    project.write("assistants/a.yaml", &file("A")).write("assistants/b.yaml", &file("B"));
    project.ok(&["apply", "--yes"]).await;
    let ids = project.json(&["list"]).await.1;
    for (name, tool) in [
        (
            "A",
            json!({"type": "webhook", "webhook": {"name": "x", "description": "d", "url": "https://x.example.com", "headers": [{"name": "X", "value": "first-111"}]}}),
        ),
        ("B", tool("w", "https://w.example.com", "second-222")),
    ] {
        let row = ids["resources"].as_array().expect("rows").iter().find(|row| row["name"] == name).expect("a row");
        edit(&emulator, row["id"].as_str().expect("an id"), json!({"tools": [tool]})).await;
    }
    let unset = Project::new(&emulator);
    project.files().iter().for_each(|(path, text)| _ = unset.write(path, text));
    unset.write(STATE, &project.read(STATE)).ok(&["pull"]).await;
    let texts = ["assistants/a.yaml", "assistants/b.yaml"].map(|path| unset.read(path).contains("${secret.CRM}"));
    assert_eq!(texts, [false, true], "{}", unset.read("assistants/a.yaml"));
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_warns_about_a_secret_where_its_value_is_written() {
    let emulator = Emulator::start().await.expect("an emulator");
    let variables = "variables:\n      scheme: Bearer\n      crm: topsecret-1\n";
    let config = format!("environments:\n  dev:\n    base_url: {}\n    {variables}", emulator.base_url());
    for (value, place) in [
        ("${var.crm}", "telnyx-ai.yaml:6:12: the variable `crm` contains a secret"),
        ("Bearer ${var.crm}", "telnyx-ai.yaml:6:12: the variable `crm` contains a secret"),
        ("${var.scheme} ${var.crm}", "telnyx-ai.yaml:6:12: the variable `crm` contains a secret"),
        ("topsecret-1-${var.scheme}", "tools/l.yaml:8:37: the file contains a secret"),
        ("${var.scheme} ${secret.CRM}", ""),
    ] {
        let project = Project::new(&emulator);
        project
            .write("telnyx-ai.yaml", &config)
            .write("tools/l.yaml", &LITERAL.replace("Bearer topsecret-1", &format!("'{value}'")));
        let (code, document) = project.json(&["validate"]).await;
        let found: Vec<_> = document["diagnostics"].as_array().into_iter().flatten().collect();
        let shown = |found: &Value| {
            let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
            format!("{}:{}:{}: {}", text("file"), found["line"], found["column"], text("message"))
        };
        let expected: Vec<_> = Some(place).filter(|place| !place.is_empty()).into_iter().collect();
        assert_eq!(
            (code, found.iter().map(|found| shown(found)).collect::<Vec<_>>()),
            (0, expected.iter().map(ToString::to_string).collect()),
            "{value}"
        );
        let is_variable = place.starts_with("telnyx-ai.yaml");
        assert!(
            !is_variable
                || found[0]["help"]
                    .as_str()
                    .is_some_and(|help| help.contains("in place of `${var.crm}` at tools/l.yaml:8:")),
            "{document}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_in_a_file_reaches_the_api_but_neither_plans_nor_the_state() {
    let (emulator, project) = Project::start().await;
    project.write("tools/l.yaml", LITERAL);
    let mut shown = project.ok(&["plan", "--out", "new.plan"]).await + &project.ok(&["plan", "--json"]).await;
    shown += &project.read("new.plan");
    project.ok(&["apply", "new.plan"]).await;
    assert_eq!(headers(&emulator), ["Bearer topsecret-1", "topsecret-2", "{{token}}"]);
    project.assert_no_changes("dev").await;

    // A change of one secret is a change, and keeps the others.
    project.write("tools/l.yaml", &LITERAL.replace("topsecret-1", "topsecret-3"));
    let (code, changed) = project.json(&["plan", "--detailed-exitcode"]).await;
    assert_eq!((code, &changed["summary"]["update"], &changed["summary"]["drift"]), (2, &json!(1), &json!(0)));
    shown += &changed.to_string();
    project.ok(&["apply", "--yes"]).await;
    assert_eq!(headers(&emulator), ["Bearer topsecret-3", "topsecret-2", "{{token}}"]);
    project.assert_no_changes("dev").await;
    let kept = project.read("tools/l.yaml");
    project.ok(&["pull", "--all"]).await;
    assert_eq!(project.read("tools/l.yaml"), kept);

    emulator.faults().add(telnyx_ai_emulator::Fault::on("POST", "/ai/tools").drop_before());
    project.write("tools/m.yaml", &LITERAL.replace("name: l", "name: m"));
    assert_eq!(project.run(&["apply", "--yes"]).await.code, 1);
    shown += &project.read(STATE);
    assert!(shown.contains("creating") && !shown.contains("topsecret"), "{shown}");
    emulator.faults().clear();
    project.ok(&["apply", "--yes"]).await;
    project.assert_no_changes("dev").await;
    assert!(!project.read(STATE).contains("topsecret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_and_validate_warn_about_a_secret_in_a_url() {
    let emulator = Emulator::start().await.expect("an emulator");
    let urls = [
        ("https://user:topsecret@h.example/x", true),
        ("https://topsecret@h.example/x", true),
        ("https://h.example/x?page=2&api_key=topsecret", true),
        ("https://h.example/x?page=2&token={{token}}", false),
        ("https://user:{{password}}@h.example/x", false),
        ("See https://h.example/?token=topsecret", false),
        ("https://h.example/x?key=topsecret", true),
        ("https://h.example/x?page=2&sig=topsecret", true),
        ("https://h.example/x?signature=topsecret", true),
        ("https://h.example/x?X-Amz-Signature=topsecret", true),
        ("https://h.example/x#access_token=topsecret", true),
        ("https://h.example/x#access_token={{token}}", false),
        ("https://h.example/x#section-2", false),
        ("https://h.example/x?page_token=2&next_page_token=3", false),
        ("https://h.example/x?pageToken=2&nextToken=3", false),
        ("https://h.example/x?sort_key=name&design=new", false),
    ];
    let tool = |n: usize| json!({"type": "webhook", "webhook": {"name": format!("t{n}"), "description": "d", "url": urls[n].0}});
    let tools: Vec<_> = (0..urls.len()).map(tool).collect();
    let support = json!({"name": "Support", "instructions": "Help.", "tools": tools});
    create_assistant(&emulator, support).await;
    let project = Project::new(&emulator);
    let pulled = project.run(&["pull", "--all"]).await.stderr;
    for (key, url) in [("m", "https://u:${secret.PW}@m.example"), ("n", "https://n.example/?token=${secret.PW}")] {
        project.write(&format!("mcp_servers/{key}.yaml"), &format!("name: {key}\ntype: http\nurl: {url}\n"));
    }
    let (_, validated) = project.json(&["validate"]).await;
    let warning = |n: usize| format!("assistants/support.yaml: the URL of `tools[{n}].webhook.url` contains a secret");
    for (n, (url, is_warned)) in urls.into_iter().enumerate() {
        assert_eq!(pulled.contains(&warning(n)), is_warned, "{url}: {pulled}");
    }
    let warned = urls.iter().filter(|(_, is_warned)| *is_warned).count();
    assert_eq!(validated["summary"]["warnings"], warned, "{validated}");

    // Without changes, it is not repeated.
    assert!(!project.run(&["pull", "--all"]).await.stderr.contains("contains a secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_warns_about_a_secret_in_a_url_where_it_is_written() {
    let project = Project::empty();
    let variables = "pw: topsecret\n      host: h.example\n      base: https://u:topsecret@b.example\n      \
                     port: '443'\n      plain: https://h.example\n      login: u:topsecret@h.example\n      empty: ''";
    project.write("telnyx-ai.yaml", &format!("environments:\n  dev:\n    variables:\n      {variables}\n"));
    let file = Some("mcp_servers/m.yaml:3:6: the file contains a secret".to_owned());
    let [pw, base, login] = [("pw", "4:11"), ("base", "6:13"), ("login", "9:14")]
        .map(|(name, place)| Some(format!("telnyx-ai.yaml:{place}: the variable `{name}` contains a secret")));
    for (url, expected) in [
        ("https://u:${var.pw}@h.example", &pw),
        ("https://${var.host}/x?token=${var.pw}", &pw),
        ("${var.base}/x?page=${var.host}", &base),
        ("https://u:topsecret@${var.host}", &file),
        ("https://h.example:${var.port}/x?token=topsecret", &file),
        ("${var.plain}/x?token=topsecret", &file),
        ("${var.base}/x?token=topsecret", &file),
        ("https://${var.login}/x", &login),
        ("https://u:topsecret-${var.host}@h.example", &file),
        ("https://h.example/x?token=topsecret${var.port}", &file),
        ("https://topsecret:${var.empty}@h.example", &file),
        ("https://u:${secret.PW}@${var.host}", &None),
    ] {
        project.write("mcp_servers/m.yaml", &format!("name: m\ntype: http\nurl: {url}\n"));
        let (_, document) = project.json(&["validate"]).await;
        let found = document["diagnostics"].as_array().expect("a list").first();
        let text = |found: &Value, name: &str| found[name].as_str().unwrap_or_default().to_owned();
        let place = |it: &Value| format!("{}:{}:{}", text(it, "file"), it["line"], it["column"]);
        let shown = found.map(|found| format!("{}: {}", place(found), text(found, "message")));
        assert_eq!(&shown, expected, "{url}: {document}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_secret_does_not_get_the_name_of_one_in_the_state() {
    let emulator = Emulator::start().await.expect("an emulator");
    let tools = |tools: &[Value]| json!({"tools": tools});
    let create =
        json!({"name": "A", "instructions": "Help.", "tools": [tool("w", "https://w.example.com", "first-111")]});
    create_assistant(&emulator, create).await;
    let project = Project::new(&emulator);
    project.ok(&["pull", "--all"]).await;
    let both = [tool("w", "https://w.example.com", "first-111"), tool("n", "https://n.example.com", "second-222")];
    edit_only(&emulator, tools(&both)).await;
    project.write("assistants/a.yaml", "name: A\ninstructions: Help.\n").ok(&["pull", "a"]).await;
    let text = project.read("assistants/a.yaml");
    assert!(text.contains("${secret.A_K}") && text.contains("${secret.A_K_2}"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_of_a_new_item_does_not_get_the_name_of_a_rotated_one() {
    let emulator = Emulator::start().await.expect("an emulator");
    let create =
        json!({"name": "A", "instructions": "Help.", "tools": [tool("w", "https://w.example.com", "first-111")]});
    create_assistant(&emulator, create).await;
    let project = Project::new(&emulator);
    project.ok(&["pull", "--all"]).await;
    let both = [tool("w", "https://w.example.com", "second-222"), tool("n", "https://n.example.com", "first-111")];
    edit_only(&emulator, json!({"tools": both})).await;
    project.ok(&["pull"]).await;
    let text = project.read("assistants/a.yaml");
    assert!(text.contains("${secret.A_K}") && text.contains("${secret.A_K_2}"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_can_replace_a_literal_without_drift() {
    let (_emulator, project) = Project::start_with(&[("CODE", "topsecret")]).await;
    project.write("assistants/a.yaml", &A.replace("${secret.CODE}", "nothing")).ok(&["apply", "--yes"]).await;
    project.write("assistants/a.yaml", A);
    let (_, plan) = project.json(&["plan"]).await;
    assert_eq!((&plan["summary"]["update"], &plan["summary"]["drift"]), (&json!(1), &json!(0)), "{plan}");
    project.ok(&["apply", "--yes"]).await;
    project.assert_no_changes("dev").await;
    assert_hidden(&project, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn second_pull_of_a_known_secret_does_not_change_the_state() {
    let (emulator, set, _) = applied().await;
    edit_only(&emulator, json!({"description": "topsecret", "greeting": "topsecret"})).await;
    set.ok(&["pull", "--all"]).await;
    assert!(set.read("assistants/a.yaml").contains("description: ${secret.CODE}\n"));
    let state = set.read(STATE);
    set.ok(&["pull", "--all"]).await;
    assert_eq!(set.read(STATE), state);
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_that_was_pulled_while_its_variable_was_unset_leaves_the_state() {
    let (emulator, set, unset) = applied().await;
    let all = |project: &Project| [STATE, "assistants/a.yaml", "assistants/b.yaml"].map(|path| project.read(path));
    let copy = |from: &Project, to: &Project| {
        for (path, text) in [STATE, "assistants/a.yaml", "assistants/b.yaml"].iter().zip(all(from)) {
            to.write(path, &text);
        }
    };
    unset.write("assistants/b.yaml", "name: B\ninstructions: Help.\n").ok(&["apply", "--yes"]).await;
    let id = unset.id("assistants.b");
    edit(&emulator, &id, json!({"instructions": "Help with topsecret."})).await;
    unset.ok(&["pull"]).await;
    unset
        .write("assistants/b.yaml", &(unset.read("assistants/b.yaml") + "greeting: Hi\n"))
        .ok(&["apply", "--yes"])
        .await;
    let [state, _, file] = all(&unset);
    assert!(
        state.matches("topsecret").count() >= 2 && state.contains("previous") && file.contains("topsecret"),
        "{state}"
    );

    for command in [&["apply", "--yes"][..], &["pull"], &["pull", "--all"]] {
        copy(&unset, &set);
        set.ok(command).await;
        assert!(!set.read(STATE).contains("topsecret"), "{command:?}");
        set.assert_no_changes("dev").await;
        let other = Project::new(&emulator);
        copy(&set, &other);
        other.assert_no_changes("dev").await;
    }
    // A text that the state hides is not taken for another secret.
    let other = Project::new(&emulator);
    copy(&set, &other);
    let before = telnyx(&emulator).assistants().retrieve(&id).await.expect("the assistant").instructions;
    edit(&emulator, &id, json!({"instructions": "Help."})).await;
    other.refused(&["pull"], "set the variable CODE to the value").await;
    assert_eq!(other.read("assistants/b.yaml"), file);
    edit(&emulator, &id, json!({"instructions": before})).await;
    // The file can name the secret then.
    set.write("assistants/b.yaml", &file.replace("topsecret", "${secret.CODE}"));
    set.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_equals_a_secret_is_hidden_unless_it_may_be_a_word() {
    let (emulator, project) = Project::start().await;
    let tool = |description: &str| {
        let headers = "[{ name: Authorization, value: topsecret-1 }, { name: Accept, value: text/plain }]";
        format!(
            "display_name: L\ntype: webhook\nwebhook:\n  name: l\n  description: {description}\n  url: https://e.example\n  headers: {headers}\n"
        )
    };
    for (description, is_hidden) in [("topsecret-1", true), ("text/plain", false)] {
        project.write("tools/l.yaml", &tool(description)).ok(&["apply", "--yes"]).await;
        project.assert_no_changes("dev").await;
        let state = project.read(STATE);
        assert!(!state.contains("topsecret") && state.contains("text/plain") != is_hidden, "{description}: {state}");
        let export = emulator.export().expect("an export");
        assert_eq!(export["tools"][0]["tool_definition"]["description"], description);
        project.ok(&["pull", "--all"]).await;
        assert_eq!(project.read("tools/l.yaml"), tool(description));
        project.assert_no_changes("dev").await;
    }
}

/// A checkout on Windows changes the line breaks.
#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_of_a_text_with_an_unset_secret_are_no_change() {
    let (_emulator, project) = Project::start_with(&[("PIN", "a-secret-pin")]).await;
    project.write("assistants/a.yaml", "name: A\ninstructions: { file: a.md }\n");
    let text = "Ask for the PIN.\nIt is ${secret.PIN}.\n";
    project.write("assistants/a.md", text).ok(&["apply", "--yes"]).await;
    project.write("assistants/a.md", &text.replace('\n', "\r\n"));
    let project = project.with("PIN", "");
    project.assert_no_changes("dev").await;
    let project = project.with("PIN", "another-pin");
    assert_eq!(project.run(&["plan", "--detailed-exitcode"]).await.code, 2);
}
