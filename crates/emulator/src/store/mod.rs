//! The store: a SQLite database in memory or in a file.
//!
//! Each resource of the API is a document: JSON text with a kind, an id and an optional parent, in order of creation.
//! Documents keep all received fields, including unknown ones.

mod documents;
mod flush;
mod idempotency;
mod identity;
mod jobs;
mod kind;
mod open;

use std::cell::Cell;

use parking_lot::ReentrantMutex;
use rusqlite::{Connection, Row};
use serde_json::Value;

use crate::json::depth;
pub(crate) use documents::Order;
use flush::Flush;
pub(crate) use flush::FlushError;
pub(crate) use idempotency::{KeyedRequest, RecordedResponse};
pub(crate) use jobs::StoredJob;
pub(crate) use kind::Kind;
pub(crate) use open::OpenError;

/// The database connection, behind a reentrant mutex.
#[derive(Debug)]
pub(crate) struct Store {
    /// `None` for a database in memory.
    ///
    /// Declared first, so that it is dropped before the connection.
    flush: Option<Flush>,
    connection: ReentrantMutex<Connection>,
}

impl Store {
    /// Runs `work` in a transaction.
    ///
    /// Commits if it returns `Ok`, rolls back if it returns `Err` or panics. A nested call uses a savepoint. A commit is on
    /// disk once it is [`flushed`].
    ///
    /// [`flushed`]: Self::flushed
    pub(crate) fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let connection = self.connection.lock();
        let changes = connection.total_changes();
        let scope = Scope::open(&connection)?;
        let outermost = scope.outermost;
        let value = work(&Tx { connection: &connection, has_new_jobs: Cell::new(false) })?;
        scope.commit()?;
        if let Some(flush) = &self.flush
            && outermost
            && connection.total_changes() > changes
        {
            flush.committed();
        }
        Ok(value)
    }

    /// Runs `work` while no other thread uses the store.
    pub(crate) fn exclusively<T>(&self, work: impl FnOnce() -> T) -> T {
        let _connection = self.connection.lock();
        work()
    }

    /// Waits until everything committed so far is on disk.
    pub(crate) async fn flushed(&self) -> Result<(), FlushError> {
        match &self.flush {
            Some(flush) => flush.done().await,
            None => Ok(()),
        }
    }
}

/// A transaction or savepoint that is rolled back unless it is committed.
struct Scope<'a> {
    connection: &'a Connection,
    outermost: bool,
    committed: bool,
}

impl<'a> Scope<'a> {
    fn open(connection: &'a Connection) -> rusqlite::Result<Self> {
        let outermost = connection.is_autocommit();
        connection.prepare_cached(if outermost { "BEGIN IMMEDIATE" } else { "SAVEPOINT part" })?.execute([])?;
        Ok(Self { connection, outermost, committed: false })
    }

    fn commit(mut self) -> rusqlite::Result<()> {
        self.connection.prepare_cached(if self.outermost { "COMMIT" } else { "RELEASE part" })?.execute([])?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        // SQLite has already rolled back the transaction after some failures.
        if self.committed || self.connection.is_autocommit() {
            return;
        }
        let undo = if self.outermost { "ROLLBACK" } else { "ROLLBACK TO part; RELEASE part" };
        if let Err(error) = self.connection.execute_batch(undo) {
            tracing::error!(%error, "cannot roll back a transaction");
        }
    }
}

/// An open transaction.
#[derive(Debug)]
pub(crate) struct Tx<'a> {
    connection: &'a Connection,
    has_new_jobs: Cell<bool>,
}

impl Tx<'_> {
    /// Runs `work` in a savepoint, which is rolled back if it returns `Err`.
    pub(crate) fn savepoint<T, E: From<rusqlite::Error>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let scope = Scope::open(self.connection)?;
        let value = work()?;
        scope.commit()?;
        Ok(value)
    }

    /// Deletes all rows of all tables.
    pub(crate) fn clear(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "DELETE FROM documents; DELETE FROM idempotency; DELETE FROM agenda; DELETE FROM sqlite_sequence;",
        )
    }
}

/// The maximum depth of arrays and objects in a document.
///
/// `serde_json` reads at most 127.
const MAX_DEPTH: usize = 125;

/// Serializes JSON for the store. Fails if it could not be read back.
fn json_text(value: &Value) -> rusqlite::Result<String> {
    if depth(value) > MAX_DEPTH {
        let error = format!("cannot store JSON with arrays and objects nested more than {MAX_DEPTH} levels deep");
        return Err(rusqlite::Error::ToSqlConversionFailure(error.into()));
    }
    Ok(value.to_string())
}

/// Parses the JSON in the first column.
fn json(row: &Row<'_>) -> rusqlite::Result<Value> {
    let text = row.get_ref(0)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}
