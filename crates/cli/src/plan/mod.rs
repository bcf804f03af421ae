//! Plans: what an apply would do.

mod build;
mod render;
mod saved;
mod words;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::compare::FieldChange;
use crate::resources::{Address, Live};

pub(crate) use build::{Inputs, build, comparable, deletion, lookup, snapshot, without_write_only};
pub(crate) use render::{render, render_deletions};
pub(crate) use saved::SavedPlan;

/// All changes, in the order of addresses.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) environment: String,
    pub(crate) changes: Vec<Change>,
}

#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) address: Address,
    pub(crate) action: Action,
    /// Whether the live resource was changed elsewhere since the last apply.
    pub(crate) is_drift: bool,
    pub(crate) fields: Vec<FieldChange>,
    /// The content of the file, in template form with the values of variables. `null` for deletions.
    pub(crate) desired: Value,
    /// The fields to send, in template form; for an update, `null` clears a field.
    pub(crate) body: Map<String, Value>,
    pub(crate) live: Option<Live>,
    /// `live` in template form, with hashes in place of secrets.
    pub(crate) comparable: Option<Value>,
}

impl Change {
    /// Whether an apply sends a request for it.
    pub(crate) fn is_written(&self, prune: bool) -> bool {
        match self.action {
            Action::Create | Action::Update => true,
            Action::Delete => prune,
            Action::None => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Create,
    Update,
    Delete,
    None,
}

/// The number of resources of a plan with each action.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Summary {
    pub(crate) create: usize,
    pub(crate) update: usize,
    pub(crate) delete: usize,
    pub(crate) drift: usize,
}

impl Plan {
    pub(crate) fn summary(&self) -> Summary {
        let count = |action: Action| self.changes.iter().filter(|change| change.action == action).count();
        Summary {
            create: count(Action::Create),
            update: count(Action::Update),
            delete: count(Action::Delete),
            drift: self.changes.iter().filter(|change| change.is_drift).count(),
        }
    }

    pub(crate) fn has_changes(&self) -> bool {
        self.changes.iter().any(|change| change.action != Action::None || change.is_drift)
    }
}

/// The document of `plan --json`.
pub(crate) fn document(plan: &Plan) -> Value {
    let changes = plan.changes.iter().map(|change| {
        let fields = change.fields.iter().map(|field| {
            json!({ "path": field.at.to_string(), "before": build::shown(&field.before), "after": build::shown(&field.after) })
        });
        json!({
            "address": change.address,
            "action": change.action,
            "drift": change.is_drift,
            "fields": fields.collect::<Vec<_>>(),
        })
    });
    json!({ "environment": plan.environment, "changes": changes.collect::<Vec<_>>(), "summary": plan.summary() })
}
