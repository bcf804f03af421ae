//! Plans as JSON.

use serde_json::{Value, json};

use super::{Change, Plan, build::shown};

/// The document of `plan --json`.
pub(crate) fn document(plan: &Plan) -> Value {
    json!({
        "environment": plan.environment,
        "changes": plan.changes.iter().map(change).collect::<Vec<_>>(),
        "summary": plan.summary(),
    })
}

fn change(change: &Change) -> Value {
    let fields = change.fields.iter().map(
        |field| json!({ "path": field.at.to_string(), "before": shown(&field.before), "after": shown(&field.after) }),
    );
    json!({
        "address": change.address,
        "action": change.action,
        "drift": change.is_drift,
        "fields": fields.collect::<Vec<_>>(),
    })
}
