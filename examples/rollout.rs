//! Roll a version out step by step, and stop if its tests fail. The unit tests use mocks.
//!
//! On the real API, test runs cost money. The example deletes what it creates.
//!
//! ```sh
//! cargo run --example rollout
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//!
//! [dev-dependencies]
//! telnyx-ai = { version = "0.1", features = ["mock"] }
//! tokio = { version = "1", features = ["test-util"] }
//! ```

use std::time::Duration;

use telnyx_ai::assistants::{CreateAssistant, UpdateAssistant};
use telnyx_ai::testing::{CreateTest, RubricItem, TestBatch};
use telnyx_ai::versions::{Rollout, RolloutOutcome, Verdict};
use telnyx_ai::{Client, Error, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

/// Raises the share of the traffic step by step. Before each step, the version must pass the tests.
async fn roll_out(
    rollout: &Rollout,
    tests: &TestBatch,
    versions: &dyn VersionsApi,
    deploys: &dyn CanaryDeploysApi,
    runs: &dyn TestRunsApi,
) -> Result<RolloutOutcome, Error> {
    let gate = |_step| async {
        let report = tests.run(runs).await;
        Ok(if report.is_success() { Verdict::Pass } else { Verdict::Fail(report.to_string()) })
    };
    rollout.run(versions, deploys, gate).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };

    let shop = telnyx.assistants().create(CreateAssistant::new("Shop", "You answer for a shop.")).await?;
    let test = CreateTest::new("Price", &shop.id, "Ask what a stamp costs.", [RubricItem::new("Price", "Is polite.")]);
    let test_id = telnyx.tests().create(test).await?.test_id;
    // `promote_to_main: false` creates a version that gets no traffic yet.
    let change = UpdateAssistant::new().with_instructions("A stamp costs one euro.").with_promote_to_main(false);
    let version_id = telnyx.assistants().update(&shop.id, change).await?.version_id.ok_or("no version")?;

    let tests = TestBatch::new([&test_id]).version_id(&version_id).poll_interval(Duration::from_secs(1));
    // A real rollout holds each step for longer, to evaluate its conversations.
    let rollout = Rollout::new(shop.id.as_str(), version_id).steps([5.0, 25.0, 100.0]).hold(Duration::from_secs(2));
    let rollout = rollout.on_progress(|progress| println!("{progress}"));
    let (versions, deploys, runs) = (telnyx.versions(), telnyx.canary_deploys(), telnyx.test_runs());
    println!("{}", roll_out(&rollout, &tests, &versions, &deploys, &runs).await?);

    tokio::try_join!(telnyx.tests().delete(&test_id), telnyx.assistants().delete(&shop.id))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use telnyx_ai::Call;
    use telnyx_ai::testing::{MockTestRunsApi, TestRun, TestRunRequired};
    use telnyx_ai::versions::{MockCanaryDeploysApi, MockVersionsApi};

    use super::*;

    /// The response if there is no canary deploy.
    const NOT_FOUND: &str = r#"{"errors": [{"title": "Resource not found"}]}"#;

    /// Test runs that end at once with a status.
    fn runs_that_end_with(status: &'static str) -> MockTestRunsApi {
        let mut runs = MockTestRunsApi::new();
        runs.expect_trigger().returning(move |test_id, request| {
            assert_eq!(request.destination_version_id.as_deref(), Some("version-2"));
            Call::ok(TestRun::new(TestRunRequired {
                run_id: "run-1".into(),
                test_id: test_id.into(),
                status: status.into(),
                triggered_by: "manual".into(),
                created_at: "2026-01-01T00:00:00Z".into(),
            }))
        });
        runs
    }

    fn candidate() -> (Rollout, TestBatch) {
        let rollout = Rollout::new("shop", "version-2").steps([5.0, 100.0]).hold(Duration::from_secs(600));
        (rollout, TestBatch::new(["test-1"]).version_id("version-2").samples(3).pass_rate(0.6))
    }

    // The paused clock of tokio makes waits return at once.
    #[tokio::test(start_paused = true)]
    async fn candidate_that_fails_its_tests_gets_no_traffic() -> Result<(), Error> {
        // An unexpected call of a mock is a panic: neither `create` nor `promote` is called.
        let (versions, mut deploys) = (MockVersionsApi::new(), MockCanaryDeploysApi::new());
        deploys.expect_retrieve().returning(|_| Call::err(Error::from_response(404, NOT_FOUND)));
        let runs = runs_that_end_with("failed");
        let (rollout, tests) = candidate();
        let outcome = roll_out(&rollout, &tests, &versions, &deploys, &runs).await?;
        assert!(outcome.to_string().contains("0 of 1 tests passed"), "{outcome}");
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn rollout_stops_if_another_client_starts_one() {
        let (versions, mut deploys) = (MockVersionsApi::new(), MockCanaryDeploysApi::new());
        deploys.expect_retrieve().returning(|_| Call::err(Error::from_response(404, NOT_FOUND)));
        deploys.expect_create().once().returning(|_, config| {
            assert!(config.rules.is_some());
            Call::err(Error::from_response(409, ""))
        });
        let runs = runs_that_end_with("passed");
        let (rollout, tests) = candidate();
        let result = roll_out(&rollout, &tests, &versions, &deploys, &runs).await;
        let error = result.expect_err("the canary deploy already exists");
        assert!(error.to_string().contains("another client"), "{error}");
    }
}
