//! The emulator without a socket.

use std::{
    fmt,
    future::Future,
    io,
    task::{Context, Poll},
};

use ::http::Request;
use axum::{Router, response::Response};
use bytes::Bytes;
use serde_json::Value;
use tower::{Service, ServiceExt};

use crate::{
    app::App,
    faults::Faults,
    http::faults::Reset,
    request_log::{Filter, LoggedRequest},
    scheduler::{calls::Calls, clock::Clock},
    scripts::Scripts,
    seed::{self, SeedError},
};

/// The API as a tower service, with no socket. Clones share their contents.
#[derive(Clone)]
pub struct InProcess {
    pub(super) router: Router,
    pub(super) app: App,
}

impl InProcess {
    /// The axum router, to be nested or served in another way.
    pub fn into_router(self) -> Router {
        self.router
    }

    /// The clock, to be frozen and moved.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::new(self.app.scheduler.clone())
    }

    /// What goes wrong between clients and the emulator. Here, a connection that is reset is an [`io::Error`].
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.app.faults.clone()
    }

    /// How the calls end that scheduled events place.
    #[must_use]
    pub fn calls(&self) -> Calls {
        Calls::new(self.app.domain.clone())
    }

    /// The latest 10,000 requests to the API, and those that the emulator made itself, oldest first. Secrets are masked.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.app.log.list(&Filter::default(), usize::MAX)
    }

    /// Forgets the requests there were.
    pub fn clear_requests(&self) {
        self.app.log.clear();
    }

    /// Puts rules for what assistants say and how test runs are judged in place of all others.
    ///
    /// # Errors
    ///
    /// When the store can not be written.
    pub fn set_scripts(&self, scripts: Scripts) -> Result<(), io::Error> {
        self.app.scripts.replace(&self.app.domain, scripts).map_err(|problem| io::Error::other(problem.to_string()))
    }

    /// The key that webhooks are to be verified with, in base64.
    #[must_use]
    pub fn webhook_public_key(&self) -> String {
        self.app.outbound.webhook_public_key()
    }

    /// Makes everything as it was at the start: contents (with the seeds), clock, faults and request log.
    ///
    /// # Errors
    ///
    /// When the store can not be written; then nothing has changed.
    pub fn reset(&self) -> Result<(), SeedError> {
        self.app.reset()
    }

    /// All contents, as a [`Seed`](crate::Seed) takes them. Secrets are not masked.
    ///
    /// # Errors
    ///
    /// When the store can not be read.
    pub fn export(&self) -> Result<Value, io::Error> {
        self.app.domain.run(seed::export).map_err(|problem| io::Error::other(problem.to_string()))
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InProcess").field(&self.app).finish()
    }
}

impl<B> Service<Request<B>> for InProcess
where
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = io::Error;
    type Future = InProcessFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let router = self.router.clone();
        let request = request.map(axum::body::Body::new);
        InProcessFuture(Box::pin(async move {
            let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            if response.extensions().get::<Reset>().is_some() { Err(Reset::error()) } else { Ok(response) }
        }))
    }
}

/// What [`InProcess`] answers with: the answer, or an error where a fault resets the connection.
pub struct InProcessFuture(std::pin::Pin<Box<dyn Future<Output = io::Result<Response>> + Send>>);

impl fmt::Debug for InProcessFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcessFuture")
    }
}

impl Future for InProcessFuture {
    type Output = io::Result<Response>;

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}
