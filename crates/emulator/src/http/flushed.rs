//! No answer goes out before what it tells of is on the disk.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::errors::ApiError;
use crate::app::App;

/// Handles a request, and holds its answer back until the store is flushed.
pub(super) async fn wait(State(app): State<App>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match app.flushed().await {
        Ok(()) => response,
        Err(problem) => ApiError::from(problem).into_response(),
    }
}
