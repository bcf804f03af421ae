//! `/ai/tools`: tools that assistants share.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::json;
use telnyx_ai_assistants::{CreateSharedTool, UpdateSharedTool};

use super::{Answer, body::Body, idempotency::idempotent, ok, query::Params};
use crate::{app::App, domain::tools};

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/tools", get(list))
        .route("/tools", idempotent(app, post(create)))
        .route("/tools/{tool_id}", get(retrieve).patch(update).delete(delete))
}

async fn list(State(app): State<App>, params: Params) -> Answer {
    let paging = params.paging()?;
    let (name, kind) = (params.get("filter[name]"), params.get("filter[type]"));
    Ok(ok(paging.of_items(app.run(|work| tools::list(work, name, kind))?)))
}

async fn create(State(app): State<App>, body: Body) -> Answer {
    let body = body.object::<CreateSharedTool>()?;
    Ok(ok(app.run(|work| tools::create(work, &body))?))
}

async fn retrieve(State(app): State<App>, Path(tool_id): Path<String>) -> Answer {
    Ok(ok(app.run(|work| tools::get(work, &tool_id))?))
}

async fn update(State(app): State<App>, Path(tool_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<UpdateSharedTool>()?;
    Ok(ok(app.run(|work| tools::update(work, &tool_id, &body))?))
}

async fn delete(State(app): State<App>, Path(tool_id): Path<String>) -> Answer {
    app.run(|work| tools::delete(work, &tool_id))?;
    Ok(ok(json!({ "id": tool_id, "deleted": true })))
}
