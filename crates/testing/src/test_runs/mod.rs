//! `/ai/assistants/tests/{test_id}/runs`

mod http;
mod model;

pub use http::TestRuns;
pub use model::*;

use telnyx_ai_core::{Call, Pager};

/// The runs of a test: `/ai/assistants/tests/{test_id}/runs`.
///
/// [`Wait`](crate::Wait) waits for the end of a run.
///
/// ```
/// use telnyx_ai_testing::prelude::*;
/// use telnyx_ai_testing::{ListTestRuns, TestRuns, TriggerTestRun};
/// # use telnyx_ai_testing::{CreateTest, RubricItem, Tests};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// # let settings = std::collections::BTreeMap::from([("name", "Shop"), ("instructions", "Help.")]);
/// # let assistant = client.request(http::Method::POST, "/ai/assistants").body(&settings).await?;
/// # let assistant_id = assistant["id"].as_str().ok_or("an assistant has an id")?;
/// # let request = CreateTest::new("Small talk", assistant_id, "Chat.", [RubricItem::new("a", "b")]);
/// # let test = Tests::new(client.clone()).create(request).await?;
/// let runs = TestRuns::new(client);
/// let run = runs.trigger(&test.test_id, TriggerTestRun::new()).await?;
/// let run = runs.retrieve(&test.test_id, &run.run_id).await?;
/// println!("{} is {}", run.run_id, run.status);
///
/// let history = runs.list(&test.test_id, ListTestRuns::new()).try_collect().await?;
/// assert_eq!(history.len(), 1);
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TestRunsApi: Send + Sync {
    /// Lists the runs of a test, page by page: `GET /ai/assistants/tests/{test_id}/runs`.
    ///
    /// Fails with 404 if the test does not exist.
    fn list(&self, test_id: &str, filter: ListTestRuns) -> Pager<TestRun> {
        let _ = (test_id, filter);
        Pager::unsupported("TestRunsApi::list")
    }

    /// Starts a run and returns it in its queued state: `POST /ai/assistants/tests/{test_id}/runs`.
    ///
    /// Sent with an idempotency key. Fails with 404 if the test does not exist, and with 400 if the requested version
    /// does not exist.
    fn trigger(&self, test_id: &str, request: TriggerTestRun) -> Call<TestRun> {
        let _ = (test_id, request);
        Call::unsupported("TestRunsApi::trigger")
    }

    /// Retrieves a run: `GET /ai/assistants/tests/{test_id}/runs/{run_id}`.
    ///
    /// A run that has ended has a verdict per item of the rubric. Fails with 404 if the run does not exist.
    fn retrieve(&self, test_id: &str, run_id: &str) -> Call<TestRun> {
        let _ = (test_id, run_id);
        Call::unsupported("TestRunsApi::retrieve")
    }
}
