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

/// A version of an assistant, and the tests that it must pass.
struct Candidate {
    assistant_id: String,
    version_id: String,
    test_ids: Vec<String>,
}

/// Gives the candidate 5, 25 and 100 percent of the traffic. Before each step, it must pass its tests.
async fn roll_out(
    candidate: &Candidate,
    hold: Duration,
    versions: &dyn VersionsApi,
    deploys: &dyn CanaryDeploysApi,
    runs: &dyn TestRunsApi,
) -> Result<RolloutOutcome, Error> {
    let tests = TestBatch::new(&candidate.test_ids)
        .version_id(&candidate.version_id)
        .samples(3)
        .pass_rate(0.6)
        .poll_interval(Duration::from_secs(1));
    Rollout::new(&candidate.assistant_id, &candidate.version_id)
        .steps([5.0, 25.0, 100.0])
        .hold(hold)
        .on_progress(|progress| println!("{progress}"))
        .run(versions, deploys, |_step| async {
            let report = tests.run(runs).await;
            Ok(if report.is_success() { Verdict::Pass } else { Verdict::Fail(report.to_string()) })
        })
        .await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process, and do not wait long.
    let (telnyx, hold) = if std::env::var_os("TELNYX_API_KEY").is_some() {
        (Telnyx::from_env()?, Duration::from_secs(10 * 60))
    } else {
        let client = Client::builder().api_key("any").transport(Emulator::in_process()?).build()?;
        (Telnyx::new(client), Duration::from_secs(1))
    };

    let shop = telnyx.assistants().create(CreateAssistant::new("Shop", "You answer for a shop.")).await?;
    let test = CreateTest::new("Price", &shop.id, "Ask what a stamp costs.", [RubricItem::new("Price", "Is polite.")]);
    let test_id = telnyx.tests().create(test).await?.test_id;
    let change = UpdateAssistant::new().with_instructions("A stamp costs one euro.").with_promote_to_main(false);
    let version_id = telnyx.assistants().update(&shop.id, change).await?.version_id.ok_or("no version")?;

    let candidate = Candidate { assistant_id: shop.id, version_id, test_ids: vec![test_id] };
    let (versions, deploys, runs) = (telnyx.versions(), telnyx.canary_deploys(), telnyx.test_runs());
    println!("{}", roll_out(&candidate, hold, &versions, &deploys, &runs).await?);

    telnyx.tests().delete(&candidate.test_ids[0]).await?;
    telnyx.assistants().delete(&candidate.assistant_id).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use telnyx_ai::Call;
    use telnyx_ai::testing::{MockTestRunsApi, TestRun, TestRunRequired};
    use telnyx_ai::versions::{MockCanaryDeploysApi, MockVersionsApi};

    use super::*;

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

    fn candidate() -> Candidate {
        Candidate { assistant_id: "shop".into(), version_id: "version-2".into(), test_ids: vec!["test-1".into()] }
    }

    // The paused clock of tokio makes waits return at once.
    #[tokio::test(start_paused = true)]
    async fn candidate_that_fails_its_tests_gets_no_traffic() -> Result<(), Error> {
        // An unexpected call of a mock is a panic: neither `create` nor `promote` is called.
        let (versions, mut deploys) = (MockVersionsApi::new(), MockCanaryDeploysApi::new());
        deploys.expect_retrieve().returning(|_| Call::err(Error::from_response(404, "")));
        let runs = runs_that_end_with("failed");
        let outcome = roll_out(&candidate(), Duration::from_secs(600), &versions, &deploys, &runs).await?;
        assert!(outcome.to_string().contains("0 of 1 tests passed"), "{outcome}");
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn rollout_stops_if_somebody_else_starts_one() {
        let (versions, mut deploys) = (MockVersionsApi::new(), MockCanaryDeploysApi::new());
        deploys.expect_retrieve().returning(|_| Call::err(Error::from_response(404, "")));
        deploys.expect_create().once().returning(|_, config| {
            assert!(config.rules.is_some());
            Call::err(Error::from_response(409, ""))
        });
        let runs = runs_that_end_with("passed");
        let result = roll_out(&candidate(), Duration::from_secs(600), &versions, &deploys, &runs).await;
        let error = result.expect_err("the canary deploy already exists");
        assert!(error.to_string().contains("another client"), "{error}");
    }
}
