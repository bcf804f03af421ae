use std::borrow::Cow;
use std::fmt::{self, Write as _};

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// An operation of the API: a method and a path template.
///
/// `Display` shows both, like `GET /ai/assistants/{assistant_id}`. Layers, and transports that were passed to
/// [`transport`](crate::ClientBuilder::transport), find it in the extensions of the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Operation {
    method: Method,
    path: Cow<'static, str>,
}

impl Operation {
    pub(crate) fn new(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        Self { method, path: path.into() }
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The path template, like `/ai/assistants/{assistant_id}`.
    ///
    /// For [`Client::request`](crate::Client::request), it is the requested path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path, unless it can contain ids.
    #[cfg(feature = "tracing")]
    pub(crate) fn template(&self) -> Option<&str> {
        matches!(self.path, Cow::Borrowed(_)).then(|| self.path())
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

/// Replaces the `{names}` in `template` by `parameters`, percent-encoded.
///
/// An empty parameter, `.` and `..` are errors, because the path would address another resource.
pub(crate) fn fill(template: &str, parameters: &[&str]) -> Result<String, String> {
    debug_assert_eq!(template.matches('{').count(), parameters.len(), "{template} needs one parameter for each name");
    let mut path = String::with_capacity(template.len() + 40 * parameters.len());
    let mut rest = template;
    let mut parameters = parameters.iter();
    while let Some((before, from_name)) = rest.split_once('{') {
        let (name, after) = from_name.split_once('}').unwrap_or((from_name, ""));
        let value = parameters.next().copied().unwrap_or_default();
        match value {
            "" => return Err(format!("`{name}` is empty; give the id of the resource")),
            "." | ".." => return Err(format!("`{name}` is `{value}`, which would address another path")),
            _ => {}
        }
        path.push_str(before);
        path.extend(utf8_percent_encode(value, SEGMENT));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// Checks the path of an untyped call.
pub(crate) fn check(path: String) -> Result<String, String> {
    // In a URL, `%2e` is another way to write a dot, and a backslash another way to write a slash.
    let is_dots = |step: &str| matches!(step.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let problem = if !path.starts_with('/') {
        "does not begin with a slash"
    } else if path.contains('\\') {
        "contains a backslash; write `%5C`"
    } else if path.contains('#') {
        "contains `#`, which would end it; write `%23`"
    } else if path.split('?').next().is_some_and(|path| path.split('/').any(is_dots)) {
        "contains `.` or `..`, which would address another path"
    } else {
        return Ok(path);
    };
    Err(format!("the path {path:?} {problem}"))
}

/// Appends `name=value`, percent-encoded, to a query.
pub(crate) fn add_query(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    // Writing to a String does not fail.
    let _ = write!(query, "{}={}", utf8_percent_encode(name, QUERY), utf8_percent_encode(value, QUERY));
}

/// Appends a JSON value to a query, in the form that the API expects.
pub(crate) fn add_query_value(query: &mut String, name: &str, value: &Value) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Null => {}
        Value::Array(items) => add_query(query, name, &items.iter().map(text).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| add_query_value(query, &format!("{name}[{key}]"), value));
        }
        plain => add_query(query, name, &text(plain)),
    }
}
