//! `telnyx-ai completions`

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;

/// Prints the completions of a shell.
pub(crate) fn run(shell: Shell) {
    clap_complete::generate(shell, &mut Args::command(), "telnyx-ai", &mut std::io::stdout().lock());
}
