//! Jobs of the scheduler.
//!
//! Each is the next step of a document, with the time it is due.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use super::{Kind, Tx, json, json_text};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredJob {
    seq: i64,
    pub(crate) due: Timestamp,
    /// The name of the document's kind.
    pub(crate) kind: String,
    /// The id of the document.
    pub(crate) id: String,
    pub(crate) step: Value,
}

impl Tx<'_> {
    /// Adds a job for a document.
    pub(crate) fn add_job(&self, kind: Kind, id: &str, due: Timestamp, step: &Value) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("INSERT INTO agenda (due, kind, id, step) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![due.as_microsecond(), kind, id, json_text(step)?])?;
        self.has_new_jobs.set(true);
        Ok(())
    }

    /// Removes all jobs of a document.
    pub(crate) fn remove_jobs(&self, kind: Kind, id: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM agenda WHERE kind = ?1 AND id = ?2")?.execute(params![kind, id])?;
        Ok(())
    }

    pub(crate) fn remove_job(&self, job: &StoredJob) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM agenda WHERE seq = ?1")?.execute([job.seq])?;
        Ok(())
    }

    /// The job that is due first. Of jobs with the same time, the one added first.
    pub(crate) fn next_job(&self) -> rusqlite::Result<Option<StoredJob>> {
        self.connection
            .prepare_cached("SELECT step, seq, due, kind, id FROM agenda ORDER BY due, seq LIMIT 1")?
            .query_row([], job)
            .optional()
    }

    /// The job of this kind that is due first.
    pub(crate) fn next_job_of(&self, kind: Kind) -> rusqlite::Result<Option<StoredJob>> {
        self.connection
            .prepare_cached("SELECT step, seq, due, kind, id FROM agenda WHERE kind = ?1 ORDER BY due, seq LIMIT 1")?
            .query_row([kind], job)
            .optional()
    }

    /// All jobs, by due time.
    pub(crate) fn jobs(&self) -> rusqlite::Result<Vec<StoredJob>> {
        self.connection
            .prepare_cached("SELECT step, seq, due, kind, id FROM agenda ORDER BY due, seq")?
            .query_map([], job)?
            .collect()
    }

    pub(crate) fn count_jobs(&self) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT count(*) FROM agenda")?
            .query_row([], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }

    /// Whether a job was added in this transaction.
    pub(crate) fn has_new_jobs(&self) -> bool {
        self.has_new_jobs.get()
    }
}

fn job(row: &Row<'_>) -> rusqlite::Result<StoredJob> {
    // An out-of-range value becomes the latest time, so that the job cannot block the others.
    let due = Timestamp::from_microsecond(row.get(2)?).unwrap_or(Timestamp::MAX);
    Ok(StoredJob { step: json(row)?, seq: row.get(1)?, due, kind: row.get(3)?, id: row.get(4)? })
}
