use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::api_error::{self, ApiError};
use crate::decode::DecodeError;
use crate::response::{RateLimit, request_id};
use crate::retry::retry_after;
use crate::{BoxError, Operation, TransportError, TransportErrorKind};

/// What a call can end with instead of a value.
///
/// `Display` says in one line which operation failed, why, and what to do. [`kind`](Self::kind) and
/// [`status`](Self::status) are for programs. Of a body, `Display` and `Debug` show the API's own words of the error, or a line of what is no
/// JSON; [`body`](Self::body) gives the whole.
///
/// ```
/// use telnyx_ai_core::{Error, ErrorKind};
///
/// let error = Error::from_answer(404, r#"{"errors": [{"code": "10005", "title": "Not found"}]}"#);
/// assert_eq!(error.kind(), ErrorKind::Api);
/// assert_eq!(error.code(), Some("10005"));
/// assert_eq!(error.to_string(), "404 Not Found: Not found (code 10005)");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<Operation>,
    source: Option<BoxError>,
    answer: Option<Answer>,
    partial: Option<String>,
    attempts: u32,
}

/// The API's answer that is the error.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    errors: Vec<ApiError>,
}

/// What sort of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client's own settings are not right: the key, the base URL, the transport. Nothing was sent.
    Config,
    /// The call's arguments are not right. Nothing was sent.
    Request,
    /// No connection came about.
    Connect,
    /// The time was up.
    Timeout,
    /// The connection broke, or a layer or transport failed.
    Transport,
    /// The API answered with an error's status.
    Api,
    /// The API has seen the idempotency key before, with another request: nothing was done.
    IdempotencyKeyReused,
    /// The API answered with a redirect, which is never followed: the key must not go to another place.
    Redirect,
    /// The answer could not be read into its type.
    Decode,
    /// A stream reported an error or ended before it was complete.
    Stream,
    /// The trait's implementation has no such operation: a mock or a wrapper older than the trait.
    Unsupported,
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: one_line(message.into()),
            operation: None,
            source: None,
            answer: None,
            partial: None,
            attempts: 0,
        }))
    }

    /// An error of the settings.
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    /// An error of a call's arguments, found before anything was sent.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Request, message)
    }

    /// An error of a stream: it reported one, or ended early.
    pub fn stream(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Stream, message)
    }

    /// The time was up.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Timeout, message)
    }

    /// The error that an answer with this status and body is: what a mock returns to play the API.
    ///
    /// A status outside 100 to 999 counts as 500.
    pub fn from_answer(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::api(status, HeaderMap::new(), body.into())
    }

    pub(crate) fn api(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let words = body.clone();
        Self::api_saying(&words, status, headers, body)
    }

    /// The same, where `words` of the body are shown.
    #[cold]
    pub(crate) fn api_saying(words: &[u8], status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let errors = api_error::parse(words);
        let message = api_error::summary(status, &headers, words, &errors);
        let mut error = Self::new(ErrorKind::Api, message);
        error.0.answer = Some(Answer { status, headers, body, errors });
        error
    }

    #[cold]
    pub(crate) fn redirect(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let to = headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or("nowhere");
        let message = format!(
            "{status} to {to}: redirects are not followed, because the API key must not go to another place; set \
             the base URL to where the API is"
        );
        let mut error = Self::new(ErrorKind::Redirect, message);
        error.0.answer = Some(Answer { status, headers, body, errors: Vec::new() });
        error
    }

    #[cold]
    pub(crate) fn too_long(limit: usize) -> Self {
        let message = format!("the answer has more than {limit} bytes; allow more by `max_answer_bytes` on the client");
        Self::new(ErrorKind::Decode, message)
    }

    #[cold]
    pub(crate) fn transport(source: BoxError) -> Self {
        let (kind, message) = match TransportError::kind_of(&*source) {
            TransportErrorKind::Connect => (
                ErrorKind::Connect,
                format!("no connection: {source}; check the base URL, the network and the proxy settings"),
            ),
            TransportErrorKind::Timeout => (ErrorKind::Timeout, format!("time is up: {source}")),
            TransportErrorKind::Broken => {
                (ErrorKind::Transport, format!("the connection broke before the whole answer was there: {source}"))
            }
        };
        let mut error = Self::new(kind, message);
        error.0.source = Some(source);
        error
    }

    pub(crate) fn decode(source: DecodeError, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let mut message = format!("the answer ({status}) is not of the expected type: {source}");
        if source.is_syntax() {
            let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            message = format!(
                "the answer ({status}, {}, {} bytes) is not JSON: {source}; is the base URL that of the API?",
                kind.unwrap_or("no content type"),
                body.len(),
            );
        }
        let mut error = Self::new(ErrorKind::Decode, message).with_source(source);
        error.0.answer = Some(Answer { status, headers, body, errors: Vec::new() });
        error
    }

    pub(crate) fn unsupported(method: &str) -> Self {
        Self::new(
            ErrorKind::Unsupported,
            format!("{method} is not implemented here: implement it, or set an expectation on the mock"),
        )
    }

    /// The same error with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error with the part of a stream's text that had arrived before it.
    #[must_use]
    pub fn with_partial(mut self, partial: impl Into<String>) -> Self {
        self.0.partial = Some(partial.into());
        self
    }

    /// The same error, told apart where it is about the idempotency key that was sent.
    pub(crate) fn about_idempotency_key(mut self) -> Self {
        if self.status() == Some(StatusCode::UNPROCESSABLE_ENTITY) && self.tells_of_idempotency() {
            self.0.kind = ErrorKind::IdempotencyKeyReused;
            self.0.message.push_str("; give each piece of work a key of its own");
        }
        self
    }

    /// Whether the same call, under the same idempotency key, is still being done.
    pub(crate) fn is_in_progress(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT) && self.tells_of_idempotency()
    }

    /// The API has no code of its own for these errors, so its words decide.
    fn tells_of_idempotency(&self) -> bool {
        self.errors().iter().any(|error| error.to_string().to_ascii_lowercase().contains("idempoten"))
    }

    pub(crate) fn during(mut self, operation: &Operation, attempts: u32) -> Self {
        self.0.operation.get_or_insert_with(|| operation.clone());
        self.0.attempts = attempts;
        self
    }

    /// What sort of failure this is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the API's answer, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.0.answer.as_ref()?.status)
    }

    /// The code of the API's first error, like `10005`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.errors().iter().find_map(ApiError::code)
    }

    /// The API's errors, one by one, in whichever of its forms they came.
    #[must_use]
    pub fn errors(&self) -> &[ApiError] {
        self.0.answer.as_ref().map_or(&[], |answer| &answer.errors)
    }

    /// The headers of the API's answer.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.0.answer.as_ref()?.headers)
    }

    /// The body of the API's answer. It may hold what the request held.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        Some(&self.0.answer.as_ref()?.body)
    }

    /// The API's id of the request, to be named when you ask the vendor about it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers()?)
    }

    /// What is left of the rate limit, where the API said so.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers()?)
    }

    /// How long the API asks to wait before the next try.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers()?, SystemTime::now())
    }

    /// What the API itself says of another try.
    pub(crate) fn should_retry(&self) -> Option<bool> {
        self.headers()?.get("x-should-retry")?.to_str().ok()?.trim().parse().ok()
    }

    /// How many times the request was sent; 0 where it never was.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The operation that failed.
    #[must_use]
    pub const fn operation(&self) -> Option<&Operation> {
        self.0.operation.as_ref()
    }

    /// The text of a stream that had arrived before it failed.
    #[must_use]
    pub fn partial(&self) -> Option<&str> {
        self.0.partial.as_deref()
    }

    /// Whether the same call may succeed later: the network, the server or a limit was in the way, not the call.
    ///
    /// The client has repeated it already, where that was safe. Whether it is safe for a call that may have been done
    /// (a `POST` without idempotency key) is yours to know.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.should_retry().unwrap_or(match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport => true,
            ErrorKind::Api => self
                .status()
                .is_some_and(|status| status.is_server_error() || matches!(status.as_u16(), 408 | 409 | 429)),
            _ => false,
        })
    }
}

/// What servers say may have line breaks in it, and worse: a log's line is to stay one.
fn one_line(text: String) -> String {
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.0.operation {
            write!(f, "{operation} failed: ")?;
        }
        f.write_str(&self.0.message)?;
        let mut facts = Vec::new();
        if matches!(self.0.kind, ErrorKind::Api | ErrorKind::IdempotencyKeyReused) {
            facts.extend(self.code().map(|code| one_line(format!("code {code}"))));
        }
        facts.extend(self.request_id().map(|id| format!("request id {id}")));
        if self.0.attempts > 1 {
            facts.push(format!("after {} attempts", self.0.attempts));
        }
        if facts.is_empty() { Ok(()) } else { write!(f, " ({})", facts.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.to_string());
        if let Some(answer) = &self.0.answer {
            debug.field("status", &answer.status).field("body_bytes", &answer.body.len());
        }
        debug.field("source", &self.0.source).finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
