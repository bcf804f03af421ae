//! Reading and writing documents.

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::{Kind, Tx, json, json_text};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    OldestFirst,
    NewestFirst,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) body: Value,
}

impl Tx<'_> {
    /// Inserts a document. `parent` is the id of the document it belongs to, or `""`.
    pub(crate) fn insert(&self, kind: Kind, id: &str, parent: &str, body: &Value) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("INSERT INTO documents (kind, id, parent, body) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![kind, id, parent, json_text(body)?])?;
        Ok(())
    }

    /// Replaces a document, or inserts it if it does not exist.
    pub(crate) fn put(&self, kind: Kind, id: &str, parent: &str, body: &Value) -> rusqlite::Result<()> {
        self.replace(kind, id, body)?;
        if self.connection.changes() == 0 { self.insert(kind, id, parent, body) } else { Ok(()) }
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> rusqlite::Result<Option<Value>> {
        self.connection
            .prepare_cached("SELECT body FROM documents WHERE kind = ?1 AND id = ?2")?
            .query_row(params![kind, id], json)
            .optional()
    }

    pub(crate) fn has(&self, kind: Kind, id: &str) -> rusqlite::Result<bool> {
        self.connection.prepare_cached("SELECT 1 FROM documents WHERE kind = ?1 AND id = ?2")?.exists(params![kind, id])
    }

    /// Whether a document of any kind has one of these ids.
    pub(crate) fn has_any(&self, ids: &[&str]) -> rusqlite::Result<bool> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM documents WHERE kind = ?1 AND id = ?2")?;
        for id in ids {
            for kind in Kind::all() {
                if statement.exists(params![kind, id])? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Replaces the body of a document, in its place. Does nothing if it does not exist.
    pub(crate) fn replace(&self, kind: Kind, id: &str, body: &Value) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE documents SET body = ?3 WHERE kind = ?1 AND id = ?2")?
            .execute(params![kind, id, json_text(body)?])?;
        Ok(())
    }

    /// Changes the kind and the body of a document and keeps its position in the order.
    pub(crate) fn change_kind(&self, from: Kind, to: Kind, id: &str, body: &Value) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE documents SET kind = ?2, body = ?4 WHERE kind = ?1 AND id = ?3")?
            .execute(params![from, to, id, body.to_string()])?;
        Ok(())
    }

    /// Deletes a document. Returns whether it existed.
    pub(crate) fn delete(&self, kind: Kind, id: &str) -> rusqlite::Result<bool> {
        let changed = self
            .connection
            .prepare_cached("DELETE FROM documents WHERE kind = ?1 AND id = ?2")?
            .execute(params![kind, id])?;
        Ok(changed > 0)
    }

    /// Deletes all documents of a kind that belong to `parent`.
    pub(crate) fn delete_children(&self, kind: Kind, parent: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("DELETE FROM documents WHERE kind = ?1 AND parent = ?2")?
            .execute(params![kind, parent])?;
        Ok(())
    }

    /// All documents of a kind with a parent, which is `""` if there is none.
    pub(crate) fn list(&self, kind: Kind, parent: &str, order: Order) -> rusqlite::Result<Vec<Value>> {
        self.page(kind, parent, order, 0, u32::MAX)
    }

    /// The newest documents of a kind with any parent, newest first.
    pub(crate) fn latest(&self, kind: Kind, limit: u32) -> rusqlite::Result<Vec<Value>> {
        self.connection
            .prepare_cached("SELECT body FROM documents WHERE kind = ?1 ORDER BY seq DESC LIMIT ?2")?
            .query_map(params![kind, limit], json)?
            .collect()
    }

    /// `limit` documents of a kind that belong to `parent`, after the first `offset`.
    pub(crate) fn page(
        &self,
        kind: Kind,
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
            .query_map(params![kind, parent, limit, offset], json)?
            .collect()
    }

    /// The number of documents of a kind that belong to `parent`.
    pub(crate) fn count(&self, kind: Kind, parent: &str) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT count(*) FROM documents WHERE kind = ?1 AND parent = ?2")?
            .query_row(params![kind, parent], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }

    /// All documents of a kind, oldest first.
    pub(crate) fn documents(&self, kind: Kind) -> rusqlite::Result<Vec<Document>> {
        self.connection
            .prepare_cached("SELECT body, id, parent FROM documents WHERE kind = ?1 ORDER BY seq")?
            .query_map([kind], |row| Ok(Document { id: row.get(1)?, parent: row.get(2)?, body: json(row)? }))?
            .collect()
    }

    /// The number of documents that were ever inserted.
    pub(crate) fn inserted(&self) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'documents'")?
            .query_row([], |row| row.get::<_, i64>(0))
            .optional()
            .map(|seq| seq.unwrap_or_default().unsigned_abs())
    }
}
