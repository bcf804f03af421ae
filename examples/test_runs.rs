//! Test runs: run one test against a version that nobody has been served yet, and read the verdict.
//!
//! ```sh
//! cargo run --example test_runs
//! ```
//!
//! Calls: `GET` and `POST /ai/assistants/tests/{test_id}/runs`, `GET …/runs/{run_id}`.

use std::process::ExitCode;
use std::time::Duration;

use telnyx_ai::assistants::types::{CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{CreateTest, ListTestRuns, RubricItem, TriggerTestRun, Wait};
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Test runs: run one test against a version, and read the verdict.").run(test_runs).await
}

async fn test_runs(stage: &Stage) -> Outcome {
    let (assistants, runs) = (stage.telnyx.assistants(), stage.telnyx.test_runs());
    let shop = assistants.create(CreateAssistant::new("Shop", "You answer for a shop.")).await?;
    let change = UpdateAssistant::new()
        .with_instructions("You answer for a shop. A stamp costs one euro.")
        .with_version_name("Knows prices")
        .with_promote_to_main(false);
    let version = assistants.update(&shop.id, change).await?.version_id.ok_or("an update makes a version")?;
    let rubric = [RubricItem::new("Price", "Tells that a stamp costs one euro.")];
    let request = CreateTest::new("Price of a stamp", &shop.id, "Ask what a stamp costs.", rubric);
    let test = stage.telnyx.tests().create(request).await?.test_id;

    stage.step("Run the test against the version");
    let run = runs.trigger(&test, TriggerTestRun::new().with_destination_version_id(version)).await?;
    note!("{} is {}", run.run_id, run.status);

    stage.step("Look at it once");
    note!("{}", runs.retrieve(&test, &run.run_id).await?.status);

    stage.step("Wait for its end");
    let wait = Wait::new().poll_interval(Duration::from_millis(300)).deadline(Duration::from_secs(30));
    let report = wait.run(&runs, &test, &run.run_id).await?;
    note!("{report}");

    stage.step("A version that does not exist is refused");
    if let Err(error) = runs.trigger(&test, TriggerTestRun::new().with_destination_version_id("none")).await {
        note!("{error}");
    }

    stage.step("List all runs of the test");
    for run in runs.list(&test, ListTestRuns::new()).try_collect().await? {
        note!("{}: {}, conversation {}", run.run_id, run.status, or_none(run.conversation_id));
    }
    Ok(())
}
