//! The one store of the emulator: a SQLite database in memory or in a file.
//!
//! Everything the API keeps is a document: JSON text under a kind and an id, in the order of arrival, with an optional
//! parent. Documents hold what was received, so fields this version does not know survive.

use std::{
    cell::Cell,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use parking_lot::ReentrantMutex;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use crate::flush::Flush;

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

/// Marks a database as an emulator's.
const APPLICATION_ID: i64 = 0x7e1e_a1e0;

/// How long to wait for a file that another process has open, which may just be ending.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many pages of changes may be in the log before they are written to the file, which holds everybody up.
const LOG_PAGES: u32 = 8_192;

/// In memory, a commit may look at each page there is; so there are few large ones.
const MEMORY_PAGE_SIZE: u32 = 16_384;

/// Which end of a listing comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The oldest document first.
    OldestFirst,
    /// The newest document first.
    NewestFirst,
}

/// The database, shared by all requests; they take turns. Whoever has the turn may open transactions in transactions.
#[derive(Debug)]
pub(crate) struct Store {
    /// Where there is a file. It ends before the connection does.
    flush: Option<Flush>,
    connection: ReentrantMutex<Connection>,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("another emulator has it open; stop that one, or give this one a file of its own")]
    Taken,
    #[error("it is not a SQLite database")]
    NoDatabase,
    #[error("it is the database of another program")]
    Foreign,
    #[error("it can not be made or written; check that its folder is there and who may write to both")]
    Unwritable,
    #[error("its log can not be written: {0}")]
    Log(io::Error),
    #[error(transparent)]
    Other(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, NotADatabase, PermissionDenied, ReadOnly};

        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Taken,
            Some(NotADatabase) => Self::NoDatabase,
            Some(CannotOpen | PermissionDenied | ReadOnly) => Self::Unwritable,
            _ => Self::Other(error),
        }
    }
}

impl Store {
    /// A store that lives as long as the emulator.
    pub(crate) fn in_memory() -> Result<Self, OpenError> {
        let connection = Connection::open_in_memory()?;
        connection.pragma_update(None, "page_size", MEMORY_PAGE_SIZE)?;
        Ok(Self { flush: None, connection: ReentrantMutex::new(Self::prepare(connection)?) })
    }

    /// A store in a file, made where there is none. It belongs to this process until it ends, in whatever way.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // Commits do not flush the log: see `flushed`.
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        let connection = Self::prepare(connection)?;
        let mut log = connection.path().map_or_else(|| path.to_owned(), PathBuf::from).into_os_string();
        log.push("-wal");
        let flush = Flush::of(log.as_ref()).map_err(OpenError::Log)?;
        Ok(Self { flush: Some(flush), connection: ReentrantMutex::new(connection) })
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

    /// Runs `work` in one transaction: kept when it gives `Ok`, undone when it gives `Err` or panics. Within another
    /// transaction it is a part of that one, and kept when that one is. It is on the disk once it is [`flushed`].
    ///
    /// [`flushed`]: Self::flushed
    pub(crate) fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let connection = self.connection.lock();
        let changes = connection.total_changes();
        let scope = Scope::open(&connection)?;
        let whole = scope.whole;
        let value = work(&Tx { connection: &connection, planned: Cell::new(false) })?;
        scope.keep()?;
        if let Some(flush) = &self.flush
            && whole
            && connection.total_changes() > changes
        {
            flush.committed();
        }
        Ok(value)
    }

    /// Waits until everything that was committed by now is on the disk. Whatever is told to anybody waits for this.
    pub(crate) async fn flushed(&self) -> io::Result<()> {
        match &self.flush {
            Some(flush) => flush.done().await,
            None => Ok(()),
        }
    }
}

/// A transaction, or a part of one, that is undone unless it is kept.
struct Scope<'a> {
    connection: &'a Connection,
    whole: bool,
    kept: bool,
}

impl<'a> Scope<'a> {
    fn open(connection: &'a Connection) -> rusqlite::Result<Self> {
        let whole = connection.is_autocommit();
        connection.prepare_cached(if whole { "BEGIN IMMEDIATE" } else { "SAVEPOINT part" })?.execute([])?;
        Ok(Self { connection, whole, kept: false })
    }

    fn keep(mut self) -> rusqlite::Result<()> {
        self.connection.prepare_cached(if self.whole { "COMMIT" } else { "RELEASE part" })?.execute([])?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        // Some failures undo the whole transaction by themselves.
        if self.kept || self.connection.is_autocommit() {
            return;
        }
        let undo = if self.whole { "ROLLBACK" } else { "ROLLBACK TO part; RELEASE part" };
        if let Err(error) = self.connection.execute_batch(undo) {
            tracing::error!(%error, "a transaction could not be undone");
        }
    }
}

/// One open transaction.
#[derive(Debug)]
pub(crate) struct Tx<'a> {
    connection: &'a Connection,
    planned: Cell<bool>,
}

impl Tx<'_> {
    /// Runs a part of the transaction that is undone alone where it gives `Err`.
    pub(crate) fn part<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let scope = Scope::open(self.connection)?;
        let value = work()?;
        scope.keep()?;
        Ok(value)
    }

    /// Adds a document. `parent` is the id of what it belongs to, or `""`.
    pub(crate) fn insert(&self, kind: &str, id: &str, parent: &str, body: &Value) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("INSERT INTO documents (kind, id, parent, body) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![kind, id, parent, body.to_string()])?;
        Ok(())
    }

    /// Reads a document.
    pub(crate) fn get(&self, kind: &str, id: &str) -> rusqlite::Result<Option<Value>> {
        self.connection
            .prepare_cached("SELECT body FROM documents WHERE kind = ?1 AND id = ?2")?
            .query_row(params![kind, id], body)
            .optional()
    }

    /// Tells whether there is a document.
    pub(crate) fn has(&self, kind: &str, id: &str) -> rusqlite::Result<bool> {
        self.connection.prepare_cached("SELECT 1 FROM documents WHERE kind = ?1 AND id = ?2")?.exists(params![kind, id])
    }

    /// Writes a new body for a document; its place in the order stays. Tells whether there was one.
    pub(crate) fn replace(&self, kind: &str, id: &str, body: &Value) -> rusqlite::Result<bool> {
        let changed = self
            .connection
            .prepare_cached("UPDATE documents SET body = ?3 WHERE kind = ?1 AND id = ?2")?
            .execute(params![kind, id, body.to_string()])?;
        Ok(changed > 0)
    }

    /// Removes a document. Tells whether there was one.
    pub(crate) fn delete(&self, kind: &str, id: &str) -> rusqlite::Result<bool> {
        let changed = self
            .connection
            .prepare_cached("DELETE FROM documents WHERE kind = ?1 AND id = ?2")?
            .execute(params![kind, id])?;
        Ok(changed > 0)
    }

    /// Removes all documents of a kind that belong to `parent`.
    pub(crate) fn delete_children(&self, kind: &str, parent: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM documents WHERE kind = ?1 AND parent = ?2")?
            .execute(params![kind, parent])?;
        Ok(())
    }

    /// All documents of a kind that belong to `parent` (`""` for those that belong to nothing).
    pub(crate) fn list(&self, kind: &str, parent: &str, order: Order) -> rusqlite::Result<Vec<Value>> {
        self.page(kind, parent, order, 0, u32::MAX)
    }

    /// All documents of a kind, whatever they belong to.
    pub(crate) fn list_all(&self, kind: &str, order: Order) -> rusqlite::Result<Vec<Value>> {
        self.connection
            .prepare_cached(match order {
                Order::OldestFirst => "SELECT body FROM documents WHERE kind = ?1 ORDER BY seq",
                Order::NewestFirst => "SELECT body FROM documents WHERE kind = ?1 ORDER BY seq DESC",
            })?
            .query_map(params![kind], body)?
            .collect()
    }

    /// The newest documents of a kind, whatever they belong to, the newest first.
    #[cfg(feature = "console")]
    pub(crate) fn latest(&self, kind: &str, limit: u32) -> rusqlite::Result<Vec<Value>> {
        self.connection
            .prepare_cached("SELECT body FROM documents WHERE kind = ?1 ORDER BY seq DESC LIMIT ?2")?
            .query_map(params![kind, limit], body)?
            .collect()
    }

    /// `limit` documents of a kind that belong to `parent`, after the first `offset`.
    pub(crate) fn page(
        &self,
        kind: &str,
        parent: &str,
        order: Order,
        offset: u64,
        limit: u32,
    ) -> rusqlite::Result<Vec<Value>> {
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached(match order {
                Order::OldestFirst => {
                    "SELECT body FROM documents WHERE kind = ?1 AND parent = ?2 ORDER BY seq LIMIT ?3 OFFSET ?4"
                }
                Order::NewestFirst => {
                    "SELECT body FROM documents WHERE kind = ?1 AND parent = ?2 ORDER BY seq DESC LIMIT ?3 OFFSET ?4"
                }
            })?
            .query_map(params![kind, parent, limit, offset], body)?
            .collect()
    }

    /// How many documents of a kind belong to `parent`.
    pub(crate) fn count(&self, kind: &str, parent: &str) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT count(*) FROM documents WHERE kind = ?1 AND parent = ?2")?
            .query_row(params![kind, parent], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }

    /// All documents of a kind, oldest first, each with its id and its parent.
    pub(crate) fn documents(&self, kind: &str) -> rusqlite::Result<Vec<Document>> {
        self.connection
            .prepare_cached("SELECT body, id, parent FROM documents WHERE kind = ?1 ORDER BY seq")?
            .query_map([kind], |row| Ok(Document { id: row.get(1)?, parent: row.get(2)?, body: body(row)? }))?
            .collect()
    }

    /// The kinds of which there are documents, in the order of their names.
    pub(crate) fn kinds(&self) -> rusqlite::Result<Vec<String>> {
        self.connection
            .prepare_cached("SELECT DISTINCT kind FROM documents ORDER BY kind")?
            .query_map([], |row| row.get(0))?
            .collect()
    }

    /// How many documents there ever were.
    pub(crate) fn ever(&self) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'documents'")?
            .query_row([], |row| row.get::<_, i64>(0))
            .optional()
            .map(|seq| seq.unwrap_or_default().unsigned_abs())
    }

    /// Removes everything.
    pub(crate) fn clear(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "DELETE FROM documents; DELETE FROM idempotency; DELETE FROM agenda; DELETE FROM sqlite_sequence;",
        )
    }

    /// Puts the next step of a document on the agenda.
    pub(crate) fn plan(&self, kind: &str, id: &str, due: Timestamp, step: &Value) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("INSERT INTO agenda (due, kind, id, step) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![due.as_microsecond(), kind, id, step.to_string()])?;
        self.planned.set(true);
        Ok(())
    }

    /// Takes everything that was planned for a document off the agenda.
    pub(crate) fn unplan(&self, kind: &str, id: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM agenda WHERE kind = ?1 AND id = ?2")?.execute(params![kind, id])?;
        Ok(())
    }

    /// Takes one item off the agenda.
    pub(crate) fn cross_off(&self, item: &Planned) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM agenda WHERE seq = ?1")?.execute([item.seq])?;
        Ok(())
    }

    /// What is due first; of two things at the same time, what was planned first.
    pub(crate) fn next_planned(&self) -> rusqlite::Result<Option<Planned>> {
        self.connection
            .prepare_cached("SELECT step, seq, due, kind, id FROM agenda ORDER BY due, seq LIMIT 1")?
            .query_row([], planned)
            .optional()
    }

    /// What is due first of one kind.
    pub(crate) fn next_planned_of(&self, kind: &str) -> rusqlite::Result<Option<Planned>> {
        self.connection
            .prepare_cached("SELECT step, seq, due, kind, id FROM agenda WHERE kind = ?1 ORDER BY due, seq LIMIT 1")?
            .query_row([kind], planned)
            .optional()
    }

    /// The whole agenda, in the order it is due.
    pub(crate) fn all_planned(&self) -> rusqlite::Result<Vec<Planned>> {
        self.connection
            .prepare_cached("SELECT step, seq, due, kind, id FROM agenda ORDER BY due, seq")?
            .query_map([], planned)?
            .collect()
    }

    /// How many items are on the agenda.
    pub(crate) fn count_planned(&self) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT count(*) FROM agenda")?
            .query_row([], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }

    /// Whether something was put on the agenda in this transaction.
    pub(crate) fn has_planned(&self) -> bool {
        self.planned.get()
    }

    /// The answer recorded under an idempotency key, where there is one.
    pub(crate) fn recorded(&self, operation: &str, key: &str) -> rusqlite::Result<Option<Recorded>> {
        self.connection
            .prepare_cached(
                "SELECT query, request, status, content_type, response, created_at FROM idempotency
                 WHERE operation = ?1 AND key = ?2",
            )?
            .query_row(params![operation, key], |row| {
                Ok(Recorded {
                    query: row.get(0)?,
                    request: row.get(1)?,
                    status: row.get(2)?,
                    content_type: row.get(3)?,
                    response: row.get(4)?,
                    created_at: row.get(5)?,
                })
            })
            .optional()
    }

    /// Records an answer under an idempotency key.
    pub(crate) fn record(&self, operation: &str, key: &str, answer: &Recorded) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO idempotency
                 (operation, key, query, request, status, content_type, response, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                operation,
                key,
                answer.query,
                answer.request,
                answer.status,
                answer.content_type,
                answer.response,
                answer.created_at,
            ])?;
        Ok(())
    }

    /// Forgets the answers recorded before `second` (Unix time).
    pub(crate) fn forget_recorded_before(&self, second: i64) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM idempotency WHERE created_at < ?1")?.execute(params![second])?;
        Ok(())
    }
}

/// A document with what it is found by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) body: Value,
}

/// An item of the agenda: the next step of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    seq: i64,
    pub(crate) due: Timestamp,
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) step: Value,
}

fn planned(row: &Row<'_>) -> rusqlite::Result<Planned> {
    let due = Timestamp::from_microsecond(row.get(2)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Integer, error.into()))?;
    Ok(Planned { step: body(row)?, seq: row.get(1)?, due, kind: row.get(3)?, id: row.get(4)? })
}

/// A request and the successful answer to it, kept for its idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) query: String,
    pub(crate) request: Vec<u8>,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) response: Vec<u8>,
    pub(crate) created_at: i64,
}

fn body(row: &Row<'_>) -> rusqlite::Result<Value> {
    let text = row.get_ref(0)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}
