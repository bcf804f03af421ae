//! Responses recorded with idempotency keys.

use rusqlite::{OptionalExtension, params};

use super::Tx;

/// A request and its successful response, recorded with an idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) query: String,
    pub(crate) request: Vec<u8>,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) response: Vec<u8>,
    pub(crate) created_at: i64,
}

impl Tx<'_> {
    /// The recorded response of an operation and key.
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

    pub(crate) fn record(&self, operation: &str, key: &str, recorded: &Recorded) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO idempotency
                 (operation, key, query, request, status, content_type, response, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                operation,
                key,
                recorded.query,
                recorded.request,
                recorded.status,
                recorded.content_type,
                recorded.response,
                recorded.created_at,
            ])?;
        Ok(())
    }

    /// Deletes the responses recorded before `second` (Unix time).
    pub(crate) fn delete_recorded_before(&self, second: i64) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM idempotency WHERE created_at < ?1")?.execute(params![second])?;
        Ok(())
    }
}
