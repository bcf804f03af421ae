//! The output of the program: results to standard output, messages and progress to standard error.

mod diagnostic;
mod secrets;
pub(crate) mod style;

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use serde_json::Value;

use crate::args::Global;

pub(crate) use diagnostic::{Diagnostic, Severity};
pub(crate) use secrets::Secrets;

/// Writes to the streams of the program, without the secrets that are registered in [`Secrets`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Output {
    pub(crate) json: bool,
    quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) stdout_color: bool,
    pub(crate) stderr_color: bool,
    secrets: Arc<Secrets>,
    /// The variable with the API key, if it is not the default one.
    api_key_env: Arc<OnceLock<String>>,
    /// Whether something could not be written.
    is_broken: Arc<AtomicBool>,
    /// Whether the reader has closed standard output.
    is_closed: Arc<AtomicBool>,
    /// The folder that the paths of diagnostics are shown below, relative to the working directory.
    shown_dir: String,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        let color = |choice: ColorChoice| !global.no_color && choice != ColorChoice::Never;
        let dir = global.dir.to_string_lossy();
        Self {
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose,
            stdout_color: !global.json && color(AutoStream::choice(&io::stdout())),
            stderr_color: color(AutoStream::choice(&io::stderr())),
            shown_dir: if dir == "." { String::new() } else { format!("{}/", dir.trim_end_matches('/')) },
            ..Self::default()
        }
    }

    /// Names the variable with the API key in errors.
    pub(crate) fn name_api_key(&self, variable: &str) {
        // All sessions of a process have the same environment.
        let _ = self.api_key_env.set(variable.to_owned());
    }

    pub(crate) fn api_key_env(&self) -> Option<&str> {
        self.api_key_env.get().map(String::as_str)
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Whether there is a terminal to ask a question.
    pub(crate) fn can_ask(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a question on standard error and reads a line from standard input.
    pub(crate) fn ask(&self, question: &str) -> io::Result<String> {
        let mut answer = String::new();
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question}")?;
        stderr.flush()?;
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }

    /// Writes a result. Prints nothing with `--json`: the document is the result then.
    pub(crate) fn result(&self, text: &str) {
        if !self.json {
            self.print(&format!("{}\n", colored(self.stdout_color, &self.secrets.masked(text))));
        }
    }

    /// Writes a result as it is, in the middle of a line.
    pub(crate) fn piece(&self, text: &str) {
        self.print(&self.secrets.masked(text));
    }

    fn print(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
        self.is_closed.fetch_or(written.is_err(), Ordering::Relaxed);
        // A reader that closed the pipe, such as `head`, is not an error.
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
            && !self.is_broken.swap(true, Ordering::Relaxed)
        {
            self.error(&format!("cannot write to standard output: {error}"));
        }
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
    }

    /// Whether results cannot be written, for example because the reader has closed the pipe.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// Writes the JSON document, with `--json` only.
    pub(crate) fn document(&self, document: &Value) {
        if self.json {
            let masked = self.secrets.masked_value(document);
            self.print(&format!("{masked:#}\n"));
        }
    }

    /// Writes a message, unless `--quiet`.
    pub(crate) fn message(&self, text: &str) {
        if !self.quiet {
            self.error_line(text);
        }
    }

    /// Writes a message with `--verbose` only.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.error_line(text);
        }
    }

    pub(crate) fn warning(&self, text: &str) {
        self.message(&format!("{}warning{:#}: {text}", style::WARNING, style::WARNING));
    }

    pub(crate) fn error(&self, text: &str) {
        self.error_line(&format!("{}error{:#}: {text}", style::ERROR, style::ERROR));
    }

    /// Writes to standard error whatever the options are.
    fn error_line(&self, text: &str) {
        let text = self.secrets.masked(text);
        let _ = writeln!(io::stderr().lock(), "{}", colored(self.stderr_color, &text));
    }

    /// Writes diagnostics with their lines to standard error, and to standard output if they are the result.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic], are_result: bool) {
        let color = if are_result { self.stdout_color } else { self.stderr_color };
        for diagnostic in diagnostics {
            let text = diagnostic.render(&self.shown_dir, color);
            if are_result {
                self.result(&format!("{text}\n"));
            } else if diagnostic.severity == Severity::Error || !self.quiet {
                self.error_line(&format!("{text}\n"));
            }
        }
    }

    /// A progress bar on a terminal, and nothing elsewhere. It is removed when it is dropped.
    pub(crate) fn progress(&self, steps: usize, what: &str) -> ProgressBar {
        let is_shown = !self.quiet && !self.json && io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target).with_finish(ProgressFinish::AndClear);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.with_message(what.to_owned())
    }
}

/// A path as messages have it: without `./`.
pub(crate) fn shown_path(path: &Path) -> std::path::Display<'_> {
    path.strip_prefix(".").unwrap_or(path).display()
}

/// A number with its noun: `1 error`, `2 errors`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Removes the colors of a text, unless `color` is set.
fn colored(color: bool, text: &str) -> Cow<'_, str> {
    if color { text.into() } else { anstream::adapter::strip_str(text).to_string().into() }
}
