//! The identity of a file: device and inode number.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A path and the identity of its file.
#[derive(Debug)]
pub(super) struct Identity {
    path: PathBuf,
    file: (u64, u64),
}

impl Identity {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), file: identity(path)? })
    }

    /// Whether the path still refers to the same file.
    pub(super) fn is_unchanged(&self) -> bool {
        identity(&self.path).is_ok_and(|file| file == self.file)
    }
}

/// The device and inode number.
///
/// The file is not opened, because closing it would release SQLite's locks.
#[cfg(unix)]
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    let metadata = std::fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Other systems do not delete or replace open files.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|_| (0, 0))
}
