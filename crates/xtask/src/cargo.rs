//! Metadata of the workspace from Cargo and rustdoc.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// Returns `cargo metadata` of the workspace and its dependencies.
///
/// # Errors
/// If Cargo fails. Its message is on the standard error.
pub fn metadata() -> Result<Value, String> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--all-features"]);
    let output =
        command.stderr(std::process::Stdio::inherit()).output().map_err(|why| format!("cannot run cargo: {why}"))?;
    serde_json::from_slice(&output.stdout).map_err(|why| format!("the output of `cargo metadata` is not JSON: {why}"))
}

/// Returns rustdoc's JSON of a library with all features.
///
/// # Errors
/// If rustdoc fails or its output cannot be read.
pub fn documented(metadata: &Value, package: &str) -> Result<Value, String> {
    let mut command = cargo();
    command.args(["rustdoc", "--quiet", "--lib", "--all-features", "--package", package, "--"]);
    command.args(["-Z", "unstable-options", "--output-format", "json"]);
    // rustdoc's JSON is unstable. This variable enables it in a stable toolchain.
    command.env("RUSTC_BOOTSTRAP", "1");
    match command.status() {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("rustdoc of {package} failed with {status}")),
        Err(why) => return Err(format!("cannot run cargo: {why}")),
    }
    let target = PathBuf::from(metadata["target_directory"].as_str().unwrap_or("target"));
    let file = target.join("doc").join(package.replace('-', "_")).with_extension("json");
    let text = fs::read(&file).map_err(|why| format!("cannot read {}: {why}", file.display()))?;
    serde_json::from_slice(&text).map_err(|why| format!("{}: {why}", file.display()))
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
