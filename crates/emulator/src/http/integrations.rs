//! `/ai/integrations`.

use axum::{Router, routing::get};

use super::{
    data,
    handlers::{one, run},
    ok,
};
use crate::{app::App, domain::integrations};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/integrations", get(run(integrations::list, data)))
        .route("/integrations/{integration_id}", get(one(integrations::get, ok)))
}
