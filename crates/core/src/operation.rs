use std::borrow::Cow;
use std::fmt::{self, Write as _};

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a call asks of the API: a method and a path in which parameters stand as `{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    method: Method,
    path: Cow<'static, str>,
}

impl Operation {
    pub(crate) fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        Self { method, path: path.into() }
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The path's template, like `/ai/assistants/{assistant_id}`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':').remove(b'@');
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Puts `parameters`, percent-encoded, where `template` has its `{names}`.
///
/// The error says which parameter can not stand in a path: an empty one, `.` and `..` would name another resource.
pub(crate) fn fill(template: &str, parameters: &[&str]) -> Result<String, String> {
    debug_assert_eq!(template.matches('{').count(), parameters.len(), "one parameter for each name in {template}");
    let mut path = String::with_capacity(template.len() + 40 * parameters.len());
    let mut rest = template;
    let mut parameters = parameters.iter();
    while let Some((before, from_name)) = rest.split_once('{') {
        let (name, after) = from_name.split_once('}').unwrap_or((from_name, ""));
        let value = parameters.next().copied().unwrap_or_default();
        match value {
            "" => return Err(format!("`{name}` is empty: give the id of what the call is about")),
            "." | ".." => return Err(format!("`{name}` is `{value}`, which would name another path")),
            _ => {}
        }
        path.push_str(before);
        path.extend(utf8_percent_encode(value, SEGMENT));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// Appends `name=value`, percent-encoded, to a query.
pub(crate) fn add_query(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    // Writing to a String does not fail.
    let _ = write!(query, "{}={}", utf8_percent_encode(name, QUERY), utf8_percent_encode(value, QUERY));
}
