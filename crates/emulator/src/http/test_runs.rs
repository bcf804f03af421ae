//! `/ai/assistants/tests/{test_id}/runs`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_testing::TriggerTestRun;

use super::{Answer, created, handlers::one_with, idempotency::Idempotency, ok, path::Path, query::Params};
use crate::{
    app::App,
    domain::{Domain, test_runs},
    scheduler::runs::Runs,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let trigger = idempotency.layer(post(one_with::<TriggerTestRun>(test_runs::trigger, created)));
    Router::new()
        .route("/assistants/tests/{test_id}/runs", trigger.get(list))
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

async fn retrieve(
    State(domain): State<Domain>,
    State(runs): State<Runs>,
    Path((test_id, run_id)): Path<(String, String)>,
) -> Answer {
    runs.settle_tests().await;
    Ok(ok(domain.run(|cx| test_runs::get(cx, &test_id, &run_id))?))
}
