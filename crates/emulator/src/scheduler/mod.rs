//! The scheduler: runs jobs when they are due.
//!
//! Jobs are in the store. A job is added in the transaction that causes it, and survives a crash. Jobs run in order of
//! their due time: in a background task while the clock runs, and in the call that moves the clock.

pub(crate) mod calls;
pub(crate) mod clock;
mod insight_runs;
pub(crate) mod runs;
mod test_runs;

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::{runtime::Handle, task::JoinHandle};

use crate::{
    domain::{
        Context, Domain, Error, Result, conversation_end, deleted_assistants,
        event_steps::{self, Answers, Need, Stopped},
        jobs::{EventStep, Job},
    },
    hooks::Callee,
    outbound::{
        Outbound,
        deliveries::{Deliveries, Delivery},
    },
    store::{StoredJob, Tx},
    time::{self, ClockState},
};
use runs::Runs;

/// The maximum number of jobs per transaction.
const BATCH: usize = 64;

/// The pause after a failure of the store.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The scheduler. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Scheduler(Arc<Parts>);

struct Parts {
    domain: Domain,
    outbound: Outbound,
    deliveries: Deliveries,
    runs: Runs,
    callee: Arc<dyn Callee>,
    /// Held while jobs run, so that only one task runs them.
    running: tokio::sync::Mutex<()>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Parts {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().take() {
            task.abort();
        }
    }
}

impl Scheduler {
    pub(crate) fn new(
        domain: Domain,
        outbound: Outbound,
        deliveries: Deliveries,
        runs: Runs,
        callee: Box<dyn Callee>,
    ) -> Self {
        Self(Arc::new(Parts {
            domain,
            outbound,
            deliveries,
            runs,
            callee: callee.into(),
            running: tokio::sync::Mutex::default(),
            task: Mutex::default(),
        }))
    }

    /// Starts the background task if it is not running.
    ///
    /// The task runs on the current runtime. If that runtime shuts down before the emulator, the next call starts another
    /// task.
    pub(crate) fn ensure_running(&self) {
        let mut task = self.0.task.lock();
        if task.as_ref().is_none_or(JoinHandle::is_finished)
            && let Ok(runtime) = Handle::try_current()
        {
            *task = Some(runtime.spawn(run_in_background(Arc::downgrade(&self.0))));
        }
    }

    /// Makes the background task check the jobs and the clock again.
    fn wake(&self) {
        self.ensure_running();
        self.0.domain.jobs_added().notify_one();
    }

    /// Drops the deliveries that have not started. Called after a reset of the store.
    pub(crate) fn reset(&self) {
        self.0.deliveries.clear();
        self.wake();
    }

    /// Moves the clock. Returns the number of jobs that have run.
    ///
    /// Moving forward runs all jobs that are due, including those that they add.
    pub(crate) async fn move_to(&self, moment: Timestamp) -> usize {
        let change = |state: ClockState, from, to| if to < from { state.set(to) } else { state.advance_to(to) };
        self.run_until(|_| moment, change).await
    }

    /// Moves the clock forward from the time that earlier moves lead to. Returns the number of jobs that have run.
    pub(crate) async fn advance(&self, by: Duration) -> usize {
        self.run_until(|from| time::after(from, by), |state, _, moment| state.advance_to(moment)).await
    }

    /// Sets the clock to the system time and returns the number of jobs that ran.
    pub(crate) async fn sync(&self) -> usize {
        self.run_until(|_| Timestamp::now(), |_, _, _| ClockState::SYSTEM).await
    }

    /// Runs the jobs due by a time or until a reset, then changes the clock.
    ///
    /// `target` computes that time from the current time. `change` gets the state of the clock and both times. Moves run one after the other.
    async fn run_until(
        &self,
        target: impl Fn(Timestamp) -> Timestamp,
        change: impl FnOnce(ClockState, Timestamp, Timestamp) -> ClockState,
    ) -> usize {
        let domain = &self.0.domain;
        let resets = domain.resets();
        let now = domain.time().now();
        if target(now) >= now {
            // The background task may have started deliveries.
            self.ensure_running();
            self.0.deliveries.finished_soon().await;
        }
        let running = self.0.running.lock().await;
        let from = domain.time().now();
        let moment = target(from);
        let mut count = 0;
        if moment >= from {
            count = self.0.run_jobs(resets, moment, DeliveryMode::InOrder).await.unwrap_or_else(|error| {
                tracing::error!(%error, "cannot run the jobs that are due");
                0
            });
        }
        domain.change_time_unless_reset(resets, |state| change(state, from, moment));
        drop(running);
        self.clock_changed();
        count
    }

    /// Stores the state of the clock and wakes the background task.
    fn clock_changed(&self) {
        let domain = &self.0.domain;
        if let Err(error) = domain.run(|cx| clock::store(cx, domain.time().state())) {
            tracing::error!(%error, "cannot store the clock");
        }
        self.wake();
    }
}

/// Runs due jobs while the clock runs, until the emulator is dropped.
async fn run_in_background(parts: Weak<Parts>) {
    let Some(jobs_added) = parts.upgrade().map(|parts| Arc::clone(parts.domain.jobs_added())) else { return };
    if let Some(present) = parts.upgrade()
        && let Err(error) = present.deliveries.resume()
    {
        tracing::error!(%error, "cannot deliver the stored events");
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

/// When webhook events are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeliveryMode {
    /// In parallel: a slow receiver does not block other jobs of a running clock.
    InParallel,
    /// Before later jobs of a moved clock: a receiver reacts at the event's time.
    InOrder,
}

/// A step of a scheduled event that waits for an external response.
struct WaitingStep {
    job: StoredJob,
    event_id: String,
    step: EventStep,
    need: Need,
}

/// The reason that a batch ended.
enum BatchEnd {
    /// No other job is due.
    Done,
    Full,
    /// A job needs an external response.
    Needs(Box<WaitingStep>),
    TestRuns,
    Insights,
    Delivers(Delivery),
}

impl Parts {
    /// Runs the jobs that are due. Returns the time until the next one.
    async fn until_next_job(&self) -> Option<Duration> {
        let running = self.running.lock().await;
        let time = self.domain.time();
        let resets = self.domain.resets();
        let next = match self.run_jobs(resets, time.now(), DeliveryMode::InParallel).await {
            Ok(_) => self.domain.run(|cx| Ok(cx.tx.next_job()?)),
            Err(error) => Err(error),
        };
        drop(running);
        match next {
            Ok(Some(next)) if !time.is_frozen() => {
                Some(Duration::try_from(next.due.duration_since(time.now())).unwrap_or_default())
            }
            Ok(_) => None,
            Err(error) => {
                tracing::error!(%error, "cannot run the jobs that are due");
                Some(PAUSE_AFTER_FAILURE)
            }
        }
    }

    /// Runs all jobs that are due by `until`. Returns their number.
    ///
    /// Moves the clock to the time of each. Ends if there are more than `resets` resets.
    async fn run_jobs(&self, resets: u64, until: Timestamp, delivery_mode: DeliveryMode) -> Result<usize> {
        let mut count = 0;
        loop {
            let (done, end) = self.run_batch(resets, until)?;
            count += done;
            match end {
                BatchEnd::Done => return Ok(count),
                BatchEnd::Full => tokio::task::yield_now().await,
                BatchEnd::TestRuns => count += self.runs.play_due().await?,
                BatchEnd::Insights => count += self.runs.analyze_due().await?,
                BatchEnd::Delivers(delivery) => {
                    self.deliveries.add(delivery);
                    if delivery_mode == DeliveryMode::InOrder {
                        self.deliveries.finished().await;
                    }
                }
                BatchEnd::Needs(step) => {
                    self.answer_and_run_step(resets, *step).await?;
                    count += 1;
                }
            }
        }
    }

    /// Runs and counts jobs in one transaction, until one needs external work.
    fn run_batch(&self, resets: u64, until: Timestamp) -> Result<(usize, BatchEnd)> {
        let time = self.domain.time();
        let (at, count, end) = self.domain.transaction(|tx| {
            let now = time.now();
            let (mut at, mut count) = (now, 0);
            if self.domain.resets() != resets {
                return Ok((at, count, BatchEnd::Done));
            }
            let end = self.run_batch_in(tx, until, &mut at, &mut count)?;
            if at > now {
                clock::store(&self.domain.context(tx, at), time.state().advance_to(at))?;
            }
            Ok((at, count, end))
        })?;
        self.domain.change_time_unless_reset(resets, |state| state.advance_to(at));
        Ok((count, end))
    }

    /// Runs jobs until one needs external work.
    ///
    /// Moves `at` to the time of each job, and counts the jobs.
    fn run_batch_in(&self, tx: &Tx<'_>, until: Timestamp, at: &mut Timestamp, count: &mut usize) -> Result<BatchEnd> {
        while *count < BATCH {
            let Some(stored) = tx.next_job()?.filter(|job| job.due <= until) else { return Ok(BatchEnd::Done) };
            *at = stored.due.max(*at);
            let cx = self.domain.context(tx, *at);
            match Job::of(&stored) {
                // The job is removed when the run has ended.
                Ok(Job::TestRun { .. }) => return Ok(BatchEnd::TestRuns),
                // The job is removed when the insights have run.
                Ok(Job::Insights { .. }) => return Ok(BatchEnd::Insights),
                Ok(Job::Webhook { conversation_id, event }) => {
                    tx.remove_job(&stored)?;
                    if let Some(delivery) = self.deliveries.store(&cx, conversation_id, &event)? {
                        *count += 1;
                        return Ok(BatchEnd::Delivers(delivery));
                    }
                }
                Ok(Job::EndCall { conversation_id, reason, idle_secs }) => {
                    tx.remove_job(&stored)?;
                    end_call(&cx, &conversation_id, &reason, idle_secs)?;
                }
                Ok(Job::Erase { assistant_id }) => {
                    tx.remove_job(&stored)?;
                    deleted_assistants::expire(&cx, &assistant_id)?;
                }
                Ok(Job::Event { event_id, step }) => {
                    if let Some(need) = run_step(&cx, &stored, &event_id, step.clone(), Answers::default())? {
                        let waiting = WaitingStep { job: stored, event_id, step, need };
                        return Ok(BatchEnd::Needs(waiting.into()));
                    }
                }
                Err(error) => {
                    tracing::error!(%error, id = stored.id, "removed an unreadable job");
                    event_steps::fail(&cx, &stored.id, &error.to_string())?;
                    tx.remove_job(&stored)?;
                }
            }
            *count += 1;
        }
        Ok(BatchEnd::Full)
    }

    /// Gets the external responses that a step needs, and runs it.
    async fn answer_and_run_step(&self, resets: u64, waiting: WaitingStep) -> Result<()> {
        let WaitingStep { job, event_id, step, need } = waiting;
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
                            let failed = self.domain.run_unless_reset(resets, |cx| {
                                event_steps::fail(cx, &event_id, &reason)?;
                                Ok(cx.tx.remove_job(&job)?)
                            });
                            return failed.map(|_| ());
                        }
                    }
                }
            }
            let run = |cx: &Context<'_>| run_step(cx, &job, &event_id, step.clone(), answers.clone());
            need = self.domain.run_unless_reset(resets, run)?.flatten();
        }
        Ok(())
    }
}

/// Ends the conversation of a call.
///
/// Errors of other parts than the store are logged, so that they do not block the queue.
fn end_call(cx: &Context<'_>, conversation_id: &str, reason: &str, idle_secs: Option<u64>) -> Result<()> {
    match cx.tx.savepoint(|| conversation_end::end(cx, conversation_id, reason, idle_secs)) {
        Err(error) if !matches!(error, Error::Store(_)) => {
            tracing::error!(%error, conversation_id, "a call did not end");
            Ok(())
        }
        result => result,
    }
}

/// Runs a step of an event and removes its job.
///
/// The job remains if the step needs an external response first. Failed steps are removed too, so that they cannot block the
/// queue.
fn run_step(
    cx: &Context<'_>,
    job: &StoredJob,
    event_id: &str,
    step: EventStep,
    answers: Answers,
) -> Result<Option<Need>> {
    match cx.tx.savepoint(|| event_steps::run(cx, event_id, step, answers)) {
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
