//! How the calls to single numbers end.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Checks, Code, Outcome, Work, kind};
use crate::{
    assumptions::DEFAULT_CALL_SECS,
    calls::{CallOutcome, Callee, PlacedCall},
    json::items,
    store::Order,
};

/// Stands for all targets that have no script of their own.
const ANY: &str = "*";

const MAX_CALL_SECS: f64 = 86_400.0;

/// All scripts, oldest first.
pub(crate) fn list(work: &Work<'_>) -> Outcome<Vec<Value>> {
    Ok(work.tx.list(kind::CALL_SCRIPT, "", Order::OldestFirst)?)
}

/// Keeps a script in place of the one for the same target; without outcomes, there is none any more. Answers it as it
/// is kept: each outcome with its own duration.
pub(crate) fn set(work: &Work<'_>, script: &Value) -> Outcome<Value> {
    let mut checks = Checks::new();
    checks.length(script, "/target", 1, usize::MAX);
    checks.range(script, "/duration_secs", 0.0, MAX_CALL_SECS);
    for (n, outcome) in outcomes(script).iter().enumerate() {
        let at = if outcome.is_object() { format!("/outcomes/{n}/status") } else { format!("/outcomes/{n}") };
        checks.one_of(script, &at, &CallOutcome::STATUSES);
        checks.range(script, &format!("/outcomes/{n}/duration_secs"), 0.0, MAX_CALL_SECS);
        if script.pointer(&at).is_none_or(|status| !status.is_string()) {
            checks.fail(Code::UNPROCESSABLE, at, format!("An outcome is one of {}.", CallOutcome::STATUSES.join(", ")));
        }
    }
    let target = script["target"].as_str().unwrap_or_default();
    if target.is_empty() {
        checks.fail(Code::MISSING, "/target", "A script needs a target.");
    }
    checks.finish()?;

    let outcomes: Vec<Value> = outcomes(script)
        .iter()
        .filter_map(|outcome| {
            let status = outcome["status"].as_str().or_else(|| outcome.as_str())?;
            let secs = outcome["duration_secs"].as_u64().or_else(|| script["duration_secs"].as_u64());
            CallOutcome::of(status, Duration::from_secs(secs.unwrap_or(DEFAULT_CALL_SECS))).map(CallOutcome::to_json)
        })
        .collect();
    let kept = json!({ "target": target, "outcomes": outcomes });
    work.tx.delete(kind::CALL_SCRIPT, target)?;
    if !outcomes.is_empty() {
        work.tx.insert(kind::CALL_SCRIPT, target, "", &kept)?;
    }
    Ok(kept)
}

/// How a call ends: as its target's script says, or else the callee.
pub(crate) fn outcome(work: &Work<'_>, callee: &dyn Callee, call: &PlacedCall) -> Outcome<CallOutcome> {
    let script = match work.tx.get(kind::CALL_SCRIPT, &call.to)? {
        None => work.tx.get(kind::CALL_SCRIPT, ANY)?,
        found => found,
    };
    let scripted = script.as_ref().and_then(|script| {
        let outcomes = outcomes(script);
        let n = usize::try_from(call.attempt).ok()?.min(outcomes.len());
        let outcome = outcomes.get(n.checked_sub(1)?)?;
        let duration = Duration::from_secs(outcome["duration_secs"].as_u64().unwrap_or_default());
        CallOutcome::of(outcome["status"].as_str()?, duration)
    });
    Ok(scripted.unwrap_or_else(|| callee.answer(call)))
}

fn outcomes(script: &Value) -> &[Value] {
    items(&script["outcomes"])
}
