//! `/ai/assistants/tests/test-suites`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_testing::TriggerTestRun;

use super::{
    Answer, body::Body, created, data, handlers::all, idempotency::Idempotency, ok, path::Path, query::Params,
};
use crate::{
    app::App,
    domain::{Domain, test_suites},
    scheduler::runs::Runs,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    Router::new()
        .route("/assistants/tests/test-suites", get(all(test_suites::list, data)))
        .route("/assistants/tests/test-suites/{suite_name}/runs", idempotency.layer(post(trigger)).get(runs))
}

async fn runs(
    State(domain): State<Domain>,
    State(runs): State<Runs>,
    Path(suite): Path<String>,
    params: Params,
) -> Answer {
    let paging = params.paging()?;
    let wanted = ["status", "test_suite_run_id"].map(|field| (field, params.get(field)));
    runs.settle_tests().await;
    Ok(ok(paging.of_items(domain.run(|cx| test_suites::runs(cx, &suite, &wanted))?)))
}

async fn trigger(State(domain): State<Domain>, Path(suite): Path<String>, body: Body) -> Answer {
    let body = body.fields::<TriggerTestRun>()?;
    let version_id = body["destination_version_id"].as_str();
    let runs = domain.run(|cx| test_suites::trigger(cx, &suite, version_id))?;
    Ok(created(runs.into()))
}
