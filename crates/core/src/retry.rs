//! When a call is sent again.
//!
//! By default a call is repeated up to twice, after 0.5 s and 1 s less up to a quarter at random, or after what the
//! server asked for:
//!
//! | what happened | `GET`, `PUT`, `DELETE`, and calls with an idempotency key | `POST`, `PATCH` without one |
//! |---|---|---|
//! | no connection | repeated | repeated: the server has not seen the request |
//! | 429 | repeated | repeated: the server has turned the request away |
//! | time up, connection broken, 408, 409, 5xx | repeated | not repeated: it may have been done |
//! | any other status | not repeated | not repeated |
//! | 409, because the same call under the same key is still at work | repeated up to ten times | |
//! | `x-should-retry: true` or `false` | as the server says | as the server says |
//!
//! A broken server is not stormed: retries draw on a budget of the client's, of which each takes 5 of 500; a success
//! gives back what its retries took, or 1. When it is used up, calls fail without a retry.
//!
//! `retry-after-ms` and `retry-after` (seconds or a date) are waited out, up to [`Retries::RETRY_AFTER_CAP`].
//! Replace all of it with [`ClientBuilder::retry_policy`](crate::ClientBuilder::retry_policy), or turn it off with
//! `max_retries(0)` on the client or a call.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode};

use crate::{Error, ErrorKind};

/// Decides whether and when a failed call is sent again.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_core::{Client, RetryPolicy, retry::Failure};
///
/// /// Three retries, a second apart, of what may be done twice.
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
    /// How long to wait before the next attempt; `None` gives up.
    fn delay(&self, failure: &Failure<'_>) -> Option<Duration>;

    /// A call succeeded after that many retries.
    fn succeeded(&self, retries: u32) {
        let _ = retries;
    }
}

/// A failed attempt.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure<'a> {
    /// What went wrong.
    pub error: &'a Error,
    /// The request's method.
    pub method: &'a Method,
    /// How many retries were made before this failure.
    pub retries: u32,
    /// What the call itself allows, where it says so.
    pub max_retries: Option<u32>,
    /// Whether doing it twice is the same as once: by its method, or because of an idempotency key.
    pub repeatable: bool,
}

/// The default policy; see [the module](self).
#[derive(Debug)]
pub struct Retries {
    max: u32,
    /// Keeps a broken server from being stormed: each retry takes [`COST`] of it, each success gives one back.
    budget: AtomicU32,
}

/// How often a call is repeated while the API still works on it under the same key: about a minute.
const IN_PROGRESS_RETRIES: u32 = 10;

const BUDGET: u32 = 500;
const COST: u32 = 5;

impl Retries {
    /// The longest that a server's `retry-after` is waited out.
    pub const RETRY_AFTER_CAP: Duration = Duration::from_secs(60);

    /// Up to `max` retries a call.
    #[must_use]
    pub const fn new(max: u32) -> Self {
        Self { max, budget: AtomicU32::new(BUDGET) }
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::new(2)
    }
}

impl RetryPolicy for Retries {
    fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
        let mut allowed = failure.max_retries.unwrap_or(self.max);
        if allowed > 0 && failure.repeatable && failure.error.is_in_progress() {
            // The first request is still at work: its outcome is worth a longer wait.
            allowed = allowed.max(IN_PROGRESS_RETRIES);
        }
        if failure.retries >= allowed || !may_repeat(failure) {
            return None;
        }
        self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(COST)).ok()?;
        Some(match failure.error.retry_after() {
            Some(asked) => asked.min(Self::RETRY_AFTER_CAP),
            None => backoff(failure.retries),
        })
    }

    fn succeeded(&self, retries: u32) {
        let back = 1.max(retries.saturating_mul(COST));
        let _ = self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            (left < BUDGET).then(|| BUDGET.min(left.saturating_add(back)))
        });
    }
}

fn may_repeat(failure: &Failure<'_>) -> bool {
    if let Some(word) = failure.error.should_retry() {
        return word;
    }
    match failure.error.kind() {
        ErrorKind::Connect => true,
        ErrorKind::Timeout | ErrorKind::Transport => failure.repeatable,
        ErrorKind::Api => match failure.error.status() {
            Some(StatusCode::TOO_MANY_REQUESTS) => true,
            Some(StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT) => failure.repeatable,
            Some(status) => status.is_server_error() && failure.repeatable,
            None => false,
        },
        _ => false,
    }
}

/// min(0.5 s · 2ⁿ, 8 s), less up to a quarter.
fn backoff(retries: u32) -> Duration {
    let full = 0.5 * 2f64.powi(retries.min(4).cast_signed());
    // Each RandomState has other keys: random enough to spread clients, and no crate of its own.
    let random = RandomState::new().build_hasher().finish() >> 11;
    #[allow(clippy::cast_precision_loss)]
    let fraction = random as f64 / (1u64 << 53) as f64;
    Duration::from_secs_f64(full * (1.0 - 0.25 * fraction))
}

/// What the server asked to wait: `retry-after-ms`, else `retry-after` in seconds or as a date. What is negative or
/// unreadable counts as not said.
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
