//! The code of the guide, and its table for users of the JavaScript client.

use std::collections::BTreeMap;
use std::path::Path;

use telnyx_ai_emulator::Emulator;

const CONTENTS: &str = include_str!("../../crates/telnyx-ai/src/guide/mod.rs");
const CI: &str = include_str!("../../crates/telnyx-ai/src/guide/ci.md");
const JAVASCRIPT: &str = include_str!("../../crates/telnyx-ai/src/guide/javascript.md");

#[test]
fn every_page_is_listed_and_its_code_is_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/telnyx-ai/src/guide");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|kind| kind != "md") {
            continue;
        }
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert!(CONTENTS.contains(&format!("[`{name}`]: ")), "{name} is not in the list of pages");
        assert!(CONTENTS.contains(&format!("include_str!(\"{name}.md\")")), "{name} is not a module");

        let text = std::fs::read_to_string(&file).unwrap();
        let blocks = blocks(&text);
        assert!(blocks.iter().any(|block| ["", "sh"].contains(&block.kind)), "{name} has no code");
        for Block { kind, .. } in blocks {
            assert!(["", "toml", "yaml", "sh"].contains(&kind), "{name}: a block of the kind {kind} is not tested");
        }
    }
}

#[test]
fn seed_of_the_guide_is_valid() {
    let blocks = blocks(CI);
    let seed = blocks.iter().find(|block| block.kind == "yaml" && block.code.starts_with("assistants:")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seed.yaml");
    std::fs::write(&file, &seed.code).unwrap();
    let emulator = Emulator::builder().seed(file).in_process().unwrap();
    assert_eq!(emulator.export().unwrap()["tests"][0]["test_suite"], "shop");
}

/// `xtask` writes the table. `tests/clients` checks the JavaScript with the published client.
#[test]
fn rust_of_every_row_is_in_the_program_that_the_row_links_to() {
    let programs = sections(JAVASCRIPT);
    let rows = rows(JAVASCRIPT);
    assert!(!rows.is_empty());
    for Row { operation, rust, program } in rows {
        let code = programs.get(program).unwrap_or_else(|| panic!("{operation}: the section {program} does not exist"));
        let after = code.split_once(rust).unwrap_or_else(|| panic!("{rust} is not in {program}")).1;
        let end = after.split_once(".await?").unwrap_or_else(|| panic!("{rust} is never awaited")).0;
        assert!(["", ".try_collect()"].contains(&end), "{rust} continues with {end}");
    }
}

/// A row of the table: the operation, the Rust call, and the section with the program.
struct Row<'a> {
    operation: &'a str,
    rust: &'a str,
    program: &'a str,
}

/// The rows of the table of operations.
fn rows(page: &str) -> Vec<Row<'_>> {
    let rows = page.lines().filter_map(|line| match cells(line)[..] {
        [operation, _, rust] => {
            let (operation, program) = operation.trim_matches(['[', ')']).split_once("](#")?;
            Some(Row { operation: operation.trim_matches('`'), rust: rust.trim_matches('`'), program })
        }
        _ => None,
    });
    rows.collect()
}

/// The cells of a table row. Empty for other lines.
fn cells(line: &str) -> Vec<&str> {
    let row = line.strip_prefix('|').and_then(|row| row.trim_end().strip_suffix('|'));
    row.map_or_else(Vec::new, |row| row.split(" | ").map(str::trim).collect())
}

/// A block of code.
struct Block<'a> {
    /// The language. Empty: Rust that is tested.
    kind: &'a str,
    /// The lines that are not hidden.
    code: String,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    for (at, part) in text.split("```").enumerate().filter(|(at, _)| at % 2 == 1) {
        let (kind, code) = part.split_once('\n').unwrap_or_else(|| panic!("block {at} has no line"));
        let seen = code.lines().filter(|line| !line.starts_with("# "));
        blocks.push(Block { kind, code: seen.collect::<Vec<_>>().join("\n") });
    }
    blocks
}

/// The tested code of each section, by the anchor of its heading.
fn sections(page: &str) -> BTreeMap<String, String> {
    let mut sections = BTreeMap::new();
    let mut in_code = false;
    let (mut anchor, mut text) = (String::new(), String::new());
    for line in page.lines().chain(["# "]) {
        in_code ^= line.starts_with("```");
        if let (Some(heading), false) = (line.strip_prefix("# "), in_code) {
            let tested = blocks(&text).into_iter().filter(|block| block.kind.is_empty()).map(|block| block.code);
            sections.insert(anchor, tested.collect());
            (anchor, text) = (heading.to_lowercase().replace(' ', "-"), String::new());
        } else {
            text += line;
            text += "\n";
        }
    }
    sections
}
