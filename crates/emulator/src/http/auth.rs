//! Who may call: any non-empty Bearer key, or the one the emulator was given.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use super::errors::ApiError;
use crate::{app::App, domain::Code};

/// Answers 401 unless the request has a good key.
pub(crate) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let good = match (bearer(request.headers()), &app.api_key) {
        (Some(key), Some(expected)) => key == expected,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if good {
        return next.run(request).await;
    }
    let detail = "The request needs the header 'Authorization: Bearer <API key>' with a valid key.";
    ApiError::new(StatusCode::UNAUTHORIZED, Code::AUTHENTICATION, detail).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
