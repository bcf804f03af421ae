//! Plans as text.

use serde_json::Value;

use super::{Action, Change, Plan, build::HIDDEN, build::shown, words::word_diff};
use crate::output::style::{BOLD, CREATED, DELETED, DIM, DRIFTED, UPDATED, styled};

/// Longer texts are shown as word diffs.
const SHORT: usize = 60;

/// The maximum number of lines that are shown of a new text.
const MAX_LINES: usize = 12;

/// Renders a plan, field by field. `prune` is whether deletions are applied.
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

pub(crate) fn render_deletions(plan: &Plan) -> String {
    let lines = plan.changes.iter().map(|change| match change.action {
        Action::Delete => styled(DELETED, format!("- {}", change.address)),
        _ => format!("  {} does not exist in {}", change.address, plan.environment),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn describe(change: &Change, prune: bool, color: bool) -> String {
    let (sign, style) = match change.action {
        Action::Create => ("+", CREATED),
        Action::Update => ("~", UPDATED),
        Action::Delete => ("-", DELETED),
        Action::None => (" ", DIM),
    };
    let mut text = styled(style, format!("{sign} {}", change.address));
    text.push_str(match change.action {
        Action::Delete if prune => " is no longer in the files",
        Action::Delete => " is no longer in the files; `apply --prune` deletes it",
        Action::Create if !change.is_drift => " is new",
        _ => "",
    });
    if change.is_drift {
        let changed = "was changed elsewhere since the last apply; `pull` writes it to the files";
        let what = match change.action {
            Action::Create => {
                "was deleted elsewhere; `pull KEY` removes the file, `apply --overwrite-drift` creates it again"
                    .to_owned()
            }
            Action::Delete => format!("{changed}, `apply --prune --overwrite-drift` deletes it"),
            Action::Update | Action::None => format!("{changed}, `apply --overwrite-drift` reverts it"),
        };
        text.push_str(&format!(" {}", styled(DRIFTED, format!("({what})"))));
    }
    text.push('\n');
    let is_new = change.action == Action::Create;
    for field in &change.fields {
        let (before, after) = (shown(&field.before), shown(&field.after));
        text.push_str(&format!("    {}\n", field_line(&field.at.to_string(), &before, &after, is_new, color)));
    }
    text
}

/// A change of a field. The fields of a resource that `is_new` are all added.
fn field_line(path: &str, before: &Value, after: &Value, is_new: bool, color: bool) -> String {
    match (before, after) {
        (Value::String(before), Value::String(after)) if before.len().max(after.len()) > SHORT && before != HIDDEN => {
            let diff = word_diff(before, after, color).replace('\n', "\n      | ");
            format!("{path}:\n      | {diff}")
        }
        (Value::Null, after) if !is_new && is_block(after) => format!("{path}: added{}", plain(after)),
        (Value::Null, after) => format!("{path}:{}", plain(after)),
        (before, Value::Null) if is_block(before) => format!("{path}: removed{}", plain(before)),
        (before, Value::Null) => format!("{path}:{} → not set", plain(before)),
        (before, after) => format!("{path}:{} →{}", plain(before), plain(after)),
    }
}

/// Whether a value is shown below its path.
fn is_block(value: &Value) -> bool {
    plain(value).starts_with('\n')
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
