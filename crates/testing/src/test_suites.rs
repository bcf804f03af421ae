//! `/ai/assistants/tests/test-suites`

use http::Method;
use telnyx_ai_core::{Call, Client, Extra, Object, Pager};

use crate::{TestRun, TestStatus, TriggerTestRun};

/// The test suites of an account: `/ai/assistants/tests/test-suites`.
///
/// A suite is a name that tests share. It exists while a test has that name in `test_suite`.
///
/// ```
/// use telnyx_ai_testing::prelude::*;
/// use telnyx_ai_testing::{ListSuiteRuns, TestSuites, TriggerTestRun};
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
/// # Tests::new(client.clone()).create(request.with_test_suite("smoke")).await?;
/// let suites = TestSuites::new(client);
/// assert_eq!(suites.list().await?, ["smoke"]);
///
/// let started = suites.trigger("smoke", TriggerTestRun::new()).await?;
/// let runs = suites.runs("smoke", ListSuiteRuns::new()).try_collect().await?;
/// assert_eq!(runs.len(), started.len());
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TestSuitesApi: Send + Sync {
    /// Lists the names of all suites, without pages: `GET /ai/assistants/tests/test-suites`.
    fn list(&self) -> Call<Vec<String>> {
        Call::unsupported("TestSuitesApi::list")
    }

    /// Lists the runs of a suite's tests, page by page: `GET /ai/assistants/tests/test-suites/{suite_name}/runs`.
    fn runs(&self, suite_name: &str, filter: ListSuiteRuns) -> Pager<TestRun> {
        let _ = (suite_name, filter);
        Pager::unsupported("TestSuitesApi::runs")
    }

    /// Runs all tests of a suite: `POST /ai/assistants/tests/test-suites/{suite_name}/runs`.
    ///
    /// Returns one run per test, all with the same `test_suite_run_id`. Sent with an idempotency key. Fails with 404 if
    /// no test has this suite, and with 400 if the requested version does not exist.
    fn trigger(&self, suite_name: &str, request: TriggerTestRun) -> Call<Vec<TestRun>> {
        let _ = (suite_name, request);
        Call::unsupported("TestSuitesApi::trigger")
    }
}

/// [`TestSuitesApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_testing::{TestSuites, prelude::*};
///
/// async fn names(client: Client) -> Result<Vec<String>, Error> {
///     TestSuites::new(client).list().await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct TestSuites(Client);

impl TestSuites {
    /// Creates a handle to the test suites of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const RUNS: &str = "/ai/assistants/tests/test-suites/{suite_name}/runs";

impl TestSuitesApi for TestSuites {
    fn list(&self) -> Call<Vec<String>> {
        self.0.call(Method::GET, "/ai/assistants/tests/test-suites", &[]).data()
    }

    fn runs(&self, suite_name: &str, filter: ListSuiteRuns) -> Pager<TestRun> {
        Pager::numbered(self.0.call(Method::GET, RUNS, &[suite_name]).query_from(&filter))
    }

    fn trigger(&self, suite_name: &str, request: TriggerTestRun) -> Call<Vec<TestRun>> {
        self.0.call(Method::POST, RUNS, &[suite_name]).body(&request).idempotent().json()
    }
}

/// The filter of [`TestSuitesApi::runs`]. Default: all runs of the suite.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListSuiteRuns {
    /// Lists runs with this status only.
    pub status: Option<TestStatus>,
    /// Lists runs with this `test_suite_run_id` only.
    pub test_suite_run_id: Option<String>,
    /// Additional query parameters to send.
    pub extra: Extra,
}
