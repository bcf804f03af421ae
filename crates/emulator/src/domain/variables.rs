//! Dynamic variables: their sources, and their substitution in texts.

use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use serde_json::{Map, Value, json};

use super::system_variables::{self, CURRENT_TIME};
use crate::{
    assumptions::SECRET_PLACEHOLDER_PREFIX,
    json::{as_text, object, part},
};

/// The variables of a conversation.
///
/// Later sources take precedence: the assistant, its webhook, the conversation's metadata, `given` (from the request or set
/// by tools), the system.
pub(crate) fn of_conversation(
    assistant: &Value,
    fetched: &Map<String, Value>,
    conversation: &Value,
    given: &Map<String, Value>,
    now: Timestamp,
) -> Map<String, Value> {
    let mut variables = object(&assistant["dynamic_variables"]);
    variables.extend(fetched.clone());
    // A null does not hide a variable.
    variables.extend(object(&conversation["metadata"]).into_iter().filter(|(_, value)| !value.is_null()));
    variables.extend(given.clone());
    variables.insert(CURRENT_TIME.into(), system_variables::long(now).into());
    variables.extend(system_variables::of_conversation(conversation, now));
    variables.entry("telnyx_conversation_channel").or_insert_with(|| json!("web_chat"));
    variables.entry("telnyx_end_user_target_verified").or_insert_with(|| json!(false));
    variables
}

/// The result of a placeholder for an unknown variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unresolved {
    /// The placeholder itself.
    Raw,
    /// An empty string.
    Empty,
}

/// Replaces `{{name}}` with the variable.
///
/// Replaces `{{#integration_secret}}name{{/integration_secret}}` with a fake secret.
pub(crate) fn render(template: &str, variables: &Map<String, Value>, unresolved: Unresolved) -> String {
    render_with(template, variables, unresolved, String::push_str)
}

/// Like [`render`], with a function that appends a value to the text so far.
pub(crate) fn render_with(
    template: &str,
    variables: &Map<String, Value>,
    unresolved: Unresolved,
    append: impl Fn(&mut String, &str),
) -> String {
    static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
        let secret = r"\{\{\s*#integration_secret\s*\}\}(?<secret>.*?)\{\{/integration_secret\}\}";
        Regex::new(&format!(r"(?s){secret}|\{{\{{(?<name>.*?)\}}\}}")).expect("a valid pattern")
    });

    let mut out = String::with_capacity(template.len());
    let mut end = 0;
    for found in PLACEHOLDER.captures_iter(template) {
        let placeholder = found.get_match();
        out.push_str(&template[end..placeholder.start()]);
        end = placeholder.end();
        let name = found.name("name").map_or("", |name| name.as_str().trim());
        if let Some(secret) = found.name("secret") {
            append(&mut out, &format!("{SECRET_PLACEHOLDER_PREFIX}{}", secret.as_str().trim()));
        } else if let Some(value) = lookup(variables, name) {
            append(&mut out, &as_text(value));
        } else if let Some(time) = system_variables::fill(name, variables) {
            append(&mut out, &time);
        } else if unresolved == Unresolved::Raw {
            out.push_str(placeholder.as_str());
        }
    }
    out.push_str(&template[end..]);
    out
}

/// A variable by name, or a part of one by a path of names and indices, separated by dots.
pub(crate) fn lookup<'a>(variables: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = variables.get(name).or_else(|| {
        let mut steps = name.split('.');
        let first = variables.get(steps.next()?)?;
        steps.try_fold(first, part)
    });
    found.filter(|value| !value.is_null())
}

/// Replaces variables in all strings of a JSON value.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_variables_are_replaced() {
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
    fn later_sources_take_precedence() {
        let assistant = json!({"dynamic_variables": {"a": 1, "b": 1, "c": 1}});
        let conversation = json!({"id": "conversation-1", "metadata": {"c": 3}});
        let fetched = object(&json!({"b": 2, "c": 2}));
        let variables = of_conversation(&assistant, &fetched, &conversation, &Map::new(), Timestamp::UNIX_EPOCH);
        assert_eq!((&variables["a"], &variables["b"], &variables["c"]), (&json!(1), &json!(2), &json!(3)));
        assert_eq!(variables["telnyx_current_time"], "Thursday, January 01 1970 12:00:00 AM UTC");
        assert_eq!(variables["telnyx_conversation_id"], "conversation-1");
    }
}
