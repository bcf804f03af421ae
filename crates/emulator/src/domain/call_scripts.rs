//! Scripted outcomes of the calls to a number.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Context, Result, ViolationKind, Violations,
    calls::{CallOutcome, PlacedCall},
};
use crate::{
    assumptions::DEFAULT_CALL_SECS,
    json::{items, pointer_to, text},
    store::{Kind, Order},
};

/// The target that applies to all numbers without a script of their own.
const ANY: &str = "*";

const MAX_CALL_SECS: u64 = 86_400;

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

/// Reads a script from a request.
///
/// An outcome is a status, or an object with `status` and `duration_secs`.
pub(crate) fn read(script: &Value) -> Result<CallScript> {
    let mut violations = Violations::default();
    check_fields(script, "", &["target", "outcomes", "duration_secs"], &mut violations);
    let default_secs = duration_secs(script, "", &mut violations).unwrap_or(DEFAULT_CALL_SECS);
    let target = text(script, "target");
    if target.is_empty() {
        violations.add(ViolationKind::Missing, "/target", "A call script needs a target.");
    }
    if !script["outcomes"].is_null() && !script["outcomes"].is_array() {
        violations.add(ViolationKind::NotAllowed, "/outcomes", "The outcomes are not a list.");
    }
    let mut outcomes = Vec::new();
    for (n, outcome) in items(&script["outcomes"]).iter().enumerate() {
        let at = format!("/outcomes/{n}");
        check_fields(outcome, &at, &["status", "duration_secs"], &mut violations);
        let secs = duration_secs(outcome, &at, &mut violations).unwrap_or(default_secs);
        let at = if outcome.is_object() { format!("{at}/status") } else { at };
        let status = script.pointer(&at).unwrap_or(&Value::Null);
        match status.as_str().and_then(|status| CallOutcome::of(status, Duration::from_secs(secs))) {
            Some(outcome) => outcomes.push(outcome),
            None => {
                let detail = format!("{status} is not one of {}.", CallOutcome::STATUSES.join(", "));
                violations.add(ViolationKind::UnknownValue, at, detail);
            }
        }
    }
    violations.finish()?;
    Ok(CallScript { target: target.to_owned(), outcomes })
}

fn check_fields(object: &Value, at: &str, known: &[&str], violations: &mut Violations) {
    for name in object.as_object().into_iter().flat_map(Map::keys).filter(|name| !known.contains(&name.as_str())) {
        let detail = format!("This field is unknown; the fields are {}.", known.join(", "));
        violations.add(ViolationKind::NotAllowed, pointer_to(at, name), detail);
    }
}

fn duration_secs(object: &Value, at: &str, violations: &mut Violations) -> Option<u64> {
    let secs = &object["duration_secs"];
    let duration = secs.as_u64().filter(|secs| *secs <= MAX_CALL_SECS);
    if duration.is_none() && !secs.is_null() {
        let detail = format!("{secs} is not a whole number from 0 to {MAX_CALL_SECS}.");
        violations.add(ViolationKind::OutOfRange, format!("{at}/duration_secs"), detail);
    }
    duration
}

/// Stores the script of a target, or removes it if there are no outcomes.
pub(crate) fn set(cx: &Context<'_>, script: &CallScript) -> Result<Value> {
    let stored = json!(script);
    cx.tx.delete(Kind::CallScript, &script.target)?;
    if !script.outcomes.is_empty() {
        cx.tx.insert(Kind::CallScript, &script.target, "", &stored)?;
    }
    Ok(stored)
}

pub(crate) fn clear(cx: &Context<'_>) -> Result<()> {
    Ok(cx.tx.delete_children(Kind::CallScript, "")?)
}

/// The scripted outcome of a call.
///
/// The last outcome of a script applies to all further calls of the event.
pub(crate) fn outcome(cx: &Context<'_>, call: &PlacedCall) -> Result<Option<CallOutcome>> {
    let script: Option<CallScript> = match cx.read(Kind::CallScript, &call.to)? {
        None => cx.read(Kind::CallScript, ANY)?,
        found => found,
    };
    let Some(script) = script else { return Ok(None) };
    let n = usize::try_from(call.attempt).unwrap_or(usize::MAX).min(script.outcomes.len());
    Ok(n.checked_sub(1).and_then(|n| script.outcomes.get(n)).copied())
}
