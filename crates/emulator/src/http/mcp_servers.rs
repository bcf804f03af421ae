//! `/ai/mcp_servers`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use telnyx_ai_mcp::{CreateMcpServer, UpdateMcpServer};

use super::{Answer, body::Body, empty, idempotency::idempotent, ok, query::Params};
use crate::{app::App, domain::mcp_servers};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/mcp_servers", get(list))
        .route("/mcp_servers", idempotent(app, post(create)))
        .route("/mcp_servers/{mcp_server_id}", get(retrieve).put(update).delete(delete))
}

/// A page is a bare array.
async fn list(State(app): State<App>, params: Params) -> Answer {
    let paging = params.paging()?;
    let servers = app.run(|work| mcp_servers::list(work, params.get("type"), params.get("url")))?;
    Ok(ok(paging.slice(servers).into()))
}

async fn create(State(app): State<App>, body: Body) -> Answer {
    let body = body.object::<CreateMcpServer>()?;
    Ok(ok(app.run(|work| mcp_servers::create(work, body))?))
}

async fn retrieve(State(app): State<App>, Path(mcp_server_id): Path<String>) -> Answer {
    Ok(ok(app.run(|work| mcp_servers::get(work, &mcp_server_id))?))
}

async fn update(State(app): State<App>, Path(mcp_server_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateMcpServer>()?;
    Ok(ok(app.run(|work| mcp_servers::update(work, &mcp_server_id, body))?))
}

async fn delete(State(app): State<App>, Path(mcp_server_id): Path<String>) -> Answer {
    app.run(|work| mcp_servers::delete(work, &mcp_server_id))?;
    Ok(empty())
}
