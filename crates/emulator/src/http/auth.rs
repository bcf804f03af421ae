//! Checks the API key of requests.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::errors::{ApiError, Code};
use crate::access::Access;

pub(super) async fn check(State(access): State<Access>, request: Request, next: Next) -> Response {
    if access.has_key(request.headers()) {
        return next.run(request).await;
    }
    let detail = "The request needs the header 'Authorization: Bearer <API key>' with a valid key.";
    ApiError::new(StatusCode::UNAUTHORIZED, Code::AUTHENTICATION, detail).into_response()
}

/// Responds 401 unless the request has the emulator's API key. If none is configured, accepts every request.
pub(super) async fn check_configured(State(access): State<Access>, request: Request, next: Next) -> Response {
    match access.api_key() {
        Some(_) => check(State(access), request, next).await,
        None => next.run(request).await,
    }
}
