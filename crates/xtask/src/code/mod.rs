//! Reads the API from the source of the crates: their types and their calls.
//!
//! Types are those with the derives `Object`, `OpenEnum` and `Union`. Calls are expressions that start with
//! `.call(Method::…, path, …)` in the implementation of a trait. The methods after it and the signature of the trait
//! method define the request and the response.

mod calls;
mod definitions;
mod endpoint;
mod macros;
mod schemas;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::api::Api;
use calls::Calls;
use definitions::Definition;
use types::{SHARED, Types};

pub use endpoint::Endpoint;
pub use schemas::schemas;

/// The error of code that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// The error of the operating system.
        why: io::Error,
    },
    /// The code has an unsupported form.
    #[error("{place}: {why}")]
    Unsupported {
        /// The file, with the line if it is known, or the type.
        place: String,
        /// The problem and the supported form.
        why: String,
    },
}

impl CodeError {
    fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Unsupported { place: place.into(), why: why.into() }
    }
}

/// The types of all crates by crate and name.
type Definitions = BTreeMap<(String, String), Definition>;

/// Finds the type that `package` uses by this name. Returns it with its crate.
fn find<'d>(definitions: &'d Definitions, name: &str, package: &str) -> Result<(&'d str, &'d Definition), CodeError> {
    let mut owners = std::iter::once(package).chain(SHARED);
    let found = owners.find_map(|owner| definitions.get_key_value(&(owner.to_owned(), name.to_owned())));
    let ((owner, _), definition) = found.ok_or_else(|| {
        CodeError::new(package, format!("`{name}` is not a type with `Object`, `OpenEnum` or `Union`"))
    })?;
    Ok((owner, definition))
}

/// The API of the crates.
#[derive(Debug)]
pub struct Code {
    /// The operations and types.
    pub api: Api,
    /// The trait methods, sorted by path.
    pub endpoints: Vec<Endpoint>,
    /// The types of members of unions, by the name of the member's shape, such as `Tool::pay`.
    pub members: BTreeMap<String, String>,
    /// The names of the types of `crates/types`.
    pub settings: BTreeSet<String>,
}

/// Reads the crates in a folder.
///
/// # Errors
/// If a file cannot be read, or a call or type has an unsupported form.
pub fn read(crates: &Path) -> Result<Code, CodeError> {
    let (definitions, found) = parse(crates)?;
    let settings = definitions.keys().filter(|(package, _)| package == "types");
    let settings = settings.map(|(_, name)| name.clone()).collect();
    let mut code = Code { api: Api::default(), endpoints: Vec::new(), members: BTreeMap::new(), settings };
    let mut types = Types::new(&definitions);
    for (package, place, file) in &found {
        Calls::new(package, place, file, &mut types, &mut code).read()?;
    }
    (code.api.shapes, code.members) = types.into_shapes();
    endpoint::add_delegating(found.iter().map(|(_, _, file)| file), &mut code.endpoints);
    code.endpoints.sort_by(|one, other| one.order().cmp(&other.order()));
    Ok(code)
}

/// A file with its crate and its place below the folder of crates.
type Source = (String, String, syn::File);

/// The types of all crates in a folder, and their files.
fn parse(crates: &Path) -> Result<(Definitions, Vec<Source>), CodeError> {
    let mut definitions = Definitions::new();
    let mut found = Vec::new();
    for folder in entries(crates)? {
        let package = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in rust_files(&folder.join("src"))? {
            let place = file.strip_prefix(crates).unwrap_or(&file).display().to_string();
            let text = fs::read_to_string(&file).map_err(|why| unreadable(&file, why))?;
            let parsed = syn::parse_file(&text).map_err(|why| {
                let line = why.span().start().line;
                CodeError::new(format!("{place}:{line}"), why.to_string())
            })?;
            definitions::collect(&parsed, &package, &place, &mut definitions)?;
            found.push((package.clone(), place, parsed));
        }
    }
    Ok((definitions, found))
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, CodeError> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in entries(folder)? {
            if entry.is_dir() {
                files.extend(rust_files(&entry)?);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                files.push(entry);
            }
        }
    }
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, CodeError> {
    let entries = fs::read_dir(folder).map_err(|why| unreadable(folder, why))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>().map_err(|why| unreadable(folder, why))?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, why: io::Error) -> CodeError {
    CodeError::Unreadable { path: path.display().to_string(), why }
}
