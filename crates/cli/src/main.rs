//! The program `telnyx-ai`: assistants as code.

use std::process::ExitCode;

fn main() -> ExitCode {
    telnyx_ai_cli::main()
}
