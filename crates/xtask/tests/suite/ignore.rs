//! Accepted differences.

use serde_json::{Value, json};

use crate::program::{contract, file, run};

fn spec(name: &str) -> String {
    let mut document = contract();
    document["paths"]["/ai/assistants"]["post"]["responses"]["422"] = json!({});
    document["paths"]["/ai/tools"]["post"]["responses"]["422"] = json!({});
    document["components"]["schemas"]["TestStatus"]["enum"] =
        Value::from(vec!["passed", "failed", "pending", "running", "starting", "error", "skipped"]);
    file(name, &document.to_string())
}

#[test]
fn accepted_differences_are_counted_and_are_not_drift() {
    let accepted = "\
# What the API may answer besides.
added POST * › response 422 # An error reads the same, whatever its code.

added schema TestStatus › \"skipped\" # Typed in the next release.
";
    let result = run(&["drift", &spec("accepted.json"), "--ignore", &file("accepted.txt", accepted)]);
    assert_eq!((result.status, result.out.as_str()), (0, "no drift, 3 accepted\n"), "{}", result.err);
}

#[test]
fn stale_line_is_reported() {
    let accepted = "added POST * # Errors.\nremoved schema TestStatus › \"gone\" # It is back.\n";
    let result = run(&["drift", &spec("stale.json"), "--ignore", &file("stale.txt", accepted)]);
    assert_eq!(
        (result.status, result.lines()),
        (
            1,
            vec![
                "added schema TestStatus › \"skipped\"",
                "stale line 2: removed schema TestStatus › \"gone\"",
                "1 difference, 2 accepted, 1 stale line",
            ]
        )
    );
    let result = run(&[
        "drift",
        &file("clean.json", &contract().to_string()),
        "--ignore",
        &file("clean.txt", "moved * # Names.\n"),
    ]);
    assert_eq!((result.status, result.lines()), (1, vec!["stale line 1: moved *", "no drift, 1 stale line"]));
}

#[test]
fn line_without_a_reason_is_an_error() {
    for text in ["\nadded POST /ai/tools", "\nadded POST /ai/tools #", "\nadded POST /ai/tools # "] {
        let result = run(&["drift", &spec("reason.json"), "--ignore", &file("reason.txt", text)]);
        assert_eq!((result.status, result.out.as_str()), (2, ""));
        assert!(result.err.contains("reason.txt:2: the reason is missing"), "{}", result.err);
    }
    let result = run(&["drift", &spec("no-file.json"), "--ignore", "no/such/file"]);
    assert_eq!(result.status, 2);
    assert!(result.err.contains("cannot read no/such/file"), "{}", result.err);
}
