//! Time limits of helpers that make several calls. The clock is paused.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use http::{Request, Response};
use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{ResultStatus, TestBatch, TestRun, TriggerTestRun, Wait};
use telnyx_ai::versions::{CanaryDeploy, Rollout, Verdict};
use telnyx_ai::{Body, BoxError, Call, Client, ErrorKind, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Act, Piece, Scripted};
use tokio::time::Instant;

const LIMIT: Duration = Duration::from_secs(12);

/// A client whose server never responds.
fn silent() -> Telnyx {
    let transport = tower::service_fn(|_: Request<Body>| pending::<Result<Response<Body>, BoxError>>());
    Telnyx::new(Client::builder().api_key("KEY").transport(transport).build().unwrap())
}

#[tokio::test(start_paused = true)]
async fn wait_ends_at_its_deadline_without_a_response() {
    let telnyx = silent();
    let start = Instant::now();
    let wait = Wait::new().deadline(LIMIT);
    let error = wait.run(&telnyx.test_runs(), "test-1", "run-1").await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, LIMIT));
    let error = wait.suite(&telnyx.test_suites(), "smoke", "batch").await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, 2 * LIMIT));
}

#[tokio::test(start_paused = true)]
async fn batch_ends_at_its_deadline_without_a_response() {
    let start = Instant::now();
    let batch = TestBatch::new(["test-1", "test-2"]).samples(4).deadline(LIMIT);
    let report = batch.run(&silent().test_runs()).await;
    assert_eq!(start.elapsed(), LIMIT);
    assert_eq!(report.count(ResultStatus::Unfinished), 2);
}

#[tokio::test(start_paused = true)]
async fn rollout_ends_at_its_deadline_without_a_response() {
    let telnyx = silent();
    let start = Instant::now();
    let rollout = Rollout::new("assistant-1", "version-2").deadline(LIMIT);
    let gate = |_| async { Ok(Verdict::Pass) };
    let error = rollout.run(&telnyx.versions(), &telnyx.canary_deploys(), gate).await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, LIMIT));
}

/// The retries of a call are cut off, but not its error.
#[tokio::test(start_paused = true)]
async fn deadline_does_not_hide_the_error_of_the_api() {
    let failing = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, BoxError>(Answer::status(503).with_header("retry-after", "9").into_response())
    });
    let telnyx = Telnyx::new(Client::builder().api_key("KEY").transport(failing).build().unwrap());
    let report = TestBatch::new(["test-1"]).deadline(LIMIT).run(&telnyx.test_runs()).await;
    assert_eq!(report.tests[0].samples[0].error.as_ref().unwrap().status().unwrap(), 503, "{report}");
    let wait = Wait::new().deadline(LIMIT);
    for error in [
        wait.run(&telnyx.test_runs(), "test-1", "run-1").await.unwrap_err(),
        wait.suite(&telnyx.test_suites(), "smoke", "batch").await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("503 Service Unavailable"), "{error}");
    }
}

/// A mock can ignore the time limits of its calls.
#[tokio::test(start_paused = true)]
async fn call_that_ignores_its_options_does_not_extend_a_deadline() {
    struct Endless;

    impl TestRunsApi for Endless {
        fn trigger(&self, _: &str, _: TriggerTestRun) -> Call<TestRun> {
            Call::from_future(|_| pending())
        }
    }

    impl VersionsApi for Endless {}

    impl CanaryDeploysApi for Endless {
        fn retrieve(&self, _: &str) -> Call<CanaryDeploy> {
            Call::from_future(|_| pending())
        }
    }

    let start = Instant::now();
    let report = TestBatch::new(["test-1"]).deadline(LIMIT).run(&Endless).await;
    assert_eq!((report.count(ResultStatus::Unfinished), start.elapsed()), (1, LIMIT));
    let rollout = Rollout::new("assistant-1", "version-2").deadline(LIMIT);
    let error = rollout.run(&Endless, &Endless, |_| async { Ok(Verdict::Pass) }).await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, 2 * LIMIT));
}

/// The deadline must not prevent the rollback that it causes.
#[tokio::test(start_paused = true)]
async fn rollback_is_not_limited_by_the_deadline() {
    let slow = tower::service_fn(|_: Request<Body>| async {
        tokio::time::sleep(2 * LIMIT).await;
        Ok::<_, BoxError>(
            Answer::status(404).with_json(&json!({"errors": [{"title": "Resource not found"}]})).into_response(),
        )
    });
    let telnyx = Telnyx::new(Client::builder().api_key("KEY").transport(slow).build().unwrap());
    let rollout = Rollout::new("assistant-1", "version-2").deadline(LIMIT);
    rollout.roll_back(&telnyx.canary_deploys()).await.unwrap();
}

/// One test without a response does not delay the others.
#[tokio::test(start_paused = true)]
async fn batch_runs_its_tests_concurrently() {
    let service = tower::service_fn(|request: Request<Body>| async move {
        if request.uri().path().contains("/test-1/") {
            std::future::pending::<()>().await;
        }
        let run = r#"{"run_id": "run-1", "test_id": "test-2", "status": "passed", "triggered_by": "API",
            "created_at": "2026-01-01T00:00:00Z"}"#;
        Ok::<_, BoxError>(Answer::text("application/json", run).into_response())
    });
    let telnyx = Telnyx::new(Client::builder().api_key("KEY").transport(service).build().unwrap());
    let report = TestBatch::new(["test-1", "test-2", "test-3"]).deadline(LIMIT).run(&telnyx.test_runs()).await;
    assert_eq!((report.count(ResultStatus::Unfinished), report.count(ResultStatus::Passed)), (1, 2), "{report}");
}

/// The server may have executed a trigger whose response was lost.
#[tokio::test(start_paused = true)]
async fn batch_repeats_a_trigger_with_the_same_idempotency_key() {
    let lost = || Act::Break;
    let run = r#"{"run_id": "run-1", "test_id": "test-1", "status": "passed", "triggered_by": "API",
        "created_at": "2026-01-01T00:00:00Z"}"#;
    let scripted = Scripted::new([lost(), lost(), lost(), lost(), Answer::text("application/json", run).into()]);
    let report = TestBatch::new(["test-1"]).run(&Telnyx::new(scripted.client()).test_runs()).await;
    assert!(report.is_success(), "{report}");
    let attempts = scripted.attempts();
    let keys: Vec<&str> = attempts.iter().map(|attempt| attempt.header("idempotency-key")).collect();
    assert_eq!(keys, [keys[0]; 5]);
}

#[tokio::test(start_paused = true)]
async fn call_without_time_sends_nothing() {
    let scripted = Scripted::new([Answer::json(&serde_json::json!({"tags": []}))]);
    let telnyx = Telnyx::new(scripted.client());
    for call in [telnyx.tags().list().deadline(Duration::ZERO), telnyx.tags().list().timeout(Duration::ZERO)] {
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    }
    assert!(scripted.attempts().is_empty());
}

/// A program that was busy for longer than the time limit still gets a response that has arrived.
#[tokio::test(start_paused = true)]
async fn response_that_has_arrived_is_read_after_the_time_limit() {
    let slow = vec![Piece::Pause(Duration::from_secs(1)), Piece::from(r#"{"tags": []}"#)];
    let scripted = Scripted::new([Act::Stream(slow)]);
    let mut call = pin!(Telnyx::new(scripted.client()).tags().list());
    assert!(futures_util::poll!(&mut call).is_pending());
    tokio::time::advance(Duration::from_secs(120)).await;
    call.await.unwrap();
    assert_eq!(scripted.attempts().len(), 1);
}
