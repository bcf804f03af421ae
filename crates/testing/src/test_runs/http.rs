use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{ListTestRuns, TestRun, TestRunsApi, TriggerTestRun};

/// [`TestRunsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_testing::{TestRuns, prelude::*};
///
/// async fn is_finished(client: Client) -> Result<bool, Error> {
///     Ok(TestRuns::new(client).retrieve("test-1", "run-1").await?.is_finished())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct TestRuns(Client);

impl TestRuns {
    /// Creates a handle to the test runs of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const RUNS: &str = "/ai/assistants/tests/{test_id}/runs";

impl TestRunsApi for TestRuns {
    fn list(&self, test_id: &str, filter: ListTestRuns) -> Pager<TestRun> {
        Pager::numbered(self.0.call(Method::GET, RUNS, &[test_id]).query_from(&filter))
    }

    fn trigger(&self, test_id: &str, request: TriggerTestRun) -> Call<TestRun> {
        self.0.call(Method::POST, RUNS, &[test_id]).body(&request).idempotent().json()
    }

    fn retrieve(&self, test_id: &str, run_id: &str) -> Call<TestRun> {
        self.0.call(Method::GET, "/ai/assistants/tests/{test_id}/runs/{run_id}", &[test_id, run_id]).json()
    }
}
