//! Runs of tests.
//!
//! A run is stored with the test as it was when it was triggered and, once it was played, with how it went. How far it
//! is follows from that and the clock: nothing has to happen for a run to move on but for time to pass.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{Outcome, Problem, Work, assistants, chat, conversations, kind, moment, tests, versions};
use crate::{
    assumptions::{TEST_PENDING_MS, TEST_RUNNING_MS, TEST_STARTING_MS, TRIGGERED_BY, UNSTARTED_CHAT_STATUS},
    clock,
    quotes::quoted,
    store::Order,
};

/// The runs of a test, newest first.
pub(crate) fn list(work: &Work<'_>, test_id: &str, status: Option<&str>) -> Outcome<Vec<Value>> {
    tests::get(work, test_id)?;
    Ok(views(work, &work.tx.list(kind::TEST_RUN, test_id, Order::NewestFirst)?, status))
}

/// One run.
pub(crate) fn get(work: &Work<'_>, test_id: &str, run_id: &str) -> Outcome<Value> {
    tests::get(work, test_id)?;
    let run = work.tx.get(kind::TEST_RUN, run_id)?.filter(|run| run["run"]["test_id"] == test_id);
    Ok(view(work, &run.ok_or_else(|| Problem::not_found("test run", run_id))?))
}

/// Starts a run of a test.
pub(crate) fn trigger(work: &Work<'_>, test_id: &str, version_id: Option<&str>) -> Outcome<Value> {
    start(work, &tests::get(work, test_id)?, version_id, None)
}

/// Starts a run: it waits for its turn until it is due.
pub(crate) fn start(
    work: &Work<'_>,
    test: &Value,
    version_id: Option<&str>,
    suite_run_id: Option<&str>,
) -> Outcome<Value> {
    let destination = test["destination"].as_str().unwrap_or_default();
    if let Some(version_id) = version_id
        && versions::find(work, destination, version_id)?.is_none()
    {
        return Err(Problem::bad_request(format!("'{destination}' has no version '{version_id}' to run a test on.")));
    }
    let (id, test_id) = (work.new_id(), test["test_id"].as_str().unwrap_or_default());
    let mut run = json!({
        "run_id": id,
        "test_id": test_id,
        "triggered_by": TRIGGERED_BY,
        "created_at": work.now_text(),
    });
    if let Some(suite_run_id) = suite_run_id {
        run["test_suite_run_id"] = suite_run_id.into();
    }
    let stored = json!({ "run": run, "test": test, "version_id": version_id, "outcome": null });
    work.tx.insert(kind::TEST_RUN, &id, test_id, &stored)?;
    let due = Times::of(&stored, work.now).running;
    work.tx.plan(kind::TEST_RUN, &id, due, &json!({}))?;
    Ok(view(work, &stored))
}

/// The next run that is due and was not played yet, as it is stored.
pub(crate) fn next_due(work: &Work<'_>) -> Outcome<Option<Value>> {
    while let Some(item) = work.tx.next_planned_of(kind::TEST_RUN)?.filter(|item| item.due <= work.now) {
        match work.tx.get(kind::TEST_RUN, &item.id)? {
            Some(run) => return Ok(Some(run)),
            // The run has gone with its test.
            None => work.tx.cross_off(&item)?,
        }
    }
    Ok(None)
}

/// Starts the conversation of a run, with the version that it tests.
pub(crate) fn open(work: &Work<'_>, run: &Value) -> Outcome<chat::Opened> {
    let destination = run["test"]["destination"].as_str().unwrap_or_default();
    let main = assistants::get(work, destination)?;
    let version = match run["version_id"].as_str() {
        None => main,
        Some(version_id) => {
            versions::find(work, destination, version_id)?.ok_or_else(|| Problem::not_found("version", version_id))?
        }
    };
    let metadata = json!({
        "assistant_id": destination,
        "telnyx_conversation_channel": run["test"]["telnyx_conversation_channel"],
        "test_id": run["run"]["test_id"],
        "test_run_id": run["run"]["run_id"],
    });
    let body = Map::from_iter([("name".into(), run["test"]["name"].clone()), ("metadata".into(), metadata)]);
    let conversation = conversations::create(work, body)?;
    chat::serve(work, version, conversation)
}

/// What the tester says, turn by turn: the phrases between quotes in the test's instructions, or all of the
/// instructions where nothing is quoted.
pub(crate) fn lines(run: &Value) -> Vec<String> {
    let instructions = run["test"]["instructions"].as_str().unwrap_or_default();
    let phrases = quoted(instructions).1;
    let lines = if phrases.is_empty() { vec![instructions] } else { phrases };
    lines.into_iter().map(str::to_owned).collect()
}

/// How a run went.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// The verdicts; `None` where there was nothing to judge, which is an error.
    pub(crate) verdicts: Option<Vec<(String, bool)>>,
    pub(crate) conversation_id: Option<String>,
    pub(crate) logs: Vec<String>,
}

impl Played {
    /// The conversation could not be started.
    pub(crate) fn not_started(problem: &Problem) -> Self {
        let why = format!("The chat could not be started: HTTP {UNSTARTED_CHAT_STATUS}. {problem}");
        Self { logs: vec![why], ..Self::default() }
    }
}

/// Keeps how a run went, unless its test was deleted meanwhile. Until then it is on the agenda.
pub(crate) fn finish(work: &Work<'_>, run_id: &str, played: &Played) -> Outcome<()> {
    work.tx.unplan(kind::TEST_RUN, run_id)?;
    let Some(mut run) = work.tx.get(kind::TEST_RUN, run_id)? else { return Ok(()) };
    let word = |passed: bool| if passed { "passed" } else { "failed" };
    let status = match &played.verdicts {
        None => "error",
        Some(verdicts) => word(verdicts.iter().all(|(_, passed)| *passed)),
    };
    let mut answer = json!({ "status": status, "logs": played.logs.join("\n") });
    if let Some(id) = &played.conversation_id {
        answer["conversation_id"] = id.as_str().into();
        if let Some(insights) = work.tx.list(kind::INSIGHTS, id, Order::NewestFirst)?.first() {
            answer["conversation_insights_id"] = insights["id"].clone();
        }
    }
    if let Some(verdicts) = &played.verdicts {
        let details = verdicts.iter().map(|(name, passed)| json!({ "name": name, "status": word(*passed) }));
        answer["detail_status"] = details.collect();
    }
    run["outcome"] = json!({ "at": work.now_text(), "answer": answer });
    work.tx.replace(kind::TEST_RUN, run_id, &run)?;
    Ok(())
}

/// Stored runs as they are answered, those of one status where that is asked for.
pub(crate) fn views(work: &Work<'_>, stored: &[Value], status: Option<&str>) -> Vec<Value> {
    let runs = stored.iter().map(|run| view(work, run));
    runs.filter(|run| status.is_none_or(|status| run["status"] == status)).collect()
}

/// When a run reaches each state.
struct Times {
    created: Timestamp,
    starting: Timestamp,
    running: Timestamp,
    ended: Timestamp,
}

impl Times {
    fn of(run: &Value, now: Timestamp) -> Self {
        let at = |text: &Value| text.as_str().and_then(moment);
        let after =
            |moment: Timestamp, ms: u32| moment.checked_add(SignedDuration::from_millis(ms.into())).unwrap_or(moment);
        let created = at(&run["run"]["created_at"]).unwrap_or(now);
        let starting = after(created, TEST_PENDING_MS);
        let running = after(starting, TEST_STARTING_MS);
        let ended = after(running, TEST_RUNNING_MS);
        // A conversation that took its time ended when it did.
        let ended = at(&run["outcome"]["at"]).map_or(ended, |played| played.max(ended));
        Self { created, starting, running, ended }
    }
}

/// A stored run as it is answered now.
fn view(work: &Work<'_>, stored: &Value) -> Value {
    let times = Times::of(stored, work.now);
    let outcome = &stored["outcome"]["answer"];
    let ended = work.now >= times.ended && outcome.is_object();
    let (status, since) = match work.now {
        _ if ended => (outcome["status"].as_str().unwrap_or_default(), times.ended),
        now if now >= times.running => ("running", times.running),
        now if now >= times.starting => ("starting", times.starting),
        _ => ("pending", times.created),
    };
    let mut run = stored["run"].clone();
    if let (true, Some(run), Some(outcome)) = (ended, run.as_object_mut(), outcome.as_object()) {
        run.extend(outcome.clone());
        run.insert("completed_at".into(), clock::text(times.ended).into());
    } else if status == "running" && !outcome["conversation_id"].is_null() {
        run["conversation_id"] = outcome["conversation_id"].clone();
    }
    run["status"] = status.into();
    run["updated_at"] = clock::text(since).into();
    run
}
