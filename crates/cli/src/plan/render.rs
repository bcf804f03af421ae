//! Plans as text.

use serde_json::Value;

use super::{Action, Change, Plan, build::shown, words::word_diff};
use crate::output::style::{BOLD, CREATED, DELETED, DIM, DRIFTED, UPDATED, styled};

/// Longer texts are shown as word diffs.
const SHORT: usize = 60;

/// The most lines that are shown of a new text.
const MAX_LINES: usize = 12;

/// Renders a plan, field by field. `prune` is whether deletions are carried out.
pub(crate) fn render(plan: &Plan, prune: bool, color: bool) -> String {
    let mut text = String::new();
    for change in plan.changes.iter().filter(|change| change.action != Action::None || change.is_drift) {
        text.push_str(&describe(change, prune, color));
        text.push('\n');
    }
    let summary = plan.summary();
    if plan.has_changes() {
        text.push_str(&format!(
            "{}: {} to create, {} to update, {} to delete",
            styled(BOLD, format!("Plan for {}", plan.environment)),
            summary.create,
            summary.update,
            summary.delete
        ));
        if summary.drift > 0 {
            text.push_str(&format!(", {} changed elsewhere", summary.drift));
        }
    } else {
        text.push_str(&format!("No changes: {} matches the files.", plan.environment));
    }
    text
}

/// Renders the resources to delete.
pub(crate) fn render_deletions(plan: &Plan) -> String {
    let lines = plan.changes.iter().map(|change| match change.action {
        Action::Delete => styled(DELETED, format!("- {}", change.address)),
        _ => format!("  {} no longer exists", change.address),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// One change.
fn describe(change: &Change, prune: bool, color: bool) -> String {
    let (sign, style) = match change.action {
        Action::Create => ("+", CREATED),
        Action::Update => ("~", UPDATED),
        Action::Delete => ("-", DELETED),
        Action::None => (" ", DIM),
    };
    let mut text = styled(style, format!("{sign} {}", change.address));
    match change.action {
        Action::Delete if prune => text.push_str(" is no longer in the files"),
        Action::Delete => text.push_str(" is no longer in the files; `apply --prune` deletes it"),
        Action::Create if change.is_drift => {}
        Action::Create => text.push_str(" is new"),
        _ => {}
    }
    if change.is_drift {
        let what = if change.action == Action::Create {
            "was deleted elsewhere"
        } else {
            "was changed elsewhere since the last apply"
        };
        text.push_str(&format!(
            " {}",
            styled(DRIFTED, format!("({what}; `pull` writes it to the files, `apply --overwrite-drift` reverts it)"))
        ));
    }
    text.push('\n');
    for field in &change.fields {
        text.push_str(&format!(
            "    {}\n",
            field_line(&field.at.to_string(), &shown(&field.before), &shown(&field.after), color)
        ));
    }
    text
}

fn field_line(path: &str, before: &Value, after: &Value, color: bool) -> String {
    match (before, after) {
        (Value::String(before), Value::String(after)) if before.len().max(after.len()) > SHORT => {
            let diff = word_diff(before, after, color).replace('\n', "\n      | ");
            format!("{path}:\n      | {diff}")
        }
        (Value::Null, after) => format!("{path}:{}", plain(after)),
        (before, Value::Null) => format!("{path}:{} → not set", plain(before)),
        (before, after) => format!("{path}:{} →{}", plain(before), plain(after)),
    }
}

/// A value that follows a colon or an arrow, in the same line or below.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') => {
            let mut lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
            let more = text.lines().count().saturating_sub(MAX_LINES);
            let rest = format!("… {more} more lines");
            if more > 0 {
                lines.push(&rest);
            }
            format!("\n      | {}", lines.join("\n      | "))
        }
        Value::Array(items) if items.iter().all(|item| !item.is_array() && !item.is_object()) => format!(" {value}"),
        Value::Object(fields) if fields.is_empty() => " {}".to_owned(),
        Value::Array(_) | Value::Object(_) => {
            format!("\n      {}", crate::project::to_yaml(value).trim_end().replace('\n', "\n      "))
        }
        other => format!(" {other}"),
    }
}
