//! `/_emulator`: the control endpoints. They are not logged, and faults do not apply to them.

mod calls;
mod clock;
mod contents;
mod faults;
mod requests;
mod scripts;

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};

use super::{Answer, auth, body, empty, errors, ok, path, query, read_body};
use crate::app::App;

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .merge(calls::routes())
        .merge(clock::routes())
        .merge(contents::routes())
        .merge(faults::routes())
        .merge(requests::routes())
        .merge(scripts::routes())
        .fallback(errors::unknown_route)
        .method_not_allowed_fallback(errors::method_not_allowed)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(read_body::Limit::CONTROL, read_body::read))
        .layer(from_fn_with_state(app.clone(), auth::check_configured))
}
