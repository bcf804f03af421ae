//! The table of the guide for users of the JavaScript client.
//!
//! The JavaScript and the programs below the table are written by hand. The rest is generated from the contract, the
//! programs and the list of operations that the JavaScript client lacks.

use std::collections::{BTreeMap, BTreeSet};

use super::{Sources, read};

/// The operations that the published JavaScript client lacks.
const UNPUBLISHED: &str = "tests/clients/unpublished.txt";

pub(super) fn rows(sources: &Sources<'_>, page: &str) -> Result<Vec<String>, String> {
    let unpublished = read(sources.root, UNPUBLISHED)?;
    let unpublished: BTreeSet<&str> = unpublished.lines().filter(|line| !line.starts_with('#')).collect();
    let written = written(page);
    let programs = programs(page);
    let mut rows = vec![String::new(), "| operation | JavaScript | Rust |".to_owned(), "|---|---|---|".to_owned()];
    for (operation, endpoints) in sources.endpoints()? {
        let javascript = match written.get(operation.as_str()) {
            _ if unpublished.contains(operation.as_str()) => "–",
            Some(javascript) if *javascript != "–" => javascript,
            _ => {
                return Err(format!(
                    "{operation} has no JavaScript; add the row `| [`{operation}`](#) | `client.…` | – |`, or list it in \
                     {UNPUBLISHED}"
                ));
            }
        };
        let called = endpoints.iter().find_map(|endpoint| call_in(&programs, &endpoint.call_without_arguments()));
        let Some((program, rust)) = called else {
            return Err(format!("no program has a call of {operation}; add one, such as `{}`", endpoints[0].call()));
        };
        rows.push(format!("| [`{operation}`](#{program}) | {javascript} | `{rust}` |"));
    }
    rows.push(String::new());
    Ok(rows)
}

/// The last program with a call that starts with `begin`, and the whole call.
fn call_in<'p>(programs: &'p [(String, String)], begin: &str) -> Option<(&'p str, &'p str)> {
    programs.iter().rev().find_map(|(anchor, program)| {
        let call = &program[program.find(begin)?..];
        Some((anchor.as_str(), closed(call, begin.len())?))
    })
}

/// A call up to its closing parenthesis. Its arguments start at `arguments`.
fn closed(call: &str, arguments: usize) -> Option<&str> {
    let mut open = 1_u32;
    let end = call[arguments..].find(|letter| {
        match letter {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        open == 0
    })?;
    Some(&call[..=arguments + end])
}

/// The JavaScript of each operation with a row.
fn written(page: &str) -> BTreeMap<&str, &str> {
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| [`")?.split(" | ");
        Some((cells.next()?.split_once("`]")?.0, cells.next()?))
    });
    rows.collect()
}

/// The visible code of each section, by the anchor of the section, in the order of the page.
fn programs(page: &str) -> Vec<(String, String)> {
    let mut sections = vec![(String::new(), String::new())];
    let mut in_code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if let (Some(heading), false) = (line.strip_prefix("# "), in_code) {
            sections.push((heading.to_lowercase().replace(' ', "-"), String::new()));
        } else if let (Some((_, code)), true) = (sections.last_mut(), in_code && !line.starts_with("# ")) {
            code.push_str(line);
            code.push('\n');
        }
    }
    sections
}
