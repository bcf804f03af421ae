//! Reading JSON into types, with the path of what was wrong.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::json_path::JsonPath;

/// Why a JSON text could not be read into a type, and where.
///
/// ```
/// use telnyx_ai_core::decode;
///
/// let error = decode::from_slice::<Vec<u8>>(br#"[1, "two"]"#).unwrap_err();
/// assert_eq!(error.path(), "[1]");
/// assert_eq!(error.pointer(), "/1");
/// assert_eq!(error.to_string(), r#"at `[1]`: invalid type: string "two", expected u8"#);
/// ```
#[derive(Debug, Clone, thiserror::Error)]
#[error("at `{path}`: {message}")]
pub struct DecodeError {
    path: JsonPath,
    message: String,
    syntax: bool,
}

impl DecodeError {
    /// Where the error is, like `tools[0].webhook.url`; `$` is the whole document.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.to_string()
    }

    /// Where the error is as a JSON Pointer, like `/tools/0/webhook/url`; empty is the whole document.
    #[must_use]
    pub fn pointer(&self) -> String {
        self.path.pointer()
    }

    /// What was wrong there.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the text is no JSON at all, or ends early.
    #[must_use]
    pub const fn is_syntax(&self) -> bool {
        self.syntax
    }
}

/// Reads a JSON text.
///
/// Nothing is spent on paths while all goes well; only a text that could not be read is looked at again.
///
/// # Errors
/// Where the text is no JSON, lacks a required field, or has another type than a known field's.
pub fn from_slice<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    // One look at all of the text is faster than one at each string.
    let text = std::str::from_utf8(text).map_err(|error| DecodeError {
        path: JsonPath::at(text, error.valid_up_to()),
        message: format!("byte {} is not UTF-8", error.valid_up_to()),
        syntax: true,
    })?;
    serde_json::from_str(text).map_err(|error| {
        if error.is_syntax() || error.is_eof() {
            return locate(text, &error);
        }
        // Where a union's tag comes late, what came before was read from a buffer, which has no positions.
        // The same document with the tags first has.
        let tags_first = serde_json::from_str(text).map(tags_first).unwrap_or_default();
        match serde_json::from_str::<T>(&tags_first) {
            Err(precise) if !tags_first.is_empty() => locate(&tags_first, &precise),
            _ => locate(text, &error),
        }
    })
}

fn locate(text: &str, error: &serde_json::Error) -> DecodeError {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text.match_indices('\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    let full = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let syntax = error.is_syntax() || error.is_eof();
    let path = JsonPath::at(text.as_bytes(), line_start + error.column());
    let message = match full.strip_suffix(&position) {
        Some(message) if !syntax => message,
        _ => &full,
    };
    DecodeError {
        message: if path.names_a_secret() { without_value(message) } else { message.to_owned() },
        path,
        syntax,
    }
}

/// The message without the value, which nobody is to see: `invalid type: string "hunter2", expected a sequence`.
fn without_value(message: &str) -> String {
    let Some((found, expected)) = message.rsplit_once(", expected ") else {
        return message.to_owned();
    };
    match found.split_once(['"', '`']) {
        Some((kind, _)) => format!("{kind}[masked], expected {expected}"),
        None => message.to_owned(),
    }
}

/// The same document, in which `type`, then other texts, then other scalars stand first in every object.
fn tags_first(value: Value) -> String {
    fn write(value: &Value, out: &mut String) {
        match value {
            Value::Object(map) => object(map, out),
            Value::Array(items) => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    write(item, out);
                }
                out.push(']');
            }
            scalar => out.push_str(&scalar.to_string()),
        }
    }

    fn object(map: &Map<String, Value>, out: &mut String) {
        let mut entries: Vec<_> = map.iter().collect();
        entries.sort_by_key(|(name, value)| match value {
            Value::String(_) if *name == "type" => 0,
            Value::String(_) => 1,
            Value::Array(_) | Value::Object(_) => 3,
            _ => 2,
        });
        out.push('{');
        for (n, (name, value)) in entries.into_iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            out.push_str(&Value::from(name.as_str()).to_string());
            out.push(':');
            write(value, out);
        }
        out.push('}');
    }

    let mut out = String::new();
    write(&value, &mut out);
    out
}
