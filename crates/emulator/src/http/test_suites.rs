//! `/ai/assistants/tests/test-suites`.

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use telnyx_ai_testing::TriggerTestRun;

use super::{
    Answer, created, data,
    handlers::{one_with, run},
    idempotency::Idempotency,
    ok,
    path::Path,
    query::Params,
};
use crate::{
    app::App,
    domain::{Domain, test_suites},
    scheduler::runs::Runs,
};

pub(super) fn routes(idempotency: &Idempotency) -> Router<App> {
    let trigger = idempotency.layer(post(one_with::<TriggerTestRun>(test_suites::trigger, created)));
    Router::new()
        .route("/assistants/tests/test-suites", get(run(test_suites::list, data)))
        .route("/assistants/tests/test-suites/{suite_name}/runs", trigger.get(runs))
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
