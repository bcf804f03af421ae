//! The values that must not be printed or written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use serde_json::Value;

/// Shorter values are not masked, because they occur in other texts by chance.
const LEAST_LENGTH: usize = 4;

/// The values of the secrets of a project, with the names of their variables.
#[derive(Default)]
pub(crate) struct Secrets(RwLock<BTreeMap<String, String>>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Masks the value from now on.
    pub(crate) fn register(&self, name: &str, value: &str) {
        if value.chars().count() >= LEAST_LENGTH {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
        }
    }

    /// Replaces each secret in a text by `${secret.NAME}`.
    pub(crate) fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        let values = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // A value may contain another one.
        let mut values: Vec<_> = values.iter().collect();
        values.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        for (name, value) in values {
            // In JSON, and in messages that quote it, a value may be escaped.
            let quoted = Value::from(value.as_str()).to_string();
            for form in [value.as_str(), &quoted[1..quoted.len() - 1]] {
                if text.contains(form) {
                    text = Cow::Owned(text.replace(form, &format!("${{secret.{name}}}")));
                }
            }
        }
        text
    }

    pub(crate) fn masked_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.masked(text).into_owned().into(),
            Value::Array(items) => items.iter().map(|item| self.masked_value(item)).collect(),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(name, value)| (name.clone(), self.masked_value(value))).collect())
            }
            other => other.clone(),
        }
    }
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
}
