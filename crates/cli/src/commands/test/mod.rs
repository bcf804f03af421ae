//! `telnyx-ai test`

mod junit;
mod outages;
mod results;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::join_all;
use telnyx_ai::Telnyx;
use telnyx_ai::testing::{BatchReport, ResultStatus, TestBatch};

use crate::args::{Global, Test};
use crate::failure::Failure;
use crate::output::{Output, counted};
use crate::references::dependencies;
use crate::resources::{Address, Kind};
use crate::session::Session;

pub(crate) use outages::Outages;
pub(crate) use results::{Results, messages_of};

/// The runs that have not ended, by the ids of their tests.
type Running = BTreeMap<String, Vec<String>>;

/// The tests to run, with their ids, by the version to test.
type Groups = BTreeMap<Option<String>, Vec<(Address, String)>>;

pub(crate) async fn run(global: &Global, args: &Test, output: &Output) -> Result<(), Failure> {
    let session = Session::open(global, output)?;
    let tests = select(&session, &args.keys)?;
    warn_unapplied(&session, &tests, &args.keys);
    let groups = groups(&session, tests, args)?;
    let telnyx = session.telnyx()?;
    let mut deleted = BTreeMap::new();
    if args.candidate {
        for (version_id, tests) in &groups {
            let assistant = assistant_of(&session, &tests[0].0)?;
            let checked = session.check_candidate(&assistant, version_id.as_deref().unwrap_or_default());
            match super::until_ctrl_c(output, checked).await {
                // The API refuses these tests. The tests of other candidates still run.
                Err(Failure::Deleted(why)) => {
                    output.error(&why);
                    deleted.extend(tests.iter().map(|(test, _)| (test.clone(), why.clone())));
                }
                checked => checked?,
            }
        }
    }
    let running = Arc::new(Mutex::new(Running::new()));
    let outages = Arc::new(Outages::default());
    let finished = async {
        let reports = run_groups(telnyx, groups, args, output, &running, &outages).await;
        Results::collect(telnyx, reports, outages.present(), deleted).await
    };
    let results = tokio::select! {
        results = finished => results,
        _ = tokio::signal::ctrl_c() => {
            let running = running.lock().unwrap_or_else(PoisonError::into_inner);
            let runs = running.iter().flat_map(|(test, runs)| runs.iter().map(move |run| format!("test {test}, run {run}")));
            let runs: Vec<_> = runs.collect();
            let error = format!("interrupted; {} still running on the server", counted(runs.len(), "run"));
            output.error(&error);
            for run in &runs {
                output.error(&format!("  {run}"));
            }
            let mut document = Results::default().document();
            document["error"] = error.into();
            document["running"] = runs.into();
            output.document(&document);
            return Err(Failure::Reported);
        }
    };
    for line in results.lines() {
        output.result(&line);
    }
    if let Some(outage) = &results.outage {
        output.error(outage);
    }
    if let Some(path) = &args.junit {
        let written = junit::write(path, &session.environment.name, &results, output.secrets());
        written.map_err(|failure| failure.reported(results.document(), output))?;
    }
    output.document(&results.document());
    results.verdict()
}

/// The tests that arguments name: tests, or assistants for all of their tests.
pub(crate) fn select(session: &Session<'_>, keys: &[String]) -> Result<Vec<(Address, String)>, Failure> {
    let all = || session.state().resources.keys().filter(|address| address.kind == Kind::Tests);
    let mut wanted = BTreeSet::new();
    if keys.is_empty() {
        wanted.extend(all().cloned());
        if wanted.is_empty() {
            return Err(Failure::new(format!(
                "the environment {} has no tests; add files to tests/ and apply them",
                session.environment.name
            )));
        }
    }
    for key in keys {
        let address = session.address(key, Some(Kind::Tests)).or_else(|_| session.address(key, None))?;
        match address.kind {
            Kind::Tests => {
                wanted.insert(address);
            }
            _ => {
                let tests = tests_of(session, &address);
                if tests.is_empty() {
                    return Err(Failure::new(format!("{address} has no tests")));
                }
                wanted.extend(tests);
            }
        }
    }
    wanted.into_iter().map(|address| session.with_id(address)).collect()
}

/// Warns of tests in the files that are new or edited, because the applied tests are run.
pub(crate) fn warn_unapplied(session: &Session<'_>, tests: &[(Address, String)], keys: &[String]) {
    let named: Vec<_> = keys.iter().filter_map(|key| session.address(key, None).ok()).collect();
    for (address, targets) in session.project.graph().iter().filter(|(address, _)| address.kind == Kind::Tests) {
        let is_wanted = keys.is_empty() || named.iter().any(|assistant| targets.contains_key(assistant));
        if session.state().id(address).is_none() && is_wanted {
            session.output.warning(&format!("{address} is not applied and is not run"));
        } else if tests.iter().any(|(test, _)| test == address) && session.has_edits(address) {
            session.output.warning(&format!("{address} has changes that are not applied; the applied test is run"));
        }
    }
}

pub(crate) fn tests_of(session: &Session<'_>, assistant: &Address) -> Vec<Address> {
    let tests = session.state().resources.iter().filter(|(address, _)| address.kind == Kind::Tests);
    tests
        .filter(|(address, entry)| dependencies(address, &entry.last.applied).contains_key(assistant))
        .map(|(address, _)| address.clone())
        .collect()
}

/// Groups tests by the version to test. Without named tests, those without a candidate are skipped.
fn groups(session: &Session<'_>, tests: Vec<(Address, String)>, args: &Test) -> Result<Groups, Failure> {
    let mut groups = Groups::new();
    let mut skipped = Vec::new();
    for (address, id) in tests {
        let version_id = if args.candidate {
            match assistant_of(session, &address).and_then(|it| session.candidate(&it)) {
                Err(failure) if args.keys.is_empty() => {
                    skipped.push(format!("skipped {address}: {failure}"));
                    continue;
                }
                candidate => Some(candidate?),
            }
        } else {
            args.version_id.clone()
        };
        groups.entry(version_id).or_default().push((address, id));
    }
    if groups.is_empty() {
        return Err(Failure::new(
            "no assistant with tests has a candidate; make one with `telnyx-ai apply --candidate`",
        ));
    }
    skipped.iter().for_each(|message| session.output.message(message));
    Ok(groups)
}

fn assistant_of(session: &Session<'_>, test: &Address) -> Result<Address, Failure> {
    let applied = &session.state().resources[test].last.applied;
    let assistant = dependencies(test, applied).into_keys().find(|target| target.kind == Kind::Assistants);
    assistant.ok_or_else(|| {
        Failure::new(format!(
            "{test} has no candidate to test: its destination does not refer to an assistant of the project"
        ))
    })
}

async fn run_groups(
    telnyx: &Telnyx,
    groups: Groups,
    args: &Test,
    output: &Output,
    running: &Arc<Mutex<Running>>,
    outages: &Arc<Outages>,
) -> Vec<(Address, telnyx_ai::testing::TestResult)> {
    let total = groups.values().map(Vec::len).sum();
    let progress = Arc::new(output.progress(total, "testing"));
    let batches = groups.into_iter().map(|(version_id, tests)| {
        let mut batch = TestBatch::new(tests.iter().map(|(_, id)| id))
            .samples(args.samples)
            .pass_rate(args.pass_rate)
            .deadline(args.timeout)
            // Without a request between the start and the time limit, neither the end of a run nor an outage would be noticed.
            .poll_interval(args.poll.min(args.timeout / 4));
        if let Some(version_id) = version_id {
            batch = batch.version_id(version_id);
        }
        let (running, progress) = (running.clone(), progress.clone());
        let (outages, output, is_failing) = (outages.clone(), output.clone(), AtomicBool::new(false));
        let finished = Mutex::new(BTreeSet::new());
        let batch = batch.on_progress(move |report| {
            note_running(report, &running);
            if let Some(warning) = outages.note(report, &is_failing, "`--timeout`") {
                progress.suspend(|| output.warning(&warning));
            }
            let mut finished = finished.lock().unwrap_or_else(PoisonError::into_inner);
            for test in report.tests.iter().filter(|test| test.status() != ResultStatus::Unfinished) {
                if finished.insert(test.test_id.clone()) {
                    progress.inc(1);
                }
            }
        });
        async move {
            let report = batch.run(&telnyx.test_runs()).await;
            tests.into_iter().map(|(address, _)| address).zip(report.tests).collect::<Vec<_>>()
        }
    });
    join_all(batches).await.into_iter().flatten().collect()
}

fn note_running(report: &BatchReport, running: &Mutex<Running>) {
    let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
    for test in &report.tests {
        let unfinished = test.samples.iter().filter(|sample| sample.status() == ResultStatus::Unfinished);
        let runs = unfinished.filter_map(|sample| sample.run.as_ref()).map(|run| run.run_id.clone());
        running.insert(test.test_id.clone(), runs.collect());
    }
}
