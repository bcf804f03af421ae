//! `/ai/assistants/{assistant_id}/versions`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use telnyx_ai_types::UpdateVersion;

use super::{Answer, body::Body, data, no_content, ok, query::Params};
use crate::{app::App, domain::versions};

pub(super) fn routes(_: &App) -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/versions", get(list))
        .route("/assistants/{assistant_id}/versions/{version_id}", get(retrieve).post(update).delete(delete))
        .route("/assistants/{assistant_id}/versions/{version_id}/promote", post(promote))
}

async fn list(State(app): State<App>, Path(assistant_id): Path<String>) -> Answer {
    Ok(data(app.run(|work| versions::list(work, &assistant_id))?))
}

async fn retrieve(
    State(app): State<App>,
    Path((assistant_id, version_id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let include_mcp_servers = params.flag("include_mcp_servers")?;
    Ok(ok(app.run(|work| versions::get(work, &assistant_id, &version_id, include_mcp_servers))?))
}

async fn update(
    State(app): State<App>,
    Path((assistant_id, version_id)): Path<(String, String)>,
    body: Body,
) -> Answer {
    let body = body.object::<UpdateVersion>()?;
    Ok(ok(app.run(|work| versions::update(work, &assistant_id, &version_id, body))?))
}

async fn delete(State(app): State<App>, Path((assistant_id, version_id)): Path<(String, String)>) -> Answer {
    app.run(|work| versions::delete(work, &assistant_id, &version_id))?;
    Ok(no_content())
}

async fn promote(State(app): State<App>, Path((assistant_id, version_id)): Path<(String, String)>) -> Answer {
    Ok(ok(app.run(|work| versions::promote(work, &assistant_id, &version_id))?))
}
