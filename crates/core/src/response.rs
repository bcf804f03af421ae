use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// A deserialized response with its status, headers, body and number of attempts.
///
/// [`Call::with_response`](crate::Call::with_response) returns it. `Debug` leaves out the headers and the body, which may
/// contain secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The deserialized value.
    pub value: T,
    /// The status, which is 200 to 299.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as received. It is empty for a stream.
    pub body: Bytes,
    /// The number of times the request was sent. It is 1 if there were no retries.
    pub attempts: u32,
}

impl<T> Response<T> {
    /// A response of one attempt with the status 200, for mocks and wrappers.
    ///
    /// It has no headers and no body.
    pub fn new(value: T) -> Self {
        Self { value, status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new(), attempts: 1 }
    }

    /// The API's id of the request, for questions to the vendor.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// The state of the rate limit, if the response has it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(&self.headers)
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("body_bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    const NAMES: [HeaderName; 2] = [HeaderName::from_static("x-request-id"), HeaderName::from_static("request-id")];
    NAMES.iter().find_map(|name| headers.get(name)?.to_str().ok())
}

/// The state of the API's rate limit, as reported in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of requests that a window allows.
    pub limit: Option<u64>,
    /// The number of requests that are left in the window.
    pub remaining: Option<u64>,
    /// The time until the next window starts.
    pub reset: Option<Duration>,
}

impl RateLimit {
    /// Reads the rate limit from headers.
    ///
    /// They are `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset` (in seconds). Returns `None` if none of
    /// them has a valid value.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok().filter(|n| *n >= 0.0);
        // The cast truncates fractions and saturates beyond u64.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = |name| number(name).map(|n| n as u64);
        let found = Self {
            limit: count("x-ratelimit-limit"),
            remaining: count("x-ratelimit-remaining"),
            reset: number("x-ratelimit-reset").and_then(|s| Duration::try_from_secs_f64(s).ok()),
        };
        (found.limit.is_some() || found.remaining.is_some() || found.reset.is_some()).then_some(found)
    }
}

/// The media type without parameters.
pub(crate) fn essence(content_type: &HeaderValue) -> &str {
    content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

/// The problem of a response whose body is compressed, for error messages. The client requests no compression.
pub(crate) fn unsupported_encoding(headers: &HeaderMap) -> Option<String> {
    let encoding = headers.get(CONTENT_ENCODING).map(|encoding| String::from_utf8_lossy(encoding.as_bytes()))?;
    (encoding != "identity").then(|| {
        format!(
            "is encoded with {encoding}, which the client does not support; check the proxies between the client and the API"
        )
    })
}
