//! Deserialization of JSON text, with errors that name the path.

use serde::de::DeserializeOwned;

use crate::json_path::{JsonPath, Step};
use crate::repair::repair;
use crate::reread;
use crate::trace;
use crate::tree::Tree;

/// The error of JSON text that does not deserialize into the requested type.
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
    /// The path of the value, like `tools[0].webhook.url`. `$` is the whole document.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.to_string()
    }

    /// The path as a JSON Pointer, like `/tools/0/webhook/url`. The empty pointer is the whole document.
    #[must_use]
    pub fn pointer(&self) -> String {
        self.path.pointer()
    }

    /// The reason. It leaves the value out if the path names a secret.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the text is not JSON.
    ///
    /// This includes text that ends early, has a number beyond `f64`, or nests more than 127 arrays and objects.
    #[must_use]
    pub const fn is_syntax(&self) -> bool {
        self.syntax
    }

    /// Applies a change to every text.
    pub(crate) fn map_text(&mut self, change: impl Fn(&mut String)) {
        change(&mut self.message);
        self.path.0.iter_mut().for_each(|step| {
            if let Step::Field(name) = step {
                change(name)
            }
        });
    }

    fn syntax(message: String) -> Self {
        Self { path: JsonPath::default(), message, syntax: true }
    }

    fn data(path: JsonPath, error: &serde_json::Error) -> Self {
        let message = describe(&path, error);
        Self { path, message, syntax: false }
    }
}

/// The message of an error, without values that may be secret.
fn describe(path: &JsonPath, error: &serde_json::Error) -> String {
    let message = error.to_string();
    let shows_no_value = message.starts_with("missing field ") || message.starts_with("duplicate field ");
    if shows_no_value || !path.names_a_secret() {
        return message;
    }
    masked(&message).unwrap_or_else(|| "the value is invalid; it is masked, because it may be a secret".to_owned())
}

/// The message of a type mismatch, `invalid type: string "hunter2", expected a sequence`, without the value.
fn masked(message: &str) -> Option<String> {
    let (found, expected) = message.rsplit_once(", expected ")?;
    let (prefix @ ("invalid type" | "invalid value"), found) = found.split_once(": ")? else {
        return None;
    };
    let kind = found.split(['"', '`']).next()?.trim_end();
    match kind {
        "null" | "number" | "sequence" | "map" => Some(format!("{prefix}: {kind}, expected {expected}")),
        "boolean" | "integer" | "floating point" | "string" => {
            Some(format!("{prefix}: {kind} [masked], expected {expected}"))
        }
        _ => None,
    }
}

/// Deserializes JSON text strictly, as `serde_json` does. Errors name the path of the value.
///
/// # Errors
/// If the text is not JSON, a required field is missing, or a known field has another type or occurs twice.
pub fn from_slice<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    let text = utf8(text)?;
    serde_json::from_str(text).map_err(|error| locate::<T>(text, &error))
}

/// Deserializes JSON text leniently, as the client deserializes responses.
///
/// A value of an unexpected type is kept as raw JSON in the `extra` of the nearest object in which it is optional.
/// Serialization writes it back. A mistyped member of a tagged union becomes its `Unknown` variant.
/// [`unknown_paths`](crate::unknown_paths) lists both, and a `tracing` warning names each path (feature `tracing`).
///
/// A byte order mark is skipped, lone halves of surrogate pairs become U+FFFD, and numbers beyond `f64` become strings.
///
/// ```
/// use telnyx_ai_core::{PageMeta, decode, unknown_paths};
///
/// let meta: PageMeta = decode::from_slice_lenient(br#"{"page_number": 1, "total_pages": 3, "page_size": "twenty"}"#)?;
/// assert_eq!(meta.total_pages, 3);
/// assert_eq!(meta.page_size, None);
/// assert_eq!(meta.extra.get("page_size"), Some(&"twenty".into()));
/// assert_eq!(unknown_paths(&meta), ["page_size"]);
/// # Ok::<(), decode::DecodeError>(())
/// ```
///
/// # Errors
/// If the text is not JSON, or a required field is missing, has another type or occurs twice and no optional field contains it.
pub fn from_slice_lenient<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    let text = utf8(text)?;
    serde_json::from_str(text).or_else(|_| recover(text))
}

/// Checks the whole text, which is faster than checking each string.
fn utf8(text: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(text).map_err(|error| DecodeError::syntax(format!("byte {} is not UTF-8", error.valid_up_to())))
}

#[cold]
fn locate<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> DecodeError {
    if !error.is_data() {
        return DecodeError::syntax(error.to_string());
    }
    // The text can be malformed after the first error.
    match tree(text).map(|tree| reread::strict::<T>(&tree)) {
        Err(error) => error,
        Ok(Err((path, error))) => DecodeError::data(path, &error),
        // The type reads JSON text differently from other formats.
        Ok(Ok(_)) => DecodeError::data(JsonPath::default(), error),
    }
}

#[cold]
fn recover<T: DeserializeOwned>(text: &str) -> Result<T, DecodeError> {
    let tree = repaired_tree(text)?;
    let (value, set_aside) = reread::lenient(&tree).map_err(|(path, error)| DecodeError::data(path, &error))?;
    set_aside.iter().for_each(trace::set_aside);
    Ok(value)
}

fn repaired_tree(text: &str) -> Result<Tree, DecodeError> {
    let repaired = repair(text);
    let tree = tree(&repaired)?;
    if repaired != text {
        trace::repaired();
    }
    Ok(tree)
}

fn tree(text: &str) -> Result<Tree, DecodeError> {
    serde_json::from_str(text).map_err(|error| DecodeError::syntax(error.to_string()))
}
