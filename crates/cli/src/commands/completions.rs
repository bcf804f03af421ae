//! `telnyx-ai completions`

use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;

use crate::args::Args;
use crate::output::Output;

pub(crate) fn run(shell: Shell, output: &Output) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "telnyx-ai", &mut script);
    let script = String::from_utf8_lossy(&script);
    output.document(&json!({ "shell": shell.to_string(), "script": script }));
    output.result(script.trim_end());
}
