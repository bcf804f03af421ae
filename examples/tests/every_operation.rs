//! The examples run, and together they call every operation of the API with success: so each has a method in the
//! client, a route in the emulator, and an example to look at.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[test]
fn the_examples_call_every_operation() {
    let contract = operations_of_the_contract();
    let mut called: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for example in names_of_the_examples() {
        for (method, path) in requests_that_succeeded(&example) {
            if let Some(operation) = contract.iter().find(|operation| is_of(operation, &method, &path, &contract)) {
                called.entry(operation).or_default().push(example.clone());
            }
        }
    }
    println!("{} of {} operations are called by an example", called.len(), contract.len());
    let missing: Vec<_> = contract.iter().filter(|operation| !called.contains_key(operation.as_str())).collect();
    assert!(missing.is_empty(), "no example calls these with success: {missing:#?}");
}

/// `METHOD /path/{of}/the/contract`, for all of them.
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

/// Whether a request is of that operation, and of none that names more of its path.
fn is_of(operation: &str, method: &str, path: &str, contract: &BTreeSet<String>) -> bool {
    let literal_steps = |operation: &str| {
        let (of_method, template) = operation.split_once(' ').expect("a method and a path");
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        let fits = of_method == method
            && template.len() == path.len()
            && template.iter().zip(&path).all(|(wanted, step)| wanted.starts_with('{') || wanted == step);
        fits.then(|| template.iter().filter(|step| !step.starts_with('{')).count())
    };
    literal_steps(operation)
        .is_some_and(|own| contract.iter().filter_map(|other| literal_steps(other)).max() == Some(own))
}

/// Runs an example; gives the requests that it printed with a status of success.
fn requests_that_succeeded(example: &str) -> Vec<(String, String)> {
    let output = Command::new(program(example)).output().unwrap_or_else(|error| {
        panic!("{example}: {error}; `cargo test -p telnyx-ai-examples`, without `--test`, builds the examples first")
    });
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the example {example} failed\n{out}\n{err}");
    out.lines()
        .filter_map(|line| {
            let (request, status) = line.strip_prefix("    > ")?.split_once(" -> ")?;
            let (method, path) = request.split_once(" /v2")?;
            let path = path.split('?').next()?;
            status.starts_with('2').then(|| (method.to_owned(), path.to_owned()))
        })
        .collect()
}

/// The program of an example stands beside the folder of this test's own.
fn program(example: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let target = test.ancestors().nth(2).expect("a target folder");
    target.join("examples").join(example).with_extension(std::env::consts::EXE_EXTENSION)
}

/// All but the one whose point is to make no call: cargo builds that as a test, and runs it.
fn names_of_the_examples() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root())
        .expect("the folder of the examples")
        .filter_map(|entry| {
            Path::new(&entry.ok()?.file_name()).file_name()?.to_str()?.strip_suffix(".rs").map(str::to_owned)
        })
        .collect();
    names.retain(|name| name != "mocked_unit_test");
    names.sort();
    assert!(names.contains(&"quickstart".to_owned()), "the examples are not where this test looks: {names:?}");
    names
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
