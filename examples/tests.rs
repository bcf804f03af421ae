//! Keep the tests of an assistant in your code, and create or update them in the account.
//!
//! This is free of charge on the real API. The example deletes what it creates.
//!
//! ```sh
//! cargo run --example tests
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

use telnyx_ai::assistants::CreateAssistant;
use telnyx_ai::testing::{CreateTest, ListTests, RubricItem, TestChannel, UpdateTest, upsert};
use telnyx_ai::{Client, Telnyx, Upserted, prelude::*};
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
    let shop =
        assistants.create(CreateAssistant::new("Shop", "You answer for a shop. A stamp costs one euro.")).await?;

    // A model plays the customer and follows the instructions. Another one judges the conversation by the rubric.
    let wanted = [
        CreateTest::new(
            "Price of a stamp",
            &shop.id,
            "Ask what a stamp costs, then say goodbye.",
            [RubricItem::new("Price", "Says \"one euro\".")],
        )
        .with_test_suite("shop"),
        CreateTest::new(
            "Angry customer",
            &shop.id,
            "Complain loudly about a late order, and ask for the manager.",
            [RubricItem::new("Calm", "Stays friendly."), RubricItem::new("Help", "Offers to look the order up.")],
        )
        .with_telnyx_conversation_channel(TestChannel::WebChat)
        .with_test_suite("shop"),
    ];

    // Tests are matched by name, so running this again updates them.
    for round in 1..=2 {
        for test in wanted.clone() {
            match upsert(&tests, test).await? {
                Upserted::Created(test) => println!("round {round}: created {}", test.name),
                Upserted::Updated(test) => println!("round {round}: updated {}", test.name),
            }
        }
    }

    for test in tests.list(ListTests::new().with_destination(&shop.id)).page_size(100).try_collect().await? {
        let test = tests.update(&test.test_id, UpdateTest::new().with_max_duration_seconds(90)).await?;
        let test = tests.retrieve(&test.test_id).await?;
        println!("{} takes {:?} s at most", test.name, test.max_duration_seconds);
        tests.delete(&test.test_id).await?;
    }
    assistants.delete(&shop.id).await?;
    Ok(())
}
