//! Reading JSON into types, with the path of what was wrong.

use crate::json::{Fault, FromJson, JsonPath, Reader};

/// Why a JSON text could not be read into a type, and where.
///
/// ```
/// use telnyx_ai_core::decode;
///
/// let error = decode::from_slice::<Vec<u8>>(br#"[1, "two"]"#).unwrap_err();
/// assert_eq!(error.path(), "[1]");
/// assert_eq!(error.pointer(), "/1");
/// assert_eq!(error.to_string(), r#"at `[1]`: invalid type: string "two", expected a whole number (u8)"#);
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

    /// Whether the text is no JSON at all, ends early, or has what no reader takes: a number beyond all floats, or more than 128
    /// arrays and objects in each other.
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
/// Where the text is no JSON, lacks a required field, has a known field twice, or another type than a known field's.
pub fn from_slice<T: FromJson>(text: &[u8]) -> Result<T, DecodeError> {
    // One look at all of the text is faster than one at each string.
    let text = std::str::from_utf8(text).map_err(|error| DecodeError {
        path: JsonPath::at(text, error.valid_up_to()),
        message: format!("byte {} is not UTF-8", error.valid_up_to()),
        syntax: true,
    })?;
    let mut reader = Reader::new(text);
    read(&mut reader).map_err(|fault| locate(text, reader.at(), fault))
}

fn read<T: FromJson>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    reader.peek();
    let value = T::from_json(reader)?;
    reader.end()?;
    Ok(value)
}

#[cold]
fn locate(text: &str, at: usize, fault: Fault) -> DecodeError {
    let path = JsonPath::at(text.as_bytes(), at);
    let syntax = fault.is_syntax();
    let message = if path.names_a_secret() { fault.into_masked_message() } else { fault.into_message() };
    DecodeError { path, message, syntax }
}
