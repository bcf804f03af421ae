//! `/ai/assistants/{assistant_id}/canary-deploys`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use telnyx_ai_versions::CanaryDeployConfig;

use super::{Answer, body::Body, idempotency::idempotent, no_content, ok};
use crate::{app::App, domain::canary_deploys};

const PATH: &str = "/assistants/{assistant_id}/canary-deploys";

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new().route(PATH, get(retrieve).put(update).delete(delete)).route(PATH, idempotent(app, post(create)))
}

async fn retrieve(State(app): State<App>, Path(assistant_id): Path<String>) -> Answer {
    Ok(ok(app.run(|work| canary_deploys::get(work, &assistant_id))?))
}

async fn create(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<CanaryDeployConfig>()?;
    Ok(ok(app.run(|work| canary_deploys::create(work, &assistant_id, body))?))
}

async fn update(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<CanaryDeployConfig>()?;
    Ok(ok(app.run(|work| canary_deploys::update(work, &assistant_id, body))?))
}

async fn delete(State(app): State<App>, Path(assistant_id): Path<String>) -> Answer {
    app.run(|work| canary_deploys::delete(work, &assistant_id))?;
    Ok(no_content())
}
