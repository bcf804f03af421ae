//! Keeping a client below a rate.

use std::fmt;
use std::future::Future;
use std::num::NonZeroU32;
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

use crate::retry::retry_after;
use crate::{Body, RateLimit, Retries};

/// A layer that keeps a client below a rate, and slows it down when the API says that it is too fast.
///
/// Requests wait for their turn. After a 429, or an answer that leaves nothing of the limit, all of them wait as long
/// as the API asks (up to [`Retries::RETRY_AFTER_CAP`]; a second where a 429 does not say). Clones of the client share
/// the rate, and so do clients to which the same layer was given. Needs no runtime before the first request.
///
/// ```
/// use std::num::NonZeroU32;
/// use telnyx_ai_core::{Body, BoxError, Client, RateLimitLayer};
///
/// # let transport = tower::service_fn(|_| async { Ok::<_, BoxError>(http::Response::new(Body::empty())) });
/// let ten = NonZeroU32::new(10).expect("not zero");
/// let client = Client::builder()
///     .api_key("KEY")
///     .transport(transport)
///     .layer(RateLimitLayer::per_second(ten))
///     .build()?;
/// # Ok::<(), telnyx_ai_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RateLimitLayer(Arc<Gate>);

impl RateLimitLayer {
    /// That many requests a second, and as many at once after a pause.
    #[must_use]
    pub fn per_second(requests: NonZeroU32) -> Self {
        Self::new(Quota::per_second(requests))
    }

    /// That many requests a second, and `burst` at once after a pause.
    #[must_use]
    pub fn with_burst(requests: NonZeroU32, burst: NonZeroU32) -> Self {
        Self::new(Quota::per_second(requests).allow_burst(burst))
    }

    fn new(quota: Quota) -> Self {
        let clock = TokioClock(Instant::now());
        Self(Arc::new(Gate {
            limiter: RateLimiter::direct_with_clock(quota, clock.clone()),
            clock,
            closed_until: Mutex::new(None),
        }))
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RateLimited { inner, gate: Arc::clone(&self.0) }
    }
}

/// A service behind a [`RateLimitLayer`].
#[derive(Debug, Clone)]
pub struct RateLimited<S> {
    inner: S,
    gate: Arc<Gate>,
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
        // The service that is ready, not its clone, takes the request.
        let mut inner = std::mem::replace(&mut self.inner, next);
        let gate = Arc::clone(&self.gate);
        Box::pin(async move {
            gate.pass().await;
            let response = inner.call(request).await?;
            gate.learn(response.status(), response.headers());
            Ok(response)
        })
    }
}

struct Gate {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>,
    clock: TokioClock,
    closed_until: Mutex<Option<Instant>>,
}

impl Gate {
    async fn pass(&self) {
        loop {
            let closed = *self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
            match closed.filter(|until| *until > Instant::now()) {
                Some(until) => sleep_until(until).await,
                None => match self.limiter.check() {
                    Ok(()) => return,
                    Err(full) => sleep(full.wait_time_from(self.clock.now())).await,
                },
            }
        }
    }

    fn learn(&self, status: StatusCode, headers: &HeaderMap) {
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
        let mut closed = self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        *closed = Some(closed.map_or(until, |before| before.max(until)));
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("closed_until", &self.closed_until).finish_non_exhaustive()
    }
}

/// Tokio's clock, so that paused time holds for the rate as well.
#[derive(Debug, Clone)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
