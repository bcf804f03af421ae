//! The layer that limits the request rate.

use std::fmt;
use std::future::Future;
use std::num::NonZero;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use http::{HeaderMap, Request, Response, StatusCode};
use tokio::time::{Instant, sleep, sleep_until};
use tower::{Layer, Service};

use crate::attempt_clock::Waits;
use crate::retry::retry_after;
use crate::{Body, RateLimit, Retries};

/// A tower layer that limits the request rate and respects the API's rate limit.
///
/// Requests above the rate wait. That time does not count against [`timeout`](crate::Call::timeout).
///
/// After a 429, or a response that reports no remaining requests, all requests wait for the time that the API requests, up to
/// [`Retries::RETRY_AFTER_CAP`], 60 s. After a 429 without a time, they wait 1 s.
///
/// Clones of a client share the rate, and so do clients with clones of the same layer.
///
/// ```
/// use telnyx_ai_core::{Body, BoxError, Client, RateLimitLayer};
///
/// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::empty())) });
/// let client = Client::builder()
///     .api_key("KEY")
///     .transport(transport)
///     .layer(RateLimitLayer::per_second(10))
///     .build()?;
/// # Ok::<(), telnyx_ai_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RateLimitLayer(Arc<Limiter>);

impl RateLimitLayer {
    /// A limit of `requests` per second, with bursts of up to `requests`.
    ///
    /// # Panics
    /// If `requests` is 0.
    #[must_use]
    pub fn per_second(requests: u32) -> Self {
        Self::with_burst(requests, requests)
    }

    /// A limit of `requests` per second, with bursts of up to `burst` requests.
    ///
    /// # Panics
    /// If `requests` or `burst` is 0.
    #[must_use]
    pub fn with_burst(requests: u32, burst: u32) -> Self {
        let (Some(requests), Some(burst)) = (NonZero::new(requests), NonZero::new(burst)) else {
            panic!("the rate limit and its burst must be at least 1");
        };
        Self::new(Quota::per_second(requests).allow_burst(burst))
    }

    fn new(quota: Quota) -> Self {
        let clock = TokioClock(Instant::now());
        Self(Arc::new(Limiter {
            quota: RateLimiter::direct_with_clock(quota, clock.clone()),
            clock,
            paused_until: Mutex::new(None),
        }))
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RateLimited { inner, limiter: Arc::clone(&self.0) }
    }
}

/// A service behind a [`RateLimitLayer`].
#[derive(Debug, Clone)]
pub struct RateLimited<S> {
    inner: S,
    limiter: Arc<Limiter>,
}

impl<S, B> Service<Request<Body>> for RateLimited<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let next = self.inner.clone();
        // Only the original service was polled ready, so it must receive the request, not the clone.
        let mut inner = std::mem::replace(&mut self.inner, next);
        let limiter = Arc::clone(&self.limiter);
        Box::pin(async move {
            let wait = request.extensions().get::<Waits>().map(Waits::begin);
            limiter.acquire().await;
            drop(wait);
            let response = inner.call(request).await?;
            limiter.update(response.status(), response.headers());
            Ok(response)
        })
    }
}

struct Limiter {
    quota: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>,
    clock: TokioClock,
    paused_until: Mutex<Option<Instant>>,
}

impl Limiter {
    async fn acquire(&self) {
        loop {
            let paused = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
            match paused.filter(|until| *until > Instant::now()) {
                Some(until) => sleep_until(until).await,
                None => match self.quota.check() {
                    Ok(()) => return,
                    Err(full) => sleep(full.wait_time_from(self.clock.now())).await,
                },
            }
        }
    }

    fn update(&self, status: StatusCode, headers: &HeaderMap) {
        let limit = RateLimit::from_headers(headers);
        let reset = limit.and_then(|limit| limit.reset);
        let wait = if status == StatusCode::TOO_MANY_REQUESTS {
            retry_after(headers, SystemTime::now()).or(reset).unwrap_or(Duration::from_secs(1))
        } else if limit.is_some_and(|limit| limit.remaining == Some(0)) {
            reset.unwrap_or_default()
        } else {
            return;
        };
        let until = Instant::now() + wait.min(Retries::RETRY_AFTER_CAP);
        let mut paused = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *paused = Some(paused.map_or(until, |before| before.max(until)));
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("paused_until", &self.paused_until).finish_non_exhaustive()
    }
}

/// Tokio's clock, so that tests can pause it.
#[derive(Debug, Clone)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
