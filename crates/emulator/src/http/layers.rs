//! Layers that apply to all requests: keys, hosts, request ids, flushes and panics.

use std::any::Any;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::runtime::Handle;
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

use super::{
    connection::ConnectionHandle,
    errors::{ApiError, Code},
};
use crate::{
    access::Access,
    assumptions::REQUEST_ID_HEADER,
    domain::{Domain, Error},
    scheduler::Scheduler,
};

/// Responds 401 unless the request has an accepted API key.
pub(super) async fn require_key(State(access): State<Access>, request: Request, next: Next) -> Response {
    if access.has_key(request.headers()) {
        return next.run(request).await;
    }
    let detail = "The request needs the header 'Authorization: Bearer <API key>' with a valid key.";
    ApiError::new(StatusCode::UNAUTHORIZED, Code::AUTHENTICATION, detail).into_response()
}

/// Responds 401 unless the request has the emulator's API key.
///
/// If none is configured, accepts every request.
pub(super) async fn require_configured_key(State(access): State<Access>, request: Request, next: Next) -> Response {
    match access.api_key() {
        Some(_) => require_key(State(access), request, next).await,
        None => next.run(request).await,
    }
}

/// Responds 403 to a request that [`Access::check_origin`] refuses.
pub(crate) async fn check_origin(State(access): State<Access>, request: Request, next: Next) -> Response {
    let local = request.extensions().get::<ConnectionHandle>().and_then(ConnectionHandle::local_ip);
    match access.check_origin(request.method(), request.uri(), request.headers(), local) {
        Ok(()) => next.run(request).await,
        Err(refused) => {
            tracing::warn!(path = request.uri().path(), reason = %refused, "rejected a request");
            ApiError::of_status(StatusCode::FORBIDDEN, refused.to_string()).into_response()
        }
    }
}

/// Handles a request and delays its response until the store is flushed.
pub(crate) async fn wait_for_flush(
    State(domain): State<Domain>,
    State(scheduler): State<Scheduler>,
    request: Request,
    next: Next,
) -> Response {
    scheduler.ensure_running();
    let response = next.run(request).await;
    match domain.flushed().await {
        Ok(()) => response,
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// Handles a request in its own task.
///
/// It completes and is logged even if the client disconnects.
pub(crate) async fn run_to_completion(request: Request, next: Next) -> Response {
    let Ok(runtime) = Handle::try_current() else { return next.run(request).await };
    match runtime.spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => ApiError::of_status(StatusCode::SERVICE_UNAVAILABLE, "The emulator is stopping.").into_response(),
    }
}

/// The id of a request. Each request has it in its extensions.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Adds the request id to the response, and logs both.
pub(crate) async fn add_request_id(mut request: Request, next: Next) -> Response {
    let id = Uuid::new_v4().to_string();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    tracing::info!(request_id = %id, %method, path, status = response.status().as_u16(), "answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static(REQUEST_ID_HEADER), value);
    }
    response
}

/// A layer that responds 500 when a handler panics.
pub(crate) fn catch_panics() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(respond_to_panic)
}

fn respond_to_panic(panic: Box<dyn Any + Send>) -> Response {
    let reason = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let reason = reason.unwrap_or("unknown");
    ApiError::from(Error::Internal(format!("The emulator failed while it handled this request: {reason}.")))
        .into_response()
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, routing::get};
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn panic_is_500_and_does_not_end_the_server() {
        async fn handler() -> &'static str {
            panic!("index out of range")
        }

        let router =
            Router::new().route("/", get(handler)).route("/other", get(|| async { "ok" })).layer(catch_panics());
        for (path, status) in [("/", StatusCode::INTERNAL_SERVER_ERROR), ("/other", StatusCode::OK)] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            assert_eq!(router.clone().oneshot(request).await.expect("a response").status(), status, "{path}");
        }
    }
}
