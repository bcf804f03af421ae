//! `/ai/assistants/{assistant_id}/versions`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_types::UpdateVersion;

use super::{Answer, body::Body, data, no_content, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{Domain, versions},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/versions", get(list))
        .route("/assistants/{assistant_id}/versions/{version_id}", get(retrieve).post(update).delete(delete))
        .route("/assistants/{assistant_id}/versions/{version_id}/promote", post(promote))
}

async fn list(State(domain): State<Domain>, Path(assistant_id): Path<String>) -> Answer {
    Ok(data(domain.run(|cx| versions::list(cx, &assistant_id))?))
}

async fn retrieve(
    State(domain): State<Domain>,
    Path((assistant_id, version_id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let include_mcp_servers = params.flag("include_mcp_servers")?;
    Ok(ok(domain.run(|cx| versions::get(cx, &assistant_id, &version_id, include_mcp_servers))?))
}

async fn update(
    State(domain): State<Domain>,
    Path((assistant_id, version_id)): Path<(String, String)>,
    body: Body,
) -> Answer {
    let body = body.object::<UpdateVersion>()?;
    Ok(ok(domain.run(|cx| versions::update(cx, &assistant_id, &version_id, body))?))
}

async fn delete(State(domain): State<Domain>, Path((assistant_id, version_id)): Path<(String, String)>) -> Answer {
    domain.run(|cx| versions::delete(cx, &assistant_id, &version_id))?;
    Ok(no_content())
}

async fn promote(State(domain): State<Domain>, Path((assistant_id, version_id)): Path<(String, String)>) -> Answer {
    Ok(ok(domain.run(|cx| versions::promote(cx, &assistant_id, &version_id))?))
}
