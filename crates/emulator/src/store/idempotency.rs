//! Responses recorded with idempotency keys.

use bytes::Bytes;
use rusqlite::{OptionalExtension, params};

use super::Tx;

/// A request with an idempotency key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KeyedRequest {
    /// The method and path.
    pub(crate) operation: String,
    pub(crate) key: String,
    /// The query in a canonical form.
    pub(crate) query: String,
    pub(crate) body: Bytes,
}

/// A successful response.
#[derive(Debug)]
pub(crate) struct RecordedResponse {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Tx<'_> {
    /// The recorded request of an operation and key, with its response.
    pub(crate) fn recorded(
        &self,
        operation: &str,
        key: &str,
    ) -> rusqlite::Result<Option<(KeyedRequest, RecordedResponse)>> {
        self.connection
            .prepare_cached(
                "SELECT query, request, status, content_type, response FROM idempotency
                 WHERE operation = ?1 AND key = ?2",
            )?
            .query_row(params![operation, key], |row| {
                let (operation, key) = (operation.to_owned(), key.to_owned());
                let body = Bytes::from(row.get::<_, Vec<u8>>(1)?);
                Ok((
                    KeyedRequest { operation, key, query: row.get(0)?, body },
                    RecordedResponse { status: row.get(2)?, content_type: row.get(3)?, body: row.get(4)? },
                ))
            })
            .optional()
    }

    /// Records a response at `second` (Unix time).
    pub(crate) fn record(
        &self,
        request: &KeyedRequest,
        response: &RecordedResponse,
        second: i64,
    ) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO idempotency
                 (operation, key, query, request, status, content_type, response, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                request.operation, request.key, request.query, &*request.body, response.status, response.content_type,
                response.body, second,
            ])?;
        Ok(())
    }

    /// Deletes the responses that were not recorded between two seconds (Unix time).
    pub(crate) fn delete_recorded_outside(&self, first: i64, last: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM idempotency WHERE created_at < ?1 OR created_at > ?2")?
            .execute(params![first, last])?;
        Ok(())
    }
}
