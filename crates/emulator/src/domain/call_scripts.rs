//! Scripted outcomes of the calls to a number.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Context, Error, Result, ViolationKind, Violations,
    calls::{CallOutcome, PlacedCall},
};
use crate::{
    assumptions::DEFAULT_CALL_SECS,
    json::items,
    store::{Kind, Order},
};

/// The target that applies to all numbers without a script of their own.
const ANY: &str = "*";

const MAX_CALL_SECS: f64 = 86_400.0;

/// A stored script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CallScript {
    pub(crate) target: String,
    pub(crate) outcomes: Vec<CallOutcome>,
}

/// All scripts, oldest first.
pub(crate) fn list(cx: &Context<'_>) -> Result<Vec<Value>> {
    Ok(cx.tx.list(Kind::CallScript, "", Order::OldestFirst)?)
}

/// Reads a script from a request. An outcome is a status, or an object with `status` and `duration_secs`.
pub(crate) fn read(script: &Value) -> Result<CallScript> {
    let mut violations = Violations::new();
    violations.range(script, "/duration_secs", 0.0, MAX_CALL_SECS);
    let target = script["target"].as_str().unwrap_or_default();
    if target.is_empty() {
        violations.add(ViolationKind::Missing, "/target", "A call script needs a target.");
    }
    let mut outcomes = Vec::new();
    for (n, outcome) in items(&script["outcomes"]).iter().enumerate() {
        let at = if outcome.is_object() { format!("/outcomes/{n}/status") } else { format!("/outcomes/{n}") };
        violations.range(script, &format!("/outcomes/{n}/duration_secs"), 0.0, MAX_CALL_SECS);
        let secs = outcome["duration_secs"].as_u64().or_else(|| script["duration_secs"].as_u64());
        let duration = Duration::from_secs(secs.unwrap_or(DEFAULT_CALL_SECS));
        match script.pointer(&at).and_then(Value::as_str).and_then(|status| CallOutcome::of(status, duration)) {
            Some(outcome) => outcomes.push(outcome),
            None => violations.add(
                ViolationKind::UnknownValue,
                at,
                format!("An outcome is one of {}.", CallOutcome::STATUSES.join(", ")),
            ),
        }
    }
    violations.finish()?;
    Ok(CallScript { target: target.to_owned(), outcomes })
}

/// Stores a script, replacing the one with the same target. Removes it if there are no outcomes.
pub(crate) fn set(cx: &Context<'_>, script: &CallScript) -> Result<Value> {
    let stored = json!(script);
    cx.tx.delete(Kind::CallScript, &script.target)?;
    if !script.outcomes.is_empty() {
        cx.tx.insert(Kind::CallScript, &script.target, "", &stored)?;
    }
    Ok(stored)
}

/// Removes all scripts.
pub(crate) fn clear(cx: &Context<'_>) -> Result<()> {
    Ok(cx.tx.delete_children(Kind::CallScript, "")?)
}

/// The scripted outcome of a call. The last outcome of a script applies to all further calls of the event.
pub(crate) fn outcome(cx: &Context<'_>, call: &PlacedCall) -> Result<Option<CallOutcome>> {
    let stored = match cx.tx.get(Kind::CallScript, &call.to)? {
        None => cx.tx.get(Kind::CallScript, ANY)?,
        found => found,
    };
    let Some(stored) = stored else { return Ok(None) };
    let script = CallScript::deserialize(&stored)
        .map_err(|error| Error::Internal(format!("The stored call script {stored} cannot be read: {error}.")))?;
    let n = usize::try_from(call.attempt).unwrap_or(usize::MAX).min(script.outcomes.len());
    Ok(n.checked_sub(1).and_then(|n| script.outcomes.get(n)).copied())
}
