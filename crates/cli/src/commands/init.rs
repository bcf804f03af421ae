//! `telnyx-ai init`

use serde_json::json;

use crate::args::{Global, Init};
use crate::failure::Failure;
use crate::output::Output;
use crate::project::CONFIG_FILE;
use crate::state::write_atomically;

/// The files of a new project, relative to its folder.
const FILES: [(&str, &str); 2] =
    [(CONFIG_FILE, include_str!("init/telnyx-ai.yaml")), (".gitignore", include_str!("init/gitignore"))];

/// The files that teach.
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
        if !target.exists() {
            write_atomically(&target, text.as_bytes())?;
            written.push(*path);
            output.message(&format!("written: {path}"));
        }
    }
    output.document(&json!({ "written": written }));
    output.result(
        "Next: set TELNYX_API_KEY, or start `telnyx-ai-emulator` and set it to any value. Then run `telnyx-ai plan` and `telnyx-ai apply`.",
    );
    Ok(())
}
