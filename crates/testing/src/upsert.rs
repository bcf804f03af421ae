//! Tests kept in line with code, by their name.

use telnyx_ai_core::Error;

use crate::{CreateTest, ListTests, Test, TestsApi};

/// Creates a test, or updates the one that bears exactly its name.
///
/// The names of all tests of the account are compared, whatever their suite. An update sends
/// what `test` sets; what it leaves out stays as it is stored.
///
/// # Errors
/// A request error, before anything is written, when more than one test bears the name; otherwise
/// what the calls themselves fail with.
///
/// ```
/// use telnyx_ai_testing::{CreateTest, RubricItem, Tests, Upserted, upsert};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let tests = Tests::new(client);
/// let rubric = [RubricItem::new("Hours", "Tells the opening hours")];
/// let wanted = CreateTest::new("Opening hours", "assistant-1", "Ask for the hours.", rubric);
///
/// assert!(matches!(upsert(&tests, wanted.clone()).await?, Upserted::Created(_)));
/// assert!(matches!(upsert(&tests, wanted).await?, Upserted::Updated(_)));
/// # Ok(())
/// # }
/// ```
pub async fn upsert(tests: &dyn TestsApi, test: CreateTest) -> Result<Upserted, Error> {
    let mut all = tests.list(ListTests::new()).page_size(100);
    let mut ids = Vec::new();
    while let Some(found) = all.try_next().await? {
        if found.name == test.name {
            ids.push(found.test_id);
        }
    }
    match ids.as_slice() {
        [] => Ok(Upserted::Created(tests.create(test).await?)),
        [id] => Ok(Upserted::Updated(tests.update(id, test.into()).await?)),
        _ => Err(Error::invalid_request(format!("{} tests are named {:?}: {}", ids.len(), test.name, ids.join(", ")))),
    }
}

/// What [`upsert`] did, with the test as it now is.
#[derive(Debug, Clone, PartialEq)]
pub enum Upserted {
    /// There was no test of that name.
    Created(Test),
    /// There was one, and it was updated.
    Updated(Test),
}

impl Upserted {
    /// The test as it now is.
    #[must_use]
    pub fn test(&self) -> &Test {
        match self {
            Self::Created(test) | Self::Updated(test) => test,
        }
    }

    /// The test as it now is, taken out.
    #[must_use]
    pub fn into_test(self) -> Test {
        match self {
            Self::Created(test) | Self::Updated(test) => test,
        }
    }
}

#[cfg(test)]
mod checks {
    use std::sync::Mutex;

    use telnyx_ai_core::{Call, Pager};

    use super::*;
    use crate::{RubricItem, TestChannel, UpdateTest};

    #[derive(Default)]
    struct Stored {
        names: Vec<&'static str>,
        written: Mutex<Vec<String>>,
    }

    impl Stored {
        fn test(&self, id: &str, name: &str) -> Test {
            Test::new(id, name, TestChannel::WebChat, [RubricItem::new("a", "b")], "2026-01-01T00:00:00Z")
        }

        fn note(&self, what: String) {
            self.written.lock().expect("no panic while noting").push(what);
        }

        fn notes(&self) -> Vec<String> {
            self.written.lock().expect("no panic while noting").clone()
        }
    }

    impl TestsApi for Stored {
        fn list(&self, _: ListTests) -> Pager<Test> {
            let tests = self.names.iter().enumerate();
            Pager::from_items(tests.map(|(n, name)| self.test(&format!("test-{n}"), name)).collect::<Vec<_>>())
        }

        fn create(&self, request: CreateTest) -> Call<Test> {
            self.note(format!("create {}", request.name));
            Call::ok(self.test("new", &request.name))
        }

        fn update(&self, test_id: &str, request: UpdateTest) -> Call<Test> {
            let name = request.name.unwrap_or_default();
            self.note(format!("update {test_id} {name}"));
            Call::ok(self.test(test_id, &name))
        }
    }

    fn wanted() -> CreateTest {
        CreateTest::new("Hours", "assistant-1", "Ask.", [RubricItem::new("a", "b")])
    }

    #[tokio::test]
    async fn a_new_name_is_created() -> Result<(), Error> {
        let stored = Stored { names: vec!["hours", "Hours "], ..Stored::default() };
        let done = upsert(&stored, wanted()).await?;
        assert!(matches!(&done, Upserted::Created(test) if test.test_id == "new"));
        assert_eq!(stored.notes(), ["create Hours"]);
        Ok(())
    }

    #[tokio::test]
    async fn a_known_name_is_updated() -> Result<(), Error> {
        let stored = Stored { names: vec!["Other", "Hours"], ..Stored::default() };
        let done = upsert(&stored, wanted()).await?;
        assert_eq!(done.into_test().test_id, "test-1");
        assert_eq!(stored.notes(), ["update test-1 Hours"]);
        Ok(())
    }

    #[tokio::test]
    async fn a_name_borne_twice_is_refused_and_nothing_written() {
        let stored = Stored { names: vec!["Hours", "Other", "Hours"], ..Stored::default() };
        let error = upsert(&stored, wanted()).await.expect_err("the name is there twice");
        assert!(error.to_string().contains("2 tests are named \"Hours\": test-0, test-2"), "{error}");
        assert!(stored.notes().is_empty());
    }
}
