//! Run tests several times in CI, and fail the build if too few runs pass.
//!
//! Replies of a model vary, so a single run is not conclusive. On the real API, test runs cost money.
//!
//! ```sh
//! cargo run --example test_batch
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

use std::process::ExitCode;
use std::time::Duration;

use telnyx_ai::assistants::CreateAssistant;
use telnyx_ai::testing::{CreateTest, RubricItem, TestBatch};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let shop = CreateAssistant::new("Shop", "A stamp costs one euro. We open at ten on Saturday.");
    let shop = telnyx.assistants().create(shop).await?;
    let mut ids = Vec::new();
    for (name, question, criteria) in [
        ("Price", "Ask what a stamp costs.", "Says \"one euro\"."),
        ("Hours", "Ask when the shop opens on Saturday.", "Says \"at ten\"."),
    ] {
        let test = CreateTest::new(name, &shop.id, question, [RubricItem::new(name, criteria)]);
        ids.push(telnyx.tests().create(test).await?.test_id);
    }

    // Each test runs 5 times and passes if 4 of its runs pass. Outages are waited for, until the deadline.
    let report = TestBatch::new(&ids)
        .samples(5)
        .pass_rate(0.8)
        .poll_interval(Duration::from_millis(500))
        .deadline(Duration::from_secs(10 * 60))
        .run(&telnyx.test_runs())
        .await;
    println!("{report}");

    for id in &ids {
        telnyx.tests().delete(id).await?;
    }
    telnyx.assistants().delete(&shop.id).await?;
    Ok(if report.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
