//! `/ai/assistants/tests/test-suites`.

use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::Value;
use telnyx_ai_testing::TriggerTestRun;

use super::{Answer, body::Body, created, data, idempotency::idempotent, ok, query::Params};
use crate::{app::App, domain::test_suites, runner};

const RUNS: &str = "/assistants/tests/test-suites/{suite_name}/runs";

pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/assistants/tests/test-suites", get(list))
        .route(RUNS, get(runs))
        .route(RUNS, idempotent(app, post(trigger)))
}

async fn list(State(app): State<App>) -> Answer {
    Ok(data(app.run(test_suites::list)?))
}

async fn runs(State(app): State<App>, Path(suite): Path<String>, params: Params) -> Answer {
    let paging = params.paging()?;
    let (status, suite_run_id) = (params.get("status"), params.get("test_suite_run_id"));
    runner::settle(&app).await;
    Ok(ok(paging.of_items(app.run(|work| test_suites::runs(work, &suite, status, suite_run_id))?)))
}

async fn trigger(State(app): State<App>, Path(suite): Path<String>, body: Body) -> Answer {
    let body = body.object::<TriggerTestRun>()?;
    let version_id = body.get("destination_version_id").and_then(Value::as_str);
    let runs = app.run(|work| test_suites::trigger(work, &suite, version_id))?;
    Ok(created(runs.into()))
}
