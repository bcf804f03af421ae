//! Opening and setting up the database.

use std::{
    fs::OpenOptions,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use parking_lot::ReentrantMutex;
use rusqlite::Connection;

use super::{Store, flush::Flush};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS documents (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    parent TEXT NOT NULL,
    body   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS documents_by_id ON documents (kind, id);
CREATE INDEX IF NOT EXISTS documents_by_parent ON documents (kind, parent, seq);

CREATE TABLE IF NOT EXISTS idempotency (
    operation    TEXT NOT NULL,
    key          TEXT NOT NULL,
    query        TEXT NOT NULL,
    request      BLOB NOT NULL,
    status       INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    response     BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (operation, key)
) STRICT;
CREATE INDEX IF NOT EXISTS idempotency_by_age ON idempotency (created_at);

CREATE TABLE IF NOT EXISTS agenda (
    seq  INTEGER PRIMARY KEY AUTOINCREMENT,
    due  INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    step TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS agenda_by_time ON agenda (due, seq);
CREATE INDEX IF NOT EXISTS agenda_by_id ON agenda (kind, id);
";

/// Marks a database as the emulator's.
const APPLICATION_ID: i64 = 0x7e1e_a1e0;

/// The timeout for a file of another process, which may be about to exit.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// The pages in the write-ahead log before a checkpoint.
///
/// It is high because a checkpoint blocks all writers.
const CHECKPOINT_PAGES: u32 = 8_192;

/// In memory, a commit may scan all pages, so few large pages are faster.
const MEMORY_PAGE_SIZE: u32 = 16_384;

/// The error if a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("another emulator has it open; stop that one, or use another file")]
    Taken,
    #[error("it is not a SQLite database")]
    NotADatabase,
    #[error("it is the database of another program")]
    Foreign,
    #[error("it cannot be created or written; check that its folder exists and that both are writable")]
    Unwritable,
    #[error("it is on a read-only file system; use a folder that can be written")]
    ReadOnly,
    #[error("its write-ahead log cannot be opened: {0}")]
    Log(io::Error),
    #[error(transparent)]
    Other(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, NotADatabase, PermissionDenied, ReadOnly};

        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Taken,
            Some(NotADatabase) => Self::NotADatabase,
            Some(CannotOpen | PermissionDenied | ReadOnly) => Self::Unwritable,
            _ => Self::Other(error),
        }
    }
}

impl Store {
    pub(crate) fn in_memory() -> Result<Self, OpenError> {
        let connection = Connection::open_in_memory()?;
        connection.pragma_update(None, "page_size", MEMORY_PAGE_SIZE)?;
        Ok(Self { flush: None, connection: ReentrantMutex::new(prepare(connection)?) })
    }

    /// Opens or creates a store in a file, and locks the file.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        let connection = open_file(path).map_err(|error| with_reason(error, path))?;
        let database = connection.path().map_or_else(|| path.to_owned(), PathBuf::from);
        let mut log = database.clone().into_os_string();
        log.push("-wal");
        let flush = Flush::of(&database, log.as_ref()).map_err(OpenError::Log)?;
        Ok(Self { flush: Some(flush), connection: ReentrantMutex::new(connection) })
    }
}

fn open_file(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // Commits do not flush the log; `flushed` does.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    prepare(connection)
}

/// Finds the reason that a file could not be opened, if SQLite does not report it.
fn with_reason(error: OpenError, path: &Path) -> OpenError {
    if !matches!(error, OpenError::Unwritable | OpenError::Other(_)) {
        return error;
    }
    match OpenOptions::new().write(true).create(true).truncate(false).open(path) {
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly,
        _ => error,
    }
}

fn prepare(connection: Connection) -> Result<Connection, OpenError> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    let application_id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application_id != APPLICATION_ID {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if application_id != 0 || tables > 0 {
            return Err(OpenError::Foreign);
        }
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}
