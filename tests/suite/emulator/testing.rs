use std::time::Duration;

use telnyx_ai::assistants::UpdateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::testing::{
    CreateTest, ListSuiteRuns, ListTestRuns, ListTests, RubricItem, TestChannel, TestRun, TestStatus, TriggerTestRun,
    UpdateTest,
};

use super::{Api, api_error};

fn greets(assistant_id: &str, criteria: &str) -> CreateTest {
    CreateTest::new("Greets", assistant_id, "Say \"Hello there\".", [RubricItem::new("greets", criteria)])
        .with_test_suite("smoke")
}

/// Returns a run after it has finished.
async fn finished(api: &Api, run: &TestRun) -> TestRun {
    api.emulator.clock().advance(Duration::from_secs(600)).await;
    api.telnyx.test_runs().retrieve(&run.test_id, &run.run_id).await.unwrap()
}

#[tokio::test]
async fn test_is_created_changed_and_deleted() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let tests = api.telnyx.tests();
    let created = tests.create(greets(&assistant.id, "It answers.")).await.unwrap();
    assert_eq!(created.telnyx_conversation_channel, TestChannel::WebChat, "the default");
    assert_eq!(tests.retrieve(&created.test_id).await.unwrap(), created);
    let changed = tests.update(&created.test_id, UpdateTest::new().with_description("First words.")).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.description.as_deref()), ("Greets", Some("First words.")));
    assert_eq!(api.telnyx.test_suites().list().await.unwrap(), ["smoke"]);
    let in_suite = ListTests::new().with_test_suite("smoke");
    assert_eq!(tests.list(in_suite).try_collect().await.unwrap().len(), 1);
    let elsewhere = ListTests::new().with_test_suite("nightly");
    assert!(tests.list(elsewhere).try_collect().await.unwrap().is_empty());
    tests.delete(&created.test_id).await.unwrap();
    let (status, ..) = api_error(tests.retrieve(&created.test_id).await);
    assert_eq!(status, 404);
}

#[tokio::test]
async fn run_ends_with_a_verdict() {
    let api = Api::start().await;
    api.emulator.clock().freeze();
    let assistant = api.assistant().await;
    for (criteria, verdict) in [("Says \"hello there\"", TestStatus::Passed), ("Says \"good bye\"", TestStatus::Failed)]
    {
        let test = api.telnyx.tests().create(greets(&assistant.id, criteria)).await.unwrap();
        let run = api.telnyx.test_runs().trigger(&test.test_id, TriggerTestRun::new()).await.unwrap();
        assert_eq!((&run.status, run.is_finished()), (&TestStatus::Pending, false));
        let done = finished(&api, &run).await;
        assert_eq!(done.status, verdict, "{done:?}");
        let details = done.detail_status.as_ref().unwrap();
        assert_eq!((details[0].name.as_str(), &details[0].status), ("greets", &verdict));
        let conversation = done.conversation_id.as_deref().unwrap();
        let messages = api.telnyx.conversations().messages(conversation).try_collect().await.unwrap();
        assert!(messages.len() >= 2, "the conversation has messages");
        assert!(done.completed_at.is_some());
    }
}

#[tokio::test]
async fn suite_runs_all_its_tests() {
    let api = Api::start().await;
    api.emulator.clock().freeze();
    let assistant = api.assistant().await;
    for name in ["one", "two"] {
        let mut test = greets(&assistant.id, "It answers.");
        test.name = name.to_owned();
        api.telnyx.tests().create(test).await.unwrap();
    }
    let suites = api.telnyx.test_suites();
    let runs = suites.trigger("smoke", TriggerTestRun::new()).await.unwrap();
    assert_eq!(runs.len(), 2);
    let batch = runs[0].test_suite_run_id.clone().unwrap();
    assert_eq!(runs[1].test_suite_run_id.as_ref(), Some(&batch));
    suites.trigger("smoke", TriggerTestRun::new()).await.unwrap();

    api.emulator.clock().advance(Duration::from_secs(600)).await;
    let of_batch = ListSuiteRuns::new().with_test_suite_run_id(&batch);
    let done = suites.runs("smoke", of_batch).try_collect().await.unwrap();
    assert_eq!(done.len(), 2);
    assert!(done.iter().all(|run| run.status == TestStatus::Passed), "{done:?}");
    let passed = ListSuiteRuns::new().with_status(TestStatus::Passed);
    assert_eq!(suites.runs("smoke", passed).page_size(3).try_collect().await.unwrap().len(), 4);
}

#[tokio::test]
async fn run_uses_the_main_version_or_the_named_one() {
    let api = Api::start().await;
    api.emulator.clock().freeze();
    let assistant = api.assistant().await;
    let change = UpdateAssistant::new().with_instructions("Speak like a pirate.").with_promote_to_main(false);
    let trial = api.telnyx.assistants().update(&assistant.id, change).await.unwrap().version_id.unwrap();
    let test = api.telnyx.tests().create(greets(&assistant.id, "Says \"like a pirate\"")).await.unwrap();
    let runs = api.telnyx.test_runs();

    let on_main = runs.trigger(&test.test_id, TriggerTestRun::new()).await.unwrap();
    let named = TriggerTestRun::new().with_destination_version_id(&trial);
    let on_trial = runs.trigger(&test.test_id, named).await.unwrap();
    assert_eq!(finished(&api, &on_main).await.status, TestStatus::Failed);
    assert_eq!(finished(&api, &on_trial).await.status, TestStatus::Passed);

    let unknown = TriggerTestRun::new().with_destination_version_id("version-17");
    let (status, ..) = api_error(runs.trigger(&test.test_id, unknown).await);
    assert_eq!(status, 400);
    let failed = ListTestRuns::new().with_status(TestStatus::Failed);
    assert_eq!(runs.list(&test.test_id, failed).try_collect().await.unwrap()[0].run_id, on_main.run_id);
}

#[tokio::test]
async fn run_that_cannot_start_is_an_error() {
    let api = Api::start().await;
    api.emulator.clock().freeze();
    let test = api.telnyx.tests().create(greets("assistant-17", "It answers.")).await.unwrap();
    let run = api.telnyx.test_runs().trigger(&test.test_id, TriggerTestRun::new()).await.unwrap();
    let done = finished(&api, &run).await;
    assert_eq!((&done.status, &done.conversation_id), (&TestStatus::Error, &None));
    assert!(done.logs.as_ref().unwrap().contains("HTTP 400"), "{done:?}");
}
