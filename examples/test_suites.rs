//! Test suites: run all tests of one, wait for the verdicts, and look at past runs.
//!
//! ```sh
//! cargo run --example test_suites
//! ```
//!
//! Calls: `GET /ai/assistants/tests/test-suites`, `GET` and `POST …/test-suites/{suite_name}/runs`.

use std::process::ExitCode;
use std::time::Duration;

use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{CreateTest, ListSuiteRuns, TestStatus, TriggerTestRun, Wait};
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Test suites: run all tests of one, and wait for the verdicts.").run(test_suites).await
}

async fn test_suites(stage: &Stage) -> Outcome {
    let suites = stage.telnyx.test_suites();
    let request = CreateAssistant::new("Shop", "We open at ten on Saturday. Stay friendly, say goodbye.");
    let shop = stage.telnyx.assistants().create(request).await?;
    let file = include_str!("data/tests.json").replace("${ASSISTANT}", &shop.id);
    for test in serde_json::from_str::<Vec<CreateTest>>(&file)? {
        stage.telnyx.tests().create(test).await?;
    }

    stage.step("List the suites: a suite is a name that tests share");
    note!("{:?}", suites.list().await?);

    stage.step("Run all tests of one; the runs share an id");
    let started = suites.trigger("shop", TriggerTestRun::new()).await?;
    let together = started.iter().find_map(|run| run.test_suite_run_id.clone()).ok_or("no runs were started")?;
    note!("{} runs, together {together}", started.len());

    stage.step("Wait until all have ended");
    let report = Wait::new()
        .poll_interval(Duration::from_millis(300))
        .deadline(Duration::from_secs(30))
        .on_progress(|so_far| note!("{so_far}"))
        .suite(&suites, "shop", &together)
        .await?;
    note!("all passed: {}", report.is_success());
    for run in &report.runs {
        let items: Vec<_> =
            run.detail_status.iter().flatten().map(|item| format!("{}: {}", item.name, item.status)).collect();
        note!("{} {} ({})", run.run_id, run.status, items.join(", "));
    }

    stage.step("Look at past runs that have passed");
    let mut passed = suites.runs("shop", ListSuiteRuns::new().with_status(TestStatus::Passed));
    while let Some(run) = passed.try_next().await? {
        note!("{} ended at {}", run.run_id, or_none(run.completed_at));
    }
    Ok(())
}
