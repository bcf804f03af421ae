//! The program: what it prints, and how it ends.
#![cfg(feature = "program")]

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

fn start(args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_telnyx-ai-emulator"))
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program")
}

fn failure(args: &[&str]) -> String {
    let mut program = start(args);
    let mut text = String::new();
    program.stderr.take().expect("a pipe").read_to_string(&mut text).expect("text");
    assert_eq!(program.wait().expect("an end").code(), Some(1));
    text
}

#[test]
fn says_where_it_listens_and_why_it_can_not() {
    let mut program = start(&["--listen", "127.0.0.1:0"]);
    let mut line = String::new();
    BufReader::new(program.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let addr = line.trim_end().strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix("/v2"));
    let addr = addr.unwrap_or_else(|| panic!("{line}")).to_owned();
    assert!(failure(&["--listen", &addr]).contains("another program listens there already"));

    #[cfg(unix)]
    {
        let stopped = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().expect("kill");
        assert!(stopped.success());
        assert_eq!(program.wait().expect("an end").code(), Some(0));
    }
    #[cfg(not(unix))]
    program.kill().expect("an end");
}

#[test]
fn says_which_file_it_can_not_open() {
    let text = failure(&["--listen", "127.0.0.1:0", "--db", "/no/such/folder/emulator.db"]);
    assert!(text.contains("can not open the database /no/such/folder/emulator.db"), "{text}");
}
