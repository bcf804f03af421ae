//! `telnyx-ai rollout`

mod signals;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{BatchReport, ResultStatus, TestBatch};
use telnyx_ai::versions::{RollbackReason, Rollout, RolloutOutcome, RolloutProgress, RolloutStep, Verdict};
use telnyx_ai::{ErrorKind, Telnyx};

use super::test::Outages;
use crate::args::{GateKind, Global, Rollout as Args};
use crate::failure::{Failure, message_of, with_cli_advice};
use crate::output::Output;
use crate::resources::{Address, Kind, found};
use crate::session::Session;
use crate::state::{Entry, Lock, RolloutState, StateFile};

pub(crate) async fn run(global: &Global, args: &Args, output: &Output) -> Result<(), Failure> {
    let session = Session::open(global, output)?;
    let (address, assistant_id) = session.assistant(&args.key)?;
    if args.steps.as_ref().is_some_and(|steps| !steps.is_sorted_by(|before, after| before < after)) {
        return Err(Failure::new("the shares of `--steps` must be in ascending order"));
    }
    let _lock = lock(global, &session, &address)?;
    // Another process may have changed the state before this one had the lock.
    let session = Session::open(global, output)?;
    let telnyx = session.telnyx()?;
    let saved = Saved { dir: global.dir.clone(), environment: session.environment.name.clone(), address };
    let beginning = async {
        let plan = if args.resume {
            resumed(&session, args, &saved).await?
        } else {
            ControlFlow::Continue(begun(&session, args, &saved.address).await?)
        };
        if plan.is_continue() {
            signals::check_insights(telnyx, &session.project.config.gate).await?;
        }
        Ok(plan)
    };
    let mut plan = match super::until_ctrl_c(output, beginning).await? {
        ControlFlow::Continue(plan) => plan,
        ControlFlow::Break(outcome) => return report(&saved.address, &outcome, output),
    };
    plan.continue_from_share();
    let gate = GateRunner {
        session: &session,
        telnyx,
        assistant_id: &assistant_id,
        base: session.state().resources[&saved.address].candidate_base.as_deref(),
        tests: tests(&session, &saved.address, &plan)?,
        plan: &plan,
        args,
    };
    if session.environment.is_protected && !args.resume {
        let steps: Vec<_> = plan.steps.iter().filter(|step| **step > plan.share).map(ToString::to_string).collect();
        let question = format!(
            "Roll out version {} of {} in {} in steps of {} percent?",
            plan.version_id,
            saved.address,
            session.environment.name,
            steps.join(", ")
        );
        session.confirm(&question, args.yes)?;
    }
    saved.change(|entry| entry.rollout = Some(plan.clone()))?;
    let mut rollout = Rollout::new(&assistant_id, &plan.version_id)
        .steps(plan.steps.iter().copied())
        .hold(Duration::from_secs_f64(plan.hold_secs));
    if let Some(deadline) = plan.deadline_secs {
        rollout = rollout.deadline(Duration::from_secs_f64(deadline));
    }
    let is_begun = Arc::new(AtomicBool::new(args.resume || plan.share > 0.0));
    let rollout = rollout.on_progress(on_progress(saved.clone(), is_begun.clone(), output.clone()));
    let (versions, deploys) = (telnyx.versions(), telnyx.canary_deploys());
    let running = async {
        // The share may have been given without being stored.
        if plan.share > 0.0 || args.resume && found(deploys.retrieve(&assistant_id).await)?.is_some() {
            rollout.resume(&versions, &deploys, |step| gate.check(step)).await
        } else {
            rollout.run(&versions, &deploys, |step| gate.check(step)).await
        }
    };
    let outcome = tokio::select! {
        outcome = running => outcome,
        _ = tokio::signal::ctrl_c() => {
            if plan.rollback_on_interrupt {
                return_traffic(&saved.address, rollout.roll_back(&deploys), output).await?;
                // The API may have executed a promotion that was in flight.
                if main_version(telnyx, &assistant_id).await?.as_ref() == Some(&plan.version_id) {
                    return report(&saved.address, &promoted_elsewhere(&saved, &plan.version_id)?, output);
                }
                saved.change(|entry| entry.rollout = None)?;
            }
            return interrupted(&saved.address, &plan, output);
        }
    };
    let outcome = match outcome {
        // The candidate had no traffic, so this is no rollback.
        Ok(RolloutOutcome::RolledBack { share: 0.0, reason: RollbackReason::Error(error), .. }) => Err(error),
        outcome => outcome,
    };
    let is_success = outcome.as_ref().is_ok_and(RolloutOutcome::is_success);
    if !is_success
        && main_version(telnyx, &assistant_id).await.is_ok_and(|main| main.as_ref() == Some(&plan.version_id))
    {
        return report(&saved.address, &promoted_elsewhere(&saved, &plan.version_id)?, output);
    }
    // Nothing has changed, so there is nothing to continue.
    if outcome.is_err() && !is_begun.load(Ordering::Relaxed) {
        saved.change(|entry| entry.rollout = None)?;
    }
    let ended = Ended::of(outcome.map_err(|error| failure_of(error, &saved.address))?)?;
    record(&saved, &ended)?;
    report(&saved.address, &ended, output)
}

fn record(saved: &Saved, ended: &Ended) -> Result<(), Failure> {
    let stored = saved.change(|entry| {
        // A rollout that ended below 100 percent can be continued.
        entry.rollout.take_if(|_| ended.result != "serving");
        if ended.result == "promoted" {
            entry.promote_candidate(&ended.version_id);
        }
    });
    let command = if ended.result == "rolled_back" { "rollback" } else { "rollout --resume" };
    stored.map_err(|failure| {
        Failure::new(format!(
            "{0}: {1}, but the state could not be updated: {failure}; fix this problem, then run `telnyx-ai {command} {0}`",
            saved.address, ended.message
        ))
    })
}

/// The error of a rollout. If another client changed the traffic, the rollout cannot be resumed.
fn failure_of(error: telnyx_ai::Error, address: &Address) -> Failure {
    match error.kind() {
        ErrorKind::Conflict => Failure::new(format!(
            "{}; `telnyx-ai rollback {address}` returns all traffic to the main version",
            message_of(&error)
        )),
        _ => error.into(),
    }
}

/// Prints the progress, and stores each share that the candidate is given.
fn on_progress(saved: Saved, is_begun: Arc<AtomicBool>, output: Output) -> impl Fn(&RolloutProgress) + Send + Sync {
    move |progress| {
        if let RolloutProgress::Step { share } = progress {
            is_begun.store(true, Ordering::Relaxed);
            let stored = saved.change(|entry| {
                if let Some(rollout) = &mut entry.rollout {
                    rollout.share = *share;
                }
            });
            if let Err(failure) = stored {
                output.warning(&failure.to_string());
            }
        }
        match progress {
            RolloutProgress::Outage { .. } => output.warning(&with_cli_advice(&progress.to_string())),
            _ => output.message(&progress.to_string()),
        }
    }
}

/// Returns the traffic after Ctrl-C. A second Ctrl-C ends the program.
async fn return_traffic(
    address: &Address,
    roll_back: impl Future<Output = Result<bool, telnyx_ai::Error>>,
    output: &Output,
) -> Result<(), Failure> {
    output.message("Interrupted. Returning the traffic to the main version; press Ctrl-C again to end immediately.");
    tokio::select! {
        result = roll_back => Ok(result.map(|_| ())?),
        _ = tokio::signal::ctrl_c() => Err(Failure::new(format!("interrupted before the traffic was returned; return it with `telnyx-ai rollback {address}`, or continue with `telnyx-ai rollout --resume {address}`"))),
    }
}

async fn begun(session: &Session<'_>, args: &Args, address: &Address) -> Result<RolloutState, Failure> {
    let mut rollout = with_options(RolloutState::new(session.candidate(address)?), args);
    if let Some(before) = &session.state().resources[address].rollout {
        if !before.is_at_last_step() {
            return Err(Failure::new(format!(
                "a rollout of {address} was interrupted; continue it with `telnyx-ai rollout --resume {address}`, or end it with `telnyx-ai rollback {address}`"
            )));
        }
        if session.canary_deploy(address).await?.is_some() {
            rollout.version_id.clone_from(&before.version_id);
            rollout.share = before.share;
            if rollout.steps.iter().all(|step| *step <= rollout.share) {
                return Err(Failure::new(format!(
                    "the candidate of {address} has {0} percent of the traffic; continue with `--steps` above {0}, or end the rollout with `telnyx-ai rollback {address}`",
                    rollout.share
                )));
            }
        }
    }
    check_base(session, address, &rollout.version_id).await?;
    if rollout.share == 0.0 {
        check_candidate(session, address, &rollout.version_id).await?;
    }
    Ok(rollout)
}

/// Fails if the main version is not the one that the candidate was made from. A promotion would undo what has changed since.
async fn check_base(session: &Session<'_>, address: &Address, candidate: &str) -> Result<(), Failure> {
    let main = session.main_version(address).await?;
    if main.as_deref() == Some(candidate) {
        return Err(Failure::new(format!(
            "the candidate of {address} is the main version already; `telnyx-ai apply {address}` updates the state"
        )));
    }
    if main == session.state().resources[address].candidate_base {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the main version of {address} has changed since its candidate was made, and the rollout would undo this change. Make a new candidate: `telnyx-ai apply {address} --candidate` after `telnyx-ai pull {address}` and your own changes of the file, or `telnyx-ai apply {address} --candidate --overwrite-drift` to undo the change"
    )))
}

/// Fails if the candidate does not exist, or is not what the files say.
async fn check_candidate(session: &Session<'_>, address: &Address, version_id: &str) -> Result<(), Failure> {
    let candidate = session.state().resources[address].candidate.as_ref();
    if candidate.is_some_and(|candidate| session.differs(address, candidate)) {
        return Err(Failure::new(format!(
            "the file of {address} has changed since its candidate was made; make a new candidate with `telnyx-ai apply {address} --candidate`"
        )));
    }
    session.check_candidate(address, version_id).await
}

async fn main_version(telnyx: &Telnyx, assistant_id: &str) -> Result<Option<String>, telnyx_ai::Error> {
    Ok(Kind::Assistants.get(telnyx, assistant_id).await?.and_then(|answer| answer.version_id))
}

/// The interrupted rollout, or its end if it ended after or during the interruption.
async fn resumed(
    session: &Session<'_>,
    args: &Args,
    saved: &Saved,
) -> Result<ControlFlow<Ended, RolloutState>, Failure> {
    let Some(rollout) = session.state().resources[&saved.address].rollout.clone() else {
        return Err(Failure::new(format!(
            "{0} has no rollout to continue; start one with `telnyx-ai rollout {0}`, or end the canary deploy of another client with `telnyx-ai rollback {0}`",
            saved.address
        )));
    };
    let main = session.main_version(&saved.address).await?;
    let version_id = rollout.version_id.clone();
    if main.as_ref() == Some(&version_id) {
        return Ok(ControlFlow::Break(promoted_elsewhere(saved, &version_id)?));
    }
    if rollout.share > 0.0 && session.canary_deploy(&saved.address).await?.is_none() {
        saved.change(|entry| entry.rollout = None)?;
        let reason = "the canary deploy was deleted during the interruption".to_owned();
        let message = format!("version {version_id} has no traffic: {reason}");
        let ended = Ended { version_id, result: "rolled_back", share: 0.0, reason: Some(reason), message };
        return Ok(ControlFlow::Break(ended));
    }
    Ok(ControlFlow::Continue(with_options(rollout, args)))
}

/// Stores that the candidate is the main version, although this process has not promoted it.
fn promoted_elsewhere(saved: &Saved, version_id: &str) -> Result<Ended, Failure> {
    let message = format!("version {version_id} is promoted already");
    let ended = Ended { version_id: version_id.to_owned(), result: "promoted", share: 100.0, reason: None, message };
    record(saved, &ended)?;
    Ok(ended)
}

fn with_options(mut rollout: RolloutState, args: &Args) -> RolloutState {
    rollout.steps = args.steps.clone().unwrap_or(rollout.steps);
    rollout.hold_secs = args.hold.map_or(rollout.hold_secs, |hold| hold.as_secs_f64());
    rollout.max_failures = args.max_failures.unwrap_or(rollout.max_failures);
    rollout.deadline_secs = args.deadline.map(|deadline| deadline.as_secs_f64()).or(rollout.deadline_secs);
    rollout.rollback_on_interrupt |= args.rollback_on_interrupt;
    rollout.gate |= args.gate == Some(GateKind::Tests);
    rollout
}

struct Ended {
    version_id: String,
    result: &'static str,
    share: f64,
    reason: Option<String>,
    message: String,
}

impl Ended {
    fn of(outcome: RolloutOutcome) -> Result<Self, Failure> {
        let message = outcome.to_string();
        let (version_id, result, share, reason) = match outcome {
            RolloutOutcome::Promoted { version_id } => (version_id, "promoted", 100.0, None),
            RolloutOutcome::Serving { version_id, share } => (version_id, "serving", share, None),
            RolloutOutcome::RolledBack { version_id, reason, .. } => {
                (version_id, "rolled_back", 0.0, Some(reason.to_string()))
            }
            _ => return Err(Failure::new(format!("the rollout ended in an unknown way: {message}"))),
        };
        Ok(Self { version_id, result, share, reason, message })
    }
}

fn report(address: &Address, ended: &Ended, output: &Output) -> Result<(), Failure> {
    output.result(&format!("{address}: {}", ended.message));
    if ended.result == "serving" {
        output.message(&format!("Continue with `telnyx-ai rollout {address} --steps` and higher shares, or end it with `telnyx-ai rollback {address}`."));
    }
    output.document(&json!({
        "address": address,
        "version_id": ended.version_id,
        "result": ended.result,
        "share": ended.share,
        "reason": ended.reason,
    }));
    if ended.result == "rolled_back" { Err(Failure::No) } else { Ok(()) }
}

fn interrupted(address: &Address, plan: &RolloutState, output: &Output) -> Result<(), Failure> {
    let result = if plan.rollback_on_interrupt { "rolled_back" } else { "interrupted" };
    output.document(
        &json!({ "address": address, "version_id": plan.version_id, "result": result, "reason": "interrupted" }),
    );
    if plan.rollback_on_interrupt {
        output.result("Interrupted; all traffic goes to the main version again.");
        return Err(Failure::No);
    }
    output.error(&format!("interrupted; the candidate keeps its share. Continue with `telnyx-ai rollout --resume {address}`, or end it with `telnyx-ai rollback {address}`"));
    Err(Failure::Reported)
}

/// Keeps other processes from rolling out the same assistant.
fn lock(global: &Global, session: &Session<'_>, address: &Address) -> Result<Lock, Failure> {
    let environment = &session.environment.name;
    let work = format!("rolls out {address} in {environment}");
    StateFile::lock(&global.dir, &format!("{environment}.{address}.rollout"), &work, Duration::ZERO)
}

/// The state of an assistant on disk. Other processes may change it during a rollout.
#[derive(Clone)]
struct Saved {
    dir: PathBuf,
    environment: String,
    address: Address,
}

impl Saved {
    /// Changes the state of the assistant, under the lock of the state.
    fn change(&self, change: impl FnOnce(&mut Entry)) -> Result<(), Failure> {
        let _lock = StateFile::lock_state(&self.dir, &self.environment, Duration::from_secs(10))?;
        let mut file = StateFile::open(&self.dir, &self.environment)?;
        if let Some(entry) = file.state.resources.get_mut(&self.address) {
            change(entry);
            file.save()?;
        }
        Ok(())
    }
}

/// The tests that are the gate, by their ids.
fn tests(session: &Session<'_>, address: &Address, plan: &RolloutState) -> Result<BTreeMap<String, Address>, Failure> {
    if !plan.gate {
        return Ok(BTreeMap::new());
    }
    let tests = super::test::tests_of(session, address);
    if tests.is_empty() {
        return Err(Failure::new(format!(
            "{address} has no tests for `--gate tests`; add files to tests/ and apply them"
        )));
    }
    let tests = tests.into_iter().map(|test| session.with_id(test)).collect::<Result<Vec<_>, _>>()?;
    super::test::warn_unapplied(session, &tests, &[address.to_string()]);
    Ok(tests.into_iter().map(|(test, id)| (id, test)).collect())
}

struct GateRunner<'g> {
    session: &'g Session<'g>,
    telnyx: &'g Telnyx,
    assistant_id: &'g str,
    /// The main version that the candidate was made from.
    base: Option<&'g str>,
    tests: BTreeMap<String, Address>,
    plan: &'g RolloutState,
    args: &'g Args,
}

impl GateRunner<'_> {
    async fn check(&self, step: RolloutStep) -> Result<Verdict, telnyx_ai::Error> {
        let Some(main) = Kind::Assistants.get(self.telnyx, self.assistant_id).await? else {
            return Ok(Verdict::Fail("the assistant was deleted elsewhere".to_owned()));
        };
        if main.version_id.as_deref() != self.base {
            return Ok(Verdict::Fail(
                "the main version was changed elsewhere, and a promotion would undo this".to_owned(),
            ));
        }
        let (signals, output) = (&self.session.project.config.gate, self.session.output);
        if let Some(since) = &step.since
            && let Some(why) = signals::check(self.telnyx, &self.plan.version_id, since, signals, output).await?
        {
            return Ok(Verdict::Fail(why));
        }
        if self.tests.is_empty() {
            return Ok(Verdict::Pass);
        }
        let (outages, output, is_failing) = (Outages::default(), output.clone(), AtomicBool::new(false));
        let batch = TestBatch::new(self.tests.keys())
            .version_id(&self.plan.version_id)
            .poll_interval(self.args.poll)
            .on_progress(move |report| {
                if let Some(warning) = outages.note(report, &is_failing, "the time limit of the tests") {
                    output.warning(&warning);
                }
            });
        let report = batch.run(&self.telnyx.test_runs()).await;
        self.session.output.detail(&report.to_string());
        let failures = report.tests.len() - report.count(ResultStatus::Passed);
        let is_passed = failures <= self.plan.max_failures;
        Ok(if is_passed { Verdict::Pass } else { Verdict::Fail(self.failed(&report, failures)) })
    }

    fn failed(&self, report: &BatchReport, failures: usize) -> String {
        let failed = report.tests.iter().filter(|test| test.status() != ResultStatus::Passed);
        let texts: Vec<_> = failed
            .map(|test| match self.tests.get(&test.test_id) {
                Some(address) => test.to_string().replace(&test.test_id, &address.to_string()),
                None => test.to_string(),
            })
            .collect();
        format!("{failures} of {} tests did not pass: {}", report.tests.len(), texts.join("; "))
    }
}
