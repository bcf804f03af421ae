//! Run a test suite against a version that receives no traffic yet, and read the verdicts.
//!
//! On the real API, test runs cost money. The example deletes what it creates.
//!
//! ```sh
//! cargo run --example test_suites
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```

use std::time::Duration;

use telnyx_ai::assistants::{CreateAssistant, UpdateAssistant};
use telnyx_ai::testing::{CreateTest, ListSuiteRuns, ListTestRuns, RubricItem, TestStatus, TriggerTestRun, Wait};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let (assistants, tests) = (telnyx.assistants(), telnyx.tests());
    let (suites, runs) = (telnyx.test_suites(), telnyx.test_runs());
    let shop = assistants.create(CreateAssistant::new("Shop", "You answer for a shop.")).await?;
    let rubric = [RubricItem::new("Price", "Says \"one euro\".")];
    let request = CreateTest::new("Price of a stamp", &shop.id, "Ask what a stamp costs.", rubric);
    let test = tests.create(request.with_test_suite("prices")).await?;

    // A version that knows the price, next to the main version.
    let change = UpdateAssistant::new()
        .with_instructions("You answer for a shop. A stamp costs one euro.")
        .with_promote_to_main(false);
    let version = assistants.update(&shop.id, change).await?.version_id.ok_or("the API returned no version")?;
    let against_version = TriggerTestRun::new().with_destination_version_id(version);

    // Run one test and wait for its verdict. The report lists the rubric items that were not met.
    let wait = Wait::new().poll_interval(Duration::from_millis(500)).deadline(Duration::from_secs(300));
    let run = runs.trigger(&test.test_id, against_version.clone()).await?;
    println!("run {} is {}", run.run_id, run.status);
    println!("{}", wait.run(&runs, &test.test_id, &run.run_id).await?);
    println!("now it is {}", runs.retrieve(&test.test_id, &run.run_id).await?.status);

    // Run all tests of a suite. A suite is a name that tests share.
    println!("suites: {:?}", suites.list().await?);
    let started = suites.trigger("prices", against_version).await?;
    let suite_run = started.iter().find_map(|run| run.test_suite_run_id.as_deref()).ok_or("no run was started")?;
    let wait = wait.expected_runs(started.len()).on_progress(|report| println!("{report}"));
    let report = wait.suite(&suites, "prices", suite_run).await?;
    println!("all tests passed: {}", report.is_success());

    // Earlier runs: of a suite, and of a test.
    let passed = ListSuiteRuns::new().with_status(TestStatus::Passed);
    println!("{} runs of the suite passed", suites.runs("prices", passed).try_collect().await?.len());
    for run in runs.list(&test.test_id, ListTestRuns::new()).try_collect().await? {
        println!("{}: {}, conversation {}", run.run_id, run.status, run.conversation_id.unwrap_or_default());
    }

    tests.delete(&test.test_id).await?;
    assistants.delete(&shop.id).await?;
    Ok(())
}
