//! `/_emulator`: what is the emulator's own. No fault strikes here, and nothing of it is in the request log.

mod calls;
mod clock;
mod contents;
mod faults;
mod requests;
mod scripts;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};

use super::{Answer, MAX_BODY_BYTES, auth, body, empty, errors, ok, query};
use crate::app::App;

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .merge(calls::routes())
        .merge(clock::routes())
        .merge(contents::routes())
        .merge(faults::routes())
        .merge(requests::routes())
        .merge(scripts::routes())
        .fallback(errors::no_such_route)
        .method_not_allowed_fallback(errors::method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(app.clone(), check))
}

/// Where only one API key is good, it is needed here as well; otherwise none is.
async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.api_key.is_some() { auth::check(State(app), request, next).await } else { next.run(request).await }
}
