use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode};

/// An answer with all that came around its value; see [`Call::with_response`](crate::Call::with_response).
///
/// `Debug` shows neither headers nor body: they may hold what the types mask.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// The status, a success.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// The body as it came, of which `value` may be a part; empty for a stream.
    pub body: Bytes,
    /// How many times the request was sent, 1 where nothing had to be repeated.
    pub attempts: u32,
}

impl<T> Response<T> {
    /// The API's id of this request, to be named when you ask the vendor about it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// What is left of the rate limit, where the API said so.
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

/// What the API said of its rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests a window allows.
    pub limit: Option<u64>,
    /// How many of them are left.
    pub remaining: Option<u64>,
    /// How long until the window starts again.
    pub reset: Option<Duration>,
}

impl RateLimit {
    /// Reads `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset` (seconds).
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok().filter(|n| *n >= 0.0);
        // Counts are whole; a fraction is cut off, and what is beyond u64 saturates.
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
