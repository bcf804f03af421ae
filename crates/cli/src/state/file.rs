//! State files and their locks.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fs4::FileExt;
use serde::Deserialize;

use super::{FORMAT, State};
use crate::failure::Failure;
use crate::output::shown_path;
use crate::project::{Pointer, conflict};
use crate::resources::Address;

pub(crate) const FOLDER: &str = ".telnyx-ai";

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
        let failed = |why: String| Failure::new(format!("cannot read the state {}: {why}", shown_path(&path)));
        let state = match fs::read(&path) {
            Ok(text) => parse(&text, environment).map_err(failed)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => State::new(environment),
            Err(error) => return Err(failed(error.to_string())),
        };
        Ok(Self { path, state })
    }

    /// Whether the API has returned a field of a resource. The API may be newer than this program.
    pub(crate) fn knows_field(&self, address: &Address, at: &Pointer) -> bool {
        self.state.resources.get(address).is_some_and(|entry| at.look_up(&entry.last.answer).is_some())
    }

    /// Keeps other processes from changing the state. Waits for this time for another process to end.
    pub(crate) fn lock_state(dir: &Path, environment: &str, patience: Duration) -> Result<Lock, Failure> {
        Self::lock(dir, environment, &format!("is working on the environment {environment}"), patience)
    }

    /// Keeps other processes from doing the same work.
    pub(crate) fn lock(dir: &Path, name: &str, work: &str, patience: Duration) -> Result<Lock, Failure> {
        let folder = dir.join(FOLDER);
        let path = folder.join(format!("{name}.lock"));
        let open = || {
            fs::create_dir_all(&folder)?;
            File::options().create(true).truncate(false).write(true).open(&path)
        };
        let file = open().map_err(|error| {
            Failure::new(format!(
                "cannot open the lock {}: {error}; this command needs to write there",
                shown_path(&path)
            ))
        })?;
        let start = Instant::now();
        loop {
            match FileExt::try_lock(&file) {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(fs4::TryLockError::WouldBlock) if start.elapsed() < patience => {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(fs4::TryLockError::WouldBlock) => {
                    return Err(Failure::new(format!(
                        "another process {work} (it has locked {}); wait until it ends, or stop it",
                        shown_path(&path)
                    )));
                }
                Err(fs4::TryLockError::Error(error)) => {
                    return Err(Failure::new(format!("cannot lock {}: {error}", shown_path(&path))));
                }
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

fn parse(text: &[u8], environment: &str) -> Result<State, String> {
    #[derive(Deserialize)]
    struct Header {
        format: u32,
    }
    let broken = |error: serde_json::Error| {
        if conflict(&String::from_utf8_lossy(text)).is_some() {
            return "it has conflict marks of a merge; take either side as a whole (`git checkout --ours` or `--theirs`), then run `telnyx-ai plan`".to_owned();
        }
        format!("{error}; restore it from version control, or move it away and run `telnyx-ai pull --adopt`")
    };
    let format = serde_json::from_slice::<Header>(text).map_err(broken)?.format;
    if format != FORMAT {
        return Err(format!("it has format {format}, and this program reads format {FORMAT}; update the program"));
    }
    let state: State = serde_json::from_slice(text).map_err(broken)?;
    if state.environment != environment {
        return Err(format!(
            "it is the state of the environment `{}`; restore the state of `{environment}`, or move this file away and run `telnyx-ai pull --adopt`",
            state.environment
        ));
    }
    Ok(state)
}

/// Writes a file as a whole, or not at all. A symbolic link stays, and its target is written.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let write = || {
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
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
    write().map_err(|error| Failure::new(format!("cannot write {}: {error}", shown_path(path))))
}
