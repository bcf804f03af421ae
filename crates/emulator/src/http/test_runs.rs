//! `/ai/assistants/tests/{test_id}/runs`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::Value;
use telnyx_ai_testing::TriggerTestRun;

use super::{Answer, body::Body, created, idempotency::idempotent, ok, query::Params};
use crate::{app::App, domain::test_runs, runner};

const RUNS: &str = "/assistants/tests/{test_id}/runs";

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route(RUNS, get(list))
        .route(RUNS, idempotent(app, post(trigger)))
        .route("/assistants/tests/{test_id}/runs/{run_id}", get(retrieve))
}

async fn list(State(app): State<App>, Path(test_id): Path<String>, params: Params) -> Answer {
    let paging = params.paging()?;
    runner::settle(&app).await;
    Ok(ok(paging.of_items(app.run(|work| test_runs::list(work, &test_id, params.get("status")))?)))
}

async fn trigger(State(app): State<App>, Path(test_id): Path<String>, body: Body) -> Answer {
    let body = body.object::<TriggerTestRun>()?;
    let version_id = body.get("destination_version_id").and_then(Value::as_str);
    let run = app.run(|work| test_runs::trigger(work, &test_id, version_id))?;
    Ok(created(run))
}

async fn retrieve(State(app): State<App>, Path((test_id, run_id)): Path<(String, String)>) -> Answer {
    runner::settle(&app).await;
    Ok(ok(app.run(|work| test_runs::get(work, &test_id, &run_id))?))
}
