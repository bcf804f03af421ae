//! The program's options for models and webhooks.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Output, Stdio},
};

use telnyx_ai_emulator::Signer;

fn program(args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_telnyx-ai-emulator"));
    program.args(["--listen", "127.0.0.1:0"]).args(args).env_remove("NO_SUCH_VARIABLE");
    program
}

fn failure(args: &[&str]) -> String {
    let Output { status, stderr, .. } = program(args).output().expect("the program");
    assert!(!status.success());
    String::from_utf8(stderr).expect("text")
}

#[test]
fn invalid_option_is_an_error() {
    assert!(failure(&["--llm-url", "http://127.0.0.1:1/v1"]).contains("--llm-model"));
    let model = ["--llm-url", "127.0.0.1:1/v1", "--llm-model", "m"];
    assert!(failure(&model).contains("not a URL that starts with http://"));
    let model = ["--llm-url", "http://127.0.0.1:1", "--llm-model", "m", "--llm-key-env", "NO_SUCH_VARIABLE"];
    assert!(failure(&model).contains("--llm-key-env: NO_SUCH_VARIABLE is not set"));
    for key in ["short", "not base64!", "c2hvcnQ="] {
        let failure = failure(&["--webhook-key", key]);
        assert!(failure.contains("--webhook-key: the signing key is not 32 bytes in base64"), "{failure}");
    }
}

#[test]
fn help_lists_options_and_examples() {
    let Output { status, stdout, .. } = program(&["--help"]).output().expect("the program");
    assert!(status.success());
    let help = String::from_utf8(stdout).expect("text");
    for option in [
        "--listen", "--db", "--seed", "--api-key", "--frozen-at", "--allow-outbound", "--llm-url", "--llm-model",
        "--llm-key-env", "--webhook-url", "--webhook-key", "--past-schedules", "--rate-limit",
    ] {
        assert!(help.contains(&format!("{option} <")) || help.contains(&format!("{option}\n")), "{option}: {help}");
    }
    // The first command, and the commands while the emulator runs.
    assert!(help.contains("export TELNYX_BASE_URL=http://127.0.0.1:4010/v2 TELNYX_API_KEY=any"), "{help}");
    for address in ["clock", "faults", "scripts", "requests", "export", "reset"] {
        assert!(help.contains(&format!("127.0.0.1:4010/_emulator/{address}")), "{address}: {help}");
    }
}

#[test]
fn public_key_belongs_to_the_given_key() {
    let seed = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let started = program(&["--webhook-key", seed]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut started = started.expect("the program");
    let mut line = String::new();
    BufReader::new(started.stderr.take().expect("a pipe")).read_line(&mut line).expect("a line");
    started.kill().expect("an end");
    started.wait().expect("an end");
    let key = Signer::from_seed_base64(seed).expect("a seed").public_key_base64();
    assert_eq!(line, format!("webhook public key: {key}\n"));
}
