//! The bodies of error answers.

use std::fmt;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// One error of the API's answer.
///
/// The API has two forms, and both read into this: its own (`errors[]` with code, title, detail and a pointer) and
/// that of its validation (`detail[]` with a location, a message and a type).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    code: Option<String>,
    title: Option<String>,
    detail: Option<String>,
    pointer: Option<String>,
    url: Option<String>,
}

impl ApiError {
    const EMPTY: Self = Self { code: None, title: None, detail: None, pointer: None, url: None };

    /// The API's code, like `10015`, or the type of a validation error, like `missing`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What it is in general.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What it is in this case.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The part of the request that it is about, as a JSON Pointer like `/tools/0/type`.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// Where the vendor explains it.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.title, &self.detail) {
            (Some(title), Some(detail)) if title != detail => write!(f, "{title}: {detail}")?,
            (Some(text), _) | (None, Some(text)) => f.write_str(text)?,
            (None, None) => f.write_str("an error without a text")?,
        }
        match &self.pointer {
            Some(pointer) => write!(f, " at {pointer}"),
            None => Ok(()),
        }
    }
}

/// The errors of a body; none where it has no form that is known.
pub(crate) fn parse(body: &[u8]) -> Vec<ApiError> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return Vec::new();
    };
    if let Some(errors) = body.get("errors").and_then(Value::as_array) {
        return errors.iter().map(own_form).collect();
    }
    match body.get("detail") {
        Some(Value::Array(details)) => return details.iter().map(validation_form).collect(),
        Some(detail) => return vec![ApiError { detail: text(detail), ..ApiError::EMPTY }],
        None => {}
    }
    ["error", "message"]
        .iter()
        .filter_map(|name| body.get(*name))
        .map(|error| ApiError {
            code: error.get("code").and_then(text),
            detail: error.get("message").and_then(text).or_else(|| text(error)),
            ..ApiError::EMPTY
        })
        .take(1)
        .collect()
}

fn own_form(error: &Value) -> ApiError {
    ApiError {
        code: error.get("code").and_then(text),
        title: error.get("title").and_then(text),
        detail: error.get("detail").and_then(text).or_else(|| error.as_str().map(str::to_owned)),
        pointer: error.pointer("/source/pointer").and_then(text),
        url: error.pointer("/meta/url").and_then(text),
    }
}

fn validation_form(error: &Value) -> ApiError {
    let pointer = error.get("loc").and_then(Value::as_array).map(|steps| {
        let body = steps.first().and_then(Value::as_str) == Some("body");
        steps.iter().skip(usize::from(body)).filter_map(text).fold(String::new(), |path, step| path + "/" + &step)
    });
    ApiError {
        code: error.get("type").and_then(text),
        detail: error.get("msg").and_then(text).or_else(|| text(error)),
        pointer,
        ..ApiError::EMPTY
    }
}

/// Some services write codes as numbers.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// How many characters of a body that is no error of the API's are shown.
const EXCERPT: usize = 120;

/// What went wrong, in one line.
pub(crate) fn summary(status: StatusCode, headers: &HeaderMap, body: &[u8], errors: &[ApiError]) -> String {
    let advice = match status.as_u16() {
        401 => "; check the API key (TELNYX_API_KEY)",
        429 => "; wait, or keep the client below the rate",
        _ => "",
    };
    let said = match errors {
        [] if body.is_empty() => "the answer has no body".to_owned(),
        [] if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) => {
            "the answer is JSON, but of no form of the API's errors; `Error::body` has it".to_owned()
        }
        [] => {
            let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            format!(
                "the answer ({}) is not an error of the API's, so it may come from a proxy in between: {:?}",
                kind.unwrap_or("no content type"),
                excerpt(body),
            )
        }
        errors => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    };
    format!("{status}: {said}{advice}")
}

/// The first words of a body, without HTML tags and runs of white space.
fn excerpt(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(&body[..body.len().min(16 * EXCERPT)]);
    let mut words = String::new();
    let mut in_tag = false;
    for c in body.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                words.push(' ');
            }
            c if !in_tag => words.push(if c.is_control() { ' ' } else { c }),
            _ => {}
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(EXCERPT).collect()
}
