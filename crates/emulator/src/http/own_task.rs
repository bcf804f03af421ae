//! Runs each request to completion.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use tokio::runtime::Handle;

use super::errors::ApiError;

/// Handles a request in its own task, so that it completes and is logged even if the client disconnects.
pub(crate) async fn handle(request: Request, next: Next) -> Response {
    let Ok(runtime) = Handle::try_current() else { return next.run(request).await };
    match runtime.spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => ApiError::of_status(StatusCode::SERVICE_UNAVAILABLE, "The emulator is stopping.").into_response(),
    }
}
