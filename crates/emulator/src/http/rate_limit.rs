//! An optional limit on requests a minute.

use std::sync::{Mutex, PoisonError};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode};

use super::errors::ApiError;
use crate::{
    app::App,
    domain::Code,
    faults::{Used, Window},
};

const WINDOW_SECONDS: u32 = 60;

/// The requests of the present window.
#[derive(Debug, Default)]
pub(crate) struct RateLimit(Mutex<Window>);

/// Answers 429 where the limit is used up, and tells every answer what is left.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(limit) = app.assumptions.rate_limit else { return next.run(request).await };
    let now = app.time.now();
    let used = app.rate_limit.0.lock().unwrap_or_else(PoisonError::into_inner).take(limit, WINDOW_SECONDS, now);
    within(used, request, next).await
}

/// Answers a request that a limit has counted.
pub(super) async fn within(used: Used, request: Request, next: Next) -> Response {
    let Used { limit, remaining, reset, window_secs, exceeded } = used;
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
