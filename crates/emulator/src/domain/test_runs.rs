//! Runs of tests.
//!
//! A run is stored with a copy of the test at the time of the trigger. After it was executed, it has an outcome. Its status is
//! derived from the outcome and the clock.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Context, Error, Result, Wanted, assistants, chat, conversations, insight_runs, jobs::Job, keep, read,
    stored_versions, tests, versions,
};
use crate::{
    assumptions::{TEST_PENDING_MS, TEST_RUNNING_MS, TEST_STARTING_MS, TRIGGERED_BY, UNSTARTED_CHAT_STATUS},
    json::{object, text},
    phrases::quoted,
    store::{Kind, Order},
    time,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredRun {
    /// The run in the form of the API, without its status and outcome.
    ///
    /// It has a `conversation_id` once its conversation has started.
    pub(crate) run: Map<String, Value>,
    /// The test at the time of the trigger.
    pub(crate) test: Value,
    /// The version to test. `None`: the main version.
    pub(crate) version_id: Option<String>,
    outcome: Option<StoredOutcome>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredOutcome {
    at: String,
    /// The fields that the API adds to the run.
    answer: Map<String, Value>,
}

impl StoredRun {
    fn field(&self, name: &str) -> &str {
        self.run.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> &str {
        self.field("run_id")
    }

    pub(crate) fn test_id(&self) -> &str {
        self.field("test_id")
    }

    /// The tester's messages.
    ///
    /// They are the quoted phrases in the test's instructions, or the complete instructions if nothing is quoted.
    pub(crate) fn lines(&self) -> Vec<String> {
        let instructions = text(&self.test, "instructions");
        let phrases = quoted(instructions).1;
        let lines = if phrases.is_empty() { vec![instructions] } else { phrases };
        lines.into_iter().map(str::to_owned).collect()
    }

    /// The run in the form of the API, with its current status.
    pub(crate) fn view(&self, now: Timestamp) -> Value {
        let times = Times::of(self, now);
        let mut run = self.run.clone();
        let (status, since) = match (now, &self.outcome) {
            (now, Some(StoredOutcome { answer, .. })) if now >= times.ended => {
                run.extend(answer.clone());
                run.insert("completed_at".to_owned(), time::text(times.ended).into());
                (answer.get("status").cloned().unwrap_or_default(), times.ended)
            }
            (now, _) if now >= times.running => ("running".into(), times.running),
            (now, _) if now >= times.starting => ("starting".into(), times.starting),
            _ => ("pending".into(), times.created),
        };
        run.insert("status".to_owned(), status);
        run.insert("updated_at".to_owned(), time::text(since).into());
        run.into()
    }
}

/// The times at which a run reaches each status.
struct Times {
    created: Timestamp,
    starting: Timestamp,
    running: Timestamp,
    ended: Timestamp,
}

impl Times {
    fn of(run: &StoredRun, now: Timestamp) -> Self {
        let after = |moment, ms: u32| time::after(moment, Duration::from_millis(ms.into()));
        let created = time::parse(run.field("created_at")).unwrap_or(now);
        let starting = after(created, TEST_PENDING_MS);
        let running = after(starting, TEST_STARTING_MS);
        let ended = after(running, TEST_RUNNING_MS);
        // A longer conversation delays the end.
        let played = run.outcome.as_ref().and_then(|outcome| time::parse(&outcome.at).ok());
        Self { created, starting, running, ended: played.map_or(ended, |played| played.max(ended)) }
    }
}

/// The runs of a test, newest first.
pub(crate) fn list(cx: &Context<'_>, test_id: &str, wanted: &Wanted<'_>) -> Result<Vec<Value>> {
    tests::get(cx, test_id)?;
    Ok(views(cx, &read_all(cx.tx.list(Kind::TestRun, test_id, Order::NewestFirst)?)?, wanted))
}

pub(crate) fn get(cx: &Context<'_>, test_id: &str, run_id: &str) -> Result<Value> {
    tests::get(cx, test_id)?;
    match cx.read::<StoredRun>(Kind::TestRun, run_id)? {
        Some(run) if run.test_id() == test_id => Ok(run.view(cx.now)),
        _ => Err(Error::not_found("test run", run_id)),
    }
}

/// Triggers a run of a test, of the version in the request.
pub(crate) fn trigger(cx: &Context<'_>, test_id: &str, body: Map<String, Value>) -> Result<Value> {
    start(cx, &tests::get(cx, test_id)?, &body, None)
}

/// Triggers a run: stores the run and adds its job.
pub(crate) fn start(
    cx: &Context<'_>,
    test: &Value,
    request: &Map<String, Value>,
    suite_run_id: Option<&str>,
) -> Result<Value> {
    let (destination, version_id) = (text(test, "destination"), request.get("destination_version_id"));
    let version_id = version_id.and_then(Value::as_str);
    if let Some(version_id) = version_id {
        tested_version(cx, destination, version_id)?;
    }
    let (run_id, test_id) = (cx.new_id(), text(test, "test_id"));
    let mut run = object(&json!({
        "run_id": run_id, "test_id": test_id, "triggered_by": TRIGGERED_BY, "created_at": cx.now_text(),
    }));
    if let Some(suite_run_id) = suite_run_id {
        run.insert("test_suite_run_id".to_owned(), suite_run_id.into());
    }
    let stored = StoredRun { run, test: test.clone(), version_id: version_id.map(str::to_owned), outcome: None };
    cx.tx.insert(Kind::TestRun, &run_id, test_id, &json!(stored))?;
    Job::TestRun { run_id }.add(cx, Times::of(&stored, cx.now).running)?;
    Ok(stored.view(cx.now))
}

/// The version that a run tests. Fails if it does not exist or breaks a rule.
fn tested_version(cx: &Context<'_>, destination: &str, version_id: &str) -> Result<Value> {
    let found = if cx.tx.has(Kind::Assistant, destination)? {
        stored_versions::find(cx, destination, version_id)?
    } else {
        None
    };
    let version =
        found.ok_or_else(|| Error::NotPossible(format!("'{destination}' has no version '{version_id}' to test.")))?;
    versions::check(cx, &version)?;
    Ok(version)
}

/// The next run that is due and has not been executed. Call it only while no run is executed.
///
/// A run that has started was interrupted, because one is executed at a time. It is ended and not executed again, because its
/// tools would be called twice.
pub(crate) fn next_due(cx: &Context<'_>) -> Result<Option<StoredRun>> {
    while let Some(job) = cx.due_job(Kind::TestRun)? {
        match cx.read::<StoredRun>(Kind::TestRun, &job.id) {
            Ok(Some(run)) if run.run.contains_key("conversation_id") => {
                let reason = "The emulator stopped during this run; trigger the test again.".to_owned();
                finish(cx, run.id(), &Played { logs: vec![reason], ..Played::default() })?;
            }
            Ok(Some(run)) => return Ok(Some(run)),
            // The run was deleted together with its test.
            Ok(None) => cx.tx.remove_job(&job)?,
            Err(error @ Error::Store(_)) => return Err(error),
            Err(error) => {
                tracing::error!(%error, id = job.id, "the job of a test run was removed");
                cx.tx.remove_job(&job)?;
            }
        }
    }
    Ok(None)
}

/// Starts the conversation of a run with the tested version.
pub(crate) fn open(cx: &Context<'_>, run: &StoredRun) -> Result<chat::OpenConversation> {
    let destination = text(&run.test, "destination");
    let version = match &run.version_id {
        None => assistants::get(cx, destination)?,
        Some(version_id) => tested_version(cx, destination, version_id)?,
    };
    let metadata = json!({
        "assistant_id": destination,
        "telnyx_conversation_channel": run.test["telnyx_conversation_channel"],
        "test_id": run.test_id(),
        "test_run_id": run.id(),
    });
    let body = json!({ "name": run.test["name"], "metadata": metadata });
    let conversation = conversations::create(cx, object(&body))?;
    let mut started = run.clone();
    started.run.insert("conversation_id".to_owned(), conversation["id"].clone());
    cx.tx.replace(Kind::TestRun, run.id(), &json!(started))?;
    let opened = chat::serve(cx, version, conversation)?;
    chat::record_version(cx, &opened.conversation)?;
    Ok(opened)
}

/// The result of executing a run.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// The verdicts.
    ///
    /// `None` if there was nothing to judge, which makes the run an error.
    pub(crate) verdicts: Option<Vec<(String, bool)>>,
    /// The tested assistant, if the conversation took place.
    pub(crate) assistant: Option<Value>,
    pub(crate) logs: Vec<String>,
}

impl Played {
    /// The result of a run whose conversation could not be started.
    pub(crate) fn not_started(error: &Error) -> Self {
        let reason = format!("The chat could not be started: HTTP {UNSTARTED_CHAT_STATUS}. {error}");
        Self { logs: vec![reason], ..Self::default() }
    }
}

/// Stores the result of a run and removes its job.
///
/// Does nothing if the test was deleted meanwhile.
pub(crate) fn finish(cx: &Context<'_>, run_id: &str, played: &Played) -> Result<()> {
    cx.tx.remove_jobs(Kind::TestRun, run_id)?;
    let Some(mut run) = cx.read::<StoredRun>(Kind::TestRun, run_id)? else { return Ok(()) };
    let word = |passed: bool| if passed { "passed" } else { "failed" };
    let status = match &played.verdicts {
        None => "error",
        Some(verdicts) => word(verdicts.iter().all(|(_, passed)| *passed)),
    };
    let mut answer = object(&json!({ "status": status, "logs": played.logs.join("\n") }));
    if let Some(assistant) = &played.assistant
        && let Some(results_id) = insight_runs::plan_now(cx, run.field("conversation_id"), assistant)?
    {
        answer.insert("conversation_insights_id".to_owned(), results_id.into());
    }
    if let Some(verdicts) = &played.verdicts {
        let details = verdicts.iter().map(|(name, passed)| json!({ "name": name, "status": word(*passed) }));
        answer.insert("detail_status".to_owned(), details.collect());
    }
    run.outcome = Some(StoredOutcome { at: cx.now_text(), answer });
    Ok(cx.tx.replace(Kind::TestRun, run_id, &json!(run))?)
}

pub(crate) fn read_all(stored: Vec<Value>) -> Result<Vec<StoredRun>> {
    stored.iter().map(|run| read(Kind::TestRun, text(&run["run"], "run_id"), run)).collect()
}

/// Runs in the form of the API.
pub(crate) fn views(cx: &Context<'_>, runs: &[StoredRun], wanted: &Wanted<'_>) -> Vec<Value> {
    let mut views = runs.iter().map(|run| run.view(cx.now)).collect();
    keep(&mut views, wanted);
    views
}
