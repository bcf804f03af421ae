//! `telnyx-ai init`

use std::path::Path;

use serde_json::json;

use crate::args::{Global, Init};
use crate::failure::Failure;
use crate::output::Output;
use crate::project::CONFIG_FILE;
use crate::state::write_atomically;

/// The files of a new project, relative to its folder.
const FILES: [(&str, &str); 2] =
    [(CONFIG_FILE, include_str!("init/telnyx-ai.yaml")), (".gitignore", include_str!("init/gitignore"))];

const EXAMPLES: [(&str, &str); 3] = [
    ("assistants/support.yaml", include_str!("init/support.yaml")),
    ("assistants/support.md", include_str!("init/support.md")),
    ("tests/greets.yaml", include_str!("init/greets.yaml")),
];

pub(crate) fn run(global: &Global, args: &Init, output: &Output) -> Result<(), Failure> {
    let files = || FILES.iter().chain(if args.empty { &[] } else { EXAMPLES.as_slice() });
    let present: Vec<_> =
        files().map(|(path, _)| *path).filter(|path| *path != ".gitignore" && global.dir.join(path).exists()).collect();
    if !present.is_empty() {
        return Err(Failure::new(format!(
            "cannot make a project in {}: it has {} already; choose another folder with `--dir`",
            global.dir.display(),
            present.join(", ")
        )));
    }
    let mut written = Vec::new();
    for (path, text) in files() {
        let target = global.dir.join(path);
        let text = if target.exists() { with_missing_lines(&target, text)? } else { Some((*text).to_owned()) };
        if let Some(text) = text {
            write_atomically(&target, text.as_bytes())?;
            written.push(*path);
            output.message(&format!("written: {path}"));
        }
    }
    output.document(&json!({ "written": written }));
    let next = if args.empty { "`telnyx-ai pull --all`" } else { "`telnyx-ai plan` and `telnyx-ai apply`" };
    output.result(&format!(
        "Next: start `telnyx-ai-emulator` and set TELNYX_API_KEY to any value; or set it to the key of your account and add `--env production` to each command. Then run {next}."
    ));
    Ok(())
}

/// The content of an existing `.gitignore` with the lines of `text` added, if one is missing.
fn with_missing_lines(path: &Path, text: &str) -> Result<Option<String>, Failure> {
    let present = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
    let is_missing = |line: &str| !line.starts_with('#') && !present.lines().any(|found| found.trim() == line);
    if !text.lines().any(is_missing) {
        return Ok(None);
    }
    let end = if present.is_empty() || present.ends_with('\n') { "" } else { "\n" };
    Ok(Some(format!("{present}{end}{text}")))
}
