//! `/ai/tools`: tools that assistants share.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_assistants::{CreateSharedTool, UpdateSharedTool};

use super::{Answer, body::Body, idempotency::Idempotency, no_content, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{Domain, tools},
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/tools", get(list))
        .route("/tools", idempotency.layer(post(create)))
        .route("/tools/{tool_id}", get(retrieve).patch(update).delete(delete))
}

async fn list(State(domain): State<Domain>, params: Params) -> Answer {
    let paging = params.paging()?;
    let (name, kind) = (params.get("filter[name]"), params.get("filter[type]"));
    Ok(ok(paging.of_items(domain.run(|cx| tools::list(cx, name, kind))?)))
}

async fn create(State(domain): State<Domain>, body: Body) -> Answer {
    let body = body.object::<CreateSharedTool>()?;
    Ok(ok(domain.run(|cx| tools::create(cx, &body))?))
}

async fn retrieve(State(domain): State<Domain>, Path(tool_id): Path<String>) -> Answer {
    Ok(ok(domain.run(|cx| tools::get(cx, &tool_id))?))
}

async fn update(State(domain): State<Domain>, Path(tool_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateSharedTool>()?;
    Ok(ok(domain.run(|cx| tools::update(cx, &tool_id, &body))?))
}

async fn delete(State(domain): State<Domain>, Path(tool_id): Path<String>) -> Answer {
    domain.run(|cx| tools::delete(cx, &tool_id))?;
    Ok(no_content())
}
