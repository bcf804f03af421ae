//! Programs to measure.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::Fallible;

/// A running server program. It is killed when it is dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) addr: SocketAddr,
}

impl Program {
    pub(crate) fn new(child: Child, addr: SocketAddr) -> Self {
        Self { child, addr }
    }

    /// Starts the emulator on a free port.
    pub(crate) fn emulator(binary: &Path, arguments: &[&str]) -> Fallible<Self> {
        let mut child = Command::new(binary)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .env_remove("RUST_LOG")
            .env_remove("TELNYX_EMULATOR_API_KEY")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("a pipe")?).read_line(&mut line)?;
        let addr = line.trim_end().strip_prefix("listening on http://").and_then(|url| url.strip_suffix("/v2"));
        let addr = addr.ok_or("the emulator did not start")?.parse()?;
        Ok(Self::new(child, addr))
    }

    /// The CPU time so far, if the system provides it.
    pub(crate) fn cpu_time(&self) -> Option<Duration> {
        cpu_time(self.child.id())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The process may have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The CPU time of a process so far. `/proc` has it in hundredths of a second.
pub(crate) fn cpu_time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the name of the program, which can contain any character.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: Vec<u64> = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    (ticks.len() == 2).then(|| Duration::from_millis(10 * ticks.iter().sum::<u64>()))
}

/// Builds a release of the emulator. Returns the path of the program.
pub(crate) fn build_emulator() -> Fallible<PathBuf> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--package", "telnyx-ai-emulator", "--features", "program"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the emulator could not be built".into());
    }
    let messages = output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let binary = messages.filter_map(|message: Value| message["executable"].as_str().map(PathBuf::from)).next_back();
    Ok(binary.ok_or("the output of cargo has no path of the program")?)
}
