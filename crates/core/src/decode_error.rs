use std::fmt::Display;

use crate::json_path::{JsonPath, Step};

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

/// Lets types that read other formats report errors.
impl serde::de::Error for DecodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self { path: JsonPath::default(), message: message.to_string(), syntax: false }
    }
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

    /// The reason. It is a general text if the path names a secret or the text is long, because it could show the value.
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

    pub(crate) fn syntax(message: String) -> Self {
        Self { path: JsonPath::default(), message, syntax: true }
    }

    pub(crate) fn data(path: JsonPath, error: &serde_json::Error) -> Self {
        let mut message = error.to_string();
        let shows_no_value = message.starts_with("missing field ") || message.starts_with("duplicate field ");
        if !shows_no_value && (message.len() > MAX_MESSAGE || path.names_a_secret()) {
            "the value is invalid; it is masked, because it is long or may be a secret".clone_into(&mut message);
        }
        Self { path, message, syntax: false }
    }
}

/// The length of a message that can contain the whole value.
const MAX_MESSAGE: usize = 400;
