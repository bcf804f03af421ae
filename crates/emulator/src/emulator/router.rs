//! The router for all paths of the emulator.

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};

use crate::{
    app::App,
    http::{self, guard, own_task, request_id},
};

/// The API under `/v2`, the control endpoints under `/_emulator`, and the console.
pub(super) fn router(app: &App) -> Router {
    let api = http::api(app);
    let own = http::control(app);
    #[cfg(feature = "console")]
    let own = own.merge(crate::console::router(app.clone(), api.clone().layer(from_fn(request_id::add))));
    own.fallback_service(api)
        .layer(from_fn_with_state(app.access.clone(), guard::check))
        .layer(from_fn(request_id::add))
        .layer(from_fn(own_task::handle))
}
