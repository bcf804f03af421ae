//! `/ai/assistants/{assistant_id}/canary-deploys`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_versions::CanaryDeployConfig;

use super::{Answer, body::Body, idempotency::Idempotency, no_content, ok, path::Path};
use crate::{
    app::App,
    domain::{Domain, canary_deploys},
};

const PATH: &str = "/assistants/{assistant_id}/canary-deploys";

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new().route(PATH, get(retrieve).put(update).delete(delete)).route(PATH, idempotency.layer(post(create)))
}

async fn retrieve(State(domain): State<Domain>, Path(assistant_id): Path<String>) -> Answer {
    Ok(ok(domain.run(|cx| canary_deploys::get(cx, &assistant_id))?))
}

async fn create(State(domain): State<Domain>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<CanaryDeployConfig>()?;
    Ok(ok(domain.run(|cx| canary_deploys::create(cx, &assistant_id, body))?))
}

async fn update(State(domain): State<Domain>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<CanaryDeployConfig>()?;
    Ok(ok(domain.run(|cx| canary_deploys::update(cx, &assistant_id, body))?))
}

async fn delete(State(domain): State<Domain>, Path(assistant_id): Path<String>) -> Answer {
    domain.run(|cx| canary_deploys::delete(cx, &assistant_id))?;
    Ok(no_content())
}
