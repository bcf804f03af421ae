//! What Cargo knows of the workspace.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// `cargo metadata` of the workspace and all that it depends on.
///
/// # Errors
/// Where Cargo fails; it has said why on the standard error.
pub fn metadata() -> Result<Value, String> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--all-features"]);
    let output = command.stderr(std::process::Stdio::inherit()).output().map_err(|why| format!("no cargo: {why}"))?;
    serde_json::from_slice(&output.stdout).map_err(|why| format!("`cargo metadata` says no JSON: {why}"))
}

/// The items of a library, all features on, as rustdoc's JSON has them.
///
/// # Errors
/// Where the library has errors or the file can not be read.
pub fn documented(metadata: &Value, package: &str) -> Result<Value, String> {
    let mut command = cargo();
    command.args(["rustdoc", "--quiet", "--lib", "--all-features", "--package", package, "--"]);
    command.args(["-Z", "unstable-options", "--output-format", "json"]);
    // The JSON is not stable; this is how a stable rustdoc gives it all the same.
    command.env("RUSTC_BOOTSTRAP", "1");
    match command.status() {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("rustdoc of {package} ended with {status}")),
        Err(why) => return Err(format!("no cargo: {why}")),
    }
    let target = PathBuf::from(metadata["target_directory"].as_str().unwrap_or("target"));
    let file = target.join("doc").join(package.replace('-', "_")).with_extension("json");
    let text = fs::read(&file).map_err(|why| format!("can not read {}: {why}", file.display()))?;
    serde_json::from_slice(&text).map_err(|why| format!("{}: {why}", file.display()))
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
