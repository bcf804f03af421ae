//! What the guide promises of itself: all of its code runs, and nobody who comes from the JavaScript client looks for an
//! operation in vain.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use telnyx_ai_emulator::Emulator;
use telnyx_ai_tests::contract::Contract;

const CONTENTS: &str = include_str!("../../crates/telnyx-ai/src/guide/mod.rs");
const TESTING_ASSISTANTS: &str = include_str!("../../crates/telnyx-ai/src/guide/testing_assistants.md");
const JAVASCRIPT: &str = include_str!("../../crates/telnyx-ai/src/guide/javascript.md");
const ENDPOINTS: &str = include_str!("../../ARCHITECTURE.md");

#[test]
fn every_page_is_in_the_contents_and_no_code_of_it_is_left_out_of_the_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/telnyx-ai/src/guide");
    let mut pages = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|kind| kind != "md") {
            continue;
        }
        pages += 1;
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert!(CONTENTS.contains(&format!("[`{name}`]: ")), "{name} is not in the list of pages");
        assert!(CONTENTS.contains(&format!("include_str!(\"{name}.md\")")), "{name} is no module");

        let text = std::fs::read_to_string(&file).unwrap();
        let blocks = blocks(&text);
        assert!(blocks.iter().any(|block| block.kind.is_empty()), "{name} has no code");
        for Block { kind, .. } in blocks {
            assert!(["", "toml", "yaml", "sh"].contains(&kind), "{name}: a block of {kind} would not run");
        }
    }
    assert_eq!(pages, 14);
}

#[test]
fn the_seed_that_it_shows_is_one() {
    let blocks = blocks(TESTING_ASSISTANTS);
    let seed = blocks.iter().find(|block| block.kind == "yaml" && block.code.starts_with("assistants:")).unwrap();
    let file = std::env::temp_dir().join(format!("telnyx-ai-guide-{}.yaml", std::process::id()));
    std::fs::write(&file, &seed.code).unwrap();
    let emulator = Emulator::builder().seed(&*file).in_process();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(emulator.unwrap().export().unwrap()["tests"][0]["test_suite"], "shop");
}

#[test]
fn the_javascript_tables_have_every_operation_once() {
    let contract = Contract::load();
    let [documented, siblings] = &tables(JAVASCRIPT)[..2] else { panic!("two tables") };
    assert_eq!(documented.len(), 45, "as many as the vendor's JavaScript documentation has");
    let mut rows: Vec<_> = documented.iter().chain(siblings).map(|row| row.operation).collect();
    let mut wanted: Vec<_> = contract.operations.iter().map(|operation| operation.name.as_str()).collect();
    rows.sort_unstable();
    wanted.sort_unstable();
    let missing: Vec<_> = wanted.iter().filter(|operation| !rows.contains(operation)).collect();
    assert!(missing.is_empty(), "crates/telnyx-ai/src/guide/javascript.md has no row of {missing:?}");
    assert_eq!(rows, wanted, "a row of the guide twice, or of no operation");
}

/// That the JavaScript is of the operation, the published client itself says: see `tests/clients`.
#[test]
fn the_rust_of_every_row_is_of_its_operation() {
    let endpoints = endpoints();
    for row in tables(JAVASCRIPT)[..2].iter().flatten() {
        let (resource, method) = row.handle_and_method();
        let (resource, method) = (format!("{}Api", pascal_case(resource)), method.to_owned());
        let endpoint = endpoints.get(row.operation);
        let endpoint = endpoint.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row of {}", row.operation));
        assert!(endpoint.contains(&(resource, method)), "{} is not {}", row.rust, row.operation);
    }
}

#[test]
fn the_rust_of_every_row_runs_in_the_program_that_the_row_leads_to() {
    let programs = sections(JAVASCRIPT);
    for Row { operation, rust, program } in tables(JAVASCRIPT)[..2].iter().flatten() {
        let code = programs.get(*program).unwrap_or_else(|| panic!("{operation}: there is no section {program}"));
        let after = code.split_once(rust).unwrap_or_else(|| panic!("{rust} is not in {program}")).1;
        let end = after.split_once(".await?").unwrap_or_else(|| panic!("{rust} is never awaited")).0;
        assert!(["", ".try_collect()"].contains(&end), "{rust} goes on with {end}");
    }
}

/// Traits and methods of operations, from the table in ARCHITECTURE.md.
fn endpoints() -> BTreeMap<String, BTreeSet<(String, String)>> {
    let rows = ENDPOINTS.lines().filter_map(|line| {
        let [operation, api, ..] = cells(line)[..] else { return None };
        let mut names = api.split('`').filter(|name| name.chars().any(char::is_alphabetic));
        let api = names.next()?.to_owned();
        Some((operation.trim_matches('`').to_owned(), names.map(|method| (api.clone(), method.to_owned())).collect()))
    });
    rows.collect()
}

/// A row of a table: the operation, our call, and the section whose program has it.
struct Row<'a> {
    operation: &'a str,
    rust: &'a str,
    program: &'a str,
}

impl<'a> Row<'a> {
    /// `telnyx.test_runs().list(…)`: `test_runs` and `list`.
    fn handle_and_method(&self) -> (&'a str, &'a str) {
        let (handle, call) = self.rust.strip_prefix("telnyx.").unwrap().split_once("().").unwrap();
        (handle, call.split_once('(').unwrap().0)
    }
}

/// The rows of each table with operations.
fn tables(page: &str) -> Vec<Vec<Row<'_>>> {
    let mut tables = vec![Vec::new()];
    for line in page.lines() {
        match cells(line)[..] {
            // A dash where no published client has the operation yet.
            [operation, javascript, rust] if javascript.starts_with("`client.") || javascript == "–" => {
                let (operation, program) = operation.trim_matches(['[', ')']).split_once("](#").unwrap();
                let row = Row { operation: operation.trim_matches('`'), rust: rust.trim_matches('`'), program };
                tables.last_mut().unwrap().push(row);
            }
            [] if !tables.last().unwrap().is_empty() => tables.push(Vec::new()),
            _ => {}
        }
    }
    tables
}

/// The cells of a row of a table; none for another line.
fn cells(line: &str) -> Vec<&str> {
    let row = line.strip_prefix('|').and_then(|row| row.trim_end().strip_suffix('|'));
    row.map_or_else(Vec::new, |row| row.split(" | ").map(str::trim).collect())
}

/// A block of code.
struct Block<'a> {
    /// What it is; Rust that is tested where nothing is said.
    kind: &'a str,
    /// Its lines that readers see.
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

fn pascal_case(name: &str) -> String {
    let upper = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('_').map(upper).collect()
}
