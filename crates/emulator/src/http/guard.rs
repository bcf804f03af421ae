//! Rejects requests for other hosts and from other sites.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;

use super::{connection::ConnectionHandle, errors::ApiError};
use crate::access::Access;

/// Responds 403 to a request that [`Access::check_origin`] refuses.
pub(crate) async fn check(State(access): State<Access>, request: Request, next: Next) -> Response {
    let local = request.extensions().get::<ConnectionHandle>().and_then(ConnectionHandle::local_ip);
    match access.check_origin(request.method(), request.uri(), request.headers(), local) {
        Ok(()) => next.run(request).await,
        Err(refused) => {
            tracing::warn!(path = request.uri().path(), reason = %refused, "rejected a request");
            ApiError::of_status(StatusCode::FORBIDDEN, refused.to_string()).into_response()
        }
    }
}
