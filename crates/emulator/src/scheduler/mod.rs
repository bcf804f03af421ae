//! The scheduler.
//!
//! Jobs are in the store: a job is added in the same transaction as its reason, and survives a crash. Jobs are done in the
//! order they are due, each at its time: by a background task while the clock runs, and by whoever moves the clock.

pub(crate) mod calls;
pub(crate) mod clock;
pub(crate) mod insight_runs;
pub(crate) mod test_runs;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{runtime::Handle, task::JoinHandle};

use crate::{
    domain::{
        Context, Domain, Error, Result, deleted_assistants,
        event_steps::{self, Answers, Need, Stopped},
        jobs::{EventStep, Job},
    },
    hooks::Callee,
    outbound::{
        Outbound,
        deliveries::{Deliveries, Delivery},
    },
    store::StoredJob,
};
use insight_runs::InsightRuns;
use test_runs::TestRuns;

/// The most jobs in one transaction.
const BATCH: usize = 64;

/// How long to wait after a failure of the store.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The scheduler. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Scheduler(Arc<Parts>);

struct Parts {
    domain: Domain,
    outbound: Outbound,
    deliveries: Deliveries,
    test_runs: TestRuns,
    insight_runs: InsightRuns,
    callee: Arc<dyn Callee>,
    /// Held while jobs are done, so that only one task does them.
    turn: tokio::sync::Mutex<()>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("domain", &self.0.domain).finish_non_exhaustive()
    }
}

impl Scheduler {
    pub(crate) fn new(
        domain: Domain,
        outbound: Outbound,
        deliveries: Deliveries,
        test_runs: TestRuns,
        insight_runs: InsightRuns,
        callee: Box<dyn Callee>,
    ) -> Self {
        Self(Arc::new(Parts {
            domain,
            outbound,
            deliveries,
            test_runs,
            insight_runs,
            callee: callee.into(),
            turn: tokio::sync::Mutex::default(),
            task: Mutex::default(),
        }))
    }

    /// Starts the background task unless it runs already. The task runs on the current runtime; if that one ends before
    /// the emulator does, the next call starts another task.
    pub(crate) fn ensure_running(&self) {
        let mut task = self.0.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_none_or(JoinHandle::is_finished)
            && let Ok(runtime) = Handle::try_current()
        {
            *task = Some(runtime.spawn(run_in_background(Arc::downgrade(&self.0))));
        }
    }

    /// Lets the background task look at the jobs and the clock again.
    fn wake(&self) {
        self.ensure_running();
        self.0.domain.jobs_added().notify_one();
    }

    /// Drops all deliveries that have not started. Used when the store is emptied.
    pub(crate) fn reset(&self) {
        self.0.deliveries.clear();
        self.wake();
    }

    /// Moves the clock. Forward, all jobs that are due on the way are done, with everything they cause. Returns how many.
    pub(crate) async fn move_to(&self, moment: Timestamp) -> usize {
        let turn = self.0.turn.lock().await;
        let time = self.0.domain.time();
        let mut count = 0;
        if moment < time.now() {
            time.set(moment);
        } else {
            count = self.0.do_jobs(moment, Delivering::InOrder).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the jobs on the way could not be done");
                0
            });
            time.reach(moment);
        }
        drop(turn);
        self.clock_changed();
        count
    }

    /// Stores the state of the clock and wakes the background task.
    fn clock_changed(&self) {
        let domain = &self.0.domain;
        if let Err(error) = domain.run(|cx| clock::store(cx, domain.time().flow())) {
            tracing::error!(%error, "the clock could not be stored");
        }
        self.wake();
    }
}

/// Does the jobs that are due while the clock runs, and sleeps in between. Ends with the emulator.
async fn run_in_background(parts: Weak<Parts>) {
    let Some(jobs_added) = parts.upgrade().map(|parts| Arc::clone(parts.domain.jobs_added())) else { return };
    if let Some(present) = parts.upgrade()
        && let Err(error) = present.deliveries.resume()
    {
        tracing::error!(%error, "stored events cannot be delivered");
    }
    loop {
        let Some(present) = parts.upgrade() else { return };
        let pause = present.until_next_job().await;
        drop(present);
        match pause {
            Some(pause) => {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = jobs_added.notified() => {}
                }
            }
            None => jobs_added.notified().await,
        }
    }
}

/// When events are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivering {
    /// In parallel to everything else, so that a slow receiver blocks nothing: while the clock runs.
    InParallel,
    /// Before anything later happens, so that a receiver reacts at the time of the event: while the clock is moved.
    InOrder,
}

/// A step of a scheduled event that waits for an answer from outside.
struct WaitingStep {
    job: StoredJob,
    event_id: String,
    step: EventStep,
    need: Need,
}

/// Why a batch ended.
enum BatchEnd {
    /// No other job is due.
    Done,
    /// The batch is full.
    Full,
    /// A job needs an answer from outside.
    Needs(Box<WaitingStep>),
    /// Test runs are due.
    TestRuns,
    /// Insights are due.
    Insights,
    /// An event must be delivered.
    Delivers(Delivery),
}

impl Parts {
    /// Does the jobs that are due. Returns the time until the next one.
    async fn until_next_job(&self) -> Option<Duration> {
        let turn = self.turn.lock().await;
        let time = self.domain.time();
        let next = match self.do_jobs(time.now(), Delivering::InParallel).await {
            Ok(_) => self.domain.run(|cx| Ok(cx.tx.next_job()?)),
            Err(error) => Err(error),
        };
        drop(turn);
        match next {
            Ok(Some(next)) if !time.is_frozen() => {
                Some(Duration::try_from(next.due.duration_since(time.now())).unwrap_or_default())
            }
            Ok(_) => None,
            Err(error) => {
                tracing::error!(%error, "the jobs could not be done");
                Some(PAUSE_AFTER_FAILURE)
            }
        }
    }

    /// Does all jobs that are due until a moment, and moves the clock along. Returns how many.
    async fn do_jobs(&self, until: Timestamp, delivering: Delivering) -> Result<usize> {
        let mut count = 0;
        loop {
            let (done, end) = self.do_batch(until)?;
            count += done;
            match end {
                BatchEnd::Done => return Ok(count),
                BatchEnd::Full => tokio::task::yield_now().await,
                BatchEnd::TestRuns => count += self.test_runs.play_due().await?,
                BatchEnd::Insights => count += self.insight_runs.run_due().await?,
                BatchEnd::Delivers(delivery) => {
                    self.deliveries.add(delivery);
                    if delivering == Delivering::InOrder {
                        self.deliveries.finished().await;
                    }
                }
                BatchEnd::Needs(step) => {
                    self.answer_and_do(*step).await?;
                    count += 1;
                }
            }
        }
    }

    /// Does jobs in one transaction, until one needs something from outside. Returns how many.
    fn do_batch(&self, until: Timestamp) -> Result<(usize, BatchEnd)> {
        let time = self.domain.time();
        let now = time.now();
        let (count, at, end) = self.domain.transaction(|tx| {
            let mut at = now;
            for count in 0..BATCH {
                let Some(stored) = tx.next_job()?.filter(|job| job.due <= until) else {
                    return self.end_batch(tx, now, at, count, BatchEnd::Done);
                };
                at = at.max(stored.due);
                let cx = self.domain.context(tx, at);
                match Job::of(&stored) {
                    // It is removed when the run has ended.
                    Ok(Job::TestRun { .. }) => return self.end_batch(tx, now, at, count, BatchEnd::TestRuns),
                    // It is removed when the insights have run.
                    Ok(Job::Insights { .. }) => return self.end_batch(tx, now, at, count, BatchEnd::Insights),
                    Ok(Job::Webhook { conversation_id, event }) => {
                        tx.remove_job(&stored)?;
                        if let Some(delivery) = self.deliveries.store(&cx, conversation_id, &event)? {
                            return self.end_batch(tx, now, at, count + 1, BatchEnd::Delivers(delivery));
                        }
                    }
                    Ok(Job::Erase { assistant_id }) => {
                        tx.remove_job(&stored)?;
                        deleted_assistants::expire(&cx, &assistant_id)?;
                    }
                    Ok(Job::Event { event_id, step }) => {
                        if let Some(need) = do_step(&cx, &stored, &event_id, step.clone(), Answers::default())? {
                            let waiting = WaitingStep { job: stored, event_id, step, need };
                            return self.end_batch(tx, now, at, count, BatchEnd::Needs(waiting.into()));
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, id = stored.id, "a job was removed");
                        event_steps::fail(&cx, &stored.id, &error.to_string())?;
                        tx.remove_job(&stored)?;
                    }
                }
            }
            self.end_batch(tx, now, at, BATCH, BatchEnd::Full)
        })?;
        time.reach(at);
        Ok((count, end))
    }

    /// Stores the clock if it has moved.
    fn end_batch(
        &self,
        tx: &crate::store::Tx<'_>,
        now: Timestamp,
        at: Timestamp,
        count: usize,
        end: BatchEnd,
    ) -> Result<(usize, Timestamp, BatchEnd)> {
        if at > now {
            clock::store(&self.domain.context(tx, at), self.domain.time().flow().reach(at))?;
        }
        Ok((count, at, end))
    }

    /// Gets the answers that a step needs, and does it.
    async fn answer_and_do(&self, WaitingStep { job, event_id, step, need }: WaitingStep) -> Result<()> {
        let mut answers = Answers::default();
        let mut need = Some(need);
        while let Some(needed) = need {
            match needed {
                Need::Variables(request) => {
                    answers.variables = Some(self.outbound.fetch_variables(request).await);
                }
                Need::Outcome(call) => {
                    let callee = Arc::clone(&self.callee);
                    match tokio::task::spawn_blocking(move || callee.answer(&call)).await {
                        Ok(outcome) => answers.outcome = Some(outcome),
                        Err(error) => {
                            let reason = format!("The callee failed: {error}.");
                            tracing::error!(reason, event_id, "a scheduled event failed");
                            return self.domain.run(|cx| {
                                event_steps::fail(cx, &event_id, &reason)?;
                                Ok(cx.tx.remove_job(&job)?)
                            });
                        }
                    }
                }
            }
            need = self.domain.run(|cx| do_step(cx, &job, &event_id, step.clone(), answers.clone()))?;
        }
        Ok(())
    }
}

/// Does one step of an event and removes its job, unless it needs an answer from outside first. A step that fails is removed
/// too, so that it cannot block the queue.
fn do_step(
    cx: &Context<'_>,
    job: &StoredJob,
    event_id: &str,
    step: EventStep,
    answers: Answers,
) -> Result<Option<Need>> {
    match cx.tx.part(|| event_steps::run(cx, event_id, step, answers)) {
        Ok(()) => {}
        Err(Stopped::Needs(need)) => return Ok(Some(*need)),
        Err(Stopped::Failed(error @ Error::Store(_))) => return Err(error),
        Err(Stopped::Failed(error)) => {
            tracing::error!(%error, event_id, "a scheduled event failed");
            event_steps::fail(cx, event_id, &error.to_string())?;
        }
    }
    cx.tx.remove_job(job)?;
    Ok(None)
}
