//! How a program that uses the SDK is unit-tested without HTTP: with the mocks of the traits.

use serde_json::json;
use telnyx_ai::assistants::{
    Assistant, AssistantsApi, ChatDelta, ChatDone, ChatRequest, ChatStream, CreateScheduledEvent, ListScheduledEvents,
    MockAssistantsApi, MockScheduledEventsApi, ScheduledEvent, ScheduledEventsApi, ScheduledSms, UpdateAssistant,
};
use telnyx_ai::{Call, Error, ErrorKind, Pager};

/// A piece of a program: it takes any implementation of the trait, known when it is compiled.
async fn greeting_of(assistants: &impl AssistantsApi, assistant_id: &str) -> Result<Option<String>, Error> {
    match assistants.retrieve(assistant_id).await {
        Ok(assistant) => Ok(assistant.greeting),
        Err(error) if error.code() == Some("10005") => Ok(None),
        Err(error) => Err(error),
    }
}

/// A piece of a program: it takes an implementation that is chosen while it runs.
async fn rename_all(assistants: &dyn AssistantsApi, name: &str) -> Result<usize, Error> {
    let all = assistants.list().await?;
    for assistant in &all {
        assistants.update(&assistant.id, UpdateAssistant::new().with_name(name)).await?;
    }
    Ok(all.len())
}

/// A piece of a program: it reads a list that comes in pages.
async fn texts_to_come(events: &dyn ScheduledEventsApi, assistant_id: &str) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    let mut list = events.list(assistant_id, ListScheduledEvents::new());
    while let Some(event) = list.try_next().await? {
        if let ScheduledEvent::Sms(sms) = event {
            texts.push(sms.text);
        }
    }
    Ok(texts)
}

fn assistant(id: &str) -> Assistant {
    Assistant::new(id, "2026-03-01T09:00:00Z", "Help politely.", "some/model", "Support").with_greeting("Hello!")
}

fn sms(text: &str) -> ScheduledEvent {
    ScheduledSms::new("assistant-1", "+13125550100", "+13125550101", "2026-03-02T13:00:00Z", text).into()
}

#[tokio::test]
async fn a_mock_returns_a_value() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().withf(|id| id == "assistant-1").once().returning(|id| Call::ok(assistant(id)));
    assert_eq!(greeting_of(&assistants, "assistant-1").await.unwrap().as_deref(), Some("Hello!"));
}

#[tokio::test]
async fn a_mock_returns_an_error_of_the_api() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().returning(|id| match id {
        "unknown" => Call::err(Error::from_answer(404, json!({"errors": [{"code": "10005"}]}).to_string())),
        _ => Call::err(Error::from_answer(503, "")),
    });
    assert_eq!(greeting_of(&assistants, "unknown").await.unwrap(), None);
    let error = greeting_of(&assistants, "assistant-1").await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
}

#[tokio::test]
async fn a_mock_stands_behind_a_trait_object() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_list().returning(|| vec![assistant("assistant-1"), assistant("assistant-2")].into());
    assistants
        .expect_update()
        .withf(|_, change| change.name.as_deref() == Some("Help desk"))
        .times(2)
        .returning(|id, _| assistant(id).into());
    let assistants: Box<dyn AssistantsApi> = Box::new(assistants);
    assert_eq!(rename_all(&*assistants, "Help desk").await.unwrap(), 2);
}

#[tokio::test]
async fn a_mock_returns_a_list() {
    let mut events = MockScheduledEventsApi::new();
    events.expect_list().returning(|_, _| Pager::from_items([sms("Hello."), sms("See you soon.")]));
    assert_eq!(texts_to_come(&events, "assistant-1").await.unwrap(), ["Hello.", "See you soon."]);

    let mut events = MockScheduledEventsApi::new();
    events.expect_list().returning(|_, _| Pager::err(Error::from_answer(500, "")));
    assert_eq!(texts_to_come(&events, "assistant-1").await.unwrap_err().kind(), ErrorKind::Api);
}

#[tokio::test]
async fn a_mock_returns_a_stream() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_chat_stream().returning(|_, _| {
        Call::ok(ChatStream::from_events([ChatDelta::new("Hel").into(), ChatDone::new("Hello!").into()]))
    });
    let stream = assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!")).await.unwrap();
    assert_eq!(stream.collect_reply().await.unwrap().content, "Hello!");
}

#[tokio::test]
async fn a_call_of_a_mock_takes_options_and_runs_on_another_task() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().returning(|id| assistant(id).into());
    let call = assistants.retrieve("assistant-1").header("x-team", "support").max_retries(0);
    let response = tokio::spawn(call.with_response()).await.unwrap().unwrap();
    assert_eq!((response.status.as_u16(), response.value.id.as_str()), (200, "assistant-1"));
}

/// A fake needs only the methods that are called, so a trait may grow without breaking it.
#[tokio::test]
async fn a_fake_implements_what_it_needs() {
    struct Fake;
    impl ScheduledEventsApi for Fake {
        fn list(&self, _: &str, _: ListScheduledEvents) -> Pager<ScheduledEvent> {
            Pager::from_items([sms("Hello.")])
        }
    }
    assert_eq!(texts_to_come(&Fake, "assistant-1").await.unwrap(), ["Hello."]);
    let request = CreateScheduledEvent::sms("+13125550100", "+13125550101", "2026-03-02T13:00:00Z", "Hi.");
    let error = Fake.create("assistant-1", request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "ScheduledEventsApi::create is not implemented here: implement it, or set an expectation on the mock"
    );
}
