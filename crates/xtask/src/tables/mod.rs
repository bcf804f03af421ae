//! Generates the tables of operations and types from the contract and the code.
//!
//! A table is between two lines of its file, one with `begin NAME` and one with `end NAME`. The JSON Schemas of the command
//! line are a complete file.

mod endpoints;
mod guide;
mod operations;
mod vendor_names;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::api::Api;
use crate::code::{self, Code, Endpoint};
use crate::{openapi, source};

/// A file with a table.
#[derive(Debug)]
pub struct Table {
    /// The file, relative to the root of the workspace.
    pub file: &'static str,
    /// The current content of the file.
    pub text: String,
    /// The content with the generated table.
    pub wanted: String,
}

/// The sources of the tables.
struct Sources<'r> {
    root: &'r Path,
    contract: Api,
    code: Code,
}

/// Generates all tables of the workspace.
///
/// # Errors
/// If a file cannot be read, a file lacks the lines around its table, or a table lacks a handwritten part.
pub fn tables(root: &Path) -> Result<Vec<Table>, String> {
    let contract = source::read(&root.join("tests/contract/wire.json")).map_err(|error| error.to_string())?;
    let contract = openapi::read(&contract, |_| true).map_err(|error| error.to_string())?;
    let code = code::read(&root.join("crates")).map_err(|error| error.to_string())?;
    let sources = Sources { root, contract, code };
    Ok(vec![
        table(root, "docs/endpoints.md", "endpoints", |_| endpoints::rows(&sources))?,
        table(root, "crates/telnyx-ai/src/guide/endpoints.md", "endpoints", |_| endpoints::methods(&sources))?,
        table(root, "crates/telnyx-ai/src/guide/javascript.md", "operations", |page| guide::rows(&sources, page))?,
        table(root, "crates/types/src/vendor_names.rs", "names", |_| Ok(vendor_names::rows(&sources)))?,
        table(root, "tests/src/operations.rs", "operations", |_| operations::rows(&sources))?,
        schemas(root)?,
    ])
}

/// The types of the resources in project files, with their crates.
const CONFIGURED: [(&str, &str); 5] = [
    ("types", "CreateAssistant"),
    ("assistants", "CreateSharedTool"),
    ("mcp", "CreateMcpServer"),
    ("testing", "CreateTest"),
    ("types", "Tool"),
];

/// The JSON Schemas with which the command line validates project files.
fn schemas(root: &Path) -> Result<Table, String> {
    let file = "crates/cli/src/resources/schemas.json";
    let schemas = code::schemas(&root.join("crates"), &CONFIGURED).map_err(|error| error.to_string())?;
    Ok(Table { file, text: read(root, file)?, wanted: format!("{schemas:#}\n") })
}

fn table(
    root: &Path,
    file: &'static str,
    name: &str,
    rows: impl FnOnce(&str) -> Result<Vec<String>, String>,
) -> Result<Table, String> {
    let text = read(root, file)?;
    let rows = rows(&text).map_err(|why| format!("{file}: {why}"))?;
    let line = |mark: &str| {
        let mark = format!("{mark} {name}");
        text.lines().position(|line| line.contains(&mark)).ok_or_else(|| format!("{file}: no line has `{mark}`"))
    };
    let (begin, end) = (line("begin")?, line("end")?);
    let before = text.lines().take(begin + 1);
    let after = text.lines().skip(end);
    let lines = before.map(str::to_owned).chain(rows).chain(after.map(str::to_owned));
    let wanted = lines.map(|line| line + "\n").collect();
    Ok(Table { file, text, wanted })
}

fn read(root: &Path, file: &str) -> Result<String, String> {
    fs::read_to_string(root.join(file)).map_err(|why| format!("cannot read {file}: {why}"))
}

impl Sources<'_> {
    /// The methods of each operation of the contract, with its name. The simplest method is the first.
    fn endpoints(&self) -> Result<Vec<(String, Vec<&Endpoint>)>, String> {
        let mut known: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
        for endpoint in &self.code.endpoints {
            known.entry(&endpoint.operation).or_default().push(endpoint);
        }
        let mut operations: Vec<_> = self.contract.operations.iter().collect();
        operations.sort_by_key(|(_, operation)| (&operation.path, &operation.method));
        let endpoints = operations.into_iter().map(|(key, operation)| {
            let methods = known.get(key.as_str()).cloned();
            Ok((
                operation.name(),
                methods.ok_or_else(|| format!("no crate has a method for {}; add one", operation.name()))?,
            ))
        });
        endpoints.collect()
    }
}
