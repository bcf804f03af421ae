//! `telnyx-ai rollout`

mod signals;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use telnyx_ai::Telnyx;
use telnyx_ai::testing::{BatchReport, ResultStatus, TestBatch};
use telnyx_ai::versions::{Rollout, RolloutOutcome, RolloutProgress, RolloutStep, Verdict};

use crate::args::{GateKind, Global, Rollout as Args};
use crate::failure::Failure;
use crate::output::Output;
use crate::project::Gate;
use crate::resources::{Address, Kind};
use crate::session::Session;
use crate::state::{Lock, RolloutState, StateFile};

pub(crate) async fn run(global: &Global, args: &Args, output: &Output) -> Result<(), Failure> {
    let session = Session::open(global, output)?;
    let (address, assistant_id) = session.assistant(&args.key)?;
    let _lock = lock(global, &session, &address)?;
    // What another process wrote before this one had the lock.
    let session = Session::open(global, output)?;
    let telnyx = session.telnyx()?;
    let plan = begin(&session, args, &address, &telnyx, &assistant_id).await?;
    update(&session, &address, |entry| entry.rollout = Some(plan.clone()))?;
    let mut rollout = Rollout::new(&assistant_id, &plan.version_id)
        .steps(plan.steps.iter().copied())
        .hold(std::time::Duration::from_secs_f64(plan.hold_secs));
    if let Some(deadline) = args.deadline {
        rollout = rollout.deadline(deadline);
    }
    let (quiet, json) = (global.quiet, global.json);
    let is_begun = Arc::new(AtomicBool::new(args.resume));
    let noted = is_begun.clone();
    let rollout = rollout.on_progress(move |progress| {
        if matches!(progress, RolloutProgress::Step { .. }) {
            noted.store(true, Ordering::Relaxed);
        }
        if !quiet && !json {
            eprintln!("{progress}");
        }
    });
    let gate = GateRunner {
        telnyx: &telnyx,
        tests: tests(&session, &address, &plan)?,
        plan: &plan,
        signals: &session.project.config.gate,
        args,
        output,
    };
    let (versions, deploys) = (telnyx.versions(), telnyx.canary_deploys());
    let running = async {
        if args.resume {
            rollout.resume(&versions, &deploys, |step| gate.check(step)).await
        } else {
            rollout.run(&versions, &deploys, |step| gate.check(step)).await
        }
    };
    let outcome = tokio::select! {
        outcome = running => outcome,
        _ = tokio::signal::ctrl_c() => {
            if !args.rollback_on_interrupt {
                output.error(&format!(
                    "interrupted; the candidate keeps its share. Continue with `telnyx-ai rollout --resume {0}`, or end it with `telnyx-ai rollback {0}`",
                    address.key
                ));
                return Err(Failure::Reported);
            }
            rollout.roll_back(&deploys).await?;
            update(&session, &address, |entry| entry.rollout = None)?;
            output.result("Interrupted; all traffic is back at the main version.");
            output.document(&json!({ "address": address, "version_id": plan.version_id, "result": "rolled_back", "reason": "interrupted" }));
            return Err(Failure::No);
        }
    };
    // Nothing was changed, so there is nothing to continue.
    if outcome.is_err() && !is_begun.load(Ordering::Relaxed) {
        update(&session, &address, |entry| entry.rollout = None)?;
    }
    let outcome = outcome?;
    let is_promoted = matches!(outcome, RolloutOutcome::Promoted { .. });
    update(&session, &address, |entry| {
        entry.rollout = None;
        if is_promoted {
            entry.promote_candidate(&plan.version_id);
        }
    })?;
    report(&address, &outcome, output)
}

/// What the rollout is: that of the arguments, or with `--resume` the one that was interrupted.
async fn begin(
    session: &Session<'_>,
    args: &Args,
    address: &Address,
    telnyx: &Telnyx,
    assistant_id: &str,
) -> Result<RolloutState, Failure> {
    let entry = &session.state().resources[address];
    match (&entry.rollout, args.resume) {
        (Some(rollout), true) => {
            // It may have been promoted just before the interruption.
            let main = Kind::Assistants.get(telnyx, assistant_id).await?.and_then(|answer| answer.version_id);
            if main.as_deref() == Some(&rollout.version_id) {
                update(session, address, |entry| {
                    entry.rollout = None;
                    entry.promote_candidate(&rollout.version_id);
                })?;
                session.output.result(&format!("Version {} of {address} is promoted already.", rollout.version_id));
                session
                    .output
                    .document(&json!({ "address": address, "version_id": rollout.version_id, "result": "promoted" }));
                return Err(Failure::Done);
            }
            Ok(rollout.clone())
        }
        (Some(_), false) => Err(Failure::new(format!(
            "a rollout of {address} was interrupted; continue it with `telnyx-ai rollout --resume {0}`, or end it with `telnyx-ai rollback {0}`",
            address.key
        ))),
        (None, true) => Err(Failure::new(format!("{address} has no rollout to continue"))),
        (None, false) => {
            let version_id = session.candidate(address)?;
            let steps: Vec<_> = args.steps.iter().map(ToString::to_string).collect();
            let what = format!(
                "Roll out version {version_id} of {address} in {} in steps of {} percent?",
                session.environment.name,
                steps.join(", ")
            );
            if session.environment.is_protected {
                session.confirm(&what, args.yes)?;
            }
            Ok(RolloutState {
                version_id,
                steps: args.steps.clone(),
                hold_secs: args.hold.as_secs_f64(),
                gate: args.gate == Some(GateKind::Tests),
                max_failures: args.max_failures,
            })
        }
    }
}

fn report(address: &Address, outcome: &RolloutOutcome, output: &Output) -> Result<(), Failure> {
    output.result(&format!("{address}: {outcome}"));
    let (version_id, result, share, reason) = match outcome {
        RolloutOutcome::Promoted { version_id } => (version_id, "promoted", 100.0, None),
        RolloutOutcome::Serving { version_id, share } => (version_id, "serving", *share, None),
        RolloutOutcome::RolledBack { version_id, reason, .. } => {
            (version_id, "rolled_back", 0.0, Some(reason.to_string()))
        }
        _ => return Err(Failure::new(format!("the rollout ended in an unknown way: {outcome}"))),
    };
    output.document(
        &json!({ "address": address, "version_id": version_id, "result": result, "share": share, "reason": reason }),
    );
    if outcome.is_success() { Ok(()) } else { Err(Failure::No) }
}

/// Keeps other processes from rolling out the same assistant.
fn lock(global: &Global, session: &Session<'_>, address: &Address) -> Result<Lock, Failure> {
    let name = format!("{}.{}.rollout", session.environment.name, address.key);
    StateFile::lock(&global.dir, &name)
}

/// Changes the state of an assistant, under the lock of the state.
fn update(
    session: &Session<'_>,
    address: &Address,
    change: impl FnOnce(&mut crate::state::Entry),
) -> Result<(), Failure> {
    let _lock = StateFile::lock_patiently(session.dir(), &session.environment.name)?;
    let mut file = StateFile::open(session.dir(), &session.environment.name)?;
    if let Some(entry) = file.state.resources.get_mut(address) {
        change(entry);
        file.save()?;
    }
    Ok(())
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
    Ok(tests.into_iter().filter_map(|test| Some((session.state().id(&test)?.to_owned(), test))).collect())
}

struct GateRunner<'g> {
    telnyx: &'g Telnyx,
    tests: BTreeMap<String, Address>,
    plan: &'g RolloutState,
    signals: &'g Gate,
    args: &'g Args,
    output: &'g Output,
}

impl GateRunner<'_> {
    async fn check(&self, step: RolloutStep) -> Result<Verdict, telnyx_ai::Error> {
        if let Some(since) = &step.since
            && let Some(why) = signals::check(self.telnyx, &self.plan.version_id, since, self.signals).await?
        {
            return Ok(Verdict::Fail(why));
        }
        if self.tests.is_empty() {
            return Ok(Verdict::Pass);
        }
        let batch = TestBatch::new(self.tests.keys()).version_id(&self.plan.version_id).poll_interval(self.args.poll);
        let report = batch.run(&self.telnyx.test_runs()).await;
        self.output.detail(&report.to_string());
        let failures = report.tests.len() - report.count(ResultStatus::Passed);
        if failures <= self.plan.max_failures {
            Ok(Verdict::Pass)
        } else {
            Ok(Verdict::Fail(self.failed(&report, failures)))
        }
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
