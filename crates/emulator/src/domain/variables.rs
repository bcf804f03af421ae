//! Dynamic variables: where they come from, and how they are filled into texts.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::assumptions::SECRET_PLACEHOLDER_PREFIX;

/// The variables of a conversation. What comes later in this list wins: the assistant's defaults, what its webhook
/// said, the conversation's metadata, `given` with the call, and those of the system.
pub(crate) fn of_conversation(
    assistant: &Value,
    fetched: &Value,
    metadata: &Value,
    given: &Value,
    now: Timestamp,
) -> Map<String, Value> {
    let mut variables = Map::new();
    for source in [&assistant["dynamic_variables"], fetched, metadata, given] {
        if let Some(source) = source.as_object() {
            variables.extend(source.clone());
        }
    }
    variables.insert("telnyx_current_time".into(), long_time(now).into());
    variables.entry("telnyx_conversation_channel").or_insert_with(|| json!("web_chat"));
    variables
}

/// A moment as a person would say it, in UTC.
fn long_time(now: Timestamp) -> String {
    now.to_zoned(TimeZone::UTC).strftime("%A, %B %d %Y %I:%M:%S %p UTC").to_string()
}

/// What becomes of a placeholder that no variable fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// It stays as it is.
    Raw,
    /// It becomes nothing.
    Empty,
}

/// Fills `{{name}}` from the variables, and `{{#integration_secret}}name{{/integration_secret}}` with a placeholder.
pub(crate) fn render(template: &str, variables: &Map<String, Value>, unresolved: Unresolved) -> String {
    const SECRET: &str = "#integration_secret";
    const SECRET_END: &str = "{{/integration_secret}}";

    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        out.push_str(&rest[..start]);
        let inside = &rest[start + 2..];
        let Some(end) = inside.find("}}") else {
            rest = &rest[start..];
            break;
        };
        let name = inside[..end].trim();
        let after = &inside[end + 2..];
        rest = after;
        if name == SECRET
            && let Some((secret, after)) = after.split_once(SECRET_END)
        {
            out.push_str(SECRET_PLACEHOLDER_PREFIX);
            out.push_str(secret.trim());
            rest = after;
        } else if let Some(value) = lookup(variables, name) {
            out.push_str(&as_text(value));
        } else if unresolved == Unresolved::Raw {
            out.push_str("{{");
            out.push_str(&inside[..end]);
            out.push_str("}}");
        }
    }
    out.push_str(rest);
    out
}

/// A variable by its name, or a part of one by a dotted path.
pub(crate) fn lookup<'a>(variables: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = variables.get(name).or_else(|| {
        let mut steps = name.split('.');
        let first = variables.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    });
    found.filter(|value| !value.is_null())
}

/// Fills variables into all texts of a JSON value.
pub(crate) fn render_json(value: &Value, variables: &Map<String, Value>) -> Value {
    match value {
        Value::String(text) => render(text, variables, Unresolved::Raw).into(),
        Value::Array(items) => items.iter().map(|item| render_json(item, variables)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), render_json(value, variables))).collect()
        }
        other => other.clone(),
    }
}

/// A value as text: strings without quotes, everything else as JSON.
pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_what_it_knows() {
        let variables = json!({"name": "Jo", "n": 3, "order": {"state": "sent"}});
        let variables = variables.as_object().expect("an object");
        let text = |template| render(template, variables, Unresolved::Raw);
        assert_eq!(text("Hi {{name}}, {{ n }} {{order.state}}"), "Hi Jo, 3 sent");
        assert_eq!(text("{{unknown}} {{ open"), "{{unknown}} {{ open");
        assert_eq!(render("a{{unknown}}b", variables, Unresolved::Empty), "ab");
        assert_eq!(text("Bearer {{#integration_secret}}key{{/integration_secret}}!"), "Bearer emulated-secret-key!");
        assert_eq!(text("{{#integration_secret}}key"), "{{#integration_secret}}key");
    }

    #[test]
    fn later_sources_win() {
        let assistant = json!({"dynamic_variables": {"a": 1, "b": 1, "c": 1}});
        let variables = of_conversation(
            &assistant,
            &json!({"b": 2, "c": 2}),
            &json!({"c": 3}),
            &Value::Null,
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!((&variables["a"], &variables["b"], &variables["c"]), (&json!(1), &json!(2), &json!(3)));
        assert_eq!(variables["telnyx_current_time"], "Thursday, January 01 1970 12:00:00 AM UTC");
    }
}
