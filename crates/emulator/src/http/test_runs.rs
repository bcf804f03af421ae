//! `/ai/assistants/tests/{test_id}/runs`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_testing::TriggerTestRun;

use super::{Answer, body::Body, created, idempotency::Idempotency, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{Domain, test_runs},
    scheduler::runs::Runs,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/assistants/tests/{test_id}/runs", idempotency.layer(post(trigger)).get(list))
        .route("/assistants/tests/{test_id}/runs/{run_id}", get(retrieve))
}

async fn list(
    State(domain): State<Domain>,
    State(runs): State<Runs>,
    Path(test_id): Path<String>,
    params: Params,
) -> Answer {
    let paging = params.paging()?;
    runs.settle_tests().await;
    Ok(ok(paging.of_items(domain.run(|cx| test_runs::list(cx, &test_id, &[("status", params.get("status"))]))?)))
}

async fn trigger(State(domain): State<Domain>, Path(test_id): Path<String>, body: Body) -> Answer {
    let body = body.fields::<TriggerTestRun>()?;
    let version_id = body["destination_version_id"].as_str();
    let run = domain.run(|cx| test_runs::trigger(cx, &test_id, version_id))?;
    Ok(created(run))
}

async fn retrieve(
    State(domain): State<Domain>,
    State(runs): State<Runs>,
    Path((test_id, run_id)): Path<(String, String)>,
) -> Answer {
    runs.settle_tests().await;
    Ok(ok(domain.run(|cx| test_runs::get(cx, &test_id, &run_id))?))
}
