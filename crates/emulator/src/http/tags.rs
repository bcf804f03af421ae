//! `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use telnyx_ai_assistants::AddTag;

use super::{Answer, body::Body, ok};
use crate::{app::App, domain::tags};

pub(super) fn routes(_: &App) -> Router<App> {
    Router::new()
        .route("/assistants/tags", get(list))
        .route("/assistants/{assistant_id}/tags", post(add))
        .route("/assistants/{assistant_id}/tags/{tag}", axum::routing::delete(remove))
}

async fn list(State(app): State<App>) -> Answer {
    Ok(ok(app.run(tags::list)?))
}

async fn add(State(app): State<App>, Path(assistant_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<AddTag>()?;
    Ok(ok(app.run(|work| tags::add(work, &assistant_id, &body))?))
}

async fn remove(State(app): State<App>, Path((assistant_id, tag)): Path<(String, String)>) -> Answer {
    Ok(ok(app.run(|work| tags::remove(work, &assistant_id, &tag))?))
}
