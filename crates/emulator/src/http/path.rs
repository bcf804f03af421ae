//! The parameters of a path.

use axum::extract::{FromRequestParts, rejection::PathRejection};

use super::errors::ApiError;

/// The parameters of a path, decoded. Those that are not UTF-8 are refused in the form of the API.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(ApiError))]
pub(super) struct Path<T>(pub(super) T);

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        Self::of_status(rejection.status(), format!("The path of the request is wrong: {}", rejection.body_text()))
    }
}
