//! Paused time with real sockets.
//!
//! Tokio's paused clock jumps to the next timer when the runtime is idle, and a runtime that waits for a socket is
//! idle: every timeout would expire immediately. A [`HeldClock`] holds the time during attempts, so that it only
//! advances during delays between attempts and when a server stalls. So tests can measure delays to the millisecond.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use telnyx_ai::{Body, BoxError, TransportService};
use tokio::sync::Notify;
use tokio::time::Instant;
use tower::{Layer, Service};

/// The clock and its records. It is a layer: put it directly above the transport.
#[derive(Debug, Clone)]
pub(super) struct HeldClock(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    attempts: Mutex<Attempts>,
    piece_read: Notify,
    /// Whether the client waits after a failed attempt until the server is ready.
    waits_for_server: AtomicBool,
    refused: Notify,
    resume: Notify,
}

#[derive(Debug, Default)]
struct Attempts {
    times: Vec<(Instant, Option<Instant>)>,
    under_way: usize,
    /// While an attempt exists, a blocking task waits for its end. Time does not jump while a blocking task runs.
    hold: Option<mpsc::Sender<()>>,
}

impl HeldClock {
    /// With `waits_for_server`, the clock is held after the first failed attempt until the server calls `resume`.
    pub(super) fn new(waits_for_server: bool) -> Self {
        Self(Arc::new(Shared { waits_for_server: waits_for_server.into(), ..Shared::default() }))
    }

    /// The number of attempts.
    pub(super) fn attempts(&self) -> usize {
        self.0.attempts.lock().unwrap().times.len()
    }

    /// The delays before the retries.
    pub(super) fn waits(&self) -> Vec<Duration> {
        let attempts = self.0.attempts.lock().unwrap();
        attempts.times.windows(2).map(|pair| pair[1].0 - pair[0].1.expect("the attempt has ended")).collect()
    }

    /// Lets time advance during the current attempt, which has stalled.
    pub(super) fn let_time_pass(&self) {
        self.0.attempts.lock().unwrap().hold = None;
    }

    /// Waits until the client has read a part of a response body.
    pub(super) async fn piece_read(&self) {
        self.0.piece_read.notified().await;
    }

    /// Waits for a failed attempt, if the clock waits for the server.
    pub(super) async fn refused(&self) {
        self.0.refused.notified().await;
    }

    /// Ends the wait after a failed attempt.
    pub(super) fn resume(&self) {
        self.0.resume.notify_one();
    }

    fn begin(&self) -> InFlight {
        let mut attempts = self.0.attempts.lock().unwrap();
        let number = attempts.times.len();
        attempts.times.push((Instant::now(), None));
        attempts.under_way += 1;
        if attempts.hold.is_none() {
            let (hold, gone) = mpsc::channel();
            attempts.hold = Some(hold);
            tokio::task::spawn_blocking(move || gone.recv().is_err());
        }
        InFlight { clock: self.clone(), number }
    }
}

/// A guard for an attempt in flight.
#[derive(Debug)]
struct InFlight {
    clock: HeldClock,
    number: usize,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut attempts = self.clock.0.attempts.lock().unwrap();
        attempts.times[self.number].1 = Some(Instant::now());
        attempts.under_way -= 1;
        if attempts.under_way == 0 {
            attempts.hold = None;
        }
    }
}

impl Layer<TransportService> for HeldClock {
    type Service = Watched;

    fn layer(&self, inner: TransportService) -> Watched {
        Watched { inner, clock: self.clone() }
    }
}

/// A transport that reports its attempts to the clock.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    inner: TransportService,
    clock: HeldClock,
}

impl Service<Request<Body>> for Watched {
    type Response = Response<WatchedBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<WatchedBody>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let under_way = self.clock.begin();
        let answer = self.inner.call(request);
        Box::pin(async move {
            match answer.await {
                Ok(answer) => Ok(answer.map(|body| WatchedBody { body, under_way: Some(under_way) })),
                Err(error) => {
                    let shared = &under_way.clock.0;
                    if shared.waits_for_server.swap(false, Ordering::Relaxed) {
                        shared.refused.notify_one();
                        shared.resume.notified().await;
                    }
                    Err(error)
                }
            }
        })
    }
}

/// A body that keeps its attempt in flight until its end.
#[derive(Debug)]
pub(super) struct WatchedBody {
    body: Body,
    under_way: Option<InFlight>,
}

impl http_body::Body for WatchedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        match (&frame, &self.under_way) {
            (Poll::Ready(Some(Ok(_))), Some(under_way)) => under_way.clock.0.piece_read.notify_one(),
            (Poll::Ready(_), _) => self.under_way = None,
            (Poll::Pending, _) => {}
        }
        frame
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
