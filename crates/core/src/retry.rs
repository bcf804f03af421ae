//! Retries of failed calls.
//!
//! By default a call is retried up to twice. The delays are 0.5 s and 1 s, minus up to 25 % jitter, or the delay that the
//! server requests.
//!
//! | failure | `GET`, `PUT`, `DELETE`, and calls with an idempotency key | `POST`, `PATCH` without a key |
//! |---|---|---|
//! | no connection, a layer that is not ready, or the server refused the request before processing it (HTTP/2 `REFUSED_STREAM`, `GOAWAY`) | retried | retried |
//! | the certificate of the server was rejected, or a layer rejected the request | not retried | not retried |
//! | 429 | retried | retried: the server rejected the request |
//! | timeout, broken connection, 408, 409, 5xx | retried | not retried: the request may have been executed |
//! | any other status | not retried | not retried |
//! | 409, because the same call with the same key is still executing | retried up to ten times | |
//! | the response has `x-should-retry: true` | retried | retried |
//! | the response has `x-should-retry: false` | not retried | not retried |
//!
//! A retry budget prevents retry storms. Each retry costs 5 of 500 tokens. A success refunds the tokens of its retries, or 1
//! token if it had none. When the budget is empty, calls fail without a retry, and the error reports it.
//!
//! The delay that a server requests in `retry-after-ms` or `retry-after` (seconds or a date) is limited to
//! [`Retries::RETRY_AFTER_CAP`], 60 s. Replace the policy with
//! [`ClientBuilder::retry_policy`](crate::ClientBuilder::retry_policy), or disable retries with `max_retries(0)` on the client
//! or a call.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode};

use crate::{Error, ErrorKind};

/// Decides whether and when a failed call is retried.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_core::{Client, RetryPolicy, retry::Failure};
///
/// /// Three retries, one second apart, of requests that are safe to repeat.
/// #[derive(Debug)]
/// struct Steady;
///
/// impl RetryPolicy for Steady {
///     fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
///         (failure.repeatable && failure.error.is_retryable() && failure.retries < 3).then_some(Duration::from_secs(1))
///     }
/// }
///
/// # let transport = tower::service_fn(|_| async { Ok::<_, telnyx_ai_core::BoxError>(http::Response::new(telnyx_ai_core::Body::empty())) });
/// let client = Client::builder().api_key("KEY").transport(transport).retry_policy(Steady).build()?;
/// # Ok::<(), telnyx_ai_core::Error>(())
/// ```
pub trait RetryPolicy: fmt::Debug + Send + Sync + 'static {
    /// Returns the delay before the next attempt, or `None` to give up.
    fn delay(&self, failure: &Failure<'_>) -> Option<Duration>;

    /// Records that a call succeeded after this number of retries. Default: does nothing.
    fn succeeded(&self, retries: u32) {
        let _ = retries;
    }

    /// Returns the reason to report after [`delay`](Self::delay) returned `None`. Default: none.
    fn give_up_reason(&self, failure: &Failure<'_>) -> Option<String> {
        let _ = failure;
        None
    }
}

/// A failed attempt, as input of a [`RetryPolicy`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// The error of the attempt. It has the operation and the number of attempts.
    pub error: &'a Error,
    /// The method of the request.
    pub method: &'a Method,
    /// The number of retries before this failure.
    pub retries: u32,
    /// The maximum number of retries that the call or the client sets.
    pub max_retries: Option<u32>,
    /// Whether the method or an idempotency key makes it safe to repeat the request.
    pub repeatable: bool,
    /// The time until the deadline of the call. A retry after a longer delay is not made.
    pub time_left: Duration,
}

impl<'a> Failure<'a> {
    /// The first failure of a call without limits, for tests of a policy.
    ///
    /// Set its fields to describe another failure.
    #[must_use]
    pub fn new(error: &'a Error, method: &'a Method) -> Self {
        let repeatable = method.is_idempotent();
        Self { error, method, retries: 0, max_retries: None, repeatable, time_left: Duration::MAX }
    }
}

/// The default retry policy. See [the module](self).
#[derive(Debug)]
pub struct Retries {
    max: u32,
    /// The remaining tokens. Each retry costs [`COST`], a success refunds some.
    budget: AtomicU32,
}

/// The number of retries while the API executes a call with the same key. They take about 50 s.
const IN_PROGRESS_RETRIES: u32 = 10;

const BUDGET: u32 = 500;
const COST: u32 = 5;

impl Retries {
    /// The maximum delay that a server can request: 60 s.
    pub const RETRY_AFTER_CAP: Duration = Duration::from_secs(60);

    /// A policy with up to `max` retries per call.
    #[must_use]
    pub const fn new(max: u32) -> Self {
        Self { max, budget: AtomicU32::new(BUDGET) }
    }

    /// Whether the failure may be retried, regardless of the budget.
    fn allows(&self, failure: &Failure<'_>) -> bool {
        let mut allowed = failure.max_retries.unwrap_or(self.max);
        if allowed > 0 && failure.repeatable && failure.error.is_in_progress() {
            // The first request is still executing, so its result will be available soon.
            allowed = allowed.max(IN_PROGRESS_RETRIES);
        }
        failure.retries < allowed && may_repeat(failure)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::new(2)
    }
}

impl RetryPolicy for Retries {
    fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
        if !self.allows(failure) {
            return None;
        }
        let delay = match failure.error.retry_after() {
            Some(requested) => requested.min(Self::RETRY_AFTER_CAP),
            None => backoff(failure.retries),
        };
        // A retry that is not made costs nothing.
        if delay < failure.time_left {
            self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(COST)).ok()?;
        }
        Some(delay)
    }

    fn give_up_reason(&self, failure: &Failure<'_>) -> Option<String> {
        let is_empty = self.budget.load(Ordering::Relaxed) < COST;
        (is_empty && self.allows(failure)).then(|| "the retry budget of the client is empty".to_owned())
    }

    fn succeeded(&self, retries: u32) {
        let refund = 1.max(retries.saturating_mul(COST));
        let _ = self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            (left < BUDGET).then(|| BUDGET.min(left.saturating_add(refund)))
        });
    }
}

/// Whether the request may be sent again: as the server says, else if the error is temporary and a repetition is safe.
fn may_repeat(Failure { error, repeatable, .. }: &Failure<'_>) -> bool {
    let was_rejected = error.kind() == ErrorKind::Connect || error.status() == Some(StatusCode::TOO_MANY_REQUESTS);
    error.should_retry().unwrap_or(error.is_retryable() && (*repeatable || was_rejected))
}

/// The delay min(0.5 s · 2ⁿ, 8 s), minus up to a quarter.
fn backoff(retries: u32) -> Duration {
    let full = 0.5 * 2f64.powi(retries.min(4).cast_signed());
    // The random keys of a RandomState avoid a dependency on a random number generator.
    let random = RandomState::new().build_hasher().finish() >> 11;
    #[allow(clippy::cast_precision_loss)]
    let fraction = random as f64 / (1u64 << 53) as f64;
    Duration::from_secs_f64(full * (1.0 - 0.25 * fraction))
}

/// The delay that the server requests: `retry-after-ms`, else `retry-after` in seconds or as a date. Invalid values are ignored.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let seconds = |text: &str, unit: f64| {
        let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0)?;
        Some(Duration::try_from_secs_f64(number * unit).unwrap_or(Duration::MAX))
    };
    text("retry-after-ms").and_then(|ms| seconds(ms, 0.001)).or_else(|| {
        let after = text("retry-after")?;
        seconds(after, 1.0).or_else(|| httpdate::parse_http_date(after).ok()?.duration_since(now).ok())
    })
}
