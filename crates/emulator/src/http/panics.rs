//! Responses to panics in handlers.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::ApiError;
use crate::domain::Error;

/// A layer that responds 500 when a handler panics.
pub(crate) fn catch() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(respond)
}

fn respond(panic: Box<dyn Any + Send>) -> Response {
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

        let router = Router::new().route("/", get(handler)).route("/other", get(|| async { "ok" })).layer(catch());
        for (path, status) in [("/", StatusCode::INTERNAL_SERVER_ERROR), ("/other", StatusCode::OK)] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            assert_eq!(router.clone().oneshot(request).await.expect("a response").status(), status, "{path}");
        }
    }
}
