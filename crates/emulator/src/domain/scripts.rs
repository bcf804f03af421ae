//! The scripts that are kept with everything else.

use serde_json::{Value, json};

use super::{Code, Outcome, Problem, Work, kind};
use crate::script::Scripts;

/// There is one document of scripts.
const ID: &str = "scripts";

/// The scripts, where some were set, or all were taken away.
pub(crate) fn get(work: &Work<'_>) -> Outcome<Option<Value>> {
    Ok(work.tx.get(kind::SCRIPTS, ID)?)
}

/// Puts these in place of all others.
pub(crate) fn set(work: &Work<'_>, scripts: &Value) -> Outcome<()> {
    read(scripts)?;
    if !work.tx.replace(kind::SCRIPTS, ID, scripts)? {
        work.tx.insert(kind::SCRIPTS, ID, "", scripts)?;
    }
    Ok(())
}

/// Adds these after the others.
pub(crate) fn add(work: &Work<'_>, scripts: &Value) -> Outcome<()> {
    read(scripts)?;
    let present = get(work)?.unwrap_or_default();
    let both = |field: &str| -> Vec<Value> {
        [&present[field], scripts.get(field).unwrap_or(&Value::Null)]
            .into_iter()
            .flat_map(|rules| rules.as_array().cloned().unwrap_or_default())
            .collect()
    };
    set(work, &json!({ "chat": both("chat"), "judge": both("judge") }))
}

/// Reads scripts; what is wrong with them is a problem with the request.
pub(crate) fn read(scripts: &Value) -> Outcome<Scripts> {
    Scripts::from_value(scripts)
        .map_err(|problem| Problem::invalid(Code::UNPROCESSABLE, problem.pointer, format!("{}.", problem.detail)))
}
