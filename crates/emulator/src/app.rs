//! What all requests share.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use jiff::Timestamp;
use serde_json::json;

use crate::{
    agenda::{self, Agenda},
    assumptions::Assumptions,
    calls::Callee,
    clock::{self, Flow, Time},
    deliveries::Deliveries,
    dialogue::llm::Llm,
    domain::{Outcome, Problem, Work, connections, contents, kind, scripts},
    faults::FaultList,
    http::{idempotency::InFlight, rate_limit::RateLimit},
    ids::Ids,
    judge::Judge,
    outgoing::Outgoing,
    request_log::RequestLog,
    responder::Responder,
    script::{ScriptBook, Scripts},
    seed::{Contents, SeedError},
    store::{Store, Tx},
    webhooks::Webhooks,
};

/// The emulator behind its router: cheap to clone, one for all requests.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) time: Time,
    /// The time as it was at the start.
    pub(crate) time_at_start: Flow,
    pub(crate) ids: Ids,
    pub(crate) agenda: Agenda,
    pub(crate) deliveries: Deliveries,
    pub(crate) responder: Box<dyn Responder>,
    pub(crate) judge: Box<dyn Judge>,
    pub(crate) callee: Box<dyn Callee>,
    /// The rules that come before model, responder and judge.
    pub(crate) scripts: ScriptBook,
    /// The rules that hold where the store has none.
    pub(crate) scripts_at_start: Scripts,
    /// The model that answers in place of the responder and the judge.
    pub(crate) llm: Option<Llm>,
    pub(crate) webhooks: Webhooks,
    pub(crate) seeds: Vec<Contents>,
    pub(crate) assumptions: Assumptions,
    pub(crate) api_key: Option<String>,
    pub(crate) outgoing: Outgoing,
    pub(crate) faults: FaultList,
    pub(crate) log: RequestLog,
    pub(crate) in_flight: InFlight,
    pub(crate) rate_limit: RateLimit,
    /// Held by the one that plays test runs.
    pub(crate) playing: tokio::sync::Mutex<()>,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(crate) fn weak(&self) -> Weak<Parts> {
        Arc::downgrade(&self.0)
    }

    /// The emulator, while there still is one.
    pub(crate) fn of(weak: &Weak<Parts>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    /// Runs rules in one transaction, kept when they give `Ok`. It blocks shortly, and never waits for the network:
    /// a rule that needs an answer from outside is split into one before and one after.
    pub(crate) fn run<T>(&self, rules: impl FnOnce(&Work<'_>) -> Outcome<T>) -> Outcome<T> {
        let (value, planned) = self.run_at(self.time.now(), rules)?;
        if planned {
            agenda::changed(self);
        }
        Ok(value)
    }

    /// Runs rules as of a moment, and tells whether they put something on the agenda.
    pub(crate) fn run_at<T>(&self, now: Timestamp, rules: impl FnOnce(&Work<'_>) -> Outcome<T>) -> Outcome<(T, bool)> {
        self.store.transaction(|tx| {
            let value = rules(&self.work(tx, now))?;
            Ok((value, tx.has_planned()))
        })
    }

    /// Waits until everything that was done by now is on the disk: nobody is told of it before.
    pub(crate) async fn flushed(&self) -> Outcome<()> {
        self.store.flushed().await.map_err(|error| Problem::internal(format!("The store failed: {error}.")))
    }

    /// What rules work with in a transaction.
    pub(crate) fn work<'a>(&'a self, tx: &'a Tx<'a>, now: Timestamp) -> Work<'a> {
        Work { tx, now, ids: &self.ids, assumptions: &self.assumptions }
    }

    /// Fills a store that is new, and keeps the clock in it. Seeds are loaded once in the life of a store.
    pub(crate) fn fill(&self) -> Result<(), SeedError> {
        let mut wrong = None;
        let filled = self.run(|work| {
            if !self.seeds.is_empty() {
                if work.tx.get(kind::SEEDED, SEEDS)?.is_some() {
                    tracing::warn!("the database has been seeded before, and is left as it is");
                } else {
                    for seed in &self.seeds {
                        contents::load(work, &seed.value).inspect_err(|_| wrong = Some(seed))?;
                    }
                    work.tx.insert(kind::SEEDED, SEEDS, "", &json!({ "at": work.now_text() }))?;
                }
            }
            clock::keep(work, self.time.flow())?;
            Ok(connections::seed(work.tx)?)
        });
        filled.map_err(|problem| wrong.unwrap_or(&Contents::default()).error(problem))
    }

    /// Has the rules hold that the store has, or those of the start.
    pub(crate) fn read_scripts(&self) -> Outcome<()> {
        let stored = self.run(scripts::get)?;
        self.scripts.set(match stored {
            Some(rules) => scripts::read(&rules)?,
            None => self.scripts_at_start.clone(),
        });
        Ok(())
    }

    /// Keeps rules in place of all others.
    pub(crate) fn set_scripts(&self, rules: Scripts) -> Outcome<()> {
        self.run(|work| scripts::set(work, &rules.to_value()))?;
        self.scripts.set(rules);
        Ok(())
    }

    /// Makes everything as it was at the start: contents, clock, faults and request log.
    pub(crate) fn reset(&self) -> Result<(), SeedError> {
        let before = self.time.flow();
        let reset = self.store.transaction(|tx| {
            tx.clear()?;
            self.ids.restart();
            self.time.follow(self.time_at_start);
            self.fill().map_err(Refilled::Not)
        });
        match reset {
            Ok(()) => {}
            Err(failed) => {
                self.time.follow(before);
                return Err(match failed {
                    Refilled::Not(error) => error,
                    Refilled::Failed(error) => Contents::default().error(error.into()),
                });
            }
        }
        self.read_scripts().map_err(|problem| Contents::default().error(problem))?;
        self.deliveries.clear();
        self.faults.clear();
        self.log.clear();
        agenda::changed(self);
        Ok(())
    }
}

/// The mark of a store that has loaded its seeds.
const SEEDS: &str = "seeds";

/// Why a store could not be filled again.
enum Refilled {
    Not(SeedError),
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Refilled {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("store", &self.store)
            .field("assumptions", &self.assumptions)
            .finish_non_exhaustive()
    }
}
