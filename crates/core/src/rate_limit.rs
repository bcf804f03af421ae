//! The layer that limits the request rate.

use std::future::Future;
use std::num::NonZero;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use http::{HeaderMap, Request, Response, StatusCode};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::{Layer, Service};

use crate::retry::retry_after;
use crate::{Body, RateLimit, Retries};

/// A tower layer that limits the request rate and respects the API's rate limit.
///
/// Requests above the rate wait. If the layer is passed to [`ClientBuilder::layer`](crate::ClientBuilder::layer), they wait in the
/// order in which they were sent, and that time does not count against [`timeout`](crate::Call::timeout).
///
/// After a 429, or a response that reports no remaining requests, all requests wait for the time that the API requests, up to
/// [`Retries::RETRY_AFTER_CAP`], 60 s. After a 429 without a time, they wait 1 s.
///
/// Clones of a client, and clients with clones of the same layer, share the rate.
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
        let quota = Quota::per_second(requests).allow_burst(burst);
        let quota = RateLimiter::direct_with_clock(quota, TokioClock(Instant::now()));
        Self(Arc::new(Limiter { quota, paused_until: Mutex::new(None) }))
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RateLimited { inner, limiter: Arc::clone(&self.0), has_permit: false, sleep: None }
    }
}

/// A service behind a [`RateLimitLayer`].
#[derive(Debug)]
pub struct RateLimited<S> {
    inner: S,
    limiter: Arc<Limiter>,
    /// Whether the next request has a permit.
    has_permit: bool,
    /// The wait for a permit or for the end of a pause.
    sleep: Option<Pin<Box<Sleep>>>,
}

/// A clone needs a permit of its own.
impl<S: Clone> Clone for RateLimited<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), limiter: Arc::clone(&self.limiter), has_permit: false, sleep: None }
    }
}

impl<S, B> Service<Request<Body>> for RateLimited<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Future: Send + 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        loop {
            let until = if self.has_permit {
                ready!(self.inner.poll_ready(context))?;
                let Some(until) = self.limiter.paused_until() else { return Poll::Ready(Ok(())) };
                until
            } else {
                let Err(until) = self.limiter.acquire() else {
                    self.has_permit = true;
                    continue;
                };
                until
            };
            // A timer of an earlier poll can belong to another runtime, which may be idle or gone.
            let sleep = self.sleep.insert(Box::pin(sleep_until(until)));
            ready!(sleep.as_mut().poll(context));
        }
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        (self.has_permit, self.sleep) = (false, None);
        let limiter = Arc::clone(&self.limiter);
        let response = self.inner.call(request);
        Box::pin(async move {
            let response = response.await?;
            limiter.update(response.status(), response.headers());
            Ok(response)
        })
    }
}

#[derive(Debug)]
struct Limiter {
    quota: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>,
    paused_until: Mutex<Option<Instant>>,
}

impl Limiter {
    /// Takes a permit, or returns the time of the next try.
    fn acquire(&self) -> Result<(), Instant> {
        match self.paused_until() {
            Some(until) => Err(until),
            None => self.quota.check().map_err(|full| self.quota.clock().0 + full.earliest_possible()),
        }
    }

    /// The end of the current pause.
    fn paused_until(&self) -> Option<Instant> {
        let paused = *self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        paused.filter(|until| *until > Instant::now())
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

/// Tokio's clock, so that tests can pause it.
#[derive(Debug, Clone)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
