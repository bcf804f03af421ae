//! Errors in files.

use serde_json::Value;

use crate::support::Project;

const CONFIG: &str =
    "default_environment: dev\nenvironments:\n  dev:\n    variables: { webhook_host: http://127.0.0.1:9000 }\n";

/// The diagnostics as `file:line:column: message; help`.
async fn found(project: &Project) -> (i32, Vec<String>) {
    let (code, document) = project.json(&["validate"]).await;
    let lines = document["diagnostics"].as_array().expect("diagnostics").iter().map(|found| {
        let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        format!("{}:{}:{}: {}; {}", text("file"), found["line"], found["column"], text("message"), text("help"))
    });
    (code, lines.collect())
}

fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::empty();
    project.write("telnyx-ai.yaml", CONFIG);
    for (path, text) in files {
        project.write(path, text);
    }
    project
}

#[tokio::test]
async fn each_error_has_its_exact_place_and_a_suggestion() {
    let valid = "name: A\ninstructions: x\n";
    for (name, text, expected) in [
        (
            "misspelled field",
            "name: A\ninstructions: x\ngreting: Hi\n",
            "3:1: unknown field `greting`; did you mean `greeting`?",
        ),
        ("missing field", "name: A\n", "1:1: the field `instructions` is missing; "),
        ("wrong type", "name: A\ninstructions: [x]\n", "2:15: `instructions` is a list; it must be a text"),
        ("field of the API", "name: A\ninstructions: x\nid: assistant-1\n", "3:1: the API sets `id` itself; remove it"),
        (
            "deep field",
            "name: A\ninstructions: x\ntools:\n  - type: webhook\n    webhook: { name: w, description: d, ulr: https://x }\n",
            "5:41: unknown field `ulr`; did you mean `url`?",
        ),
        (
            "tool type",
            "name: A\ninstructions: x\ntools: [{ type: hagnup }]\n",
            "3:17: unknown value `hagnup`; did you mean `hangup`?",
        ),
        (
            "range",
            "name: A\ninstructions: x\ndynamic_variables_webhook_timeout_ms: 20000\n",
            "3:39: dynamic_variables_webhook_timeout_ms is 20000",
        ),
        (
            "unknown resource",
            "name: A\ninstructions: x\ntool_ids: ['${tools.lok_up}']\n",
            "3:13: there is no shared tool `lok_up`; did you mean `${tools.look_up}`?",
        ),
        (
            "unknown variable",
            "name: A\ninstructions: x\ngreeting: \"Hi ${var.webhook_hots}\"\n",
            "3:15: the variable `webhook_hots` is not set in the environment dev; did you mean `${var.webhook_host}`?",
        ),
        (
            "unknown namespace",
            "name: A\ninstructions: see ${asistants.b}\n",
            "2:19: `${asistants.b}` is not a reference",
        ),
        ("open reference", "name: A\ninstructions: see ${var.x\n", "2:19: this reference has no `}`"),
        ("syntax", "name: A\ninstructions: [x\n", "3:1: this is not YAML"),
        ("tab", "name: A\n\tinstructions: x\n", "2:1: this is not YAML: lines are indented with spaces, not with tabs"),
        ("CRLF", "name: A\r\ninstructions: x\r\ngreting: Hi\r\n", "3:1: unknown field `greting`"),
        ("doubled field", "name: A\ninstructions: x\nname: B\n", "3:1: the field `name` occurs twice"),
        (
            "tag with a file",
            "name: A\ninstructions: !include b.md\n",
            "2:15: the tag `!include` is not supported here; for the text of a file, write `{ file: b.md }`",
        ),
        (
            "text that begins with braces",
            "name: {{name}}\ninstructions: x\n",
            "1:7: put a text that begins with `{{` in quotes",
        ),
        (
            "conflict mark",
            "name: A\n<<<<<<< HEAD\ninstructions: x\n=======\ninstructions: y\n>>>>>>> other\n",
            "2:1: this is a conflict mark of a merge",
        ),
        ("tag of another type", "name: !!int A\ninstructions: x\n", "1:7: the tag `!!int` is not supported here"),
        ("file that is missing", "name: A\ninstructions: { file: b.md }\n", "2:23: cannot read the file `b.md`"),
        (
            "unicode before",
            "name: Ä\ninstructions: x\n\"größe\": 1\ntags: 5\n",
            "4:7: `tags` is a number; it must be a list of texts",
        ),
    ] {
        let project = project(&[
            ("assistants/a.yaml", text),
            ("assistants/b.yaml", valid),
            (
                "tools/look_up.yaml",
                "display_name: L\ntype: webhook\nwebhook: { name: l, description: d, url: https://x.example.com }\n",
            ),
        ]);
        let (code, found) = found(&project).await;
        assert_eq!(code, 1, "{name}: {found:?}");
        assert!(
            found.iter().any(|found| found.starts_with(&format!("assistants/a.yaml:{expected}"))),
            "{name}: {found:#?}"
        );
    }
}

#[tokio::test]
async fn variable_that_several_environments_lack_is_one_error() {
    let project = project(&[("assistants/a.yaml", "name: A\ninstructions: ${var.company}\n")]);
    project.write("telnyx-ai.yaml", &format!("{CONFIG}  prod: {{}}\n"));
    let (code, found) = found(&project).await;
    let expected = "assistants/a.yaml:2:15: the variable `company` is not set in the environments dev, prod; ";
    assert!(code == 1 && found.len() == 1 && found[0].starts_with(expected), "{found:#?}");
}

#[tokio::test]
async fn errors_at_one_place_are_reported_once_for_all_environments() {
    let project = project(&[
        ("assistants/a.yaml", "name: A\ninstructions: Help.\n"),
        ("tests/t.yaml", "name: T\ndestination: ${assistants.a}\n"),
    ]);
    project.write("telnyx-ai.yaml", &format!("{CONFIG}  prod: {{}}\n"));
    let (code, found) = found(&project).await;
    assert!(code == 1 && found.len() == 2, "{found:#?}");
}

#[tokio::test]
async fn conflict_mark_in_a_text_file_is_an_error_in_this_file() {
    let project = project(&[
        ("assistants/a.yaml", "name: A\ninstructions: { file: a.md }\n"),
        ("assistants/a.md", "Help.\n<<<<<<< HEAD\nBe brief.\n=======\nBe polite.\n>>>>>>> other\n"),
    ]);
    let (code, found) = found(&project).await;
    assert_eq!(code, 1);
    assert!(found[0].starts_with("assistants/a.md:2:1: this is a conflict mark of a merge"), "{found:#?}");
}

#[tokio::test]
async fn byte_order_marks_are_ignored() {
    let project = project(&[
        ("assistants/a.json", "\u{feff}{\"name\": \"A\", \"instructions\": \"x\"}"),
        ("assistants/b.yaml", "\u{feff}name: A\ninstructions: { file: b.md }\n"),
        ("assistants/b.md", "\u{feff}x\n"),
        ("assistants/c.json", "\u{feff}{\"name\": \"A\", \"instructions\": \"x\", \"tags\": 5}"),
    ]);
    let (code, found) = found(&project).await;
    assert_eq!(code, 1);
    assert_eq!(found, ["assistants/c.json:1:44: `tags` is a number; it must be a list of texts"]);
}

/// Files that are not what a project has. Otherwise each would be ignored, and deleted by `apply --prune`.
#[cfg(unix)]
#[tokio::test]
async fn files_that_cannot_be_read_are_errors() {
    let valid = "name: A\ninstructions: x\n";
    let project =
        project(&[("assistants/UPPER.YAML", valid), ("assistants/.hidden.yaml", "["), ("assistants/empty.yaml", "")]);
    let assistants = project.path().join("assistants");
    std::fs::write(assistants.join("latin.yaml"), b"name: A\ninstructions: sch\xf6n\n").expect("a file");
    std::fs::write(assistants.join("latin_text.yaml"), "name: A\ninstructions: { file: latin.txt }\n").expect("a file");
    std::fs::write(assistants.join("latin.txt"), b"sch\xf6n\n").expect("a file");
    std::fs::write(assistants.join("large.yaml"), "#".repeat(1 << 20) + valid).expect("a file");
    std::os::unix::fs::symlink("/etc/hosts", assistants.join("hosts.txt")).expect("a link");
    std::fs::write(assistants.join("hosts.yaml"), "name: A\ninstructions: { file: hosts.txt }\n").expect("a file");
    std::os::unix::fs::symlink("no-such-file", assistants.join("link.yaml")).expect("a link");
    std::os::unix::fs::symlink("/dev/zero", assistants.join("device.yaml")).expect("a link");
    project.write("assistants/folder/a.yaml", valid).write("asistants/a.yaml", valid);
    let (code, found) = found(&project).await;
    assert_eq!(code, 1);
    for expected in [
        "assistants/empty.yaml:1:1: this file has no fields",
        "assistants/latin.yaml:2:18: cannot read this file: line 2 is not UTF-8",
        "assistants/latin_text.yaml:2:23: cannot read the file `latin.txt`: line 1 is not UTF-8",
        "assistants/hosts.yaml:2:23: cannot read the file `hosts.txt`: it is outside of the project",
        "assistants/large.yaml:1:1: cannot read this file: it has 1048600 bytes",
        "assistants/link.yaml:1:1: cannot read this file: No such file",
        "assistants/device.yaml:1:1: cannot read this file: it is not a regular file",
        "assistants/folder:1:1: files in this folder are not read; move them to assistants/",
        "asistants:1:1: files in this folder are not read; did you mean `assistants`?",
    ] {
        assert!(found.iter().any(|found| found.starts_with(expected)), "{expected}: {found:#?}");
    }
    assert_eq!(found.len(), 9, "{found:#?}");
}

#[tokio::test]
async fn hundred_errors_are_reported_in_one_run() {
    let project = project(&[]);
    for n in 0..25 {
        project.write(
            &format!("assistants/a{n}.yaml"),
            "nmae: A\ninstructions: 5\ngreting: Hi\ntools: [{ type: hagnup }]\ntool_ids: ['${tools.no}']\n",
        );
    }
    let (code, found) = found(&project).await;
    assert_eq!(code, 1);
    // Each file: a misspelled name, a wrong type, a misspelled field, a tool type and a reference.
    assert_eq!(found.len(), 25 * 5, "{:#?}", &found[..6]);
    let text = project.run(&["validate"]).await;
    assert!(text.stdout.contains("125 errors"), "{}", text.stdout);
    assert!(text.stdout.contains("3 | greting: Hi\n  | ^^^^^^^"), "{}", text.stdout);
}

#[tokio::test]
async fn unknown_fields_are_warnings() {
    let project = project(&[("assistants/a.yaml", "name: A\ninstructions: x\nzz_future: 1\n")]);
    let (code, document) = project.json(&["validate"]).await;
    assert_eq!((code, document["valid"].as_bool()), (0, Some(true)), "{document}");
    assert_eq!(document["diagnostics"][0]["severity"], "warning");
}

#[tokio::test]
async fn references_in_a_circle_are_an_error() {
    let project = project(&[
        ("assistants/a.yaml", "name: A\ninstructions: Ask ${assistants.b}.\n"),
        ("assistants/b.yaml", "name: B\ninstructions: Ask ${assistants.a}.\n"),
    ]);
    let (code, found) = found(&project).await;
    assert_eq!(code, 1);
    assert!(found[0].starts_with("assistants/a.yaml:2:19: these resources form a reference cycle"), "{found:?}");
}

#[tokio::test]
async fn all_cycles_of_references_are_errors_in_one_run() {
    let assistant = |others: &str| format!("name: A\ninstructions: Ask {others}.\n");
    let project = project(&[
        ("assistants/a.yaml", &assistant("${assistants.b}")),
        ("assistants/b.yaml", &assistant("${assistants.a} or ${assistants.c}")),
        ("assistants/c.yaml", &assistant("${assistants.b}")),
        ("assistants/d.yaml", &assistant("${assistants.d}")),
        ("assistants/e.yaml", &assistant("${assistants.a}")),
    ]);
    let (code, found) = found(&project).await;
    let cycle = "these resources form a reference cycle: assistants.";
    let expected =
        ["a.yaml:2:19: {}a → assistants.b", "b.yaml:2:38: {}b → assistants.c", "d.yaml:2:19: {}d → assistants.d"];
    assert_eq!((code, found.len()), (1, expected.len()), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(&format!("assistants/{}", expected.replace("{}", cycle))), "{found}");
    }
}

#[tokio::test]
async fn name_of_the_key_variable_has_no_white_space_and_no_equals_sign() {
    for (name, is_valid) in
        [("", false), (" ", false), ("A B", false), ("A=B", false), ("KEY ", false), ("KEY_2", true), ("my.key", true)]
    {
        let project = project(&[("assistants/a.yaml", "name: A\ninstructions: x\n")]);
        project.write("telnyx-ai.yaml", &format!("environments:\n  dev: {{ api_key_env: \"{name}\" }}\n"));
        let (code, found) = found(&project).await;
        let expected = "telnyx-ai.yaml:2:23: `api_key_env` is not the name of a variable; write a name without white space and `=`";
        assert_eq!(
            (code, found.first().is_some_and(|it| it.starts_with(expected))),
            (i32::from(!is_valid), !is_valid),
            "{name:?}: {found:?}"
        );
    }
}

#[tokio::test]
async fn reference_in_a_variable_is_an_error() {
    let project = project(&[("assistants/a.yaml", "name: A\ninstructions: x\n")]);
    let variables = "{ variables: { token: 'Bearer ${secret.TOKEN}', price: '${5}' } }";
    project.write("telnyx-ai.yaml", &format!("environments:\n  dev: {variables}\n"));
    let (code, found) = found(&project).await;
    let expected = "telnyx-ai.yaml:2:30: `token` contains a reference, and references do not work in variables; ";
    assert!(code == 1 && found.len() == 1 && found[0].starts_with(expected), "{found:#?}");
}

#[tokio::test]
async fn missing_text_file_outside_the_project_is_reported_as_outside() {
    let project = project(&[("assistants/a.yaml", "name: A\ninstructions: { file: ../../missing.md }\n")]);
    let (code, found) = found(&project).await;
    let expected = "cannot read the file `../../missing.md`: it is outside of the project";
    assert!(code == 1 && found[0].contains(expected), "{found:#?}");
}

#[tokio::test]
async fn text_files_in_a_folder_of_their_own_are_no_warning() {
    let project = project(&[("assistants/a.yaml", "name: A\ninstructions: { file: texts/a.md }\n")]);
    project.write("assistants/texts/a.md", "Be polite.\n");
    assert_eq!(found(&project).await, (0, Vec::new()));
    project.write("assistants/eu/de/b.yaml", "name: B\ninstructions: x\n");
    let (_, found) = found(&project).await;
    let expected = "assistants/eu:1:1: files in this folder are not read; move them to assistants/";
    assert_eq!(found, [expected]);
}

#[tokio::test]
async fn invalid_base_url_is_an_error_at_its_place() {
    let valid = ["https://api.example.com/v2", "http://127.0.0.1:4010/v2", "http://localhost:4010/v2/"];
    for (url, message, help) in [
        ("''", "the base URL \"\" is blank", "use one like https://api.telnyx.com/v2"),
        ("api.example.com", "the base URL \"api.example.com\" has no scheme", "use one like"),
        ("htp://api.example.com", "is neither http nor https", "use one like"),
        ("https://api.example.com:99999/v2", "has the port \"99999\"", "use one like"),
        ("https://api.example.com/v2?a=b", "has a query or a fragment", "use one like"),
        ("https://a:hidden@api.example.com/v2", "set the key with the variable KEY", "use one like"),
        ("http://api.example.com/v2", "over the network unencrypted", "use https"),
    ] {
        let environments: String =
            valid.iter().enumerate().map(|(n, url)| format!("  e{n}: {{ base_url: {url} }}\n")).collect();
        let config = format!("environments:\n{environments}  dev:\n    base_url: {url}\n    api_key_env: KEY\n");
        let project = project(&[("telnyx-ai.yaml", &config)]);
        let (code, found) = found(&project).await;
        assert!(
            code == 1 && found.len() == 1 && found[0].starts_with("telnyx-ai.yaml:6:15: the base URL"),
            "{found:#?}"
        );
        assert!(found[0].contains(message) && found[0].contains(&format!("; {help}")), "{found:#?}");
        assert!(!found[0].contains("hidden") && !found[0].contains("TELNYX_BASE_URL"), "{found:#?}");
        for command in ["plan", "apply"] {
            project.refused(&[command, "--env", "dev"], "telnyx-ai.yaml:6:15").await;
        }
    }
}

#[tokio::test]
async fn errors_stop_a_plan_before_anything_is_sent() {
    let project = project(&[("assistants/a.yaml", "name: A\n")]);
    let done = project.run(&["plan"]).await;
    assert_eq!(done.code, 1);
    assert!(
        done.stderr.contains("assistants/a.yaml:1:1") && done.stderr.contains("`instructions` is missing"),
        "{done:#?}"
    );
}

#[tokio::test]
async fn schemas_are_written_for_editors() {
    let project = project(&[]);
    let written = project.ok(&["validate", "--schema", "schemas"]).await;
    assert!(written.contains("$schema=../schemas/assistants.schema.json"), "{written}");
    let schema: Value = serde_json::from_str(&project.read("schemas/assistants.schema.json")).expect("JSON");
    assert_eq!(schema["$ref"], "#/$defs/CreateAssistant");
    assert_eq!(schema["$defs"]["FileText"]["required"][0], "file");
}
