//! `/ai/integrations`.

use axum::{Router, extract::State, routing::get};

use super::{Answer, data, ok, path::Path};
use crate::{
    app::App,
    domain::{Domain, integrations},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/integrations", get(list)).route("/integrations/{integration_id}", get(retrieve))
}

async fn list(State(domain): State<Domain>) -> Answer {
    Ok(data(domain.run(integrations::list)?))
}

async fn retrieve(State(domain): State<Domain>, Path(integration_id): Path<String>) -> Answer {
    Ok(ok(domain.run(|cx| integrations::get(cx, &integration_id))?))
}
