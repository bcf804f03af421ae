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
    serde_json::from_slice(text).map_err(|error| {
        // Where a union's tag comes late, what came before was read from a buffer, which has no positions.
        // The same document with the tags first has.
        let tags_first = serde_json::from_slice(text).map(tags_first).unwrap_or_default();
        match serde_json::from_slice::<T>(&tags_first) {
            Err(precise) if !tags_first.is_empty() => locate(&tags_first, &precise),
            _ => locate(text, &error),
        }
    })
}

fn locate(text: &[u8], error: &serde_json::Error) -> DecodeError {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    let full = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let syntax = error.is_syntax() || error.is_eof();
    DecodeError {
        path: JsonPath::at(text, line_start + error.column()),
        message: match full.strip_suffix(&position) {
            Some(message) if !syntax => message.to_owned(),
            _ => full,
        },
        syntax,
    }
}

/// The same document, in which `type`, then other texts, then other scalars stand first in every object.
fn tags_first(value: Value) -> Vec<u8> {
    fn write(value: &Value, out: &mut Vec<u8>) {
        match value {
            Value::Object(map) => object(map, out),
            Value::Array(items) => {
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    write(item, out);
                }
                out.push(b']');
            }
            scalar => out.extend_from_slice(scalar.to_string().as_bytes()),
        }
    }

    fn object(map: &Map<String, Value>, out: &mut Vec<u8>) {
        let mut entries: Vec<_> = map.iter().collect();
        entries.sort_by_key(|(name, value)| match value {
            Value::String(_) if *name == "type" => 0,
            Value::String(_) => 1,
            Value::Array(_) | Value::Object(_) => 3,
            _ => 2,
        });
        out.push(b'{');
        for (n, (name, value)) in entries.into_iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
            out.push(b':');
            write(value, out);
        }
        out.push(b'}');
    }

    let mut out = Vec::new();
    write(&value, &mut out);
    out
}
