//! An optional limit on requests a minute.

use std::sync::{Mutex, PoisonError};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode};

use super::errors::ApiError;
use crate::{app::App, domain::Code};

const WINDOW_SECONDS: i64 = 60;

/// Counts the requests of the present window.
#[derive(Debug, Default)]
pub(crate) struct RateLimit(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    ends: i64,
    used: u32,
}

/// Answers 429 where the limit is used up, and tells every answer what is left.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(limit) = app.assumptions.rate_limit else { return next.run(request).await };
    let now = app.clock.now().as_second();
    let (used, reset) = {
        let mut window = app.rate_limit.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= window.ends {
            *window = Window { ends: now + WINDOW_SECONDS, used: 0 };
        }
        window.used = window.used.saturating_add(1);
        (window.used, window.ends - now)
    };
    let mut response = if used > limit {
        let detail = format!("More than {limit} requests within {WINDOW_SECONDS} s. Wait {reset} s.");
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, Code::TOO_MANY, detail).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(limit));
    headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(limit.saturating_sub(used)));
    headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(reset));
    if used > limit {
        headers.insert(http::header::RETRY_AFTER, HeaderValue::from(reset));
    }
    response
}
