//! `/ai/integrations`.

use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};

use super::{Answer, data, ok};
use crate::{app::App, domain::integrations};

pub(super) fn routes(_: &App) -> Router<App> {
    Router::new().route("/integrations", get(list)).route("/integrations/{integration_id}", get(retrieve))
}

async fn list(State(app): State<App>) -> Answer {
    Ok(data(app.run(integrations::list)?))
}

async fn retrieve(State(app): State<App>, Path(integration_id): Path<String>) -> Answer {
    Ok(ok(app.run(|work| integrations::get(work, &integration_id))?))
}
