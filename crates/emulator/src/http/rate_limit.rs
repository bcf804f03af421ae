//! An optional limit on requests per minute.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode};
use parking_lot::Mutex;

use super::errors::{ApiError, Code};
use crate::{
    domain::Domain,
    faults::{RateLimitState, Window},
};

const WINDOW_SECONDS: u32 = 60;

/// The emulator's limit and time, and the current window.
pub(super) type RateLimit = (Domain, Arc<Mutex<Window>>);

/// Responds 429 beyond the limit. Adds the state of the limit to responses.
pub(super) async fn limit(State((domain, window)): State<RateLimit>, request: Request, next: Next) -> Response {
    let Some(limit) = domain.assumptions().rate_limit else { return next.run(request).await };
    let used = window.lock().take(limit, WINDOW_SECONDS, domain.time().now());
    run_counted(used, request, next).await
}

/// Handles a request that was counted, and adds the rate limit headers.
pub(super) async fn run_counted(used: RateLimitState, request: Request, next: Next) -> Response {
    let RateLimitState { limit, remaining, reset, window_secs, exceeded } = used;
    let mut response = if exceeded {
        let detail = format!("More than {limit} requests within {window_secs} s. Wait {reset} s.");
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, Code::TOO_MANY, detail).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(limit));
    headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(remaining));
    headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(reset));
    if exceeded {
        headers.insert(http::header::RETRY_AFTER, HeaderValue::from(reset));
    }
    response
}
