//! The generated tables of operations and types.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{RunResult, run};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A copy of the sources of the tables.
struct Workspace(PathBuf);

impl Workspace {
    fn new(name: &str) -> Self {
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&copy);
        for place in ["crates", "docs", "tests/contract", "tests/src/operations.rs", "tests/clients/unpublished.txt"] {
            copy_all(&root().join(place), &copy.join(place));
        }
        Self(copy)
    }

    fn tables(&self, arguments: &[&str]) -> RunResult {
        let root = self.0.display().to_string();
        run(&[&["tables", "--root", &root], arguments].concat())
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).expect("the file exists")
    }

    fn change(&self, file: &str, change: impl FnOnce(String) -> String) {
        fs::write(self.0.join(file), change(self.read(file))).expect("the file can be written");
    }
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy_all(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().expect("a folder")).expect("the folder can be created");
        fs::copy(from, to).expect("the file can be copied");
    }
}

fn without(text: &str, part: &str) -> String {
    let lines: Vec<_> = text.lines().filter(|line| !line.contains(part)).collect();
    assert_ne!(lines.len(), text.lines().count(), "no line has {part}");
    lines.join("\n") + "\n"
}

#[test]
fn tables_are_current() {
    let result = run(&["tables", "--check"]);
    assert_eq!((result.status, result.out.as_str(), result.err.as_str()), (0, "", ""));
}

#[test]
fn outdated_tables_are_listed_and_written() {
    let workspace = Workspace::new("stale-tables");
    let changes = [
        ("docs/endpoints.md", "| `GET /ai/tools` |"),
        // The JavaScript of this row is a dash, so it can be generated.
        ("crates/telnyx-ai/src/guide/javascript.md", "| [`GET /ai/assistants/deleted`]"),
        ("crates/types/src/vendor_names.rs", "| [`Assistant`]"),
        ("tests/src/operations.rs", "operation(\"GET /ai/tools\""),
        ("crates/cli/src/resources/schemas.json", "\"greeting\": {"),
    ];
    for (file, part) in changes {
        workspace.change(file, |text| without(&text, part));
    }
    let result = workspace.tables(&["--check"]);
    let reported: Vec<_> =
        result.out.lines().map(|line| line.split_once(": ").expect("a file and a message")).collect();
    let wrong = "a table is outdated; run `cargo run -p xtask -- tables`";
    assert_eq!(reported, changes.map(|(file, _)| (file, wrong)));
    assert_eq!(result.status, 1);
    assert_eq!(workspace.tables(&[]).status, 0);
    for (file, _) in changes {
        assert_eq!(workspace.read(file), fs::read_to_string(root().join(file)).expect("the file exists"), "{file}");
    }
}

#[test]
fn missing_handwritten_part_is_an_error() {
    let workspace = Workspace::new("incomplete-tables");
    let fails = |why: &str| {
        let result = workspace.tables(&["--check"]);
        assert_eq!((result.status, result.out.as_str()), (2, ""));
        assert!(result.err.contains(why), "{}", result.err);
    };
    let guide = "crates/telnyx-ai/src/guide/javascript.md";
    let page = workspace.read(guide);
    workspace.change(guide, |text| text.replace("telnyx.tags().list()", "telnyx.tags().all()"));
    fails("javascript.md: no program has a call of GET /ai/assistants/tags; add one, such as `telnyx.tags().list()`");
    workspace.change(guide, |_| without(&page, "| [`GET /ai/tools`]"));
    fails("javascript.md: GET /ai/tools has no JavaScript; add the row");
    workspace.change(guide, |_| without(&page, "end operations"));
    fails("javascript.md: no line has `end operations`");
    workspace.change(guide, |_| page);
    workspace.change("crates/emulator/src/http/insight_groups.rs", |text| text.replace("/unassign\"", "/gone\""));
    fails(
        "insights/{insight_id}/unassign has no route in crates/emulator/src/http; write its path as a string literal",
    );
    workspace.change("tests/contract/wire.json", |text| text.replace("\"/ai/tools\": {", "\"/ai/tools/all\": {"));
    fails("docs/endpoints.md: no crate has a method for GET /ai/tools/all");
}
