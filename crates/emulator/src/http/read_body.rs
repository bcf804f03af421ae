//! Reads the body of a request before the request is handled.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{connection::ConnectionHandle, errors::ApiError};

const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// The maximum size of a body, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit(usize);

impl Limit {
    /// API requests: 16 MiB.
    pub(crate) const API: Self = Self(16 * 1024 * 1024);

    /// Control requests, which may need no key: 1 MiB.
    pub(crate) const CONTROL: Self = Self(1024 * 1024);
}

/// Reads the whole body, then handles the request.
pub(crate) async fn read(State(limit): State<Limit>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let whole = whole(&parts.headers, body, limit);
    // In-process requests cannot be slow, so they have no timeout.
    let body = match parts.extensions.get::<ConnectionHandle>() {
        Some(_) => tokio::time::timeout(BODY_TIMEOUT, whole).await.unwrap_or_else(|_| Err(timeout_error())),
        None => whole.await,
    };
    match body {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) => error.into_response(),
    }
}

fn timeout_error() -> ApiError {
    let detail = format!("The body was not received within {} s.", BODY_TIMEOUT.as_secs());
    ApiError::of_status(StatusCode::REQUEST_TIMEOUT, detail)
}

async fn whole(headers: &HeaderMap, body: Body, Limit(limit): Limit) -> Result<Bytes, ApiError> {
    let too_large = || {
        let detail = format!("The body has more than {limit} bytes.");
        ApiError::of_status(StatusCode::PAYLOAD_TOO_LARGE, detail)
    };
    check_encoding(headers)?;
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) => {
            Err(ApiError::of_status(StatusCode::BAD_REQUEST, format!("The body could not be read: {error}.")))
        }
    }
}

/// Rejects compressed bodies.
fn check_encoding(headers: &HeaderMap) -> Result<(), ApiError> {
    for encoding in headers.get_all(header::CONTENT_ENCODING) {
        let encoding = String::from_utf8_lossy(encoding.as_bytes());
        if !encoding.trim().is_empty() && !encoding.trim().eq_ignore_ascii_case("identity") {
            let detail = format!(
                "The body has the Content-Encoding '{}', which the emulator does not decode. Send it without compression.",
                encoding.escape_debug()
            );
            return Err(ApiError::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
    }
    Ok(())
}
