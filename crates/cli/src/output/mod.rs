//! What the program prints: results to standard output, messages and progress to standard error.

mod diagnostic;
mod progress;
mod secrets;
pub(crate) mod style;

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use serde_json::Value;

use crate::failure::Failure;

pub(crate) use diagnostic::{Diagnostic, Severity};
pub(crate) use progress::Progress;
pub(crate) use secrets::Secrets;

/// The streams of the program, and how to write to them. No secret that is registered with [`Secrets`] passes.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
    quiet: bool,
    verbose: bool,
    stdout_color: bool,
    stderr_color: bool,
    secrets: Secrets,
    /// The folder that the paths of diagnostics are shown below.
    shown_dir: String,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool, verbose: bool, no_color: bool) -> Self {
        let color = |choice: ColorChoice| !no_color && choice != ColorChoice::Never;
        Self {
            json,
            quiet,
            verbose,
            stdout_color: !json && color(AutoStream::choice(&io::stdout())),
            stderr_color: color(AutoStream::choice(&io::stderr())),
            secrets: Secrets::default(),
            shown_dir: String::new(),
        }
    }

    /// Shows paths of diagnostics below this folder, which is relative to the working directory.
    pub(crate) fn show_below(&mut self, dir: &str) {
        self.shown_dir =
            if dir.is_empty() || dir == "." { String::new() } else { format!("{}/", dir.trim_end_matches('/')) };
    }

    pub(crate) const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Whether texts on standard output may have colors.
    pub(crate) const fn has_color(&self) -> bool {
        self.stdout_color
    }

    /// Whether a person can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Writes a result. Prints nothing with `--json`: the document is the result then.
    pub(crate) fn result(&self, text: &str) {
        if !self.json {
            write(io::stdout().lock(), self.stdout_color, &self.secrets.masked(text));
        }
    }

    /// Writes a result as it is, in the middle of a line.
    pub(crate) fn piece(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        // A reader that went away is no failure.
        let _ = stdout.write_all(self.secrets.masked(text).as_bytes());
        let _ = stdout.flush();
    }

    /// Writes the JSON document, with `--json` only.
    pub(crate) fn document(&self, document: &Value) {
        if self.json {
            let masked = self.secrets.masked_value(document);
            write(io::stdout().lock(), false, &format!("{masked:#}"));
        }
    }

    /// Writes why a command failed to standard error.
    pub(crate) fn failure(&self, failure: &Failure) {
        if let Failure::Files(diagnostics) = failure {
            self.diagnostics(diagnostics, false);
        }
        self.error(&failure.to_string());
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

    pub(crate) const fn is_verbose(&self) -> bool {
        self.verbose
    }

    pub(crate) fn warning(&self, text: &str) {
        self.message(&format!("{}warning{:#}: {text}", style::WARNING, style::WARNING));
    }

    pub(crate) fn error(&self, text: &str) {
        self.error_line(&format!("{}error{:#}: {text}", style::ERROR, style::ERROR));
    }

    /// Writes to standard error whatever the options are.
    fn error_line(&self, text: &str) {
        write(io::stderr().lock(), self.stderr_color, &self.secrets.masked(text));
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

    /// A progress bar on a terminal, and nothing elsewhere.
    pub(crate) fn progress(&self, steps: usize, what: &str) -> Progress {
        let shown = !self.quiet && !self.json && io::stderr().is_terminal();
        Progress::new(steps, what, shown)
    }
}

/// A number with its noun: `1 mistake`, `2 mistakes`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Writes a line. A reader that went away is no failure.
fn write(mut stream: impl Write, color: bool, text: &str) {
    let plain;
    let text = if color {
        text
    } else {
        plain = anstream::adapter::strip_str(text).to_string();
        &plain
    };
    let _ = writeln!(stream, "{text}");
}
