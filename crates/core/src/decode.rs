//! Deserialization of JSON text, with errors that name the path.

use serde::de::DeserializeOwned;

pub use crate::decode_error::DecodeError;
use crate::json_path::JsonPath;
use crate::repair::repair;
use crate::reread;
use crate::trace;
use crate::tree::Tree;

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
/// Types that serde buffers are read strictly: those in a field with `#[serde(flatten)]` and in an untagged enum.
///
/// A byte order mark is skipped, lone halves of surrogate pairs and invalid UTF-8 become U+FFFD, and numbers beyond `f64` become
/// strings.
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
/// If the text is not JSON, or if an object that no optional field contains lacks a required field, has one of another type, or
/// has a known field twice.
pub fn from_slice_lenient<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    match utf8(text) {
        Ok(valid) => serde_json::from_str(valid).or_else(|_| recover(text)),
        Err(error) => recover(text).map_err(|other| if other.is_syntax() { error } else { other }),
    }
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
    match tree(text).and_then(|document| reread::read::<T>(&document, false)) {
        Err(error) => error,
        // The type reads JSON text differently from other formats.
        Ok(_) => DecodeError::data(JsonPath::default(), error),
    }
}

#[cold]
fn recover<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    let repaired = repair(&String::from_utf8_lossy(text));
    let tree = tree(&repaired)?;
    if repaired.as_bytes() != text {
        trace::repaired();
    }
    let (value, set_aside) = reread::read(&tree, true)?;
    set_aside.iter().for_each(trace::set_aside);
    Ok(value)
}

fn tree(text: &str) -> Result<Tree, DecodeError> {
    serde_json::from_str(text).map_err(|error| DecodeError::syntax(error.to_string()))
}
