//! State files and their locks.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use fs4::FileExt;

use super::{FORMAT, State};
use crate::failure::Failure;

/// The folder of state files.
pub(crate) const FOLDER: &str = ".telnyx-ai";

/// The state of an environment on disk.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    pub(crate) state: State,
}

/// Keeps other processes from changing the state until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl StateFile {
    /// Reads the state of an environment. Without a file, the state is empty.
    pub(crate) fn open(dir: &Path, environment: &str) -> Result<Self, Failure> {
        let path = dir.join(FOLDER).join(format!("{environment}.json"));
        let state = match fs::read(&path) {
            Ok(text) => {
                let state: State = serde_json::from_slice(&text).map_err(|error| {
                    Failure::new(format!(
                        "cannot read the state {}: {error}; restore it from version control",
                        path.display()
                    ))
                })?;
                if state.format != FORMAT {
                    return Err(Failure::new(format!(
                        "cannot read the state {}: it has format {}, and this program reads format {FORMAT}; update the program",
                        path.display(),
                        state.format
                    )));
                }
                state
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => State::new(environment),
            Err(error) => return Err(Failure::new(format!("cannot read the state {}: {error}", path.display()))),
        };
        Ok(Self { path, state })
    }

    /// Keeps other processes out. Fails at once if there is one.
    pub(crate) fn lock(dir: &Path, environment: &str) -> Result<Lock, Failure> {
        let folder = dir.join(FOLDER);
        let path = folder.join(format!("{environment}.lock"));
        let open = || {
            fs::create_dir_all(&folder)?;
            File::options().create(true).truncate(false).write(true).open(&path)
        };
        let file = open().map_err(|error| Failure::new(format!("cannot open the lock {}: {error}", path.display())))?;
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Lock { _file: file }),
            Err(fs4::TryLockError::WouldBlock) => Err(Failure::new(format!(
                "another process is working on the environment {environment} (it holds {}); wait until it ends",
                path.display()
            ))),
            Err(fs4::TryLockError::Error(error)) => {
                Err(Failure::new(format!("cannot lock {}: {error}", path.display())))
            }
        }
    }

    /// The same, but waits for up to 10 seconds for another process to end.
    pub(crate) fn lock_patiently(dir: &Path, environment: &str) -> Result<Lock, Failure> {
        let mut attempts = 100;
        loop {
            attempts -= 1;
            match Self::lock(dir, environment) {
                Err(_) if attempts > 0 => std::thread::sleep(std::time::Duration::from_millis(100)),
                result => return result,
            }
        }
    }

    /// Writes the state. The file has either the old or the new content, whatever happens.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let mut text = serde_json::to_vec_pretty(&self.state)
            .map_err(|error| Failure::new(format!("cannot encode the state: {error}")))?;
        text.push(b'\n');
        write_atomically(&self.path, &text)
    }
}

/// Writes a file as a whole, or not at all.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let write = || {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".telnyx-ai-").tempfile_in(folder)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        #[cfg(unix)]
        {
            // Temporary files are private, and these are meant to be shared.
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path).map_or(0o644, |metadata| metadata.permissions().mode());
            file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok::<_, std::io::Error>(())
    };
    write().map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}
