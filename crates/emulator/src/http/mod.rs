//! The HTTP API: handlers for the rules in `domain`.
//!
//! There is one file per resource, named as in the URL.

mod assistant_tools;
mod assistants;
mod body;
mod canary_deploys;
mod chat;
mod connection;
mod connections;
mod control;
mod conversations;
mod deleted_assistants;
mod errors;
pub(crate) mod faults;
mod handlers;
mod idempotency;
mod insight_groups;
mod insights;
mod instructions;
mod integrations;
pub(crate) mod layers;
mod malformed;
mod mcp_servers;
mod path;
mod query;
mod rate_limit;
pub(crate) mod read_body;
mod request_log;
mod scheduled_events;
pub(crate) mod server;
mod tags;
mod test_runs;
mod test_suites;
mod tests;
mod tools;
mod versions;
mod whatsapp;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn_with_state, map_response_with_state},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::app::App;
pub(crate) use errors::ApiError;
use idempotency::Idempotency;
use rate_limit::RateLimit;

/// The maximum size of a request head: 64 KiB.
const MAX_HEAD_BYTES: usize = 64 * 1024;

type Answer = Result<Response, ApiError>;

/// The API, under `/v2`.
pub(crate) fn api(app: &App) -> Router {
    let idempotency = Idempotency::new(app.domain.clone());
    let limit: RateLimit = (app.domain.clone(), Arc::default());
    let ai = Router::new()
        .merge(assistant_tools::routes())
        .merge(assistants::routes(&idempotency))
        .merge(canary_deploys::routes(&idempotency))
        .merge(chat::routes(&idempotency))
        .merge(connections::routes())
        .merge(conversations::routes(&idempotency))
        .merge(deleted_assistants::routes())
        .merge(insight_groups::routes(&idempotency))
        .merge(insights::routes(&idempotency))
        .merge(instructions::routes())
        .merge(integrations::routes())
        .merge(mcp_servers::routes(&idempotency))
        .merge(scheduled_events::routes(&idempotency))
        .merge(tags::routes())
        .merge(test_runs::routes(&idempotency))
        .merge(test_suites::routes(&idempotency))
        .merge(tests::routes(&idempotency))
        .merge(tools::routes(&idempotency))
        .merge(versions::routes())
        .merge(whatsapp::routes(&idempotency));
    // The last layer sees a request first.
    Router::new()
        .nest("/v2/ai", ai)
        .fallback(errors::unknown_route)
        .method_not_allowed_fallback(errors::method_not_allowed)
        .layer(DefaultBodyLimit::disable())
        .layer(map_response_with_state(app.clone(), errors::shape))
        .layer(from_fn_with_state(app.clone(), layers::wait_for_flush))
        .layer(from_fn_with_state(limit, rate_limit::limit))
        .layer(from_fn_with_state(app.clone(), faults::apply))
        .layer(from_fn_with_state(read_body::Limit::API, read_body::read))
        .layer(from_fn_with_state(app.clone(), layers::require_key))
        .layer(layers::catch_panics())
        .layer(from_fn_with_state(app.clone(), request_log::log))
        .with_state(app.clone())
}

/// The control endpoints, under `/_emulator`.
pub(crate) fn control(app: &App) -> Router {
    Router::new()
        .nest("/_emulator", control::routes(app))
        .layer(from_fn_with_state(app.clone(), layers::wait_for_flush))
        .layer(layers::catch_panics())
        .with_state(app.clone())
}

/// 200 with a JSON body.
fn ok(body: Value) -> Response {
    Json(body).into_response()
}

/// 200 with a value under `data`.
fn data(value: impl Into<Value>) -> Response {
    ok(json!({ "data": value.into() }))
}

/// 201 with a JSON body.
fn created(body: Value) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

/// 200 without a body.
fn empty(_: ()) -> Response {
    ([(header::CONTENT_LENGTH, "0")], StatusCode::OK).into_response()
}

/// 204 without a body.
fn no_content(_: ()) -> Response {
    StatusCode::NO_CONTENT.into_response()
}
