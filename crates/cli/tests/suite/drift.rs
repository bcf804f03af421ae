//! Changes that were made elsewhere.

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Fault};

use crate::support::{
    Done, Project, STATE, assistant, count, create_assistant, edit, edit_test, struck, telnyx, writes,
};

const SUPPORT: &str =
    "# The desk.\nname: Support\ninstructions: Help. # briefly\ngreeting: Hello, this is ${var.name}.\n";

async fn applied() -> (Emulator, Project, String) {
    let (emulator, project) = Project::start().await;
    project.write("assistants/support.yaml", SUPPORT).ok(&["apply", "--yes"]).await;
    let id = project.id("assistants.support");
    (emulator, project, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_shown_not_overwritten_and_pulled() {
    let (emulator, project, id) = applied().await;
    edit(&emulator, &id, json!({"greeting": "Changed in the dashboard.", "model": "openai/gpt-4o-mini"})).await;
    project.write("assistants/support.yaml", &SUPPORT.replace("Help.", "Help politely."));
    emulator.clear_requests();

    let (code, plan) = project.json(&["plan", "--detailed-exitcode"]).await;
    assert_eq!((code, &plan["changes"][0]["drift"]), (2, &json!(true)), "{plan}");
    assert_eq!(plan["summary"]["drift"], 1);
    let refused = project.run(&["apply", "--yes"]).await;
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("assistants.support") && refused.stderr.contains("--overwrite-drift"),
        "{refused:#?}"
    );
    assert!(writes(&emulator).is_empty(), "{:?}", writes(&emulator));

    project.ok(&["pull"]).await;
    let file = project.read("assistants/support.yaml");
    assert!(file.starts_with("# The desk.\nname: Support\ninstructions: Help. # briefly\n"), "{file}");
    assert!(
        file.contains("greeting: Changed in the dashboard.") && file.contains("model: openai/gpt-4o-mini"),
        "{file}"
    );
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_undone_on_request() {
    let (emulator, project, id) = applied().await;
    edit(&emulator, &id, json!({"greeting": "Changed.", "tags": ["new"]})).await;
    project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    project.assert_no_changes("dev").await;
    let assistant = assistant(&emulator);
    assert_eq!(assistant["greeting"], "Hello, this is dev.");
    assert!(assistant["tags"].as_array().is_none_or(Vec::is_empty), "{assistant}");
}

/// The plan shows drift of a resource, an apply is refused, an overwrite reverts the drift, and a pull writes it into the file.
async fn assert_drift_is_overwritten_and_pulled<F: Future<Output = ()>>(
    project: &Project,
    address: &str,
    change: impl Fn() -> F,
) {
    let file = format!("{}.yaml", address.replace('.', "/"));
    let before = project.read(&file);
    change().await;
    let (code, plan) = project.json(&["plan", address, "--detailed-exitcode"]).await;
    assert_eq!((code, &plan["changes"][0]["drift"]), (2, &json!(true)), "{address}: {plan}");
    assert_eq!(project.run(&["apply", "--yes"]).await.code, 1, "{address}");
    project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    project.assert_no_changes("dev").await;
    change().await;
    assert_eq!(project.run(&["plan", address, "--detailed-exitcode"]).await.code, 2, "{address}: it was repaired");
    project.ok(&["pull"]).await;
    assert_ne!(project.read(&file), before, "{address}");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_messaging_profile_or_texml_app_is_drift() {
    let (emulator, project, id) = applied().await;
    for (settings, name) in
        [("messaging_settings", "default_messaging_profile_id"), ("telephony_settings", "default_texml_app_id")]
    {
        project.write("assistants/support.yaml", SUPPORT).ok(&["apply", "--yes"]).await;
        assert_drift_is_overwritten_and_pulled(&project, "assistants.support", || {
            edit(&emulator, &id, json!({settings: {name: "11111111-2222-3333-4444-555555555555"}}))
        })
        .await;
        let file = project.read("assistants/support.yaml");
        assert!(file.contains(&format!("{settings}:\n  {name}: \"11111111-2222-3333-4444-555555555555\"\n")), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn null_in_settings_that_the_api_fills_in_is_no_change() {
    let (emulator, project, id) = applied().await;
    let mut settings = assistant(&emulator)["telephony_settings"].clone();
    settings["zz_new"] = Value::Null;
    edit(&emulator, &id, json!({"telephony_settings": settings})).await;
    let edited = assistant(&emulator);
    assert_eq!(edited["telephony_settings"].get("zz_new"), Some(&Value::Null), "{edited}");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn list_item_that_was_removed_elsewhere_is_drift() {
    let (emulator, project, id) = applied().await;
    let all = format!(
        "{SUPPORT}tags: [a, b]\nenabled_features: [telephony, messaging]\nmcp_servers: [{{ id: '${{mcp_servers.m}}' }}]\ntools: [{{ type: hangup, hangup: {{}} }}]\n"
    );
    project.write("mcp_servers/m.yaml", "name: M\ntype: http\nurl: https://mcp.example.com\n");
    project.write(
        "tests/greets.yaml",
        "name: Greets\ndestination: ${assistants.support}\ninstructions: Say hello.\nrubric: [{ name: a, criteria: b }, { name: c, criteria: d }]\n",
    );
    for change in [
        json!({"tags": ["b"]}),
        json!({"enabled_features": ["messaging"]}),
        json!({"mcp_servers": []}),
        json!({"tools": []}),
    ] {
        project.write("assistants/support.yaml", &all).ok(&["apply", "--yes"]).await;
        assert_drift_is_overwritten_and_pulled(&project, "assistants.support", || edit(&emulator, &id, change.clone()))
            .await;
    }
    let test = project.id("tests.greets");
    let rubric = json!([{"name": "a", "criteria": "b"}]);
    assert_drift_is_overwritten_and_pulled(&project, "tests.greets", || {
        edit_test(&emulator, &test, json!({"rubric": rubric}))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn list_that_was_sorted_and_shortened_elsewhere_is_pulled() {
    let (emulator, project, _) = applied().await;
    let rubric = |names: &[&str]| -> Vec<Value> {
        names.iter().map(|name| json!({"name": name, "criteria": format!("{name} is good")})).collect()
    };
    let test = json!({"name": "Greets", "destination": "${assistants.support}", "instructions": "x", "rubric": rubric(&["a", "b", "c"])});
    project.write("tests/greets.json", &test.to_string()).ok(&["apply", "--yes"]).await;
    edit_test(&emulator, &project.id("tests.greets"), json!({"rubric": rubric(&["c", "a"])})).await;
    project.ok(&["pull"]).await;
    let pulled: Value = serde_json::from_str(&project.read("tests/greets.json")).expect("JSON");
    assert_eq!(pulled["rubric"], json!(rubric(&["c", "a"])));
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn list_item_that_left_the_file_is_removed() {
    let (emulator, project, _) = applied().await;
    project.write("assistants/support.yaml", &format!("{SUPPORT}tags: [a, b]\n")).ok(&["apply", "--yes"]).await;
    project.write("assistants/support.yaml", &format!("{SUPPORT}tags: [a]\n")).ok(&["apply", "--yes"]).await;
    assert_eq!(assistant(&emulator)["tags"], json!(["a"]));
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn change_between_plan_and_apply_makes_the_plan_stale() {
    let (emulator, project, id) = applied().await;
    project.write("assistants/support.yaml", &SUPPORT.replace("Help.", "Help politely."));
    project.ok(&["plan", "--out", "saved.plan"]).await;
    edit(&emulator, &id, json!({"greeting": "Changed."})).await;
    emulator.clear_requests();
    let refused = project.run(&["apply", "saved.plan"]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("changed since the plan was made"), "{refused:#?}");
    let (_, document) = project.json(&["apply", "saved.plan"]).await;
    let change = &document["changes"][0];
    assert_eq!(
        (&change["address"], &change["result"]),
        (&json!("assistants.support"), &json!("skipped")),
        "{document}"
    );
    for error in [&document["error"], &change["error"]] {
        assert!(error.as_str().is_some_and(|error| error.contains("changed since the plan was made")), "{document}");
    }
    assert!(writes(&emulator).is_empty());
}

/// Each resource is read again right before it is written.
#[tokio::test(flavor = "multi_thread")]
async fn change_during_an_apply_is_not_overwritten_or_deleted() {
    for is_deletion in [false, true] {
        let (emulator, project, id) = applied().await;
        if is_deletion {
            project.remove("assistants/support.yaml");
        } else {
            project.write("assistants/support.yaml", &SUPPORT.replace("Help.", "Help politely."));
        }
        // The list for the plan has another path.
        let delay = std::time::Duration::from_millis(500);
        let read_again = emulator.faults().add(Fault::on("GET", "/ai/assistants/*").delay(delay).times(1));
        let child = project.spawn(&["apply", "--yes", "--prune"]);
        struck(&emulator, read_again).await;
        edit(&emulator, &id, json!({"greeting": "Changed in the dashboard."})).await;
        let done = Done::of(child).await;
        let message = "assistants.support: it was changed elsewhere since the plan";
        assert!(done.code == 1 && done.stderr.contains(message), "{done:#?}");
        let assistant = assistant(&emulator);
        assert_eq!(assistant["greeting"], "Changed in the dashboard.");
        assert_eq!(assistant.get("deleted_at"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_plan_is_applied_and_refused_once_the_files_changed() {
    let (_emulator, project, _) = applied().await;
    project.write("assistants/support.yaml", &SUPPORT.replace("Help.", "Help politely."));
    project.ok(&["plan", "--out", "saved.plan"]).await;
    project.write("assistants/support.yaml", &SUPPORT.replace("Help.", "Help quickly."));
    assert_eq!(project.run(&["apply", "saved.plan"]).await.code, 1);
    project.write("assistants/support.yaml", &SUPPORT.replace("Help.", "Help politely."));
    project.ok(&["apply", "saved.plan"]).await;
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_elsewhere_is_drift_and_pull_removes_the_file() {
    let (emulator, project, id) = applied().await;
    telnyx(&emulator).assistants().delete(&id).await.expect("it is deleted");
    let (_, plan) = project.json(&["plan"]).await;
    assert_eq!(
        (&plan["changes"][0]["action"], &plan["changes"][0]["drift"]),
        (&json!("create"), &json!(true)),
        "{plan}"
    );
    let shown = project.ok(&["plan"]).await;
    assert!(shown.contains("`pull KEY` removes the file, `apply --overwrite-drift` creates it again"), "{shown}");
    let refused = project.run(&["apply", "--yes"]).await;
    let advice = "deleted elsewhere: assistants.support; pass `--overwrite-drift` to create again what was deleted";
    assert!(refused.code == 1 && refused.stderr.contains(advice), "{refused:#?}");
    project.ok(&["pull"]).await;
    assert!(project.files().is_empty());
    project.assert_no_changes("dev").await;
}

/// A text of the account does not replace a text that the files use.
#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_text_files_of_other_resources() {
    let (emulator, project, _) = applied().await;
    project.write("assistants/eu.yaml", "name: EU\ninstructions: { file: shop.md }\n");
    project.write("assistants/shop.md", "Help in Europe.\n").ok(&["apply", "--yes"]).await;
    create_assistant(&emulator, json!({"name": "Shop", "instructions": "Sell.\n".repeat(20)})).await;
    project.ok(&["pull", "--all"]).await;
    assert_eq!(project.read("assistants/shop.md"), "Help in Europe.\n");
    assert!(project.read("assistants/shop.yaml").contains("Sell."));
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_of_a_file_that_is_not_applied_reports_it() {
    let (_emulator, project, _) = applied().await;
    project.write("assistants/new.yaml", "name: New\ninstructions: x\n");
    for (key, message) in [
        ("new", "assistants.new does not exist in the environment dev; run `telnyx-ai apply` first"),
        ("assistants.new", "assistants.new does not exist in the environment dev"),
        ("nope", "the environment dev has no resource `nope`"),
    ] {
        project.refused(&["pull", key], message).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_of_an_ambiguous_key_is_refused() {
    let (_emulator, project, _) = applied().await;
    let test = "name: T\ndestination: ${assistants.support}\ninstructions: Hi.\nrubric: [{ name: a, criteria: b }]\n";
    project.write("tests/support.yaml", test).ok(&["apply", "--yes"]).await;
    let edited = test.replace("Hi.", "Hello.");
    project.write("tests/support.yaml", &edited);
    project.refused(&["pull", "support"], "can be assistants.support or tests.support").await;
    assert_eq!(project.read("tests/support.yaml"), edited);
}

#[tokio::test(flavor = "multi_thread")]
async fn pulled_files_differ_in_more_than_the_case_of_their_names() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/Support.yaml", SUPPORT).ok(&["apply", "--yes"]).await;
    create_assistant(&emulator, json!({"name": "support", "instructions": "Sell."})).await;
    project.ok(&["pull", "--all"]).await;
    assert!(project.read("assistants/support_2.yaml").contains("Sell."));
}

#[tokio::test(flavor = "multi_thread")]
async fn new_items_are_pulled_to_their_places() {
    let (emulator, project, _) = applied().await;
    let rubric = |items: &[&str]| -> Vec<_> { items.iter().map(|it| json!({"name": it, "criteria": it})).collect() };
    let of = |items: &[&str]| json!({"name": "T", "destination": "${assistants.support}", "instructions": "x", "rubric": rubric(items)});
    for live in
        [&["x", "a", "y", "b", "c", "z"][..], &["a", "x", "y", "c"], &["x", "b", "y", "z"], &["a", "b", "x", "c"]]
    {
        project.write("tests/t.json", &of(&["a", "b", "c"]).to_string());
        project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
        edit_test(&emulator, &project.id("tests.t"), json!({"rubric": rubric(live)})).await;
        project.ok(&["pull"]).await;
        let file: Value = serde_json::from_str(&project.read("tests/t.json")).expect("JSON");
        assert_eq!(file, of(live));
        project.assert_no_changes("dev").await;
    }
}

/// For example with the API key of another account, or an emulator that lost its contents.
#[tokio::test(flavor = "multi_thread")]
async fn pull_removes_no_files_if_the_account_has_none_of_the_resources() {
    let other = Emulator::start().await.expect("an emulator");
    let unmanaged = create_assistant(&other, json!({"name": "Other", "instructions": "Help."})).await;
    for message in ["support, the only managed resource, does not exist", "none of the 2 managed resources exists"] {
        let (emulator, project, _) = applied().await;
        if message.starts_with("none") {
            project.write("assistants/sales.yaml", "name: Sales\ninstructions: Sell.\n");
            project.ok(&["apply", "--yes"]).await;
        }
        project.environments(&[("dev", &other)]);
        let assert_refused = async |arguments: &[&str]| {
            let (files, state) = (project.files(), project.read(STATE));
            let done = project.run(arguments).await;
            assert!(done.code == 1 && done.stderr.contains(message), "{arguments:?}: {done:#?}");
            let key = if message.starts_with("none") { "KEY…" } else { "assistants.support" };
            let (removes, keeps) = (format!("`telnyx-ai pull {key}` removes what"), "changes that are not applied");
            assert!(done.stderr.contains(if arguments == ["pull", "support"] { keeps } else { &removes }), "{done:#?}");
            assert_eq!((project.files(), project.read(STATE)), (files, state), "{arguments:?}");
        };
        assert_refused(&["pull"]).await;
        assert_refused(&["pull", "--all"]).await;
        assert_refused(&["pull", &unmanaged, "--adopt"]).await;
        // A change that is not applied exists nowhere else.
        let file = project.read("assistants/support.yaml");
        project.write("assistants/support.yaml", &file.replace("Help", "Sell"));
        assert_ne!(project.read("assistants/support.yaml"), file);
        assert_refused(&["pull", "support"]).await;
        project.write("assistants/support.yaml", &file).ok(&["pull", "support"]).await;
        assert!(!project.path().join("assistants/support.yaml").exists());
        drop(emulator);
    }
}

/// The project with a second assistant, which drifts.
async fn with_drift_of_sales() -> (Emulator, Project) {
    let (emulator, project, _) = applied().await;
    project.write("assistants/sales.yaml", "name: Sales\ninstructions: Sell.\n").ok(&["apply", "--yes"]).await;
    let sales = project.id("assistants.sales");
    edit(&emulator, &sales, json!({"greeting": "Changed in the dashboard."})).await;
    (emulator, project)
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_files_with_changes_that_are_not_applied() {
    let (_emulator, project) = with_drift_of_sales().await;
    let edited = SUPPORT.replace("Help.", "Help politely.");
    project.write("assistants/support.yaml", &edited);
    project.write("assistants/sales.yaml", "name: Sales\ninstructions: Sell more.\n");
    let refused = project.run(&["apply", "--yes"]).await;
    assert!(
        refused.stderr.contains(
            "run `telnyx-ai pull assistants.sales` to write the live values to the files, which discards changes"
        ),
        "{refused:#?}"
    );
    project.write("assistants/sales.yaml", "name: Sales\ninstructions: Sell.\n");
    project.ok(&["apply", "support", "--candidate", "--yes"]).await;

    let done = project.run(&["pull"]).await;
    assert!(
        done.stderr.contains("kept assistants/support.yaml: it has changes that are not applied")
            && !done.stderr.contains("warning"),
        "{done:#?}"
    );
    assert_eq!(project.read("assistants/support.yaml"), edited);
    assert!(project.read("assistants/sales.yaml").contains("Changed in the dashboard."));
    let (_, plan) = project.json(&["plan"]).await;
    assert_eq!(plan["summary"], json!({"create": 0, "update": 1, "delete": 0, "drift": 0}), "{plan}");

    for options in [&["support"][..], &["--all"]] {
        project.write("assistants/support.yaml", &edited);
        let done = project.run(&[&["pull"], options].concat()).await;
        assert!(
            done.stderr.contains("warning: assistants/support.yaml and its text files: changes that were not applied"),
            "{done:#?}"
        );
        project.assert_no_changes("dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_a_file_with_changes_that_are_not_applied_although_the_resource_was_deleted_elsewhere() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n");
    project.write("assistants/b.yaml", "name: B\ninstructions: x\n").ok(&["apply", "--yes"]).await;
    for key in ["a", "b"] {
        let id = project.id(&format!("assistants.{key}"));
        telnyx(&emulator).assistants().delete(&id).await.expect("it is deleted");
    }
    let edited = "name: A\ninstructions: edited\n";
    project.write("assistants/a.yaml", edited);
    let state = project.read(STATE);
    project.warned(&["pull"], "kept assistants/a.yaml: the resource was deleted").await;
    assert_eq!(project.files(), [("assistants/a.yaml".to_owned(), edited.to_owned())]);
    project.write(STATE, &state).write("assistants/b.yaml", edited);
    for arguments in [&["pull", "a"][..], &["pull", "--all"]] {
        project.warned(arguments, "changes that were not applied are discarded").await;
    }
    assert!(project.files().is_empty(), "{:?}", project.files());
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_a_deletion_that_is_not_applied() {
    let (emulator, project) = with_drift_of_sales().await;
    project.remove("assistants/support.yaml");
    project.warned(&["pull"], "not written: assistants/support.yaml").await;
    assert_eq!(project.files().len(), 1);
    project.ok(&["apply", "--yes", "--prune"]).await;
    assert_eq!(count(&emulator, "assistants"), 1);
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_warns_before_it_discards_changes_of_a_file() {
    let (emulator, project, id) = applied().await;
    edit(&emulator, &id, json!({"greeting": "Changed in the dashboard."})).await;
    let warning = "warning: assistants/support.yaml and its text files: changes that were not applied are discarded";
    assert!(!project.run(&["pull"]).await.stderr.contains(warning));
    // After a deletion, only the KEY discards the changes.
    for (change, pull) in [(json!({"greeting": "Changed again."}), &["pull"][..]), (Value::Null, &["pull", "support"])]
    {
        project.write(
            "assistants/support.yaml",
            &project.read("assistants/support.yaml").replace("Help.", "Help politely."),
        );
        match change {
            Value::Null => {
                telnyx(&emulator).assistants().delete(&id).await.expect("it is deleted");
            }
            change => edit(&emulator, &id, change).await,
        }
        project.warned(pull, warning).await;
        project.assert_no_changes("dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pulled_text_does_not_change_a_file_that_others_use() {
    let (emulator, project, id) = applied().await;
    let shared = SUPPORT.replace("Help. # briefly", "{ file: shared.md } # ours");
    project.write("assistants/shared.md", "Be polite.\n").write("assistants/support.yaml", &shared);
    project.write("assistants/sales.yaml", "name: Sales\ninstructions: { file: ../assistants/shared.md }\n");
    project.ok(&["apply", "--yes"]).await;
    edit(&emulator, &id, json!({"instructions": "Be polite.\nBe brief."})).await;
    let message = "assistants/support.yaml: `instructions` no longer refers to assistants/shared.md";
    project.warned(&["pull"], message).await;
    assert_eq!(project.read("assistants/shared.md"), "Be polite.\n");
    let inline = SUPPORT.replace("Help. # briefly", "|- # ours\n  Be polite.\n  Be brief.");
    assert_eq!(project.read("assistants/support.yaml"), inline);
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_file_of_a_json_resource_is_pulled() {
    let (emulator, project, id) = applied().await;
    project.remove("assistants/support.yaml");
    let file = json!({"name": "Support", "instructions": {"file": "support.md"}}).to_string();
    project.write("assistants/support.md", "Help.\n").write("assistants/support.json", &file);
    project.ok(&["apply", "--yes"]).await;
    edit(&emulator, &id, json!({"instructions": "Help politely."})).await;
    project.ok(&["pull"]).await;
    assert_eq!(project.read("assistants/support.md"), "Help politely.\n");
    assert_eq!(project.read("assistants/support.json"), file);
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_comments_beside_anchors_or_warns() {
    let (emulator, project, id) = applied().await;
    let anchored = "# The desk.\nname: Support # name\ninstructions: &i Help.\ngreeting: *i\n# The end.\n";
    project.write("assistants/support.yaml", anchored).ok(&["apply", "--yes"]).await;
    edit(&emulator, &id, json!({"instructions": "Help politely."})).await;
    let done = project.run(&["pull"]).await;
    assert!(done.code == 0 && !done.stderr.contains("warning"), "{done:#?}");
    assert_eq!(
        project.read("assistants/support.yaml"),
        anchored.replace("&i Help.", "Help politely.").replace("*i", "Help.")
    );
    project.assert_no_changes("dev").await;

    project.write("assistants/support.yaml", "name: Support\ninstructions: \"Help politely.\" # quoted\n");
    project.ok(&["apply", "--yes"]).await;
    edit(&emulator, &id, json!({"instructions": "Help briefly."})).await;
    let done = project.run(&["pull"]).await;
    assert!(!done.stderr.contains("warning"), "{done:#?}");
    assert_eq!(project.read("assistants/support.yaml"), "name: Support\ninstructions: Help briefly. # quoted\n");

    project.write("assistants/support.yaml", "name: Support\ninstructions: Help.\ntags: [a, # first\n  b]\n");
    project.ok(&["apply", "--yes"]).await;
    edit(&emulator, &id, json!({"tags": ["b"]})).await;
    let done = project.run(&["pull"]).await;
    assert!(done.stderr.contains("warning: assistants/support.yaml loses comments or anchors"), "{done:#?}");
    project.assert_no_changes("dev").await;

    project.write("assistants/support.yaml", "{ name: Support, instructions: Help politely. } # short\n");
    project.ok(&["apply", "--yes"]).await;
    edit(&emulator, &id, json!({"instructions": "Help.", "greeting": "Hi."})).await;
    let done = project.run(&["pull"]).await;
    assert!(done.stderr.contains("warning: assistants/support.yaml loses comments or anchors"), "{done:#?}");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_files_stay_with_their_items() {
    let (emulator, project, _) = applied().await;
    let item = |name: &str| format!("  - name: {name}\n    criteria: {{ file: {name}.md }}\n");
    let test = "name: Greets\ndestination: ${assistants.support}\ninstructions: x\nrubric:\n";
    project.write("tests/greets.yaml", &format!("{test}{}{}", item("a"), item("b")));
    project.write("tests/a.md", "Text of a\n").write("tests/b.md", "Text of b\n").ok(&["apply", "--yes"]).await;
    for (rubric, expected) in [
        (json!([{"name": "b", "criteria": "New text of b"}]), item("b")),
        (
            json!([{"name": "c", "criteria": "Text of c"}, {"name": "d", "criteria": "d"}, {"name": "b", "criteria": "Text of b"}]),
            format!("  - name: c\n    criteria: Text of c\n  - name: d\n    criteria: d\n{}", item("b")),
        ),
    ] {
        edit_test(&emulator, &project.id("tests.greets"), json!({"rubric": rubric})).await;
        project.ok(&["pull"]).await;
        assert_eq!(project.read("tests/greets.yaml"), format!("{test}{expected}"));
        assert_eq!(
            project.read("tests/b.md").trim_end(),
            rubric.as_array().expect("a list").last().expect("b")["criteria"]
        );
        assert_eq!(project.read("tests/a.md"), "Text of a\n");
        project.assert_no_changes("dev").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_file_that_others_use_does_not_change_when_items_change_places() {
    let (emulator, project, _) = applied().await;
    let test = "destination: ${assistants.support}\ninstructions: x\nrubric:\n";
    let item = |name: &str| format!("  - name: {name}\n    criteria: {{ file: shared.md }}\n");
    project.write("tests/one.yaml", &format!("name: One\n{test}{}{}", item("a"), item("b")));
    project.write("tests/two.yaml", &format!("name: Two\n{test}{}", item("c"))).write("tests/shared.md", "Polite.\n");
    project.ok(&["apply", "--yes"]).await;
    let rubric = json!([{"name": "b", "criteria": "Polite."}, {"name": "a", "criteria": "Changed elsewhere."}]);
    edit_test(&emulator, &project.id("tests.one"), json!({"rubric": rubric})).await;
    project.ok(&["pull"]).await;
    assert_eq!(project.read("tests/shared.md"), "Polite.\n");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_removes_the_comments_of_what_was_removed_elsewhere() {
    let (emulator, project, id) = applied().await;
    let (hangup, skip) = (
        "  # Ends the call.\n  - type: hangup\n    hangup: {}\n",
        "  # Says nothing.\n  - type: skip_turn\n    skip_turn: {}\n",
    );
    let (before, tags) = ("name: Support\ninstructions: Help.\n", "tags:\n  - eu # Europe\n  - us # America\n");
    project.write("assistants/support.yaml", &format!("{before}tools:\n{hangup}{skip}{tags}"));
    project.ok(&["apply", "--yes"]).await;
    let change = json!({"tools": [{"type": "skip_turn", "skip_turn": {}}], "tags": ["us", "eu"]});
    edit(&emulator, &id, change).await;
    project.warned(&["pull"], "loses comments").await;
    let file = project.read("assistants/support.yaml");
    assert!(file.contains(&format!("tools:\n{skip}")) && !file.contains("Ends the call"), "{file}");
    assert!(file.contains(tags), "{file}");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_the_comments_of_shortened_lists_flow_values_and_emptied_objects() {
    let (emulator, project, id) = applied().await;
    let before = "name: Support\ninstructions: | # how\n  Help.\n  Be brief.\n\
        tools: # all\n  - type: skip_turn\n    skip_turn: {}\n  - type: hangup # ends the call\n    hangup: {}\n\
        dynamic_variables: # none\n  a: b\n\
        voice_settings: { voice: Telnyx.KokoroTTS.af, # calm\n  voice_speed: 1 }\n# The end.\n";
    project.write("assistants/support.yaml", before).ok(&["apply", "--yes"]).await;
    let change = json!({
        "instructions": "Help politely.",
        "tools": [{"type": "hangup", "hangup": {}}],
        "dynamic_variables": {},
        "voice_settings": {"voice": "Telnyx.KokoroTTS.am", "voice_speed": 1},
    });
    edit(&emulator, &id, change).await;
    let done = project.run(&["pull"]).await;
    assert!(done.code == 0 && !done.stderr.contains("warning"), "{done:#?}");
    let after = "name: Support\ninstructions: Help politely. # how\n\
        tools: # all\n  - type: hangup # ends the call\n    hangup: {}\n\
        dynamic_variables: {} # none\n\
        voice_settings: { voice: Telnyx.KokoroTTS.am, # calm\n  voice_speed: 1 }\n";
    let file = project.read("assistants/support.yaml");
    assert!(file.starts_with(after) && file.ends_with("# The end.\n"), "{file}");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resource_without_a_file_is_deleted_only_with_prune() {
    let (emulator, project, _) = applied().await;
    for (key, other) in [("a", "b"), ("b", "a")] {
        project.write(
            &format!("assistants/{key}.yaml"),
            &format!("name: {key}\ninstructions: x\ntools: [{{ type: handoff, handoff: {{ ai_assistants: [{{ name: o, id: '${{assistants.{other}}}' }}] }} }}]\n"),
        );
    }
    project.ok(&["apply", "--yes"]).await;
    for key in ["a", "b"] {
        project.remove(&format!("assistants/{key}.yaml"));
    }
    let (code, plan) = project.json(&["plan", "--detailed-exitcode"]).await;
    assert_eq!((code, &plan["summary"]["delete"]), (2, &json!(2)), "{plan}");
    let done = project.run(&["plan", "--out", "saved.plan"]).await;
    for text in ["saved.plan --prune` applies it", "Without `--prune`, its deletions are not applied."] {
        assert!(done.stderr.contains(text), "{done:#?}");
    }
    project.ok(&["apply", "--yes"]).await;
    assert_eq!(count(&emulator, "assistants"), 3);
    project.ok(&["apply", "--yes", "--prune"]).await;
    assert_eq!(count(&emulator, "assistants"), 1);
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_does_not_write_a_file_that_is_too_large_to_read() {
    let (emulator, project) = Project::start().await;
    for (name, instructions) in [("Huge", "line of text\n".repeat(90_000)), ("Small", "Help.".to_owned())] {
        create_assistant(&emulator, json!({"name": name, "instructions": instructions})).await;
    }
    let (code, document) = project.json(&["pull", "--all"]).await;
    let error = document["error"].as_str().unwrap_or_default();
    assert!(code == 1 && error.contains("cannot pull assistants.huge: assistants/huge.md would have"), "{document}");
    assert_eq!(document["resources"], serde_json::json!(["assistants.small"]));
    assert!(!project.path().join("assistants/huge.md").exists());
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_the_line_breaks_of_windows() {
    let (emulator, project, id) = applied().await;
    let text =
        "# The desk.\r\nname: Support\r\ninstructions: { file: support.md }\r\ngreeting: |\r\n  Hello,\r\n  you.\r\n";
    project.write("assistants/support.yaml", text).write("assistants/support.md", "Help.\r\nBe brief.\r\n");
    project.ok(&["apply", "--yes"]).await;
    for word in ["quick", "kind"] {
        let instructions = format!("Help.\nBe {word}.");
        edit(&emulator, &id, json!({"greeting": format!("Hi,\n{word} one.\n"), "instructions": instructions})).await;
        let done = project.run(&["pull"]).await;
        assert!(done.code == 0 && !done.stderr.contains("warning"), "{done:#?}");
        project.assert_no_changes("dev").await;
        assert_eq!(project.read("assistants/support.md"), format!("Help.\r\nBe {word}.\r\n"));
        let file = project.read("assistants/support.yaml");
        assert!(file.starts_with("# The desk.\r\n") && file.contains(word), "{file:?}");
        assert!(!file.replace("\r\n", "").contains(['\r', '\n']), "{file:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resource_of_the_dashboard_is_adopted_into_its_file() {
    let (emulator, project, _) = applied().await;
    let elsewhere = Project::new(&emulator);
    elsewhere.write("assistants/support.yaml", SUPPORT);
    assert_eq!(elsewhere.run(&["pull", "support"]).await.code, 1, "it is not managed");
    elsewhere.ok(&["pull", "--adopt"]).await;
    assert_eq!(elsewhere.read("assistants/support.yaml"), format!("{SUPPORT}model: openai/gpt-4o\n"));
    elsewhere.assert_no_changes("dev").await;
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resources_of_one_name_are_adopted_into_the_files_that_they_match() {
    let (_emulator, project) = Project::start().await;
    // The second one is created first, because the first one refers to it.
    project
        .write("assistants/first.yaml", "name: Desk\ninstructions: Ask ${assistants.second}.\n")
        .write("assistants/second.yaml", "name: Desk\ninstructions: Answer.\n");
    project.ok(&["apply", "--yes"]).await;
    project.remove(STATE);
    project.ok(&["pull", "--adopt"]).await;
    assert!(project.read("assistants/second.yaml").starts_with("name: Desk\ninstructions: Answer.\n"));
    assert!(project.read("assistants/first.yaml").starts_with("name: Desk\ninstructions: Ask ${assistants.second}.\n"));
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_keeps_variables_whose_value_the_live_text_has_and_names_the_others() {
    let (emulator, project, id) = applied().await;
    edit(&emulator, &id, json!({"greeting": "Welcome to dev!"})).await;
    let done = project.run(&["pull"]).await;
    assert!(done.code == 0 && !done.stderr.contains("warning"), "{done:#?}");
    assert!(project.read("assistants/support.yaml").contains("greeting: Welcome to ${var.name}!"));
    project.assert_no_changes("dev").await;

    edit(&emulator, &id, json!({"greeting": "Welcome!"})).await;
    let done = project.run(&["pull"]).await;
    let warning = "assistants/support.yaml: the live value of `greeting` does not contain the value of ${var.name}";
    assert!(done.code == 0 && done.stderr.contains(warning), "{done:#?}");
    assert!(project.read("assistants/support.yaml").contains("greeting: Welcome!"));
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_file_keeps_the_first_and_the_last_character_of_its_text() {
    for breaks in ["\n", "\r\n"] {
        let (emulator, project, id) = applied().await;
        project.write("assistants/support.yaml", "name: Support\ninstructions: { file: support.md }\n");
        project.write("assistants/support.md", &format!("Help.{breaks}Now.{breaks}")).ok(&["apply", "--yes"]).await;
        for text in ["Help.\r", "\u{feff}Help.\nNow.", "\u{feff}a\nb\r", "Help.\n\n", "Help.\nNow.\r\n"] {
            edit(&emulator, &id, json!({"instructions": text})).await;
            project.ok(&["pull"]).await;
            project.assert_no_changes("dev").await;
            assert!(project.read("assistants/support.yaml").contains("{ file: support.md }"), "{text:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn state_is_the_same_after_a_pull_into_a_file_of_windows_and_another_pull_or_apply() {
    let (emulator, project, id) = applied().await;
    project.write("assistants/support.yaml", "name: Support\ninstructions: { file: support.md }\n");
    project.write("assistants/support.md", "Help.\r\nNow.\r\n").ok(&["apply", "--yes"]).await;
    edit(&emulator, &id, json!({"instructions": "Help.\nLater."})).await;
    project.ok(&["pull"]).await;
    let state = project.read(STATE);
    for command in [&["pull"][..], &["pull", "--all"], &["apply", "--yes"]] {
        project.ok(command).await;
        assert_eq!(project.read(STATE), state, "{command:?}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn pull_writes_to_the_target_of_a_symbolic_link() {
    let (emulator, project, id) = applied().await;
    let link = |from: &str, to: &str| {
        std::fs::rename(project.path().join(from), project.path().join(to)).expect("it is moved");
        std::os::unix::fs::symlink(project.path().join(to), project.path().join(from)).expect("a link");
    };
    link("assistants/support.yaml", "support.shared");
    link(STATE, "dev.shared");
    let state = project.read("dev.shared");
    edit(&emulator, &id, json!({"greeting": "Changed."})).await;
    project.ok(&["pull"]).await;
    for path in ["assistants/support.yaml", STATE] {
        assert!(project.path().join(path).is_symlink(), "{path}");
    }
    assert!(project.read("support.shared").contains("greeting: Changed."));
    assert_ne!(project.read("dev.shared"), state);
    project.assert_no_changes("dev").await;
}

/// If the state forgot the resources, an apply to the right account would create them again.
#[tokio::test(flavor = "multi_thread")]
async fn destroy_and_apply_in_another_account_keep_the_state() {
    let emulator = Emulator::start().await.expect("an emulator");
    let other = Emulator::start().await.expect("an emulator");
    for (keys, message) in [
        (&["a"][..], "assistants.a, the only managed resource, does not exist in this account"),
        (&["a", "b"], "none of the 2 managed resources exists in this account"),
    ] {
        let project = Project::new(&emulator);
        let files: Vec<_> = keys.iter().map(|key| format!("assistants/{key}.yaml")).collect();
        files.iter().for_each(|file| _ = project.write(file, "name: A\ninstructions: x\n"));
        project.ok(&["apply", "--yes"]).await;
        let state = project.read(STATE);
        project.environments(&[("dev", &other)]);
        let assert_refused = async |command: &[&str]| {
            project.refused(command, message).await;
            assert_eq!(project.read(STATE), state, "{command:?}");
        };
        assert_refused(&["destroy", "a", "--yes"]).await;
        assert_refused(&["apply", "--yes"]).await;
        files.iter().for_each(|file| _ = project.remove(file));
        assert_refused(&["apply", "--prune", "--yes"]).await;
    }
}

/// Nothing distinguishes the right account from another one then, so the user has to confirm it with `pull KEY`.
#[tokio::test(flavor = "multi_thread")]
async fn destroy_of_the_only_resource_that_was_deleted_elsewhere_names_the_command_that_forgets_it() {
    for (kind, content) in [
        (
            "tools",
            "display_name: T\ntype: webhook\nwebhook: { name: t, description: d, url: 'https://x.example.com' }\n",
        ),
        ("mcp_servers", "name: M\ntype: http\nurl: https://m.example.com\n"),
        (
            "tests",
            "name: T\ndestination: '+15551234567'\ntelnyx_conversation_channel: phone_call\ninstructions: x\nrubric: [{ name: a, criteria: b }]\n",
        ),
    ] {
        let (emulator, project) = Project::start().await;
        let (address, path) = (format!("{kind}.x"), format!("{kind}/x.yaml"));
        project.write(&path, content).ok(&["apply", "--yes"]).await;
        let (api, id) = (telnyx(&emulator), project.id(&address));
        match kind {
            "tools" => api.tools().delete(&id).await.map(drop),
            "mcp_servers" => api.mcp_servers().delete(&id).await.map(drop),
            _ => api.tests().delete(&id).await.map(drop),
        }
        .expect("it is deleted");
        let done = project.run(&["destroy", "x", "--yes"]).await;
        let command = format!("`telnyx-ai pull {address}` removes what was deleted from the state and from the files");
        assert!(done.code == 1 && done.stderr.contains(&command), "{done:#?}");
        project.write(&path, &content.replace(": x", ": y").replace("example", "changed"));
        let done = project.run(&["pull", &address]).await;
        let advice = format!("{path} is kept: it has changes that are not applied; delete it to discard them");
        assert!(done.code == 1 && done.stderr.contains(&advice), "{done:#?}");
        project.remove(&path);
        project.ok(&["pull", &address]).await;
        assert!(!project.read(STATE).contains(&id));
    }
}

/// For example an interrupted apply to production, and then the key of the environment `dev`.
#[tokio::test(flavor = "multi_thread")]
async fn interrupted_creation_does_not_take_over_a_resource_of_another_account() {
    let (emulator, project, _) = applied().await;
    let other = Emulator::start().await.expect("an emulator");
    let copy = Project::new(&other);
    for project in [&project, &copy] {
        project.write("assistants/sales.yaml", "name: Sales\ninstructions: Sell.\n");
    }
    copy.ok(&["apply", "--yes"]).await;
    emulator.faults().add(Fault::on("POST", "/ai/assistants").status(500).header("x-should-retry", "false"));
    assert_eq!(project.run(&["apply", "--yes"]).await.code, 1);
    let (files, state) = (project.files(), project.read(STATE));
    project.environments(&[("dev", &other)]);
    for command in [&["pull"][..], &["apply", "--yes"]] {
        project.refused(command, "check the API key").await;
        assert_eq!((project.files(), project.read(STATE)), (files.clone(), state.clone()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_only_resource_may_be_in_another_account() {
    let (_emulator, project, _) = applied().await;
    let state = project.read(STATE);
    let other = Emulator::start().await.expect("an emulator");
    project.environments(&[("dev", &other)]);
    let message = "assistants.support, the only managed resource, does not exist in this account; check the API key";
    for command in ["plan", "list"] {
        project.warned(&[command], message).await;
    }
    let shown = project.ok(&["show", "support"]).await;
    assert!(shown.contains("(deleted elsewhere, or the API key belongs to another account)"), "{shown}");
    project.refused(&["apply", "--yes"], message).await;
    project.write("assistants/sales.yaml", "name: Sales\ninstructions: Sell.\n");
    project.refused(&["apply", "sales", "--yes"], message).await;
    let done = project.run(&["chat", "support"]).await;
    assert!(done.stderr.contains("was deleted elsewhere, or the API key belongs to another account"), "{done:#?}");
    assert!(writes(&other).is_empty());
    assert_eq!(project.read(STATE), state);
    project.ok(&["apply", "--overwrite-drift", "--yes"]).await;
    assert_eq!(count(&other, "assistants"), 2);
}

/// Deleted assistants identify the right account. There are no lists of other deleted resources.
#[tokio::test(flavor = "multi_thread")]
async fn deleted_assistants_are_read_only_if_the_state_has_assistants_and_their_errors_are_shown() {
    for (path, file) in [
        ("mcp_servers/m.yaml", "name: m\ntype: http\nurl: https://m.example.com\n"),
        ("assistants/m.yaml", "name: m\ninstructions: x\n"),
    ] {
        let (_emulator, project) = Project::start().await;
        project.write(path, file).ok(&["apply", "--yes"]).await;
        let other = Emulator::start().await.expect("an emulator");
        other.faults().add(Fault::on("GET", "/ai/assistants/deleted").status(403));
        project.environments(&[("dev", &other)]);
        let done = project.run(&["apply", "--yes"]).await;
        assert!(done.code == 1 && done.stderr.contains("does not exist in this account"), "{done:#?}");
        let has_assistants = path.starts_with("assistants");
        let reads = other.requests().iter().filter(|request| request.path.ends_with("/assistants/deleted")).count();
        assert_eq!(reads, usize::from(has_assistants), "{path}");
        let error = "its recently deleted assistants cannot be read (";
        assert_eq!(done.stderr.contains(error), has_assistants, "{done:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_of_the_list_of_deleted_assistants_does_not_delay_the_advice() {
    let (emulator, project, id) = applied().await;
    telnyx(&emulator).assistants().delete(&id).await.expect("it is deleted");
    let fault = emulator.faults().add(Fault::on("GET", "/ai/assistants/deleted").status(500));
    let advice = "`telnyx-ai apply --overwrite-drift` creates it again";
    project.refused(&["apply", "--yes"], advice).await;
    assert_eq!(emulator.faults().fired(fault), 3);
    // The user has confirmed that it is the right account.
    project.ok(&["apply", "--yes", "--overwrite-drift"]).await;
    assert_eq!(emulator.faults().fired(fault), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_of_a_key_ignores_resources_of_other_kinds_that_are_not_managed() {
    let (emulator, project, _) = applied().await;
    let server = serde_json::from_value(json!({"name": "Support", "type": "http", "url": "https://x.example.com"}));
    let server = telnyx(&emulator).mcp_servers().create(server.expect("a server")).await.expect("it is created");
    project.ok(&["pull", "support"]).await;
    project.ok(&["pull", "support", "--adopt"]).await;
    assert!(!project.path().join("mcp_servers").exists());
    let done = project.run(&["pull", "mcp_servers.support"]).await;
    assert!(done.stderr.contains(&format!("mcp_servers.support ({}) is not managed", server.id)), "{done:#?}");
    project.ok(&["pull", "mcp_servers.support", "--adopt"]).await;
    assert!(project.path().join("mcp_servers/support.yaml").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn tool_that_replaced_another_one_elsewhere_has_none_of_its_fields() {
    let tool = |name: &str, method: &str| {
        let url = format!("https://{name}.example.com");
        json!({"type": "webhook", "webhook": {"name": name, "description": "d", "url": url, "method": method}})
    };
    let (emulator, project) = Project::start().await;
    let file = json!({"name": "A", "instructions": "x", "tools": [tool("a", "GET"), tool("b", "POST")]});
    project.write("assistants/a.json", &file.to_string()).ok(&["apply", "--yes"]).await;
    let assistants = telnyx(&emulator).assistants();
    let id = assistants.list().await.expect("a list")[0].id.clone();
    let change = serde_json::from_value(json!({"tools": [tool("b", "POST"), tool("c", "POST")]})).expect("an update");
    assistants.update(&id, change).await.expect("it is updated");
    project.ok(&["pull"]).await;
    let pulled: Value = serde_json::from_str(&project.read("assistants/a.json")).expect("JSON");
    let tools = pulled["tools"].as_array().expect("tools");
    let methods = tools.iter().map(|tool| (&tool["webhook"]["name"], &tool["webhook"]["method"]));
    let mut methods: Vec<_> = methods.map(|(name, method)| format!("{name} {method}")).collect();
    methods.sort();
    assert_eq!(methods, [r#""b" "POST""#, r#""c" "POST""#]);
    project.assert_no_changes("dev").await;
}

/// A tool that was added elsewhere is replaced by one of the files.
#[tokio::test(flavor = "multi_thread")]
async fn tool_does_not_get_the_headers_of_a_tool_that_was_added_elsewhere() {
    let tool = |name: &str| {
        let url = format!("https://{name}.example.com");
        json!({"type": "webhook", "webhook": {"name": name, "description": "d", "url": url}})
    };
    let file = |name: &str| json!({"name": "A", "instructions": "x", "tools": [tool(name)]}).to_string();
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.json", &file("c")).ok(&["apply", "--yes"]).await;
    let assistants = telnyx(&emulator).assistants();
    let id = assistants.list().await.expect("a list")[0].id.clone();
    let mut added = tool("z");
    added["webhook"]["headers"] = json!([{"name": "Authorization", "value": "Bearer z-key"}]);
    let change = serde_json::from_value(json!({"tools": [added, tool("c")]})).expect("an update");
    assistants.update(&id, change).await.expect("it is updated");
    project.write("assistants/a.json", &file("f")).ok(&["apply", "--overwrite-drift", "--yes"]).await;
    let live = json!(assistants.retrieve(&id).await.expect("the assistant"));
    assert_eq!(live["tools"].as_array().map(Vec::len), Some(1));
    assert_eq!(live["tools"][0]["webhook"]["url"], "https://f.example.com");
    assert!(!live.to_string().contains("z-key"), "{live}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_a_tool_that_was_renamed_on_both_sides_are_applied() {
    let tool = |name: &str| json!({"type": "webhook", "webhook": {"name": name, "description": "d", "url": "https://x.example.com"}});
    let with_method = |name: &str| {
        let mut tool = tool(name);
        tool["webhook"]["method"] = json!("POST");
        json!({"name": "A", "instructions": "x", "tools": [tool]}).to_string()
    };
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.json", &with_method("a")).ok(&["apply", "--yes"]).await;
    let assistants = telnyx(&emulator).assistants();
    let id = assistants.list().await.expect("a list")[0].id.clone();
    let change = serde_json::from_value(json!({"tools": [tool("b")]})).expect("an update");
    assistants.update(&id, change).await.expect("it is updated");
    project.write("assistants/a.json", &with_method("b")).ok(&["apply", "--overwrite-drift", "--yes"]).await;
    let live = json!(assistants.retrieve(&id).await.expect("the assistant"));
    assert_eq!(live["tools"][0]["webhook"]["method"], "POST");
}
