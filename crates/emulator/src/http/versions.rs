//! `/ai/assistants/{assistant_id}/versions`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_types::UpdateVersion;

use super::{
    Answer,
    body::Body,
    data,
    handlers::{one, pair},
    no_content, ok,
    path::Path,
    query::Params,
};
use crate::{
    app::App,
    domain::{Domain, versions},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/assistants/{assistant_id}/versions", get(one(versions::list, data)))
        .route(
            "/assistants/{assistant_id}/versions/{version_id}",
            get(retrieve).post(update).delete(pair(versions::delete, no_content)),
        )
        .route("/assistants/{assistant_id}/versions/{version_id}/promote", post(pair(versions::promote, ok)))
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
