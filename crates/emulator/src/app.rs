//! What all requests share.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use ::http::{HeaderMap, HeaderValue, Method, header};
use jiff::Timestamp;

use crate::{
    agenda::{self, Agenda},
    assumptions::Assumptions,
    calls::Callee,
    clock::Time,
    domain::{
        Outcome, Work,
        initialization::{self, Ask, Given},
    },
    faults::FaultList,
    http::{idempotency::InFlight, rate_limit::RateLimit},
    ids::Ids,
    judge::Judge,
    outgoing::Outgoing,
    request_log::RequestLog,
    responder::Responder,
    seed::Seed,
    store::{Store, Tx},
};

/// The emulator behind its router: cheap to clone, one for all requests.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) time: Time,
    /// The time as it was at the start.
    pub(crate) time_at_start: Time,
    pub(crate) ids: Ids,
    pub(crate) agenda: Agenda,
    pub(crate) responder: Box<dyn Responder>,
    pub(crate) judge: Box<dyn Judge>,
    pub(crate) callee: Box<dyn Callee>,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) assumptions: Assumptions,
    pub(crate) api_key: Option<String>,
    pub(crate) outgoing: Outgoing,
    pub(crate) faults: FaultList,
    pub(crate) log: Arc<RequestLog>,
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
    pub(crate) fn run_at<T>(
        &self,
        now: Timestamp,
        rules: impl FnOnce(&Work<'_>) -> Outcome<T>,
    ) -> Outcome<(T, bool)> {
        self.store.transaction(|tx| {
            let value = rules(&self.work(tx, now))?;
            Ok((value, tx.has_planned()))
        })
    }

    /// What rules work with in a transaction.
    pub(crate) fn work<'a>(&'a self, tx: &'a Tx<'a>, now: Timestamp) -> Work<'a> {
        Work { tx, now, ids: &self.ids, assumptions: &self.assumptions }
    }

    /// Asks an assistant's webhook for variables. An answer that is late, not good or not there gives none.
    pub(crate) async fn initialize(&self, ask: Ask) -> Given {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = ask.event.to_string().into_bytes();
        match self.outgoing.call(Method::POST, &ask.url, headers, body, ask.timeout).await {
            Ok(answered) if (200..300).contains(&answered.status) => initialization::given(&answered.body),
            Ok(answered) => {
                tracing::warn!(url = ask.url, status = answered.status, "the dynamic variables webhook failed");
                Given::default()
            }
            Err(error) => {
                tracing::warn!(url = ask.url, %error, "the dynamic variables webhook failed");
                Given::default()
            }
        }
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
