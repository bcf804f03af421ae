//! The values that must not be printed or written.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock};

use serde_json::Value;

/// Shorter values are not masked, because they occur in other texts by chance.
const LEAST_LENGTH: usize = 4;

/// The same for API keys, in bytes. The SDK masks them from this length on.
const LEAST_KEY_LENGTH: usize = 8;

/// The fields of JSON documents whose values are structure: they are chosen by this program, by the API, or as names of files.
const STRUCTURE: [&str; 26] = [
    "action", "address", "conversation_id", "environment", "file", "files", "folder", "id", "kept", "key", "kind",
    "path", "referred_by", "refers_to", "removed", "resources", "result", "role", "run_id", "secrets", "severity",
    "shell", "status", "unset_secrets", "version_id", "written",
];

/// The fields of JSON documents whose values are content of resources, with fields of any name.
const CONTENT: [&str; 2] = ["after", "before"];

/// The values of the secrets of a project, with the names of their variables.
#[derive(Default)]
pub(crate) struct Secrets {
    values: RwLock<BTreeMap<String, String>>,
    /// Texts that are kept as a whole, although a part of them may be the value of a secret.
    kept: RwLock<BTreeSet<String>>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Masks the value from now on.
    pub(crate) fn register(&self, name: &str, value: &str) {
        if value.chars().count() >= LEAST_LENGTH {
            self.values.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
        }
    }

    /// Masks an API key from now on.
    pub(crate) fn register_key(&self, name: &str, key: &str) {
        if key.len() >= LEAST_KEY_LENGTH {
            self.register(name, key);
        }
    }

    /// Keeps a text, such as an address, as it is.
    pub(crate) fn keep(&self, text: String) {
        self.kept.write().unwrap_or_else(PoisonError::into_inner).insert(text);
    }

    /// Replaces each secret in a text by `${secret.NAME}`.
    pub(crate) fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        // A value may contain another one.
        let mut values: Vec<_> = values.iter().collect();
        values.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        for (name, value) in values {
            // In JSON, and in messages that quote it, a value may be escaped.
            let quoted = Value::from(value.as_str()).to_string();
            for form in [value.as_str(), &quoted[1..quoted.len() - 1]] {
                if text.contains(form) {
                    text = Cow::Owned(replaced(&text, form, &format!("${{secret.{name}}}"), &kept));
                }
            }
        }
        text
    }

    /// Replaces each secret in a JSON document, but not in its structure.
    pub(crate) fn masked_value(&self, value: &Value) -> Value {
        self.masked_field("", value, false)
    }

    fn masked_field(&self, name: &str, value: &Value, is_content: bool) -> Value {
        match value {
            Value::String(_) if !is_content && STRUCTURE.contains(&name) => value.clone(),
            Value::String(text) => self.masked(text).into_owned().into(),
            Value::Array(items) => items.iter().map(|item| self.masked_field(name, item, is_content)).collect(),
            Value::Object(fields) => {
                let masked = fields.iter().map(|(name, value)| {
                    let is_content = is_content || CONTENT.contains(&name.as_str());
                    (name.clone(), self.masked_field(name, value, is_content))
                });
                masked.collect()
            }
            other => other.clone(),
        }
    }
}

/// Replaces a part of a text wherever it is not inside of a longer text that is kept.
fn replaced(text: &str, part: &str, by: &str, kept: &BTreeSet<String>) -> String {
    let is_at = |kept: &str, start: Option<usize>| {
        start.and_then(|start| text.as_bytes().get(start..)).is_some_and(|rest| rest.starts_with(kept.as_bytes()))
    };
    let is_kept = |start: usize| {
        let mut longer = kept.iter().filter(|kept| kept.len() > part.len());
        longer.any(|kept| kept.match_indices(part).any(|(offset, _)| is_at(kept, start.checked_sub(offset))))
    };
    let (mut result, mut end) = (String::with_capacity(text.len()), 0);
    for (start, found) in text.match_indices(part) {
        result.push_str(&text[end..start]);
        result.push_str(if is_kept(start) { found } else { by });
        end = start + found.len();
    }
    result.push_str(&text[end..]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_masked_in_texts_and_json() {
        let secrets = Secrets::default();
        secrets.register("A", "hunter2");
        secrets.register("B", "say \"hunter2\"");
        secrets.register("SHORT", "abc");
        assert_eq!(secrets.masked("xhunter2y abc"), "x${secret.A}y abc");
        assert_eq!(secrets.masked(r#"{"p": "say \"hunter2\""}"#), r#"{"p": "${secret.B}"}"#);
        assert_eq!(
            secrets.masked_value(&serde_json::json!([{"p": "hunter2"}])),
            serde_json::json!([{"p": "${secret.A}"}])
        );
    }

    #[test]
    fn structure_and_addresses_are_kept() {
        let secrets = Secrets::default();
        secrets.register_key("KEY", "greets");
        assert_eq!(secrets.masked("greets"), "greets");
        secrets.register("WORD", "greets");
        secrets.register("URL", "https://x/tests.greets");
        secrets.keep("tests.greets".to_owned());
        assert_eq!(
            secrets.masked("~ tests.greets says greets at https://x/tests.greets, tests.greet"),
            "~ tests.greets says ${secret.WORD} at ${secret.URL}, tests.greet"
        );
        let document = |text: &str| {
            serde_json::json!({
                "resources": ["tests.greets"],
                "changes": [{"address": "tests.greets", "status": "greets", "error": text, "after": {"key": [text]}}],
            })
        };
        assert_eq!(secrets.masked_value(&document("a greets")), document("a ${secret.WORD}"));
    }
}
