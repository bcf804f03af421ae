//! Delays responses until their changes are on disk.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::errors::ApiError;
use crate::{domain::Domain, scheduler::Scheduler};

/// Handles a request and delays its response until the store is flushed.
pub(crate) async fn wait(
    State(domain): State<Domain>,
    State(scheduler): State<Scheduler>,
    request: Request,
    next: Next,
) -> Response {
    scheduler.ensure_running();
    let response = next.run(request).await;
    match domain.flushed().await {
        Ok(()) => response,
        Err(error) => ApiError::from(error).into_response(),
    }
}
