//! Path parameters.

use axum::extract::{FromRequestParts, rejection::PathRejection};

use super::errors::ApiError;

/// Decoded path parameters. If one is not UTF-8, the error has the API's form.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub(super) struct Path<T>(pub(super) T);

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        Self::of_status(rejection.status(), format!("The path of the request is invalid: {}", rejection.body_text()))
    }
}
