//! `/ai/assistants/tests`

mod http;
mod model;

pub use http::Tests;
pub use model::*;

use telnyx_ai_core::{Call, Pager};

/// The tests of an account: `/ai/assistants/tests`.
///
/// ```
/// use telnyx_ai_testing::prelude::*;
/// use telnyx_ai_testing::{CreateTest, ListTests, RubricItem, Tests, UpdateTest};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let tests = Tests::new(client);
/// let rubric = [RubricItem::new("Politeness", "Greets and says goodbye")];
/// let request = CreateTest::new("Small talk", "assistant-1", "Chat about the weather.", rubric)
///     .with_test_suite("smoke");
/// let test = tests.create(request).await?;
///
/// let change = UpdateTest::new().with_max_duration_seconds(120);
/// let test = tests.update(&test.test_id, change).await?;
/// assert_eq!(test.max_duration_seconds, Some(120));
///
/// let smoke = tests.list(ListTests::new().with_test_suite("smoke")).try_collect().await?;
/// assert_eq!(smoke.len(), 1);
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TestsApi: Send + Sync {
    /// Lists the tests that match `filter`, page by page: `GET /ai/assistants/tests`.
    fn list(&self, filter: ListTests) -> Pager<Test> {
        let _ = filter;
        Pager::unsupported("TestsApi::list")
    }

    /// Creates a test: `POST /ai/assistants/tests`.
    ///
    /// Sent with an idempotency key. Fails with 400 or 422 if a text is too long or the rubric is empty.
    fn create(&self, request: CreateTest) -> Call<Test> {
        let _ = request;
        Call::unsupported("TestsApi::create")
    }

    /// Retrieves a test: `GET /ai/assistants/tests/{test_id}`.
    ///
    /// Fails with 404 if the test does not exist.
    fn retrieve(&self, test_id: &str) -> Call<Test> {
        let _ = test_id;
        Call::unsupported("TestsApi::retrieve")
    }

    /// Changes the fields that are set and returns the whole test: `PUT /ai/assistants/tests/{test_id}`.
    ///
    /// Fails with 404 if the test does not exist.
    fn update(&self, test_id: &str, request: UpdateTest) -> Call<Test> {
        let _ = (test_id, request);
        Call::unsupported("TestsApi::update")
    }

    /// Deletes a test and its runs: `DELETE /ai/assistants/tests/{test_id}`.
    ///
    /// Fails with 404 if the test does not exist.
    fn delete(&self, test_id: &str) -> Call<()> {
        let _ = test_id;
        Call::unsupported("TestsApi::delete")
    }
}
