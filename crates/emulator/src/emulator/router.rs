//! The router for all paths of the emulator.

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};

use crate::{
    app::App,
    http::{self, layers},
};

/// The API under `/v2`, the control endpoints under `/_emulator`, and the console.
pub(super) fn router(app: &App) -> Router {
    let api = http::api(app);
    let own = http::control(app);
    #[cfg(feature = "console")]
    let own = own.merge(crate::console::router(app.clone(), api.clone().layer(from_fn(layers::add_request_id))));
    own.fallback_service(api)
        .layer(from_fn_with_state(app.access.clone(), layers::check_origin))
        .layer(from_fn(layers::add_request_id))
        .layer(from_fn(layers::run_to_completion))
}
