//! What people see on a terminal.

use std::fs;
use std::path::Path;

use crate::support::{Project, count};

/// The picture in the README is the real output. `UPDATE_PICTURES=1 cargo test -p telnyx-ai-cli picture` writes it.
#[tokio::test(flavor = "multi_thread")]
async fn picture_of_a_plan_is_current() {
    let (_emulator, project) = Project::start().await;
    let support = "name: Support\ngreeting: Hi!\ninstructions: { file: support.md }\n";
    let instructions =
        "You are the first contact for customers.\nAnswer quickly. If you do not know an answer, offer a call back.\n";
    project.write("assistants/support.yaml", support).write("assistants/support.md", instructions);
    project.write("mcp_servers/old_files.yaml", "name: Files\ntype: http\nurl: https://files.example.com/mcp\n");
    project.ok(&["apply", "--yes"]).await;
    project.remove("mcp_servers/old_files.yaml");
    let support =
        support.replace("Hi!", "Hello, this is Example Ltd.") + "voice_settings: { voice: Telnyx.KokoroTTS.af }\n";
    project.write("assistants/support.yaml", &(support + "tool_ids: ['${tools.look_up}']\n"));
    project.write("assistants/support.md", &instructions.replace("quickly", "politely, in two sentences at most"));
    project.write(
        "tools/look_up.yaml",
        "display_name: Look up\ntype: webhook\nwebhook: { name: look_up, description: Finds a customer, url: https://crm.example.com }\n",
    );
    let output = project.command(&["plan"]).env("CLICOLOR_FORCE", "1").output().await.expect("it runs");
    let plan = String::from_utf8(output.stdout).expect("UTF-8");
    let terminal = anstyle_svg::Term::new().palette(anstyle_svg::WIN10_CONSOLE);
    let picture = terminal.render_svg(&format!("$ telnyx-ai plan\n{plan}"));

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plan.svg");
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        fs::write(&path, &picture).expect("it can be written");
    }
    assert_eq!(fs::read_to_string(&path).ok(), Some(picture), "run this test with UPDATE_PICTURES=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_errors_have_no_color_with_no_color() {
    let project = Project::empty();
    for (arguments, has_color) in [(vec!["paln"], true), (vec!["paln", "--no-color"], false)] {
        let output = project.command(&arguments).env("CLICOLOR_FORCE", "1").output().await.expect("it runs");
        let shown = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(shown.contains("paln") && shown.contains('\u{1b}') == has_color, "{shown:?}");
    }
}

/// `script` of util-linux runs a command on a terminal of its own.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn apply_asks_on_a_terminal() {
    use tokio::io::AsyncWriteExt;

    let (emulator, project) = Project::start().await;
    let config = project.read("telnyx-ai.yaml");
    let protected = config.replace("\"base_url\"", "\"protected\":true,\"base_url\"");
    for (config, answer, is_agreed) in [
        (&config, "n\n", false),
        (&config, "\n", false),
        (&protected, "y\n", false),
        (&protected, "dev\n", true),
        (&config, "y\n", true),
    ] {
        project.write("telnyx-ai.yaml", config);
        let before = count(&emulator, "assistants");
        project.write(&format!("assistants/a{before}.yaml"), "name: A\ninstructions: x\n");
        let command = format!("{} apply --dir {}", env!("CARGO_BIN_EXE_telnyx-ai"), project.path().display());
        let mut child = tokio::process::Command::new("script")
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .env("TELNYX_API_KEY", "test-key")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("script is installed");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(answer.as_bytes()).await.expect("it reads");
        let output = child.wait_with_output().await.expect("it ends");
        // The end of its input would end `script`.
        drop(stdin);
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(count(&emulator, "assistants") > before, is_agreed, "{answer:?}: {text}");
        assert_eq!(output.status.success(), is_agreed, "{answer:?}: {text}");
    }
}

/// A chat in a terminal, whose process id is in the file `pid`.
#[cfg(target_os = "linux")]
fn chat(project: &Project, options: &str, terminal: &str) -> tokio::process::Child {
    let command = format!(
        "echo $$ > {1}/pid; exec {0} chat support {options} --dir {1}",
        env!("CARGO_BIN_EXE_telnyx-ai"),
        project.path().display()
    );
    tokio::process::Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .envs([("TELNYX_API_KEY", "test-key"), ("TERM", terminal), ("NO_PROXY", "127.0.0.1")])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("script is installed")
}

/// Waits until a terminal shows a text.
#[cfg(target_os = "linux")]
async fn wait_for(stdout: &mut tokio::process::ChildStdout, text: &str) {
    use tokio::io::AsyncReadExt;

    let mut shown = Vec::new();
    while !String::from_utf8_lossy(&shown).contains(text) {
        assert_ne!(stdout.read_buf(&mut shown).await.expect("it can be read"), 0, "it ended");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn signal_at_the_prompt_of_a_chat_ends_it_and_its_canary_deploy() {
    use std::time::Duration;
    use telnyx_ai::prelude::*;
    use tokio::time::timeout;

    let (emulator, project, id) = crate::rollout::with_candidate("Say hello, please.").await;
    // The terminal `dumb` has no line editor.
    for terminal in ["xterm", "dumb"] {
        let mut child = chat(&project, "--candidate", terminal);
        // The end of its input would end `script`.
        let _stdin = child.stdin.take().expect("a pipe");
        wait_for(child.stdout.as_mut().expect("a pipe"), "> ").await;
        let deploys = crate::support::telnyx(&emulator).canary_deploys();
        assert!(deploys.retrieve(&id).await.is_ok());
        let process = project.read("pid");
        let ended = loop {
            // The editor notices a signal between its prompt and its first read with the next signal.
            tokio::process::Command::new("kill").args(["-INT", process.trim()]).status().await.expect("kill exists");
            if let Ok(ended) = timeout(Duration::from_secs(1), child.wait()).await {
                break ended;
            }
        };
        assert!(ended.expect("it ends").success());
        assert!(deploys.retrieve(&id).await.is_err());
    }
}

/// Input methods and pasted texts also send several characters and lines at once.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn lines_that_were_typed_before_the_prompt_are_sent() {
    use std::time::Duration;
    use tokio::io::AsyncWriteExt;
    use tokio::time::timeout;

    let (_emulator, project, _) = crate::rollout::with_candidate("Say hello, please.").await;
    // The terminal `dumb` has no line editor. Its prompt cannot be written here.
    for (terminal, options) in [("xterm", ""), ("dumb", "2> /dev/full")] {
        let mut child = chat(&project, options, terminal);
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all("Äußern?\nGut.\n".as_bytes()).await.expect("it reads");
        for reply in ["You said \"Äußern?\"", "You said \"Gut.\""] {
            let answered = wait_for(child.stdout.as_mut().expect("a pipe"), reply);
            timeout(Duration::from_secs(30), answered).await.expect("a reply");
        }
        stdin.write_all(b"\n").await.expect("it reads");
        assert!(child.wait().await.expect("it ends").success());
    }
}
