//! The in-process emulator.

use std::{
    fmt, io,
    task::{Context, Poll},
};

use ::http::Request;
use axum::{Router, response::Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tower::{Service, ServiceExt};

use crate::{
    app::App,
    faults::Faults,
    http::faults::Reset,
    request_log::LoggedRequest,
    scheduler::{calls::Calls, clock::Clock},
    scripts::Scripts,
    seed::{self, SeedError},
};

/// The API as a tower service, without a socket. Clones share the contents.
#[derive(Clone)]
pub struct InProcess {
    pub(super) router: Router,
    pub(super) app: App,
}

impl InProcess {
    /// Returns the axum router, to nest it or serve it with another server.
    pub fn into_router(self) -> Router {
        self.router
    }

    /// The clock, which can be frozen and moved.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock(self.app.scheduler.clone())
    }

    /// The faults of the emulator. A connection reset is an [`io::Error`] here.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.app.faults.clone()
    }

    /// Scripts the calls of scheduled events.
    #[must_use]
    pub fn calls(&self) -> Calls {
        Calls(self.app.domain.clone())
    }

    /// The latest requests that the emulator received or sent, oldest first.
    ///
    /// Limits: 10,000 requests and 32 MiB. Secrets are masked.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.app.log.list(usize::MAX, |_| true)
    }

    /// Clears the request log.
    pub fn clear_requests(&self) {
        self.app.log.clear();
    }

    /// Replaces all rules for replies, verdicts and insights.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    pub fn set_scripts(&self, scripts: Scripts) -> Result<(), io::Error> {
        self.app.scripts.replace(&self.app.domain, scripts).map_err(|problem| io::Error::other(problem.to_string()))
    }

    /// The public key of webhook signatures, in base64.
    #[must_use]
    pub fn webhook_public_key(&self) -> String {
        self.app.outbound.webhook_public_key()
    }

    /// Resets the emulator to its initial state.
    ///
    /// This includes contents, clock, faults and request log. Seeds are loaded again.
    ///
    /// # Errors
    ///
    /// If the store cannot be written. Nothing changes then.
    pub fn reset(&self) -> Result<(), SeedError> {
        self.app.reset()
    }

    /// All contents in the form of a [`Seed`](crate::Seed). Secrets are not masked.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn export(&self) -> Result<Value, io::Error> {
        self.app.domain.run(seed::export).map_err(|problem| io::Error::other(problem.to_string()))
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

impl<B> Service<Request<B>> for InProcess
where
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let router = self.router.clone();
        let request = request.map(axum::body::Body::new);
        Box::pin(async move {
            let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            if response.extensions().get::<Reset>().is_some() { Err(Reset::error()) } else { Ok(response) }
        })
    }
}
