//! Creating or updating a test by its name.

use telnyx_ai_core::{Error, ErrorKind, Upserted};

use crate::{CreateTest, ListTests, Test, TestsApi};

/// Creates a test, or updates the one with its name.
///
/// The name is compared with those of all tests of the account, ignoring leading and trailing whitespace. An update
/// changes only the fields that are set in `test`.
///
/// Two concurrent calls can both create the test. Later calls then fail, so call it from one place, such as a deploy job.
///
/// # Errors
/// A [`Request`](ErrorKind::Request) error if several tests have the name; nothing is written. Otherwise those of the
/// calls.
///
/// ```
/// use telnyx_ai_core::Upserted;
/// use telnyx_ai_testing::{CreateTest, RubricItem, Tests, upsert};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let tests = Tests::new(client);
/// let rubric = [RubricItem::new("Hours", "Tells the opening hours")];
/// let test = CreateTest::new("Opening hours", "assistant-1", "Ask for the hours.", rubric);
///
/// assert!(matches!(upsert(&tests, test.clone()).await?, Upserted::Created(_)));
/// assert!(matches!(upsert(&tests, test).await?, Upserted::Updated(_)));
/// # Ok(())
/// # }
/// ```
pub async fn upsert(tests: &dyn TestsApi, test: CreateTest) -> Result<Upserted<Test>, Error> {
    // The API trims names.
    let name = test.name.trim();
    let mut all = tests.list(ListTests::new()).page_size(100);
    let mut ids = Vec::new();
    while let Some(found) = all.try_next().await? {
        if found.name.trim() == name {
            ids.push(found.test_id);
        }
    }
    match ids.as_slice() {
        [] => Ok(Upserted::Created(tests.create(test).await?)),
        [id] => Ok(Upserted::Updated(tests.update(id, test.into()).await?)),
        _ => Err(Error::new(
            ErrorKind::Request,
            format!("{} tests are named {name:?}: {}; rename or delete all but one", ids.len(), ids.join(", ")),
        )),
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

        fn record(&self, what: String) {
            self.written.lock().expect("no panic while noting").push(what);
        }

        fn calls(&self) -> Vec<String> {
            self.written.lock().expect("no panic while noting").clone()
        }
    }

    impl TestsApi for Stored {
        fn list(&self, _: ListTests) -> Pager<Test> {
            let tests = self.names.iter().enumerate();
            Pager::from_items(tests.map(|(n, name)| self.test(&format!("test-{n}"), name)).collect::<Vec<_>>())
        }

        fn create(&self, request: CreateTest) -> Call<Test> {
            self.record(format!("create {}", request.name));
            Call::ok(self.test("new", &request.name))
        }

        fn update(&self, test_id: &str, request: UpdateTest) -> Call<Test> {
            let name = request.name.unwrap_or_default();
            self.record(format!("update {test_id} {name}"));
            Call::ok(self.test(test_id, &name))
        }
    }

    fn opening_hours() -> CreateTest {
        CreateTest::new("Hours", "assistant-1", "Ask.", [RubricItem::new("a", "b")])
    }

    #[tokio::test]
    async fn new_name_is_created() -> Result<(), Error> {
        let stored = Stored { names: vec!["hours", "Hours 2"], ..Stored::default() };
        let done = upsert(&stored, opening_hours()).await?;
        assert!(matches!(&done, Upserted::Created(test) if test.test_id == "new"));
        assert_eq!(stored.calls(), ["create Hours"]);
        Ok(())
    }

    #[tokio::test]
    async fn known_name_is_updated() -> Result<(), Error> {
        let stored = Stored { names: vec!["Other", "Hours"], ..Stored::default() };
        for name in ["Hours", " Hours\t"] {
            let test = CreateTest { name: name.to_owned(), ..opening_hours() };
            assert_eq!(upsert(&stored, test).await?.into_inner().test_id, "test-1");
        }
        assert_eq!(stored.calls(), ["update test-1 Hours", "update test-1  Hours\t"]);
        Ok(())
    }

    #[tokio::test]
    async fn ambiguous_name_is_an_error_and_nothing_is_written() {
        let stored = Stored { names: vec!["Hours", "Other", "Hours"], ..Stored::default() };
        let error = upsert(&stored, opening_hours()).await.expect_err("two tests have the name");
        assert!(error.to_string().contains("2 tests are named \"Hours\": test-0, test-2"), "{error}");
        assert!(stored.calls().is_empty());
    }
}
