//! The examples run, and together they call every operation of the API.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use telnyx_ai_emulator::{Direction, Emulator};

#[tokio::test(flavor = "multi_thread")]
async fn examples_call_every_operation() {
    let operations = operations_of_the_contract();
    let mut called = BTreeSet::new();
    for example in names_of_the_examples() {
        for (method, path) in requests_that_succeeded(&example).await {
            called.extend(operation_of(&method, &path, &operations));
        }
    }
    let missing: Vec<&String> = operations.difference(&called).collect();
    println!("the examples call {} of {} operations", called.len(), operations.len());
    assert!(missing.is_empty(), "no example calls these operations with success: {missing:#?}");
}

/// All operations, as `METHOD /path/{with}/parameters`.
fn operations_of_the_contract() -> BTreeSet<String> {
    let contract = std::fs::read_to_string(root().join("../tests/contract/wire.json")).expect("the contract");
    let contract: Value = serde_json::from_str(&contract).expect("the contract is JSON");
    let paths = contract["paths"].as_object().expect("the contract has paths");
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("a path has methods");
            methods.keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

/// The operation of a request. If several match, it is the one with the fewest parameters.
fn operation_of(method: &str, path: &str, operations: &BTreeSet<String>) -> Option<String> {
    let parameters = |operation: &&String| operation.matches('{').count();
    let matches = |operation: &&String| {
        let Some((of_method, template)) = operation.split_once(' ') else { return false };
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        of_method == method
            && template.len() == path.len()
            && template.iter().zip(&path).all(|(expected, actual)| expected.starts_with('{') || expected == actual)
    };
    operations.iter().filter(matches).min_by_key(parameters).cloned()
}

/// Runs an example against an emulator of its own. Returns the method and path of each request with a status of 2xx.
async fn requests_that_succeeded(example: &str) -> Vec<(String, String)> {
    let emulator = Emulator::start().await.expect("an emulator");
    let mut command = Command::new(program(example));
    command
        .env("TELNYX_API_KEY", "any")
        .env("TELNYX_BASE_URL", emulator.base_url())
        .env("TELNYX_PUBLIC_KEY", emulator.webhook_public_key());
    if example == "integrations" {
        command.arg("salesforce");
    }
    let output =
        tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").unwrap_or_else(|error| {
            panic!("{example}: {error}; run `cargo test -p telnyx-ai-examples` without `--test` to build the examples")
        });
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "the example {example} failed\n{out}\n{err}");
    assert!(!out.is_empty(), "the example {example} prints nothing");
    emulator
        .requests()
        .into_iter()
        .filter(|request| request.direction == Direction::In && request.status.is_some_and(|status| status / 100 == 2))
        .filter_map(|request| Some((request.method, request.path.strip_prefix("/v2")?.to_owned())))
        .collect()
}

/// The path of a built example. The folder of the examples is next to the folder of this test.
fn program(example: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let target = test.ancestors().nth(2).expect("a target folder");
    target.join("examples").join(example).with_extension(std::env::consts::EXE_EXTENSION)
}

/// The examples, without those that have unit tests: `cargo test` does not build these as programs.
fn names_of_the_examples() -> Vec<String> {
    let has_unit_tests = |path: &Path| std::fs::read_to_string(path).expect("an example").contains("#[cfg(test)]");
    let mut names: Vec<String> = std::fs::read_dir(root())
        .expect("the folder of the examples")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs") && !has_unit_tests(path))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    assert!(names.len() > 10, "the examples are not where this test looks: {names:?}");
    names
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
