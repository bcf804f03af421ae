//! The bodies of error responses.

use std::fmt;

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::decode;
use crate::response::unsupported_encoding;

/// One error in a response of the API.
///
/// The API has two forms of errors: `errors[]` with code, title, detail and pointer, and `detail[]` with the location, message
/// and type of a validation error. This type represents both.
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

    /// The code, like `10015`, or the type of a validation error, like `missing`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The summary of this kind of error.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The description of this occurrence.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The JSON Pointer to the invalid part of the request, like `/tools/0/type`.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// The URL of the vendor's page about the error.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Applies a change to every text.
    pub(crate) fn map_text(&mut self, change: impl Fn(&mut String)) {
        let Self { code, title, detail, pointer, url } = self;
        [code, title, detail, pointer, url].into_iter().flatten().for_each(change);
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.title, &self.detail) {
            (Some(title), Some(detail)) if title != detail => write!(f, "{title}: {detail}")?,
            (Some(text), _) | (None, Some(text)) => f.write_str(text)?,
            (None, None) => f.write_str("an error without text")?,
        }
        match &self.pointer {
            Some(pointer) => write!(f, " at {pointer}"),
            None => Ok(()),
        }
    }
}

/// Parses the errors in a body. There are none if the form of the body is unknown.
pub(crate) fn parse(body: &[u8]) -> Vec<ApiError> {
    let body: Value = decode::from_slice_lenient(body).unwrap_or_default();
    let list = |name| body[name].as_array().filter(|errors| !errors.is_empty());
    if let Some(errors) = list("errors") {
        return errors.iter().map(errors_form).collect();
    }
    if let Some(details) = list("detail") {
        return details.iter().map(detail_form).collect();
    }
    // Other services send one error, in many forms.
    let error = &body["error"];
    let texts =
        [&error["message"], &body["detail"], &body["message"], &body["error_description"], &body["errors"], error];
    let detail = first_text(texts).or_else(|| text(&body).filter(|_| body.is_string()));
    let one = detail.map(|detail| ApiError {
        code: first_text([&error["code"], &body["code"]]),
        title: text(error).filter(|_| error.is_string()).or_else(|| text(&body["title"])),
        detail: Some(detail),
        ..ApiError::EMPTY
    });
    one.into_iter().collect()
}

/// Whether a body has one of the two forms of the API.
pub(crate) fn is_of_api(body: &[u8]) -> bool {
    let body: Value = decode::from_slice_lenient(body).unwrap_or_default();
    let has_errors = |list: &Value| list.as_array().is_some_and(|errors| errors.iter().any(Value::is_object));
    has_errors(&body["errors"]) || has_errors(&body["detail"]) || body["detail"].is_string()
}

fn errors_form(error: &Value) -> ApiError {
    ApiError {
        code: text(&error["code"]),
        title: text(&error["title"]),
        detail: first_text([&error["detail"], &error["message"]]).or_else(|| text(error).filter(|_| error.is_string())),
        pointer: text(&error["source"]["pointer"]),
        url: text(&error["meta"]["url"]),
    }
}

fn detail_form(error: &Value) -> ApiError {
    let pointer = error["loc"].as_array().map(|steps| {
        let body = steps.first().and_then(Value::as_str) == Some("body");
        steps.iter().skip(usize::from(body)).filter_map(text).fold(String::new(), |path, step| path + "/" + &step)
    });
    ApiError { code: text(&error["type"]), detail: first_text([&error["msg"], error]), pointer, ..ApiError::EMPTY }
}

fn first_text<const N: usize>(values: [&Value; N]) -> Option<String> {
    values.into_iter().find_map(text)
}

/// The text of a value that is not empty. Some services send codes as numbers.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(_) => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(items) if items.is_empty() => None,
        Value::Object(fields) if fields.is_empty() => None,
        other => Some(other.to_string()),
    }
}

/// The number of characters that a message shows of a body that is not an error of the API.
const EXCERPT: usize = 120;

/// The number of errors that a message shows.
const SHOWN_ERRORS: usize = 10;

/// The one-line message of an error response.
pub(crate) fn summary(status: StatusCode, headers: &HeaderMap, body: &[u8], errors: &[ApiError]) -> String {
    let advice = match status.as_u16() {
        401 => "; check the API key (TELNYX_API_KEY)",
        429 => "; slow the client down, for example with `RateLimitLayer`",
        _ => "",
    };
    let reason = match (errors, unsupported_encoding(headers)) {
        ([], _) if body.is_empty() => "the response has no body".to_owned(),
        ([], Some(problem)) => format!("the response {problem}"),
        ([], None) if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) => {
            "the response is JSON, but not an error of the API; see `Error::body`".to_owned()
        }
        ([], None) => {
            let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            format!(
                "the response ({}) is not an error of the API; it may come from a proxy: {:?}",
                kind.unwrap_or("without a content type"),
                excerpt(body),
            )
        }
        (errors, _) => {
            let mut texts: Vec<_> = errors.iter().take(SHOWN_ERRORS).map(ToString::to_string).collect();
            if errors.len() > SHOWN_ERRORS {
                texts.push(format!("and {} more", errors.len() - SHOWN_ERRORS));
            }
            texts.join("; ")
        }
    };
    format!("{status}: {reason}{advice}")
}

/// The start of a body, without HTML tags and runs of white space.
pub(crate) fn excerpt(body: &[u8]) -> String {
    // The text before the first tag is read as text after a tag.
    let body = format!(">{}", String::from_utf8_lossy(&body[..body.len().min(16 * EXCERPT)]));
    let texts = body.split('<').filter_map(|tag| Some(tag.split_once('>')?.1));
    let words = texts.flat_map(|text| text.split(|c: char| c.is_whitespace() || c.is_control()));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(EXCERPT).collect()
}
