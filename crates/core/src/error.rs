use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::response::Parts;
use http::{HeaderMap, StatusCode};

use crate::api_error::{self, ApiError};
use crate::decode_error::DecodeError;
use crate::masking::{key_in, mask, mask_headers, masked_body};
use crate::response::{RateLimit, essence, request_id, unsupported_encoding};
use crate::retry::retry_after;
use crate::transport::chain;
use crate::{BoxError, CallOptions, Operation, TransportError, TransportErrorKind};

/// The error type of this SDK.
///
/// `Display` shows the operation, the reason and the remedy in one line. Programs use [`kind`](Self::kind) and
/// [`status`](Self::status). `Display` and `Debug` never show the API key.
///
/// ```
/// use telnyx_ai_core::{Error, ErrorKind};
///
/// let body = r#"{"errors": [{"code": "10005", "title": "Not found"}]}"#;
/// let error = Error::from_response(404, body);
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
    response: Option<ErrorResponse>,
    partial: Option<String>,
    attempts: u32,
    /// Why the call was not retried, if that needs an explanation.
    not_retried: Option<String>,
}

/// The response that caused the error.
struct ErrorResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    errors: Vec<ApiError>,
}

/// The kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting of the client is invalid: the key, the base URL or the transport. Nothing was sent.
    Config,
    /// An argument of the call is invalid. Nothing was sent.
    Request,
    /// The request was not processed.
    ///
    /// There was no connection, a layer was not ready, or the server refused the request.
    Connect,
    /// The certificate of the server was rejected. Nothing was sent, and the call is not retried.
    Certificate,
    /// A layer, the transport or a wrapper rejected the call. It is not retried.
    Rejected,
    /// The operation timed out. The API may have executed it.
    Timeout,
    /// The connection broke, or a layer or the transport failed. The API may have executed the operation.
    Transport,
    /// The API responded with an error status.
    Api,
    /// The idempotency key was used for another request. The API did not execute this one.
    IdempotencyKeyReused,
    /// The API responded with a redirect. Redirects are not followed, because the key must not go to another origin.
    Redirect,
    /// Another client changed the resource, so the operation stopped. Nothing was sent after the change was detected.
    Conflict,
    /// The response could not be deserialized. The API has executed the operation.
    Decode,
    /// A stream reported an error or ended before it was complete.
    Stream,
    /// A mock or a wrapper does not implement the method.
    Unsupported,
}

impl Error {
    /// Creates an error of any kind, for mocks, transports and wrappers.
    ///
    /// ```
    /// use telnyx_ai_core::{Call, Error, ErrorKind};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let error = Error::new(ErrorKind::Connect, "cannot connect to 127.0.0.1:9: connection refused");
    /// let call: Call<()> = Call::err(error);
    /// assert!(call.await.unwrap_err().is_retryable());
    /// # }
    /// ```
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: one_line(message.into()),
            operation: None,
            source: None,
            response: None,
            partial: None,
            attempts: 0,
            not_retried: None,
        }))
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    /// Creates the error of a response with this status and body, for mocks.
    ///
    /// The kind is that of a call with an idempotency key, and the number of attempts is 0. A status outside 100 to 999 counts
    /// as 500.
    pub fn from_response(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::error_status(status, HeaderMap::new(), body.into()).about_idempotency_key()
    }

    /// Sets a header of the response, for mocks. It is ignored if the error has no response.
    ///
    /// ```
    /// use std::time::Duration;
    /// use http::{HeaderValue, header::RETRY_AFTER};
    /// use telnyx_ai_core::Error;
    ///
    /// let error = Error::from_response(429, "").with_header(RETRY_AFTER, HeaderValue::from_static("30"));
    /// assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    /// ```
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        let inner = &mut *self.0;
        let Some(response) = &mut inner.response else {
            return self;
        };
        response.headers.insert(name, value);
        if matches!(inner.kind, ErrorKind::Api | ErrorKind::Redirect | ErrorKind::IdempotencyKeyReused) {
            let again = Self::error_status(response.status, response.headers.clone(), response.body.clone());
            let Inner { kind, message, response, .. } = *again.about_idempotency_key().0;
            (inner.kind, inner.message, inner.response) = (kind, message, response);
        }
        self
    }

    /// The error of a response without a success status.
    #[cold]
    pub(crate) fn error_status(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let location = headers.get(LOCATION).filter(|_| status.is_redirection() && status != StatusCode::NOT_MODIFIED);
        let (kind, message, errors) = match location {
            Some(location) => {
                let message = format!(
                    "{status} to {}: redirects are not followed, because the API key must not go to another origin; correct \
                     the base URL",
                    String::from_utf8_lossy(location.as_bytes())
                );
                (ErrorKind::Redirect, message, Vec::new())
            }
            None => {
                let errors = api_error::parse(&body);
                (ErrorKind::Api, api_error::summary(status, &headers, &body, &errors), errors)
            }
        };
        Self::new(kind, message).with_response(ErrorResponse { status, headers, body, errors })
    }

    #[cold]
    pub(crate) fn too_long(limit: usize) -> Self {
        let message = format!("the response has more than {limit} bytes; raise `max_answer_bytes` on the client");
        Self::new(ErrorKind::Decode, message)
    }

    #[cold]
    pub(crate) fn deadline_passed(deadline: Duration) -> Self {
        Self::new(ErrorKind::Timeout, format!("the deadline of {deadline:?} has passed; raise `deadline` on the call"))
    }

    #[cold]
    pub(crate) fn too_dense(limit: usize) -> Self {
        let message = format!(
            "the response would take more than 16 times {limit} bytes in memory; raise `max_answer_bytes` on the client"
        );
        Self::new(ErrorKind::Decode, message)
    }

    #[cold]
    pub(crate) fn transport(source: BoxError) -> Self {
        let source = match source.downcast::<Self>() {
            Ok(error) if error.0.operation.is_none() && error.0.response.is_none() => return *error,
            // The error of another call, which a layer has made.
            Ok(error) => error,
            Err(other) => other,
        };
        let (kind, message) = TransportError::describe(&*source);
        let (kind, advice) = match kind {
            TransportErrorKind::Connect => (ErrorKind::Connect, "; check the base URL and proxy settings"),
            TransportErrorKind::Certificate => {
                (ErrorKind::Certificate, "; check the base URL, the system's clock and the trusted root certificates")
            }
            TransportErrorKind::Rejected => (ErrorKind::Rejected, ""),
            TransportErrorKind::NotProcessed => (ErrorKind::Connect, ""),
            TransportErrorKind::Timeout => (ErrorKind::Timeout, ""),
            TransportErrorKind::Broken => (ErrorKind::Transport, ""),
        };
        // A layer can wrap the error of another one. The error of a response may be that of another call.
        let wrapped = chain(&*source).find_map(|error| error.downcast_ref::<Self>());
        let kind = wrapped.filter(|error| error.0.response.is_none()).map_or(kind, Self::kind);
        Self::new(kind, format!("{message}{advice}")).with_source(source)
    }

    /// The error of a response with a success status and an unexpected body.
    #[cold]
    pub(crate) fn decode(source: DecodeError, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let message = if body.is_empty() {
            format!("the response ({status}) has no body; the operation was executed, so do not repeat it")
        } else if let Some(problem) = unsupported_encoding(&headers) {
            format!("the response ({status}) {problem}")
        } else if source.is_syntax() {
            format!(
                "the response ({status}, {}, {} bytes) is not JSON: {source}; check that the base URL is the API's",
                media_type(&headers),
                body.len(),
            )
        } else {
            format!("the response ({status}) does not have the expected type: {source}")
        };
        let response = ErrorResponse { status, headers, body, errors: Vec::new() };
        Self::new(ErrorKind::Decode, message).with_source(source).with_response(response)
    }

    /// The error of a response with a success status that is not the requested stream.
    #[cold]
    pub(crate) fn not_a_stream(options: &CallOptions, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let accepted = options.header(ACCEPT.as_str()).unwrap_or_default();
        let message = match unsupported_encoding(&headers) {
            Some(problem) => format!("the response ({status}) {problem}"),
            None => format!(
                "the response ({status}) is {}, not {accepted}: {:?}",
                media_type(&headers),
                api_error::excerpt(&body)
            ),
        };
        Self::new(ErrorKind::Decode, message).with_response(ErrorResponse { status, headers, body, errors: Vec::new() })
    }

    /// Adds the head of the response whose body could not be read.
    #[cold]
    pub(crate) fn after_head(mut self, Parts { status, headers, .. }: Parts) -> Self {
        let response = || ErrorResponse { status, headers, body: Bytes::new(), errors: Vec::new() };
        self.0.response.get_or_insert_with(response);
        self
    }

    fn with_response(mut self, response: ErrorResponse) -> Self {
        self.0.response = Some(response);
        self
    }

    pub(crate) fn unsupported(method: &str) -> Self {
        Self::new(
            ErrorKind::Unsupported,
            format!("`{method}` is not implemented; implement it, or set an expectation on the mock"),
        )
    }

    /// Adds the error that caused this one; see [`get_ref`](Self::get_ref).
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the text of a stream that arrived before the error.
    #[must_use]
    pub fn with_partial(mut self, partial: impl Into<String>) -> Self {
        self.0.partial = Some(partial.into());
        self
    }

    /// Changes the kind if the API rejected the idempotency key.
    pub(crate) fn about_idempotency_key(mut self) -> Self {
        if self.status() == Some(StatusCode::UNPROCESSABLE_ENTITY) && self.mentions_idempotency() {
            self.0.kind = ErrorKind::IdempotencyKeyReused;
            self.0.message.push_str("; use one key per operation");
        }
        self
    }

    pub(crate) fn not_retried(mut self, reason: Option<String>) -> Self {
        self.0.not_retried = reason;
        self
    }

    /// Masks the API key wherever the server repeated it.
    pub(crate) fn without_key(mut self, authorization: Option<&HeaderValue>) -> Self {
        let Some(key) = key_in(authorization) else {
            return self;
        };
        let inner = &mut *self.0;
        mask(&mut inner.message, key);
        if let Some(partial) = &mut inner.partial {
            mask(partial, key);
        }
        if let Some(source) = inner.source.as_mut().and_then(|source| source.downcast_mut::<DecodeError>()) {
            source.map_text(|text| mask(text, key));
        }
        if let Some(response) = &mut inner.response {
            for error in &mut response.errors {
                error.map_text(|text| mask(text, key));
            }
            mask_headers(&mut response.headers, key);
            if let Some(body) = masked_body(&response.body, key) {
                response.body = body.into();
            }
        }
        self
    }

    /// Whether the API is still executing a call with the same idempotency key.
    pub(crate) fn is_in_progress(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT) && self.mentions_idempotency()
    }

    /// Whether an error is about the idempotency key. The API has no code for that, so the text decides.
    fn mentions_idempotency(&self) -> bool {
        self.errors().iter().any(|error| error.to_string().to_ascii_lowercase().contains("idempoten"))
    }

    pub(crate) fn during(mut self, operation: &Operation, attempts: u32) -> Self {
        self.0.operation.get_or_insert_with(|| operation.clone());
        self.0.attempts = attempts;
        self
    }

    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.0.response.as_ref()?.status)
    }

    /// The code of the first error in the response, like `10005`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.errors().iter().find_map(ApiError::code)
    }

    /// The errors in the response.
    #[must_use]
    pub fn errors(&self) -> &[ApiError] {
        self.0.response.as_ref().map_or(&[], |response| &response.errors)
    }

    /// Whether the API responded that a resource does not exist.
    ///
    /// This requires the status 404 and a body with `errors` or `detail`. The 404 of a proxy or of a wrong base URL usually
    /// has neither. It says nothing about the resource.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND) && self.body().is_some_and(|body| api_error::is_of_api(body))
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.0.response.as_ref()?.headers)
    }

    /// The body of the response. It may repeat values of the request.
    ///
    /// It is the first 64 KiB of the body of an error response, or the whole body of a response that could not be deserialized.
    /// It is empty if a stream failed after it began, or if a body broke or exceeded a limit after its status had arrived.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        Some(&self.0.response.as_ref()?.body)
    }

    /// The API's id of the request, for questions to the vendor.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers()?)
    }

    /// The state of the rate limit, if the response has it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers()?)
    }

    /// The delay that the API requests before the next attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers()?, SystemTime::now())
    }

    /// Whether the API requests or forbids a retry.
    ///
    /// An executed operation must not be repeated, whatever the response says.
    pub(crate) fn should_retry(&self) -> Option<bool> {
        if self.status().is_some_and(|status| status.is_success()) {
            return None;
        }
        self.headers()?.get("x-should-retry")?.to_str().ok()?.trim().parse().ok()
    }

    /// The number of attempts to send the request, including one that a layer rejected or that had no connection.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The operation that failed.
    #[must_use]
    pub const fn operation(&self) -> Option<&Operation> {
        self.0.operation.as_ref()
    }

    /// The text of a stream that arrived before it failed.
    #[must_use]
    pub fn partial(&self) -> Option<&str> {
        self.0.partial.as_deref()
    }

    /// The error of the transport, the layer or the deserializer that caused this one.
    ///
    /// Use it to downcast the cause. `Display` includes its text, so `source` skips it and returns its own source. Its texts are
    /// those of another crate and are not masked.
    #[must_use]
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// Whether the same call may succeed later.
    ///
    /// Returns true if the network, the server or a rate limit caused the error. A [`Stream`](ErrorKind::Stream) error is
    /// never retryable. The client has already retried the call if that was safe. Before you repeat a `POST` without an
    /// idempotency key, check whether the API has executed it.
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

/// The media type of a response, for error messages.
fn media_type(headers: &HeaderMap) -> &str {
    match headers.get(CONTENT_TYPE) {
        Some(found) => essence(found),
        None => "without a content type",
    }
}

/// Replaces control characters, because texts from servers end up in logs and terminals.
fn one_line(text: String) -> String {
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.0.operation {
            write!(f, "{} failed: ", one_line(operation.to_string()))?;
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
        facts.extend(self.0.not_retried.as_ref().map(|reason| format!("not retried: {reason}")));
        if facts.is_empty() { Ok(()) } else { write!(f, " ({})", facts.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.to_string());
        if let Some(response) = &self.0.response {
            debug.field("status", &response.status).field("body_bytes", &response.body.len());
        }
        debug.finish_non_exhaustive()
    }
}

/// Returns the source of the cause. [`get_ref`](Error::get_ref) returns the cause itself.
impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref()?.source()
    }
}
