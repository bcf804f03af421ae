//! Tests: create, read, change and delete them, and keep them in line with a file.
//!
//! ```sh
//! cargo run --example tests              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET` and `POST /ai/assistants/tests`; `GET`, `PUT` and `DELETE /ai/assistants/tests/{test_id}`. Runs are
//! in `test_runs.rs` and `test_suites.rs`.

use std::process::ExitCode;

use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{CreateTest, ListTests, RubricItem, TestChannel, UpdateTest, Upserted, upsert};
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Tests: create, read, change and delete them.").or_live().run(tests).await
}

async fn tests(stage: &Stage) -> Outcome {
    let (assistants, tests) = (stage.telnyx.assistants(), stage.telnyx.tests());
    let shop = assistants.create(CreateAssistant::new("Shop", "You answer for a shop.")).await?;
    stage.cleanup.at_the_end(&shop.id, assistants.delete(&shop.id));

    stage.step("Create a test: what the tester does, and what the conversation is judged by");
    let rubric = [RubricItem::new("Price", "Tells the price before the customer has to ask twice.")];
    let request = CreateTest::new("Price of a stamp", &shop.id, "Ask what a stamp costs.", rubric)
        .with_telnyx_conversation_channel(TestChannel::WebChat)
        .with_test_suite("prices");
    let price = tests.create(request).await?;
    stage.cleanup.at_the_end(&price.test_id, tests.delete(&price.test_id));
    note!("{}: {}", price.test_id, price.name);

    stage.step("Change it, and read it");
    tests.update(&price.test_id, UpdateTest::new().with_max_duration_seconds(90)).await?;
    let read = tests.retrieve(&price.test_id).await?;
    note!("{} s at most, over {}", or_none(read.max_duration_seconds), read.telnyx_conversation_channel);

    stage.step("Keep tests in a file, and bring the account in line with it: once it creates, then it updates");
    let file = include_str!("data/tests.json").replace("${ASSISTANT}", &shop.id);
    for round in ["first", "second"] {
        for wanted in serde_json::from_str::<Vec<CreateTest>>(&file)? {
            match upsert(&tests, wanted).await? {
                Upserted::Created(test) => {
                    stage.cleanup.at_the_end(&test.test_id, tests.delete(&test.test_id));
                    note!("{round} time: created {}", test.name);
                }
                Upserted::Updated(test) => note!("{round} time: updated {}", test.name),
            }
        }
    }

    stage.step("List those of the assistant, and delete them");
    let all = tests.list(ListTests::new().with_destination(&shop.id)).page_size(100).try_collect().await?;
    for test in all {
        note!("{} in suite {}", test.name, or_none(test.test_suite));
        tests.delete(&test.test_id).await?;
    }
    Ok(())
}
