//! Prism, a mock server for OpenAPI documents.
//!
//! The version is that of `prism/package-lock.json`.

use std::fs;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::net::TcpStream;

use crate::Fallible;
use crate::program::Program;

/// The time limit for its start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The installed version.
pub(crate) fn version() -> String {
    let package: Value = serde_json::from_str(include_str!("../prism/package.json")).expect("a package");
    package["dependencies"]["@stoplight/prism-cli"].as_str().expect("a version").to_owned()
}

/// Installs it into a folder. Returns its script, or `None` if there is no Node.js.
pub(crate) fn install(folder: &Path) -> Fallible<Option<PathBuf>> {
    let there = |program: &str| match Command::new(program).arg("--version").stdout(Stdio::null()).status() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        status => status.map(|status| status.success()),
    };
    if !(there("node")? && there("npm")?) {
        return Ok(None);
    }
    // Installed outside the folder of this run, so that the next run can use it.
    let installed = folder.with_file_name(format!("prism-{}", version()));
    let entry = installed.join("node_modules/@stoplight/prism-cli/dist/index.js");
    if !entry.exists() {
        fs::create_dir_all(&installed)?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/prism");
        for file in ["package.json", "package-lock.json"] {
            fs::copy(source.join(file), installed.join(file))?;
        }
        let npm = Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&installed).status()?;
        if !npm.success() {
            return Err("npm could not install Prism".into());
        }
    }
    Ok(Some(entry))
}

/// Starts it like `prism mock`, but without a log line per request.
pub(crate) async fn start(entry: &Path, document: &Path) -> Fallible<Program> {
    let addr = free_address()?;
    let mut command = Command::new("node");
    command.arg(entry).args(["mock", "--host", "127.0.0.1", "--port", &addr.port().to_string()]);
    command.args(["--verboseLevel", "fatal"]).arg(document).env_remove("NODE_ENV").stdout(Stdio::null());
    let program = Program::new(command.spawn()?, addr);
    let began = Instant::now();
    while TcpStream::connect(addr).await.is_err() {
        if began.elapsed() > PATIENCE {
            return Err(format!("Prism did not listen on {addr} within {} s", PATIENCE.as_secs()).into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(program)
}

fn free_address() -> Fallible<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
