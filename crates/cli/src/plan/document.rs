//! Plans as JSON.

use serde_json::{Value, json};

use super::{Change, Plan, build::shown};

/// The document of `plan --json`.
pub(crate) fn document(plan: &Plan) -> Value {
    let summary = plan.summary();
    json!({
        "environment": plan.environment,
        "changes": plan.changes.iter().map(change).collect::<Vec<_>>(),
        "summary": {
            "create": summary.create,
            "update": summary.update,
            "delete": summary.delete,
            "drift": summary.drift,
        },
    })
}

fn change(change: &Change) -> Value {
    let fields = change.fields.iter().map(
        |field| json!({ "path": field.at.to_string(), "before": shown(&field.before), "after": shown(&field.after) }),
    );
    json!({
        "address": change.address,
        "action": change.action.as_str(),
        "drift": change.is_drift,
        "fields": fields.collect::<Vec<_>>(),
    })
}
