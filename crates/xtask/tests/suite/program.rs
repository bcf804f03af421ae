//! Runs the program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// The output of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RunResult {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl RunResult {
    /// The differences and the summary, without the places below them.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.out.lines().filter(|line| !line.starts_with("    ")).collect()
    }
}

pub(crate) fn run(arguments: &[&str]) -> RunResult {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    RunResult {
        status: output.status.code().expect("the program exits"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Writes a file for a test.
pub(crate) fn file(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(&folder).expect("the folder can be created");
    let path = folder.join(name);
    fs::write(&path, text).expect("the file can be written");
    path.to_str().expect("paths are UTF-8").to_owned()
}

pub(crate) fn contract_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contract/wire.json")
}

/// The contract as JSON, which a test can change.
pub(crate) fn contract() -> Value {
    let text = fs::read_to_string(contract_path()).expect("the contract exists");
    serde_json::from_str(&text).expect("the contract is JSON")
}
