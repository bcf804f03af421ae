//! Rollouts, which raise the traffic share of a version step by step.

mod outcome;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use telnyx_ai_core::{Error, ErrorKind};
use tokio::time::{Instant, sleep, timeout_at};

pub use outcome::{RollbackReason, RolloutOutcome, RolloutProgress, RolloutStep, Verdict};

use crate::{Canary, CanaryDeploy, CanaryDeploysApi, VersionsApi};

/// Raises the traffic share of a candidate version step by step and promotes it.
///
/// Before each step, a rollout awaits a gate: your function that runs tests, reads conversations, or asks a person. If
/// the gate passes, the step raises the candidate's share with the canary deploy of the assistant, and the rollout
/// holds this share for a while. The step to 100 percent promotes the candidate. If a gate fails or the deadline has
/// passed, all traffic returns to the main version.
///
/// If the future is dropped or a gate panics, the rollout stops at the current share. [`resume`](Self::resume)
/// continues it, and [`roll_back`](Self::roll_back) ends it. A rollout requires tokio's timer.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_core::Error;
/// use telnyx_ai_versions::{CanaryDeploysApi, Rollout, RolloutOutcome, Verdict, VersionsApi};
///
/// async fn roll_out(versions: &dyn VersionsApi, deploys: &dyn CanaryDeploysApi) -> Result<(), Error> {
///     let outcome = Rollout::new("assistant-1", "version-2")
///         .steps([5.0, 25.0, 100.0])
///         .hold(Duration::from_secs(15 * 60))
///         .on_progress(|progress| println!("{progress}"))
///         .run(versions, deploys, |step| async move {
///             println!("next share: {} percent", step.share);
///             Ok(Verdict::Pass)
///         })
///         .await?;
///     assert_eq!(outcome.to_string(), "version version-2 is promoted");
///     Ok(())
/// }
/// ```
#[derive(Clone)]
#[must_use = "it does nothing until `run` or `resume` is called and awaited"]
pub struct Rollout {
    assistant_id: String,
    version_id: String,
    steps: Vec<f64>,
    hold: Duration,
    deadline: Duration,
    progress: Option<Arc<OnProgress>>,
}

type OnProgress = dyn Fn(&RolloutProgress) + Send + Sync;

/// The time for which a change of the traffic is retried during an outage.
const MAX_OUTAGE: Duration = Duration::from_secs(10 * 60);

/// The delay between attempts during an outage.
const RETRY_DELAY: Duration = Duration::from_secs(5);

impl fmt::Debug for Rollout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rollout")
            .field("assistant_id", &self.assistant_id)
            .field("version_id", &self.version_id)
            .field("steps", &self.steps)
            .field("hold", &self.hold)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

impl Rollout {
    /// Creates a rollout of a version, the candidate, with the default steps and times.
    pub fn new(assistant_id: impl Into<String>, version_id: impl Into<String>) -> Self {
        Self {
            assistant_id: assistant_id.into(),
            version_id: version_id.into(),
            steps: vec![5.0, 25.0, 50.0, 100.0],
            hold: Duration::from_secs(10 * 60),
            deadline: Duration::MAX,
            progress: None,
        }
    }

    /// Sets the shares in percent, in ascending order. Default: 5, 25, 50, 100.
    ///
    /// 100 promotes the candidate. Without it, the rollout ends at the last share.
    pub fn steps(mut self, shares: impl IntoIterator<Item = f64>) -> Self {
        self.steps = shares.into_iter().collect();
        self
    }

    /// Sets the time for which each share is held. Default: 10 minutes.
    ///
    /// The next gate starts after it.
    pub fn hold(mut self, hold: Duration) -> Self {
        self.hold = hold;
        self
    }

    /// Sets the time limit of the rollout. Default: none.
    ///
    /// After it, all traffic returns to the main version. A change of the traffic that is in flight is completed first;
    /// if it was the last step, the rollout has succeeded.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Calls a function before each gate, after each step, and once per outage.
    pub fn on_progress(mut self, call: impl Fn(&RolloutProgress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(call));
        self
    }

    /// Starts the rollout and runs it to its end.
    ///
    /// # Errors
    /// - [`Request`](ErrorKind::Request) if the steps are invalid. Nothing has changed.
    /// - [`Conflict`](ErrorKind::Conflict) if the assistant already has a canary deploy, or if another client changes it during
    ///   the rollout. The rollout leaves the traffic as it is.
    /// - The error of a call, if the canary deploy could not be retrieved at the start, the API refused the first step (for
    ///   example because there is no such version) and the candidate has no traffic, the traffic could not be returned to the
    ///   main version after a failure, or it is unknown whether the candidate was promoted. Retryable errors of changes are
    ///   retried for 10 minutes.
    pub async fn run<F>(
        &self,
        versions: &dyn VersionsApi,
        deploys: &dyn CanaryDeploysApi,
        gate: impl Fn(RolloutStep) -> F,
    ) -> Result<RolloutOutcome, Error>
    where
        F: Future<Output = Result<Verdict, Error>>,
    {
        self.check_steps()?;
        match self.retrieve(deploys, self.deadline).await? {
            None => self.run_steps(versions, deploys, gate, None, Instant::now()).await,
            Some(found) => Err(self.conflict(&format!(
                "the assistant already has a canary deploy ({}); resume that rollout or end it",
                describe(&found)
            ))),
        }
    }

    /// Continues an interrupted rollout from the current share of the candidate.
    ///
    /// The canary deploy contains the share. If a step follows, the rollout holds the share once more.
    ///
    /// # Errors
    /// Those of [`run`](Self::run), except that a canary deploy with the share of a step is not a conflict. A missing canary
    /// deploy is a conflict: the rollout was interrupted before its first step, or ended with a rollback or a promotion.
    pub async fn resume<F>(
        &self,
        versions: &dyn VersionsApi,
        deploys: &dyn CanaryDeploysApi,
        gate: impl Fn(RolloutStep) -> F,
    ) -> Result<RolloutOutcome, Error>
    where
        F: Future<Output = Result<Verdict, Error>>,
    {
        self.check_steps()?;
        let start = Instant::now();
        let Some(found) = self.retrieve(deploys, self.deadline).await? else {
            return Err(self.conflict(
                "the assistant has no canary deploy, so there is no rollout to resume: if the version is not the main one and \
                 was not rolled back, start with `run`",
            ));
        };
        let Some(share) = self.share_in(&found).filter(|share| self.steps.contains(share)) else {
            return Err(
                self.conflict(&format!("the canary deploy ({}) is not a step of this rollout", describe(&found)))
            );
        };
        if self.steps.iter().any(|step| *step > share) && !self.hold_share(start).await {
            return self.rolled_back(deploys, Some(&found), RollbackReason::Deadline).await;
        }
        self.run_steps(versions, deploys, gate, Some(found), start).await
    }

    /// Deletes the canary deploy, so that all traffic returns to the main version.
    ///
    /// Returns whether there was one. If there is none, or no such assistant, nothing changes.
    ///
    /// # Errors
    /// [`Conflict`](ErrorKind::Conflict) if the canary deploy does not belong to a rollout of this version. Otherwise
    /// the error of a call; retryable errors are retried for 10 minutes.
    pub async fn roll_back(&self, deploys: &dyn CanaryDeploysApi) -> Result<bool, Error> {
        let is_found = &AtomicBool::new(false);
        self.retry_outages(move || async move {
            match self.retrieve(deploys, Duration::MAX).await? {
                // The response to its deletion may have been lost.
                None => Ok(is_found.load(Ordering::Relaxed)),
                Some(found) if self.share_in(&found).is_none() => {
                    Err(self
                        .conflict(&format!("the canary deploy ({}) does not belong to this rollout", describe(&found))))
                }
                Some(_) => {
                    is_found.store(true, Ordering::Relaxed);
                    match deploys.delete(&self.assistant_id).await {
                        Err(error) if !error.is_not_found() => Err(error),
                        _ => Ok(true),
                    }
                }
            }
        })
        .await
    }

    /// Executes the remaining steps.
    async fn run_steps<F>(
        &self,
        versions: &dyn VersionsApi,
        deploys: &dyn CanaryDeploysApi,
        gate: impl Fn(RolloutStep) -> F,
        mut live: Option<CanaryDeploy>,
        start: Instant,
    ) -> Result<RolloutOutcome, Error>
    where
        F: Future<Output = Result<Verdict, Error>>,
    {
        let reached = self.share_of(live.as_ref()).unwrap_or(0.0);
        let mut steps = self.steps.iter().copied().skip_while(|step| *step <= reached).peekable();
        while let Some(share) = steps.next() {
            if let Err(reason) = self.await_gate(&gate, live.as_ref(), share, start).await {
                return self.rolled_back(deploys, live.as_ref(), reason).await;
            }
            let result = match share {
                100.0 => self.promote(versions, deploys, live.as_ref()).await,
                share => self.set_share(deploys, live.as_ref(), share).await,
            };
            live = match result {
                Ok(live) => live,
                Err(error) if error.kind() == ErrorKind::Conflict => return Err(error),
                // The first step was refused. An earlier attempt, whose response was lost, may have been executed.
                Err(error) if live.is_none() && error.kind() == ErrorKind::Api && !is_outage(&error) => {
                    self.roll_back(deploys).await?;
                    return Err(error);
                }
                // A promotion deletes the canary deploy. Without one, the promotion may have been executed.
                Err(error) if share == 100.0 && error.is_retryable() && self.is_gone(deploys).await? => {
                    return Err(error);
                }
                Err(error) => return self.rolled_back(deploys, live.as_ref(), RollbackReason::Error(error)).await,
            };
            self.report(&RolloutProgress::Step { share });
            if steps.peek().is_some() && !self.hold_share(start).await {
                return self.rolled_back(deploys, live.as_ref(), RollbackReason::Deadline).await;
            }
        }
        let version_id = self.version_id.clone();
        Ok(match live.and_then(|deploy| self.share_in(&deploy)) {
            Some(share) => RolloutOutcome::Serving { version_id, share },
            None => RolloutOutcome::Promoted { version_id },
        })
    }

    /// Awaits the gate before the step to `share`.
    async fn await_gate<F>(
        &self,
        gate: impl Fn(RolloutStep) -> F,
        live: Option<&CanaryDeploy>,
        share: f64,
        start: Instant,
    ) -> Result<(), RollbackReason>
    where
        F: Future<Output = Result<Verdict, Error>>,
    {
        let step = RolloutStep {
            share,
            previous: self.share_of(live).unwrap_or(0.0),
            since: live.map(|deploy| deploy.updated_at.clone()),
        };
        self.report(&RolloutProgress::Gate(step.clone()));
        let verdict = match start.checked_add(self.deadline) {
            Some(end) => timeout_at(end, gate(step)).await.map_err(|_| RollbackReason::Deadline)?,
            None => gate(step).await,
        };
        match verdict {
            Ok(Verdict::Pass) => Ok(()),
            Ok(Verdict::Fail(why)) => Err(RollbackReason::Gate(why)),
            Err(error) => Err(RollbackReason::Error(error)),
        }
    }

    /// Gives the candidate a share, unless the canary deploy is no longer `before`.
    async fn set_share(
        &self,
        deploys: &dyn CanaryDeploysApi,
        before: Option<&CanaryDeploy>,
        share: f64,
    ) -> Result<Option<CanaryDeploy>, Error> {
        let config = &Canary::new().split([(&self.version_id, share)]).build()?;
        let is_sent = &AtomicBool::new(false);
        self.retry_outages(move || async move {
            let live = self.retrieve(deploys, Duration::MAX).await?;
            // The API may have executed a request whose response was lost.
            if is_sent.load(Ordering::Relaxed) && self.share_of(live.as_ref()) == Some(share) {
                return Ok(live);
            }
            self.check_unchanged(before, live.as_ref())?;
            is_sent.store(true, Ordering::Relaxed);
            let call = match before {
                None => deploys.create(&self.assistant_id, config.clone()),
                Some(_) => deploys.update(&self.assistant_id, config.clone()),
            };
            match call.await {
                Ok(mut deploy) => {
                    // The rules of a response are optional.
                    if self.share_in(&deploy).is_none() {
                        deploy.rules.clone_from(&config.rules);
                    }
                    Ok(Some(deploy))
                }
                // A 404 of a creation is about the assistant.
                Err(error)
                    if error.status().is_some_and(|status| status == 409)
                        || error.is_not_found() && before.is_some() =>
                {
                    Err(self.conflict(&format!("another client changed the canary deploy at the same time: {error}")))
                }
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Promotes the candidate, unless the canary deploy is no longer `before`.
    async fn promote(
        &self,
        versions: &dyn VersionsApi,
        deploys: &dyn CanaryDeploysApi,
        before: Option<&CanaryDeploy>,
    ) -> Result<Option<CanaryDeploy>, Error> {
        let is_sent = &AtomicBool::new(false);
        self.retry_outages(move || async move {
            let live = self.retrieve(deploys, Duration::MAX).await?;
            // If the response of a promotion is lost, the canary deploy is already deleted. Promoting again is safe.
            if !(is_sent.load(Ordering::Relaxed) && live.is_none()) {
                self.check_unchanged(before, live.as_ref())?;
            }
            is_sent.store(true, Ordering::Relaxed);
            match versions.promote(&self.assistant_id, &self.version_id).await {
                // The API may have executed an operation whose response cannot be deserialized.
                Err(error) if error.kind() != ErrorKind::Decode || !self.is_gone(deploys).await? => Err(error),
                _ => Ok(None),
            }
        })
        .await
    }

    fn check_unchanged(&self, before: Option<&CanaryDeploy>, live: Option<&CanaryDeploy>) -> Result<(), Error> {
        let share = self.share_of(live);
        if share.is_some() && share == self.share_of(before) {
            return Ok(());
        }
        let [before, now] = [before, live].map(|deploy| deploy.map_or_else(|| "none".to_owned(), describe));
        Err(self.conflict(&format!(
            "another client changed the canary deploy (before: {before}; now: {now}), so the traffic is not changed"
        )))
    }

    async fn rolled_back(
        &self,
        deploys: &dyn CanaryDeploysApi,
        live: Option<&CanaryDeploy>,
        reason: RollbackReason,
    ) -> Result<RolloutOutcome, Error> {
        self.roll_back(deploys).await?;
        let share = self.share_of(live).unwrap_or(0.0);
        Ok(RolloutOutcome::RolledBack { version_id: self.version_id.clone(), share, reason })
    }

    /// Waits for the hold. Returns false if the deadline comes first.
    async fn hold_share(&self, start: Instant) -> bool {
        let left = self.deadline.saturating_sub(start.elapsed());
        sleep(self.hold.min(left)).await;
        self.hold < left
    }

    fn report(&self, progress: &RolloutProgress) {
        if let Some(call) = &self.progress {
            call(progress);
        }
    }

    /// Retrieves the canary deploy.
    ///
    /// After the start, no `limit` applies, so that the traffic can be returned after the deadline.
    async fn retrieve(&self, deploys: &dyn CanaryDeploysApi, limit: Duration) -> Result<Option<CanaryDeploy>, Error> {
        match deploys.retrieve(&self.assistant_id).deadline(limit).await {
            Ok(deploy) => Ok(Some(deploy)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn is_gone(&self, deploys: &dyn CanaryDeploysApi) -> Result<bool, Error> {
        let live = self.retry_outages(move || self.retrieve(deploys, Duration::MAX)).await?;
        Ok(live.is_none())
    }

    /// The candidate's share of all traffic. `None` if the canary deploy does not belong to this rollout.
    fn share_of(&self, deploy: Option<&CanaryDeploy>) -> Option<f64> {
        deploy.map_or(Some(0.0), |deploy| self.share_in(deploy))
    }

    fn share_in(&self, deploy: &CanaryDeploy) -> Option<f64> {
        let [rule] = deploy.rules.as_deref()? else { return None };
        let [slot] = rule.serve.rollout.as_deref()? else { return None };
        let is_for_all = rule.clauses.as_ref().is_none_or(Vec::is_empty);
        (is_for_all && slot.version_id == self.version_id).then_some(slot.weight)
    }

    /// Repeats a change while its error is retryable or the 404 of a proxy, for up to 10 minutes.
    // The future of an `AsyncFn` would not be `Send`.
    async fn retry_outages<T, F>(&self, change: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let start = Instant::now();
        let mut is_reported = false;
        loop {
            match change().await {
                Err(error) if is_outage(&error) && start.elapsed() < MAX_OUTAGE => {
                    if !std::mem::replace(&mut is_reported, true) {
                        self.report(&RolloutProgress::Outage { error: error.to_string() });
                    }
                    sleep(RETRY_DELAY).await;
                }
                result => return result,
            }
        }
    }

    fn check_steps(&self) -> Result<(), Error> {
        let problem = if self.steps.is_empty() {
            "there are no steps".to_owned()
        } else if let Some(step) = self.steps.iter().find(|step| !(**step > 0.0 && **step <= 100.0)) {
            format!("the step {step} must be above 0 and at most 100 percent")
        } else if !self.steps.is_sorted_by(|before, after| before < after) {
            format!("the steps {:?} must be in ascending order", self.steps)
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Request, format!("{}: {problem}", self.name())))
    }

    fn conflict(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Conflict, format!("{}: {problem}", self.name()))
    }

    fn name(&self) -> String {
        format!("cannot roll out version {} of assistant {}", self.version_id, self.assistant_id)
    }
}

/// Whether a change may succeed later. An ingress without a route responds with a 404 of its own.
fn is_outage(error: &Error) -> bool {
    error.is_retryable() || error.status().is_some_and(|status| status == 404) && !error.is_not_found()
}

/// The rules of a canary deploy in one line.
fn describe(deploy: &CanaryDeploy) -> String {
    serde_json::to_string(&deploy.rules).unwrap_or_default()
}
