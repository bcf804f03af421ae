//! The API over HTTP: thin handlers over the rules in `domain`, one file per resource, named as in the URL.

mod assistant_tools;
mod assistants;
mod auth;
mod body;
mod canary_deploys;
mod chat;
mod connections;
mod control;
mod conversations;
mod errors;
pub(crate) mod faults;
mod flushed;
pub(crate) mod idempotency;
mod instructions;
mod integrations;
mod mcp_servers;
mod query;
pub(crate) mod rate_limit;
mod request_id;
mod request_log;
mod scheduled_events;
mod tags;
mod test_runs;
mod test_suites;
mod tests;
mod tools;
mod versions;

use std::convert::Infallible;

use axum::{
    Json, Router,
    body::Body as AxumBody,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state, map_response_with_state},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::app::App;
use errors::ApiError;

/// The longest request body that is read.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// What handlers give.
type Answer = Result<Response, ApiError>;

/// The whole API, under `/v2`, what is the emulator's own, under `/_emulator`, and the console.
pub(crate) fn router(app: App) -> Router {
    let ai = Router::new()
        .merge(assistant_tools::routes(&app))
        .merge(assistants::routes(&app))
        .merge(canary_deploys::routes(&app))
        .merge(chat::routes(&app))
        .merge(connections::routes(&app))
        .merge(conversations::routes(&app))
        .merge(instructions::routes(&app))
        .merge(integrations::routes(&app))
        .merge(mcp_servers::routes(&app))
        .merge(scheduled_events::routes(&app))
        .merge(tags::routes(&app))
        .merge(test_runs::routes(&app))
        .merge(test_suites::routes(&app))
        .merge(tests::routes(&app))
        .merge(tools::routes(&app))
        .merge(versions::routes(&app));
    let api = Router::new()
        .nest("/v2/ai", ai)
        .fallback(errors::no_such_route)
        .method_not_allowed_fallback(errors::method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(map_response_with_state(app.clone(), errors::shape))
        .layer(from_fn_with_state(app.clone(), flushed::wait))
        .layer(from_fn_with_state(app.clone(), rate_limit::limit))
        .layer(from_fn_with_state(app.clone(), auth::check))
        .layer(from_fn_with_state(app.clone(), faults::strike))
        .layer(from_fn_with_state(app.clone(), request_log::keep))
        .with_state(app.clone());
    let own = Router::new().nest("/_emulator", control::routes(&app)).with_state(app.clone());
    #[cfg(feature = "console")]
    let own = own.merge(crate::console::router(app.clone(), api.clone().layer(from_fn(request_id::mark))));
    let own = own.layer(from_fn_with_state(app, flushed::wait));
    own.fallback_service(api).layer(from_fn(request_id::mark))
}

/// 200 with a JSON body.
fn ok(body: Value) -> Response {
    Json(body).into_response()
}

/// 200 with a list that is not paged.
fn data(items: impl Into<Value>) -> Response {
    ok(json!({ "data": items.into() }))
}

/// 201 with a JSON body.
fn created(body: Value) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

/// 200 with no body.
fn empty() -> Response {
    ([(header::CONTENT_LENGTH, "0")], StatusCode::OK).into_response()
}

/// 204.
fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A body that goes out piece by piece, each as it is ready.
fn streamed(pieces: Vec<String>) -> AxumBody {
    AxumBody::from_stream(stream::iter(pieces).then(|piece| async {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(piece)
    }))
}
