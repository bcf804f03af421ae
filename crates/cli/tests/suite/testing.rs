//! `test`: verdicts, exit codes and reports.

use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::Fault;

use crate::rollout::{GREETS, with_candidate};
use crate::support::{Project, telnyx};

#[tokio::test(flavor = "multi_thread")]
async fn passing_tests_exit_with_0_and_write_junit() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    let (code, document) = project.json(&["test", "--poll", "20ms", "--samples", "2", "--junit", "results.xml"]).await;
    assert_eq!(code, 0, "{document}");
    assert_eq!(document["tests"][0]["status"], "passed");
    assert_eq!(document["tests"][0]["runs"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["tests"][0]["runs"][0]["rubric"], json!([{"name": "greets", "status": "passed"}]));
    assert_eq!(document["summary"], json!({"passed": 1, "failed": 0, "error": 0}));
    let xml = project.read("results.xml");
    let report = roxmltree::Document::parse(&xml).expect("well-formed XML");
    for (name, value) in [("name", "telnyx-ai"), ("tests", "1"), ("failures", "0"), ("errors", "0")] {
        assert_eq!(report.root_element().attribute(name), Some(value), "{xml}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_of_assistants_without_a_candidate_are_skipped() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    project.write("assistants/accounts.yaml", "name: Accounts\ninstructions: Say hello.\n");
    project.write("tests/counts.yaml", &GREETS.replace("support", "accounts"));
    project.ok(&["apply", "--yes", "accounts", "counts"]).await;

    let done = project.run(&["test", "--candidate", "--poll", "20ms"]).await;
    assert!(done.code == 0 && done.stdout.contains("1 passed, 0 failed"), "{done:#?}");
    assert!(done.stderr.contains("skipped tests.counts: assistants.accounts has no candidate"), "{done:#?}");
    for key in ["counts", "accounts"] {
        project.refused(&["test", key, "--candidate", "--poll", "20ms"], "assistants.accounts has no candidate").await;
    }

    project.ok(&["apply", "--yes"]).await;
    project.refused(&["test", "--candidate", "--poll", "20ms"], "no assistant with tests has a candidate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_of_a_deleted_candidate_are_errors_and_the_others_run() {
    let (emulator, project, id) = with_candidate("Say hello, please.").await;
    project.write("assistants/accounts.yaml", "name: Accounts\ninstructions: Say hello.\n");
    project.write("tests/counts.yaml", &GREETS.replace("support", "accounts"));
    project.ok(&["apply", "--yes", "accounts", "counts"]).await;
    project.write("assistants/accounts.yaml", "name: Accounts\ninstructions: Say hello, please.\n");
    project.ok(&["apply", "--yes", "--candidate"]).await;
    let versions = telnyx(&emulator).versions().list(&id).await.expect("versions");
    let candidate = versions[0].version_id.clone().expect("an id");
    telnyx(&emulator).versions().delete(&id, &candidate).await.expect("it is deleted");

    let done = project.run(&["test", "--candidate", "--poll", "20ms"]).await;
    assert!(done.code == 1 && done.stdout.contains("1 passed, 0 failed, 1 could not be run"), "{done:#?}");
    let message =
        format!("the candidate of assistants.support, version {candidate}, was deleted; make a new candidate");
    assert!(done.stdout.contains(&message), "{done:#?}");
    let arguments = ["test", "--candidate", "--poll", "20ms", "--junit", "results.xml"];
    let (code, document) = project.json(&arguments).await;
    assert_eq!((code, &document["summary"]), (1, &json!({"passed": 1, "failed": 0, "error": 1})));
    let error = document["tests"][1]["runs"][0]["error"].as_str().expect("an error");
    assert!(error.starts_with(&message), "{document}");
    assert!(project.read("results.xml").contains(&message), "{}", project.read("results.xml"));

    // The API may still run the tests of a version that it does not return.
    project.write("assistants/support.yaml", &project.read("assistants/support.yaml").replace("please", "friend"));
    project.ok(&["apply", "--yes", "--candidate"]).await;
    let fault = emulator.faults().add(Fault::on("GET", "**/versions/*").status(404));
    let (code, document) = project.json(&["test", "--candidate", "--poll", "20ms"]).await;
    assert_eq!((code, &document["summary"]["failed"]), (1, &json!(0)), "{document}");
    assert_eq!(document["summary"]["error"], 0, "{document}");
    assert!(emulator.faults().fired(fault) > 0);
    emulator.faults().clear();

    // An outage is no deletion.
    emulator.faults().add(Fault::on("GET", "**/versions/*").status(422));
    let done = project.run(&["test", "--candidate", "--poll", "20ms"]).await;
    assert!(done.code == 1 && done.stderr.contains("422") && done.stdout.is_empty(), "{done:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_that_are_not_applied_are_named() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    let done = project.run(&["test", "--poll", "20ms"]).await;
    assert!(done.code == 0 && !done.stderr.contains("warning"), "{done:#?}");
    project.write("tests/new.yaml", GREETS);
    project.write("tests/greets.yaml", &GREETS.replace("says \"hello\"", "says \"no such words\""));
    for keys in [&[][..], &["support"]] {
        let done = project.run(&[&["test", "--poll", "20ms"], keys].concat()).await;
        assert_eq!(done.code, 0, "{done:#?}");
        for warning in ["tests.new is not applied and is not run", "tests.greets has changes that are not applied"] {
            assert!(done.stderr.contains(warning), "{warning}: {done:#?}");
        }
    }
    let done = project.run(&["test", "greets", "--poll", "20ms"]).await;
    assert!(done.stderr.contains("tests.greets has changes") && !done.stderr.contains("tests.new"), "{done:#?}");
    let rollout = ["rollout", "support", "--gate", "tests", "--steps", "100", "--poll", "20ms"];
    let done = project.run(&rollout).await;
    for warning in ["tests.new is not applied and is not run", "tests.greets has changes that are not applied"] {
        assert!(done.code == 0 && done.stderr.contains(warning), "{warning}: {done:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_test_exits_with_2_and_shows_the_conversation() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    project.write("tests/greets.yaml", &GREETS.replace("says \"hello\"", "says \"no such words\""));
    project.ok(&["apply", "--yes", "greets"]).await;
    let done = project.run(&["test", "support", "--poll", "20ms", "--junit", "results.xml"]).await;
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
    assert_eq!(document["summary"], json!({"passed": 0, "failed": 0, "error": 1}));
    let done = project.run(&["test", "--poll", "20ms", "--timeout", "200ms"]).await;
    assert!(done.stdout.contains("0 passed, 0 failed, 0 could not be run, 1 timed out"), "{done:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn run_with_an_unknown_status_is_an_error_that_names_the_status() {
    let (emulator, project, _) = with_candidate("Say hello, please.").await;
    let now = "2026-11-01T00:00:00Z";
    let run = json!({"run_id": "r1", "test_id": "t1", "status": "cancelled", "triggered_by": "manual", "created_at": now,
        "updated_at": now, "completed_at": now, "logs": "greets passed.", "detail_status": [{"name": "greets", "status": "passed"}]});
    emulator.faults().add(Fault::on("POST", "**/runs").status(201).body(run));
    let (code, document) = project.json(&["test", "--poll", "20ms"]).await;
    let result = &document["tests"][0]["runs"][0];
    assert_eq!((code, &result["status"]), (1, &json!("error")), "{document}");
    assert_eq!(result["error"], "run r1 ended with the unknown status `cancelled`");
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_is_an_error_and_not_a_failed_test() {
    let (emulator, project, _) = with_candidate("Say hello, please.").await;
    // A short outage only delays the test.
    emulator.faults().add(Fault::on("*", "**/runs**").status(503).header("retry-after", "0").times(3));
    let warning = "the API fails, and the command keeps trying until `--timeout`";
    let done = project.run(&["test", "--poll", "20ms"]).await;
    assert!(done.code == 0 && !done.stderr.contains(warning), "{done:#?}");

    emulator.faults().add(Fault::on("*", "**/runs**").status(503).header("retry-after", "0"));
    let arguments = ["test", "--poll", "20ms", "--timeout", "1s", "--junit", "results.xml"];
    let done = project.run(&arguments).await;
    assert_eq!(done.code, 1, "{done:#?}");
    // The last request may be cut off by the time limit, so the results need not have the status.
    assert!(done.stderr.matches(warning).count() == 1 && done.stderr.contains("503"), "{done:#?}");
    assert!(done.stdout.contains("0 passed, 0 failed, 0 could not be run, 1 timed out"), "{done:#?}");
    assert!(project.read("results.xml").contains("failures=\"0\" errors=\"1\""), "{}", project.read("results.xml"));
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_at_the_time_limit_is_reported_for_all_tests_with_its_last_error() {
    let (emulator, project, _) = with_candidate("Say hello, please.").await;
    project.write("tests/thanks.yaml", GREETS).ok(&["apply", "--yes", "thanks"]).await;
    emulator.clock().freeze();
    // The time limit is shorter than the default interval between two requests.
    let arguments = ["test", "--samples", "2", "--timeout", "1s"];
    let (_, document) = project.json(&arguments).await;
    assert!(document.to_string().contains("is still pending") && document.get("error").is_none(), "{document}");

    emulator.faults().add(Fault::on("GET", "**/runs**").drop_before());
    let outage = "the API could not be reached; the last error was: ";
    let (code, document) = project.json(&arguments).await;
    assert_eq!((code, &document["summary"]["error"]), (1, &json!(2)), "{document}");
    assert!(document["error"].as_str().is_some_and(|error| error.starts_with(outage)), "{document}");
    for run in document["tests"].as_array().expect("tests").iter().flat_map(|test| test["runs"].as_array()).flatten() {
        let error = run["error"].as_str().unwrap_or_default();
        assert!(run["status"] == "timeout" && error.starts_with(&format!("timed out; {outage}")), "{document}");
    }
    let done = project.run(&arguments).await;
    assert!(done.code == 1 && done.stderr.contains(&format!("error: {outage}")), "{done:#?}");
    assert!(done.stdout.contains(outage) && !done.stdout.contains("still pending"), "{done:#?}");
}

/// A parser of XML reads what the published schema requires.
#[tokio::test(flavor = "multi_thread")]
async fn junit_report_has_time_message_and_transcript() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    project.write(
        "tests/refuses.yaml",
        &GREETS.replace("Greets", "Refuses <&>").replace("says \"hello\"", "says \"<no> & never\""),
    );
    project.ok(&["apply", "--yes", "refuses"]).await;
    let done = project.run(&["test", "--poll", "20ms", "--junit", "results.xml"]).await;
    assert_eq!(done.code, 2, "{done:#?}");
    let text = project.read("results.xml");
    let document = roxmltree::Document::parse(&text).expect("well-formed XML");
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let suite = root.first_element_child().expect("a suite");
    for (name, value) in [("name", "dev"), ("tests", "2"), ("failures", "1"), ("errors", "0")] {
        assert_eq!(suite.attribute(name), Some(value), "{text}");
    }
    let cases: Vec<_> = suite.children().filter(|child| child.has_tag_name("testcase")).collect();
    assert_eq!(cases.iter().map(|case| case.attribute("name")).collect::<Vec<_>>(), [Some("greets"), Some("refuses")]);
    for case in &cases {
        assert!(case.attribute("time").is_some_and(|time| time.parse::<f64>().is_ok_and(|time| time >= 0.0)), "{text}");
        assert_eq!(case.attribute("classname"), Some("tests"));
    }
    assert!(cases[0].children().all(|child| !child.is_element()), "{text}");
    let failure = cases[1].children().find(|child| child.has_tag_name("failure")).expect("a failure");
    assert_eq!(failure.attribute("message"), Some("0 of 1 samples passed: greets: failed"));
    let transcript = cases[1].children().find(|child| child.has_tag_name("system-out")).expect("a transcript");
    assert!(transcript.text().is_some_and(|text| text.contains("user: ") && text.contains("assistant: ")), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn file_that_cannot_be_written_is_an_error_in_the_document() {
    let (_emulator, project, _) = with_candidate("Say hello, please.").await;
    let folder = project.path().to_str().expect("UTF-8");
    let (code, document) = project.json(&["test", "--poll", "20ms", "--junit", folder]).await;
    assert!(code == 1 && document["summary"]["passed"] == 1 && document["error"].is_string(), "{document}");
    let (code, document) = project.json(&["plan", "--out", folder]).await;
    assert!(code == 1 && document["environment"] == "dev" && document["error"].is_string(), "{document}");
}

#[tokio::test(flavor = "multi_thread")]
async fn junit_report_masks_secrets() {
    let (_emulator, project) = Project::start_with(&[("PIN", "7788 <secret> & \"more\"")]).await;
    project
        .write("assistants/support.yaml", "name: Support\ninstructions: Help.\ngreeting: The code is ${secret.PIN}.\n");
    project.write("tests/greets.yaml", &GREETS.replace("says \"hello\"", "says \"no such words\""));
    project.ok(&["apply", "--yes"]).await;
    let done = project.run(&["test", "--poll", "20ms", "--junit", "results.xml"]).await;
    assert_eq!(done.code, 2, "{done:#?}");
    let xml = project.read("results.xml");
    assert!(xml.contains("The code is ${secret.PIN}.") && !xml.contains("7788"), "{xml}");
}
