//! The rules of the API. They use the store and JSON, not HTTP.

pub(crate) mod assistant_tools;
pub(crate) mod assistants;
pub(crate) mod call_events;
pub(crate) mod call_scripts;
pub(crate) mod calls;
pub(crate) mod canary_deploys;
pub(crate) mod chat;
pub(crate) mod connections;
pub(crate) mod conversation_end;
pub(crate) mod conversation_state;
pub(crate) mod conversations;
pub(crate) mod deleted_assistants;
pub(crate) mod error;
pub(crate) mod event_steps;
pub(crate) mod filters;
pub(crate) mod flows;
pub(crate) mod idempotency;
pub(crate) mod imports;
pub(crate) mod insight_groups;
pub(crate) mod insight_results;
pub(crate) mod insight_runs;
pub(crate) mod insight_settings;
pub(crate) mod insights;
pub(crate) mod instructions;
mod integration_catalogue;
pub(crate) mod integrations;
pub(crate) mod jobs;
pub(crate) mod mcp_servers;
pub(crate) mod scheduled_events;
pub(crate) mod sms;
pub(crate) mod stored_versions;
mod system_variables;
pub(crate) mod tags;
pub(crate) mod test_runs;
pub(crate) mod test_suites;
pub(crate) mod tests;
pub(crate) mod tool_offers;
pub(crate) mod tool_requests;
pub(crate) mod tool_tests;
pub(crate) mod tools;
pub(crate) mod turn;
pub(crate) mod variables;
pub(crate) mod variables_webhook;
pub(crate) mod versions;
pub(crate) mod violations;
pub(crate) mod webhook_events;
pub(crate) mod whatsapp;

use std::sync::Arc;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::sync::{Notify, watch};

use crate::{
    assumptions::{ASSISTANT_ID_PREFIX, Assumptions},
    ids::Ids,
    store::{Kind, Order, Store, StoredJob, Tx},
    time::{self, ClockState, Time},
};

pub(crate) use error::{Error, Result, ViolationKind};
pub(crate) use violations::Violations;

/// Runs rules in transactions of the store. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Domain(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    store: Store,
    time: Time,
    ids: Ids,
    assumptions: Assumptions,
    jobs_added: Arc<Notify>,
    resets: watch::Sender<u64>,
}

impl Domain {
    pub(crate) fn new(store: Store, time: Time, ids: Ids, assumptions: Assumptions) -> Self {
        let (jobs_added, resets) = (Arc::default(), watch::Sender::default());
        Self(Arc::new(Parts { store, time, ids, assumptions, jobs_added, resets }))
    }

    pub(crate) fn time(&self) -> &Time {
        &self.0.time
    }

    pub(crate) fn assumptions(&self) -> &Assumptions {
        &self.0.assumptions
    }

    pub(crate) fn new_id(&self) -> String {
        self.0.ids.next()
    }

    /// Notified after each transaction that added jobs.
    pub(crate) fn jobs_added(&self) -> &Arc<Notify> {
        &self.0.jobs_added
    }

    /// Runs rules in one transaction, which is committed if they return `Ok`.
    ///
    /// Rules never wait for the network: an operation that does is split into rules before and after.
    pub(crate) fn run<T>(&self, rules: impl FnOnce(&Context<'_>) -> Result<T>) -> Result<T> {
        self.run_at(self.0.time.now(), rules)
    }

    /// Runs rules at the given time, with any error type.
    pub(crate) fn run_at<T, E: From<rusqlite::Error>>(
        &self,
        now: Timestamp,
        rules: impl FnOnce(&Context<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (value, has_new_jobs) = self.0.store.transaction(|tx| {
            let value = rules(&self.context(tx, now))?;
            Ok::<_, E>((value, tx.has_new_jobs()))
        })?;
        if has_new_jobs {
            self.0.jobs_added.notify_one();
        }
        Ok(value)
    }

    /// Runs a transaction. `work` creates its own contexts.
    pub(crate) fn transaction<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        self.0.store.transaction(work)
    }

    /// Creates a context for rules in a transaction.
    pub(crate) fn context<'a>(&'a self, tx: &'a Tx<'a>, now: Timestamp) -> Context<'a> {
        Context { tx, now, resets: self.resets(), ids: &self.0.ids, assumptions: &self.0.assumptions }
    }

    /// Empties the store, restarts counted ids and sets the clock.
    ///
    /// `rules` add the new contents in the same transaction. Changes nothing if it fails.
    pub(crate) fn reset<T, E: From<rusqlite::Error>>(
        &self,
        state: ClockState,
        rules: impl FnOnce(&Context<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.0.store.exclusively(|| {
            let ids = self.0.ids.restart();
            let result = self.run_at(state.now(), |cx| {
                cx.tx.clear()?;
                rules(cx)
            });
            if result.is_ok() {
                self.0.time.change(|_| state);
                self.0.resets.send_modify(|resets| *resets += 1);
            } else {
                self.0.ids.resume(ids);
            }
            result
        })
    }

    /// The number of resets so far.
    ///
    /// Work in several transactions compares it, so that it does not continue after a reset.
    pub(crate) fn resets(&self) -> u64 {
        *self.0.resets.borrow()
    }

    /// Runs rules in one transaction, unless there were more than `resets` resets.
    pub(crate) fn run_unless_reset<T>(
        &self,
        resets: u64,
        rules: impl FnOnce(&Context<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.run(|cx| if cx.resets == resets { rules(cx).map(Some) } else { Ok(None) })
    }

    /// Moves the clock, unless there was a reset after the first `resets`.
    pub(crate) fn change_time_unless_reset(&self, resets: u64, change: impl FnOnce(ClockState) -> ClockState) {
        self.0.store.exclusively(|| {
            if self.resets() == resets {
                self.0.time.change(change);
            }
        });
    }

    /// Awaits work, or returns `None` once there are more than `resets` resets.
    pub(crate) async fn until_reset<T>(&self, resets: u64, work: impl Future<Output = T>) -> Option<T> {
        let mut changes = self.0.resets.subscribe();
        tokio::select! {
            result = work => Some(result),
            _ = changes.wait_for(|now| *now != resets) => None,
        }
    }

    /// Waits until everything committed so far is on disk.
    pub(crate) async fn flushed(&self) -> Result<()> {
        Ok(self.0.store.flushed().await?)
    }
}

/// The context of a rule: the open transaction, the time and the assumptions.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) tx: &'a Tx<'a>,
    pub(crate) now: Timestamp,
    /// The number of resets so far.
    pub(crate) resets: u64,
    ids: &'a Ids,
    pub(crate) assumptions: &'a Assumptions,
}

impl Context<'_> {
    /// The current time in the form of the API.
    pub(crate) fn now_text(&self) -> String {
        time::text(self.now)
    }

    /// Fails if there was a reset after the first `resets`.
    pub(crate) fn check_not_reset(&self, resets: u64) -> Result<()> {
        if self.resets == resets {
            Ok(())
        } else {
            Err(Error::Conflict("The emulator was reset meanwhile.".to_owned()))
        }
    }

    /// The first job of a kind, if it is due.
    pub(crate) fn due_job(&self, kind: Kind) -> Result<Option<StoredJob>> {
        Ok(self.tx.next_job_of(kind)?.filter(|job| job.due <= self.now))
    }

    /// Generates a UUID that no document of a seed has.
    pub(crate) fn new_id(&self) -> String {
        loop {
            let id = self.ids.next();
            let assistant_id = format!("{ASSISTANT_ID_PREFIX}{id}");
            let is_used = || {
                self.tx.has_any(&[&id, &assistant_id]).unwrap_or_else(|error| {
                    // If the id is in use, inserting it fails.
                    tracing::error!(%error, "cannot check whether an id is in use");
                    false
                })
            };
            if !self.ids.are_deterministic() || !is_used() {
                return id;
            }
        }
    }

    /// A document. Fails if it does not exist.
    fn get(&self, kind: Kind, id: &str) -> Result<Value> {
        self.tx.get(kind, id)?.ok_or_else(|| Error::not_found(kind.noun(), id))
    }

    /// A stored document with a type of its own.
    fn read<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<Option<T>> {
        self.tx.get(kind, id)?.map(|stored| read(kind, id, &stored)).transpose()
    }

    /// Fails if a document does not exist.
    fn check(&self, kind: Kind, id: &str) -> Result<()> {
        if self.tx.has(kind, id)? { Ok(()) } else { Err(Error::not_found(kind.noun(), id)) }
    }

    /// The documents of a kind without a parent whose fields have the wanted values, newest first.
    fn list(&self, kind: Kind, wanted: &Wanted<'_>) -> Result<Vec<Value>> {
        let mut documents = self.tx.list(kind, "", Order::NewestFirst)?;
        keep(&mut documents, wanted);
        Ok(documents)
    }

    /// Deletes a document. Fails if it does not exist.
    fn delete(&self, kind: Kind, id: &str) -> Result<()> {
        if self.tx.delete(kind, id)? { Ok(()) } else { Err(Error::not_found(kind.noun(), id)) }
    }
}

/// Reads a stored document of a kind.
pub(crate) fn read<T: DeserializeOwned>(kind: Kind, id: &str, stored: &Value) -> Result<T> {
    let failed = |error| Error::Internal(format!("The stored {} '{id}' cannot be read: {error}.", kind.noun()));
    T::deserialize(stored).map_err(failed)
}

/// Wanted values of fields. `None` is any value.
pub(crate) type Wanted<'a> = [(&'a str, Option<&'a str>)];

/// Keeps the documents whose fields have the wanted values.
fn keep(documents: &mut Vec<Value>, wanted: &Wanted<'_>) {
    documents
        .retain(|document| wanted.iter().all(|(field, value)| value.is_none_or(|value| document[*field] == value)));
}

/// Sets the fields of a request, except those that are `null` or read-only.
fn merge(resource: &mut Value, body: Map<String, Value>, read_only: &[&str]) {
    for (field, value) in body {
        if !value.is_null() && !read_only.contains(&field.as_str()) {
            resource[field] = value;
        }
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn failed_reset_changes_nothing() {
        let store = Store::in_memory().expect("a store");
        let time = Time::new(ClockState::Frozen(Timestamp::UNIX_EPOCH));
        let domain = Domain::new(store, time, Ids::counted_after(0), Assumptions::new());
        let first = domain.new_id();
        let failed: Result<()> = domain.reset(ClockState::SYSTEM, |cx| {
            cx.tx.put(Kind::Clock, "clock", "", &Value::Null)?;
            Err(Error::Internal(cx.new_id()))
        });
        assert_eq!(failed.expect_err("an error").to_string(), first, "the ids restart");
        assert_ne!(domain.new_id(), first);
        assert_eq!((domain.time().now(), domain.resets()), (Timestamp::UNIX_EPOCH, 0));
        assert!(!domain.run(|cx| Ok(cx.tx.has(Kind::Clock, "clock")?)).expect("a store"));
    }
}
