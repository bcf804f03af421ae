//! The program `telnyx-ai`: assistants as code. The library contains only its [`main`].

mod apply;
mod args;
mod closest;
mod commands;
mod compare;
mod failure;
mod output;
mod plan;
mod project;
mod pull;
mod recover;
mod references;
mod resources;
mod session;
mod state;
mod validate;

use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches};

use args::{Args, Global};
use failure::Failure;
use output::Output;

/// Runs the program with the arguments of the process.
///
/// The exit code is 0 for success, 1 for an error and 2 for a negative result.
#[must_use]
pub fn main() -> ExitCode {
    let has_argument = |wanted: &str| std::env::args_os().any(|argument| argument == wanted);
    let color = if has_argument("--no-color") { ColorChoice::Never } else { ColorChoice::Auto };
    let matches = Args::command().color(color).try_get_matches();
    let args = match matches.and_then(|matches| Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => {
            // A closed pipe is not an error.
            let _ = error.print();
            if !error.use_stderr() {
                return ExitCode::SUCCESS;
            }
            let message = error.render().to_string();
            let message = message.trim().strip_prefix("error: ").unwrap_or(message.trim());
            let global = Global { json: has_argument("--json"), ..Global::default() };
            Output::new(&global).document(&serde_json::json!({ "error": message }));
            return ExitCode::from(1);
        }
    };
    let output = Output::new(&args.global);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.error(&format!("cannot start: {error}"));
            return ExitCode::from(1);
        }
    };
    let result = runtime.block_on(commands::run(args, &output));
    // Does not wait for a thread that reads a line from the terminal.
    runtime.shutdown_background();
    ExitCode::from(match result {
        Ok(()) => u8::from(output.is_broken()),
        Err(Failure::No) => 2,
        Err(Failure::Reported) => 1,
        Err(failure) => {
            failure.reported(serde_json::json!({}), &output);
            1
        }
    })
}
