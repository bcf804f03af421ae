//! Plans and applies.

use serde_json::{Value, json};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Fault};

use crate::support::{Project, STATE, assistant, count, normalized, telnyx, writes};

#[tokio::test(flavor = "multi_thread")]
async fn new_project_is_planned_applied_and_unchanged_after() {
    let emulator = Emulator::start().await.expect("an emulator");
    let project = Project::empty();
    project.ok(&["init"]).await;
    project.environments(&[("dev", &emulator)]);
    project
        .write("telnyx-ai.yaml", &project.read("telnyx-ai.yaml").replace("\"name\":\"dev\"", "\"company\":\"ACME\""));
    let (code, plan) = project.json(&["plan", "--detailed-exitcode"]).await;
    assert_eq!(code, 2, "{plan}");
    assert_eq!(plan["summary"], json!({"create": 2, "update": 0, "delete": 0, "drift": 0}));
    assert!(writes(&emulator).is_empty());
    let (code, applied) = project.json(&["apply", "--yes"]).await;
    assert_eq!(code, 0, "{applied}");
    assert_eq!(applied["changes"][0]["result"], "applied");
    project.assert_no_changes("dev").await;
    let (code, again) = project.json(&["apply", "--yes"]).await;
    assert_eq!((code, &again["changes"][0]["action"]), (0, &json!("none")), "{again}");
    assert_eq!(writes(&emulator).len(), 2, "{:?}", writes(&emulator));
}

#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_of_windows_are_no_change() {
    let (_emulator, project) = Project::start().await;
    project
        .write("assistants/a.yaml", "name: A\ninstructions: { file: a.md }\n")
        .write("assistants/a.md", "One.\nTwo.\n");
    project.ok(&["apply", "--yes"]).await;
    project.write("assistants/a.md", "One.\r\nTwo.\r\n");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn init_names_the_next_command() {
    for (arguments, next) in [(&["init"][..], "`telnyx-ai plan`"), (&["init", "--empty"], "`telnyx-ai pull --all`")] {
        let shown = Project::empty().ok(arguments).await;
        assert!(shown.contains(&format!("Then run {next}")), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn init_extends_an_existing_gitignore() {
    let project = Project::empty();
    project.write(".gitignore", "target").ok(&["init"]).await;
    let extended = project.read(".gitignore");
    assert!(extended.starts_with("target\n") && extended.ends_with("\n.telnyx-ai/*.lock\n"), "{extended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tree_in_two_environments_differs_in_variables_only() {
    let dev = Emulator::start().await.expect("an emulator");
    let production = Emulator::start().await.expect("an emulator");
    let project = Project::empty();
    project.environments(&[("dev", &dev), ("production", &production)]);
    project.write("assistants/a.yaml", "name: A\ninstructions: This is ${var.name}, for ${assistants.b}.\n");
    project.write("assistants/b.yaml", "name: B\ninstructions: x\n").ok(&["apply", "--yes", "--env", "dev"]).await;
    project.ok(&["apply", "--yes", "--env", "production"]).await;
    let as_dev = normalized(&production).to_string().replace("This is production", "This is dev");
    assert_eq!(as_dev, normalized(&dev).to_string());
}

const WITH_SECRET: &str = "display_name: L\ntype: webhook\nwebhook:\n  name: l\n  description: d\n  url: https://x.example.com/?t=${secret.URL_TOKEN}\n  headers:\n    - { name: Authorization, value: 'Bearer ${secret.CRM_TOKEN}' }\n";

#[tokio::test(flavor = "multi_thread")]
async fn secrets_reach_the_api_and_nothing_else() {
    let (emulator, project) = Project::start().await;
    project.write("tools/l.yaml", WITH_SECRET);
    let unset = project.run(&["apply", "--yes"]).await;
    assert_eq!(unset.code, 1);
    assert!(unset.stderr.contains("tools/l.yaml:6:33") && unset.stderr.contains("tools/l.yaml:8:45"), "{unset:#?}");
    assert!(writes(&emulator).is_empty());

    let project = project.with("CRM_TOKEN", "crm-hunter2").with("URL_TOKEN", "url-hunter2");
    let mut shown = project.ok(&["plan", "--out", "saved.plan", "--verbose"]).await;
    let applied = project.run(&["apply", "--yes", "--verbose"]).await;
    assert_eq!(applied.code, 0, "{applied:#?}");
    shown += &applied.stdout;
    shown += &applied.stderr;
    shown += &project.ok(&["list", "--json"]).await;
    shown += &project.ok(&["show", "l", "--json"]).await;
    shown += &project.read("saved.plan");
    shown += &project.read(STATE);
    assert!(!shown.contains("hunter2"), "{shown}");
    let definition = emulator.export().expect("an export")["tools"][0]["tool_definition"].clone();
    assert_eq!(definition["headers"][0]["value"], "Bearer crm-hunter2");
    assert_eq!(definition["url"], "https://x.example.com/?t=url-hunter2");
    project.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_is_unchanged_while_unset_and_changed_by_another_value() {
    let (_emulator, set) = Project::start_with(&[("CRM_TOKEN", "crm-hunter2"), ("URL_TOKEN", "url-hunter2")]).await;
    set.write("tools/l.yaml", WITH_SECRET).ok(&["apply", "--yes"]).await;
    let unset = Project::empty();
    for path in ["telnyx-ai.yaml", "tools/l.yaml", STATE] {
        unset.write(path, &set.read(path));
    }
    unset.assert_no_changes("dev").await;
    let changed = unset.with("CRM_TOKEN", "crm-other").with("URL_TOKEN", "url-hunter2");
    let (code, plan) = changed.json(&["plan", "--detailed-exitcode"]).await;
    assert_eq!(code, 2, "{plan}");
    assert_eq!(plan["changes"][0]["fields"][0]["path"], "webhook.headers[0].value");
    changed.ok(&["apply", "--yes"]).await;
    changed.assert_no_changes("dev").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn command_without_a_terminal_does_not_ask() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n");
    let refused = project.run(&["apply"]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("--yes") && writes(&emulator).is_empty(), "{refused:#?}");
    project.ok(&["apply", "--yes"]).await;
    assert_eq!(project.run(&["destroy", "a"]).await.code, 1);
    project.ok(&["destroy", "assistants.a", "--yes"]).await;
    assert_eq!(count(&emulator, "assistants"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_arguments_and_a_missing_project_exit_with_1() {
    let (_emulator, project) = Project::start().await;
    for arguments in [
        &["frobnicate"][..],
        &["plan", "--no-such-flag"],
        &["plan", "no_such_key"],
        &["plan", "--env", "no_such_environment"],
        &["show", "no_such_key"],
    ] {
        assert_eq!(project.run(arguments).await.code, 1, "{arguments:?}");
    }
    let missing = Project::empty();
    missing.refused(&["plan"], "telnyx-ai init").await;
    project.ok(&["completions", "bash"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_of_a_resource_that_refers_to_a_missing_one_fails_as_its_apply_does() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/m.yaml", "name: M\ninstructions: Ask ${assistants.n2}.\n");
    project.write("assistants/n2.yaml", "name: N\ninstructions: x\n");
    let assert_refused = async |what: &str| {
        for arguments in [&["plan", "m"][..], &["plan", "m", "--out", "saved.plan"], &["apply", "m", "--yes"]] {
            let done = project.run(arguments).await;
            assert_eq!(done.code, 1, "{what}: {arguments:?}: {done:#?}");
            for expected in ["assistants.n2 does not exist in dev yet", "assistants/m.yaml:2:19"] {
                assert!(done.stderr.contains(expected), "{what}: {arguments:?}: {done:#?}");
            }
        }
        assert!(!project.path().join("saved.plan").exists());
    };
    assert_refused("it was never created").await;
    project.ok(&["plan", "m", "n2"]).await;
    project.ok(&["apply", "n2", "--yes"]).await;
    project.ok(&["plan", "m"]).await;
    telnyx(&emulator).assistants().delete(&project.id("assistants.n2")).await.expect("it is deleted");
    emulator.clear_requests();
    assert_refused("it was deleted elsewhere").await;
    assert!(writes(&emulator).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn update_sends_one_version_with_the_changed_fields() {
    let (emulator, project) = Project::start().await;
    project.write(
        "assistants/a.yaml",
        "name: A\ninstructions: x\ngreeting: Hi\ntags: [one, two]\nvoice_settings: { voice: Telnyx.KokoroTTS.af }\n",
    );
    project.ok(&["apply", "--yes"]).await;
    emulator.clear_requests();
    project.write("assistants/a.yaml", "name: A\ninstructions: y\ntags: [two, one]\nvoice_settings: { voice: Telnyx.KokoroTTS.af, voice_speed: 1.2 }\n");
    let text = project.ok(&["plan"]).await;
    for expected in ["instructions: \"x\" → \"y\"", "greeting: \"Hi\" → not set", "voice_settings.voice_speed: 1.2"]
    {
        assert!(text.contains(expected), "{text}");
    }
    assert!(!text.contains("tags"), "{text}");
    project.ok(&["apply", "--yes"]).await;
    assert_eq!(writes(&emulator).len(), 1);
    project.assert_no_changes("dev").await;
    let assistant = assistant(&emulator);
    assert_eq!((assistant["instructions"].as_str(), assistant.get("greeting")), (Some("y"), None), "{assistant}");
}

#[tokio::test(flavor = "multi_thread")]
async fn chat_streams_replies_to_the_lines_of_standard_input_up_to_an_empty_one() {
    use tokio::io::AsyncWriteExt;
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n").ok(&["apply", "--yes"]).await;
    let mut child = project
        .command(&["chat", "a", "--metadata", "ticket=7"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(b"Hello\nSecond line\n\nNot sent\n").await.expect("it reads");
    let output = child.wait_with_output().await.expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("Second line") && !text.contains("Not sent"), "{text}");
    let conversation = emulator.export().expect("an export")["conversations"][0].clone();
    assert_eq!(conversation["metadata"]["ticket"], "7", "{conversation}");
}

#[tokio::test(flavor = "multi_thread")]
async fn added_and_removed_objects_are_marked_in_a_plan() {
    let (_emulator, project) = Project::start().await;
    let webhook = "{ type: webhook, webhook: { name: w, description: d, url: https://x.example.com } }";
    project.write("assistants/a.yaml", &format!("name: A\ninstructions: x\ntools: [{webhook}]\n"));
    let plan = project.ok(&["plan"]).await;
    assert!(plan.contains("tools:\n") && !plan.contains("added"), "{plan}");
    project.ok(&["apply", "--yes"]).await;
    project.write(
        "assistants/a.yaml",
        "name: A\ninstructions: x\ntools: [{ type: hangup, hangup: { description: Ends it } }]\n",
    );
    let plan = project.ok(&["plan"]).await;
    for expected in ["added\n      type: hangup", "removed\n      type: webhook"] {
        assert!(plan.contains(expected), "{expected}: {plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn advice_of_errors_uses_the_terms_of_the_command_line() {
    let (emulator, project) = Project::start().await;
    emulator.faults().add(Fault::on("*", "**").status(429).header("retry-after", "0"));
    let done = project.run(&["list"]).await;
    assert!(done.stderr.contains("; run the command again later"), "{done:#?}");
    assert!(!done.stderr.contains('`'), "{done:#?}");

    let config = |environment: &str| format!("environments: {{ dev: {environment} }}\n");
    for (environment, advice) in [
        ("{ api_key_env: PROD_KEY }", "copy it again (the variable PROD_KEY)"),
        ("{ base_url: 'http://api.example.com/v2' }", "set the environment variable TELNYX_ALLOW_PLAIN_HTTP=1"),
        ("{ base_url: 'https://me:x@api.example.com/v2' }", "set the key with the variable TELNYX_API_KEY"),
    ] {
        project.write("telnyx-ai.yaml", &config(environment));
        let output = project.command(&["list"]).env("PROD_KEY", "a b").output().await.expect("it runs");
        let shown = String::from_utf8_lossy(&output.stderr);
        assert!(shown.contains(advice) && !shown.contains("`api_key`") && !shown.contains("allow_plain"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chat_ends_when_its_output_is_closed() {
    use tokio::io::AsyncWriteExt;
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: Help.\n").ok(&["apply", "--yes"]).await;
    let mut command = project.command(&["chat", "a"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all("Hello\n".repeat(30).as_bytes()).await.expect("it fits into the pipe");
    assert!(child.wait().await.expect("it ends").success());
    let chats = emulator.requests().iter().filter(|request| request.path.ends_with("/chat")).count();
    assert_eq!(chats, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn destroy_reports_deletions() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n").ok(&["apply", "--yes"]).await;
    emulator.faults().add(Fault::on("DELETE", "/ai/assistants/*").status(403).times(1));
    let done = project.run(&["destroy", "a", "--yes"]).await;
    assert!(done.code == 1 && done.stdout.starts_with("Deleted 0 of 1 resource from dev."), "{done:#?}");
    assert!(done.stderr.contains("run `telnyx-ai destroy a --yes --dir "), "{done:#?}");

    // The 404 of a proxy does not mean that the assistant was deleted.
    let proxy = Fault::on("DELETE", "/ai/assistants/*").status(404).body("no healthy upstream").times(1);
    emulator.faults().add(proxy);
    let done = project.run(&["destroy", "a", "--yes"]).await;
    assert!(done.code == 1 && done.stdout.starts_with("Deleted 0 of 1 resource from dev."), "{done:#?}");
    assert_eq!(project.ok(&["destroy", "a", "--yes"]).await, "Deleted 1 resource from dev.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_api_key_names_its_variable() {
    let (emulator, project) = Project::start_with(&[("STAGING_KEY", "wrong-key")]).await;
    let config = project.read("telnyx-ai.yaml");
    project.write("telnyx-ai.yaml", &config.replace("\"base_url\"", "\"api_key_env\":\"STAGING_KEY\",\"base_url\""));
    emulator.faults().add(Fault::on("*", "**").status(401));
    for command in ["plan", "list", "apply"] {
        let (code, document) = project.json(&[command]).await;
        let error = document["error"].as_str().unwrap_or_default();
        assert!(code == 1 && error.ends_with("reads the key from STAGING_KEY"), "{command}: {document}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_file_that_is_missing_is_named() {
    let (_emulator, project) = Project::start().await;
    project.refused(&["apply", "change.plan"], "there is no plan file and no resource `change.plan`").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unusable_state_stops_all_commands() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n").ok(&["apply", "--yes"]).await;
    let state = project.read(STATE);
    for (text, expected) in [
        (String::new(), "restore it from version control"),
        (state[..state.len() / 2].to_owned(), "restore it from version control"),
        (
            format!("{{\n<<<<<<< HEAD\n{state}"),
            "it has conflict marks of a merge; take either side as a whole (`git checkout --ours` or `--theirs`), then run `telnyx-ai plan`",
        ),
        (r#"{"format": 2, "resources": {"phones.a": {}}}"#.to_owned(), "update the program"),
        (state.replace("\"environment\": \"dev\"", "\"environment\": \"test\""), "the state of the environment `test`"),
    ] {
        project.write(STATE, &text);
        for arguments in [&["plan"][..], &["apply", "--yes"], &["pull"]] {
            project.refused(arguments, expected).await;
            assert_eq!(project.read(STATE), text);
        }
    }
    assert_eq!(count(&emulator, "assistants"), 1);
}

/// The state is on disk before and after each write, so nothing is sent that it could not hold.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn state_that_cannot_be_written_stops_an_apply() {
    let (emulator, project) = Project::start().await;
    project
        .write("assistants/a.yaml", "name: A\ninstructions: x\n")
        .write("assistants/b.yaml", "name: B\ninstructions: x\n");
    // A folder cannot be replaced by a file.
    project.write(".telnyx-ai/dev.json/file", "");
    let (code, document) = project.json(&["apply", "--yes"]).await;
    assert_eq!((code, &document["changes"]), (1, &json!([])), "{document}");
    assert!(writes(&emulator).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_one_document_for_each_command() {
    let (_emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n");
    // `json` fails if standard output is anything else.
    for (code, arguments) in [
        (0, &["validate"][..]),
        (0, &["validate", "--schema", "schemas"]),
        (0, &["plan"]),
        (1, &["show", "b"]),
        (1, &["rollout", "a"]),
        (0, &["apply", "--yes"]),
        (0, &["apply", "--yes"]),
        (0, &["list"]),
        (0, &["show", "a"]),
        (0, &["pull"]),
        (0, &["chat", "a"]),
        (1, &["test"]),
        (1, &["rollout", "a"]),
        (1, &["rollback", "a"]),
        (1, &["init"]),
        (1, &["plan", "--no-such-option"]),
        (1, &["destroy", "a"]),
        (0, &["destroy", "a", "--yes"]),
        (0, &["completions", "fish"]),
        (0, &["completions", "PowerShell"]),
    ] {
        let (found, document) = project.json(arguments).await;
        assert_eq!(found, code, "{arguments:?}: {document}");
        assert_eq!(document.get("error").is_some(), code != 0, "{arguments:?}: {document}");
    }
    let (code, document) = Project::empty().json(&["pull", "--all"]).await;
    assert!(
        code == 1 && document["error"].as_str().is_some_and(|error| error.contains("telnyx-ai init")),
        "{document}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pipes_that_are_closed_or_full() {
    use std::process::Stdio;
    let (_emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n");
    for arguments in [&["plan"][..], &["plan", "--json"], &["validate"], &["completions", "bash"], &["--help"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let status = project.command(arguments).stdout(writer).stderr(Stdio::null()).status().await.expect("it runs");
        assert_eq!(status.code(), Some(0), "{arguments:?}: a reader that went away is no error");
        if std::path::Path::new("/dev/full").exists() && arguments != ["--help"] {
            let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
            let status = project.command(arguments).stdout(full).stderr(Stdio::null()).status().await.expect("it runs");
            assert_eq!(status.code(), Some(1), "{arguments:?}: a result that is lost is an error");
        }
    }
}

/// The document of `apply` has the same fields whether there is a plan or not.
#[tokio::test(flavor = "multi_thread")]
async fn apply_that_fails_before_a_plan_prints_a_document_without_changes() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n");
    let assert_empty = |(code, document): (i32, Value), why: &str| {
        assert_eq!((code, &document["changes"]), (1, &json!([])), "{document}");
        assert_eq!(document["summary"]["create"], 0, "{document}");
        assert!(document["error"].as_str().is_some_and(|error| error.contains(why)), "{why}: {document}");
    };
    assert_empty(project.json(&["apply", "--yes", "--env", "no_such"]).await, "no environment `no_such`");
    assert_empty(project.json(&["apply", "--yes", "no_such"]).await, "no resource `no_such`");
    emulator.faults().add(Fault::on("GET", "**").status(403));
    assert_eq!(project.json(&["apply", "--yes"]).await.1["environment"], "dev");
    assert_empty(project.json(&["apply", "--yes"]).await, "403");
    project.write("assistants/a.yaml", "name: [\n");
    let (code, document) = project.json(&["apply", "--yes"]).await;
    assert_eq!(document["diagnostics"][0]["file"], "assistants/a.yaml", "{document}");
    assert_empty((code, document), "1 error");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_apply_has_the_plan_with_a_result_for_each_change() {
    let (emulator, project) = Project::start().await;
    project.write("assistants/a.yaml", "name: A\ninstructions: x\n");
    let assert_refused = |(code, document): (i32, Value), why: &str| {
        assert_eq!(code, 1, "{document}");
        assert_eq!(document["environment"], "dev", "{document}");
        let changes = document["changes"].as_array().expect("changes");
        assert!(changes.iter().any(|change| change["address"] == "assistants.a"), "{document}");
        assert!(changes.iter().all(|change| change["result"] == "skipped"), "{document}");
        for error in changes.iter().chain([&document]).map(|it| &it["error"]) {
            assert!(error.as_str().is_some_and(|error| error.contains(why)), "{why}: {document}");
        }
    };
    assert_refused(project.json(&["apply"]).await, "pass `--yes`");
    project.write(
        "mcp_servers/b.yaml",
        "name: B\ntype: http\nurl: https://mcp.example.com\napi_key_ref: '${secret.NOT_SET}'\n",
    );
    let refused = project.json(&["apply", "--yes"]).await;
    assert_eq!(refused.1["diagnostics"][0]["file"], "mcp_servers/b.yaml", "{}", refused.1);
    assert_refused(refused, "1 error");
    assert!(writes(&emulator).is_empty());

    project.remove("mcp_servers/b.yaml");
    project.ok(&["apply", "--yes"]).await;
    let (code, document) = project.json(&["destroy", "a"]).await;
    assert_eq!((code, &document["changes"][0]["result"]), (1, &json!("skipped")), "{document}");
}
