//! `/ai/mcp_servers`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_mcp::{CreateMcpServer, UpdateMcpServer};

use super::{Answer, body::Body, empty, idempotency::Idempotency, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{Domain, mcp_servers},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/mcp_servers", get(list))
        .route("/mcp_servers", idempotency.layer(post(create)))
        .route("/mcp_servers/{mcp_server_id}", get(retrieve).put(update).delete(delete))
}

/// The page is a bare array, without `meta`.
async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    let servers = domain.run(|cx| mcp_servers::list(cx, params.get("type"), params.get("url")))?;
    Ok(ok(paging.slice(servers).into()))
}

async fn create(State(domain): State<Domain>, body: Body) -> Answer {
    let body = body.object::<CreateMcpServer>()?;
    Ok(ok(domain.run(|cx| mcp_servers::create(cx, body))?))
}

async fn retrieve(State(domain): State<Domain>, Path(mcp_server_id): Path<String>) -> Answer {
    Ok(ok(domain.run(|cx| mcp_servers::get(cx, &mcp_server_id))?))
}

async fn update(State(domain): State<Domain>, Path(mcp_server_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateMcpServer>()?;
    Ok(ok(domain.run(|cx| mcp_servers::update(cx, &mcp_server_id, body))?))
}

async fn delete(State(domain): State<Domain>, Path(mcp_server_id): Path<String>) -> Answer {
    domain.run(|cx| mcp_servers::delete(cx, &mcp_server_id))?;
    Ok(empty())
}
