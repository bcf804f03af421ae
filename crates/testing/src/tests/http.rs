use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{CreateTest, ListTests, Test, TestsApi, UpdateTest};

/// [`TestsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_testing::{ListTests, Test, Tests, prelude::*};
///
/// async fn smoke_tests(client: Client) -> Result<Vec<Test>, Error> {
///     Tests::new(client).list(ListTests::new().with_test_suite("smoke")).try_collect().await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Tests(Client);

impl Tests {
    /// Creates a handle to the tests of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

impl TestsApi for Tests {
    fn list(&self, filter: ListTests) -> Pager<Test> {
        Pager::numbered(self.0.call(Method::GET, "/ai/assistants/tests", &[]).query_from(&filter))
    }

    fn create(&self, request: CreateTest) -> Call<Test> {
        self.0.call(Method::POST, "/ai/assistants/tests", &[]).body(&request).idempotent().json()
    }

    fn retrieve(&self, test_id: &str) -> Call<Test> {
        self.0.call(Method::GET, "/ai/assistants/tests/{test_id}", &[test_id]).json()
    }

    fn update(&self, test_id: &str, request: UpdateTest) -> Call<Test> {
        self.0.call(Method::PUT, "/ai/assistants/tests/{test_id}", &[test_id]).body(&request).json()
    }

    fn delete(&self, test_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, "/ai/assistants/tests/{test_id}", &[test_id]).empty()
    }
}
