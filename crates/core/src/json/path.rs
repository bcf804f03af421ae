//! Where in a JSON document something is.

use std::fmt::{self, Write as _};

use super::reader::MAX_DEPTH;
use crate::data::names_a_secret;

/// One step into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Field(String),
    Item(usize),
}

/// A path like `tools[0].webhook.url`; the document itself is `$`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct JsonPath(pub(crate) Vec<Step>);

impl JsonPath {
    /// The same as a JSON Pointer (RFC 6901), like `/tools/0/webhook/url`.
    pub(crate) fn pointer(&self) -> String {
        let mut out = String::new();
        for step in &self.0 {
            out.push('/');
            match step {
                Step::Field(name) => out.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Item(index) => out.push_str(&index.to_string()),
            }
        }
        out
    }

    /// Whether it leads to something that is a secret by its name, or into it.
    pub(crate) fn names_a_secret(&self) -> bool {
        self.0.iter().any(|step| matches!(step, Step::Field(name) if names_a_secret(name)))
    }

    /// The path of the value that a reader was at, `offset` bytes into `text`, when it gave up: one that had just
    /// ended, one that was open, or one that was to begin.
    pub(crate) fn at(text: &[u8], offset: usize) -> Self {
        let text = &text[..offset.min(text.len())];
        let mut path = Self::default();
        let mut open = Vec::new(); // b'{' or b'[' of the containers around the reader
        let mut key_next = false;
        let mut at = 0;
        // Deeper than a reader goes, only a text without UTF-8 was looked at.
        while at < text.len() && open.len() <= usize::from(MAX_DEPTH) {
            match text[at] {
                b'"' => {
                    let end = end_of_string(text, at);
                    if key_next {
                        let name = serde_json::from_slice(&text[at..end]).unwrap_or_default();
                        path.0.push(Step::Field(name));
                    }
                    at = end;
                    continue;
                }
                b'{' => {
                    open.push(b'{');
                    key_next = true;
                }
                b'[' => {
                    open.push(b'[');
                    key_next = false;
                    path.0.push(Step::Item(0));
                }
                b':' => key_next = false,
                b',' => match open.last() {
                    Some(b'{') => {
                        path.0.pop();
                        key_next = true;
                    }
                    _ => {
                        if let Some(Step::Item(index)) = path.0.last_mut() {
                            *index += 1;
                        }
                    }
                },
                b'}' => {
                    open.pop();
                    if !key_next {
                        path.0.pop();
                    }
                    key_next = false;
                }
                b']' => {
                    open.pop();
                    path.0.pop();
                }
                _ => {}
            }
            at += 1;
        }
        path
    }
}

/// One past the closing quote of the string that opens at `start`.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_char('$');
        }
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Item(index) => write!(f, "[{index}]")?,
                Step::Field(name) if is_plain(name) => {
                    if depth > 0 {
                        f.write_char('.')?;
                    }
                    f.write_str(name)?;
                }
                Step::Field(name) => write!(f, "[{name:?}]")?,
            }
        }
        Ok(())
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
