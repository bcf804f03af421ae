//! Reads from the crates what they know of the API: their types, and the calls that they make.
//!
//! It reads their source as it stands, because that is what their users get. Types are those with the derives `Object`,
//! `OpenEnum` and `Union`; calls are expressions that begin with `.call(Method::…, path, …)` in the implementation of a
//! trait. What a call takes and answers is told by the methods after it and by the signature around it.

mod calls;
mod definitions;
mod macros;
mod types;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::api::Api;
use calls::Calls;
use definitions::Definition;
use types::Types;

/// Why the code can not be read.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// A file or folder can not be read.
    #[error("can not read {path}: {why}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// What the system says.
        why: io::Error,
    },
    /// It is written in a way that is not understood here.
    #[error("{place}: {why}")]
    NotUnderstood {
        /// The file, with the line where it is known, or the type.
        place: String,
        /// What is not understood, and what would be.
        why: String,
    },
}

impl CodeError {
    fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::NotUnderstood { place: place.into(), why: why.into() }
    }
}

/// The types of all crates: by crate and name.
type Definitions = BTreeMap<(String, String), Definition>;

/// What the crates in a folder know of the API.
///
/// # Errors
/// Where a file can not be read, or a call or type is written in a way that is not understood.
pub fn read(crates: &Path) -> Result<Api, CodeError> {
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
    let mut api = Api::default();
    let mut types = Types::new(&definitions);
    for (package, place, file) in &found {
        Calls::new(package, place, file, &mut types, &mut api).read()?;
    }
    api.shapes = types.into_shapes();
    Ok(api)
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
