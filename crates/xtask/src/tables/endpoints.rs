//! The tables of operations: with methods and files for maintainers, and with links to the methods for users.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Sources;
use crate::code::Endpoint;

/// The folder of the emulator's routes.
const ROUTES: &str = "crates/emulator/src/http";

pub(super) fn rows(sources: &Sources<'_>) -> Result<Vec<String>, String> {
    let mut routes = BTreeMap::new();
    read_folder(&sources.root.join(ROUTES), "", &mut routes)?;
    let mut rows = vec![
        String::new(),
        "| operation | trait and method | client | emulator |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    for (operation, endpoints) in sources.endpoints()? {
        let file = &endpoints[0].file;
        let methods: Vec<_> = endpoints.iter().map(|endpoint| format!("`{}`", endpoint.method)).collect();
        let (api, methods) = (&endpoints[0].api, methods.join(", "));
        let client = format!("[{}](../crates/{file})", file.replacen("/src/", "/", 1));
        let path = operation.split_once(' ').map_or("", |(_, path)| path);
        let route = route_file(&routes, path)
            .ok_or_else(|| format!("{operation} has no route in {ROUTES}; write its path as a string literal"))?;
        rows.push(format!("| `{operation}` | `{api}` {methods} | {client} | [{route}](../{ROUTES}/{route}) |"));
    }
    rows.push(String::new());
    Ok(rows)
}

/// The methods of each operation, as links of the guide.
pub(super) fn methods(sources: &Sources<'_>) -> Result<Vec<String>, String> {
    let mut rows = vec![String::new(), "| operation | method |".to_owned(), "|---|---|".to_owned()];
    for (operation, endpoints) in sources.endpoints()? {
        let link = |endpoint: &&Endpoint| {
            let module = endpoint.file.split('/').next().unwrap_or_default();
            let method = format!("{}::{}", endpoint.api, endpoint.method);
            format!("[`{method}`](crate::{module}::{method})")
        };
        let links: Vec<_> = endpoints.iter().map(link).collect();
        rows.push(format!("| `{operation}` | {} |", links.join(", ")));
    }
    rows.push(String::new());
    Ok(rows)
}

/// The file that contains a path, with or without the common prefix `/ai`.
fn route_file<'r>(routes: &'r BTreeMap<String, String>, path: &str) -> Option<&'r String> {
    let below = path.strip_prefix("/ai").unwrap_or(path);
    let named = [format!("\"{path}\""), format!("\"{below}\"")];
    routes.iter().find(|(_, text)| named.iter().any(|name| text.contains(name))).map(|(file, _)| file)
}

fn read_folder(folder: &Path, below: &str, found: &mut BTreeMap<String, String>) -> Result<(), String> {
    let unreadable = |why| format!("cannot read {}: {why}", folder.display());
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = format!("{below}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.insert(name, fs::read_to_string(&path).map_err(unreadable)?);
        }
    }
    Ok(())
}
