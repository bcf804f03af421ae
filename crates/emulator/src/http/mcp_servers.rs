//! `/ai/mcp_servers`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_mcp::{CreateMcpServer, UpdateMcpServer};

use super::{
    Answer, empty,
    handlers::{one, one_with, with},
    idempotency::Idempotency,
    ok,
    query::Params,
};
use crate::{
    app::App,
    domain::{Domain, mcp_servers},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let create = idempotency.layer(post(with::<CreateMcpServer>(mcp_servers::create, ok)));
    let update = one_with::<UpdateMcpServer>(mcp_servers::update, ok);
    Router::new().route("/mcp_servers", create.get(list)).route(
        "/mcp_servers/{mcp_server_id}",
        get(one(mcp_servers::get, ok)).put(update).delete(one(mcp_servers::delete, empty)),
    )
}

/// The page is a bare array, without `meta`.
async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    let wanted = ["type", "url"].map(|field| (field, params.get(field)));
    Ok(ok(paging.slice(domain.run(|cx| mcp_servers::list(cx, &wanted))?).into()))
}
