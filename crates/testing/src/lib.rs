//! Assistant tests of the Telnyx AI API: tests, the suites that group them, and their runs.
//!
//! A test is a scenario and a rubric. A run plays the scenario against an assistant, or against one
//! version of it, and judges the conversation by each item of the rubric.
//!
//! ```
//! use std::time::Duration;
//! use telnyx_ai_testing::prelude::*;
//! use telnyx_ai_testing::{CreateTest, RubricItem, TestRuns, Tests, TriggerTestRun, Wait, upsert};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = telnyx_ai_emulator::Emulator::start().await?;
//! # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
//! # let settings = std::collections::BTreeMap::from([("name", "Shop"), ("instructions", "Help.")]);
//! # let assistant = client.request(http::Method::POST, "/ai/assistants").body(&settings).await?;
//! # let assistant_id = assistant["id"].as_str().ok_or("an assistant has an id")?;
//! let (tests, runs) = (Tests::new(client.clone()), TestRuns::new(client));
//! let rubric = [RubricItem::new("Hours", "Tells the opening hours")];
//! let wanted = CreateTest::new("Opening hours", assistant_id, "Ask when the shop opens.", rubric);
//! let test = upsert(&tests, wanted).await?.into_test();
//!
//! let run = runs.trigger(&test.test_id, TriggerTestRun::default()).await?;
//! let report = Wait::new()
//!     .poll_interval(Duration::from_millis(50))
//!     .run(&runs, &test.test_id, &run.run_id)
//!     .await?;
//! println!("{report}");
//! # assert_eq!(report.runs.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `mock`: `MockTestsApi`, `MockTestSuitesApi` and `MockTestRunsApi` for unit tests. The helpers
//!   [`Wait`] and [`upsert`](upsert()) work on them as on the real handles.

mod test_runs;
mod test_suites;
mod tests;
mod upsert;
mod wait;

pub use test_runs::*;
pub use test_suites::*;
pub use tests::*;
pub use upsert::*;
pub use wait::*;

/// The traits of this crate, to bring their methods into scope with one `use`.
pub mod prelude {
    pub use crate::{TestRunsApi, TestSuitesApi, TestsApi};
}
