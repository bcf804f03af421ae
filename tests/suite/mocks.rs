//! Unit tests of a program that uses the SDK, with mocks of the traits.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use http::HeaderValue;
use http::header::LOCATION;
use serde_json::json;
use telnyx_ai::assistants::{
    Assistant, AssistantRequired, AssistantsApi, ChatDelta, ChatDone, ChatRequest, ChatStream, CreateScheduledEvent,
    ListScheduledEvents, MockAssistantsApi, MockScheduledEventsApi, ScheduledEvent, ScheduledEventsApi, ScheduledSms,
    ScheduledSmsRequired, UpdateAssistant,
};
use telnyx_ai::{ByteStream, Call, Error, ErrorKind, Pager, Response, Telnyx, TextStream};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;
use tokio::time::Instant;

/// Code under test: it is generic over the trait.
async fn greeting_of(assistants: &impl AssistantsApi, assistant_id: &str) -> Result<Option<String>, Error> {
    match assistants.retrieve(assistant_id).await {
        Ok(assistant) => Ok(assistant.greeting),
        Err(error) if error.code() == Some("10005") => Ok(None),
        Err(error) => Err(error),
    }
}

/// Code under test: it takes a trait object.
async fn rename_all(assistants: &dyn AssistantsApi, name: &str) -> Result<usize, Error> {
    let all = assistants.list().await?;
    for assistant in &all {
        assistants.update(&assistant.id, UpdateAssistant::new().with_name(name)).await?;
    }
    Ok(all.len())
}

/// Code under test: it reads a list with pages.
async fn pending_texts(events: &dyn ScheduledEventsApi, assistant_id: &str) -> Result<Vec<String>, Error> {
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
    let assistant = Assistant::new(AssistantRequired {
        id: id.into(),
        name: "Support".into(),
        model: "some/model".into(),
        instructions: "Help politely.".into(),
        created_at: "2026-03-01T09:00:00Z".into(),
    });
    assistant.with_greeting("Hello!")
}

fn sms(text: &str) -> ScheduledEvent {
    let sms = ScheduledSms::new(ScheduledSmsRequired {
        assistant_id: "assistant-1".into(),
        telnyx_agent_target: "+13125550100".into(),
        telnyx_end_user_target: "+13125550101".into(),
        scheduled_at_fixed_datetime: "2026-03-02T13:00:00Z".into(),
        text: text.into(),
    });
    sms.into()
}

#[tokio::test]
async fn mock_returns_a_value() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().withf(|id| id == "assistant-1").once().returning(|id| Call::ok(assistant(id)));
    assert_eq!(greeting_of(&assistants, "assistant-1").await.unwrap().as_deref(), Some("Hello!"));
}

#[tokio::test]
async fn mock_returns_an_api_error() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().returning(|id| match id {
        "unknown" => Call::err(Error::from_response(404, json!({"errors": [{"code": "10005"}]}).to_string())),
        _ => Call::err(Error::from_response(503, "")),
    });
    assert_eq!(greeting_of(&assistants, "unknown").await.unwrap(), None);
    let error = greeting_of(&assistants, "assistant-1").await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
}

#[tokio::test]
async fn mock_works_as_a_trait_object() {
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
async fn mock_returns_a_list() {
    let mut events = MockScheduledEventsApi::new();
    events.expect_list().returning(|_, _| Pager::from_items([sms("Hello."), sms("See you soon.")]));
    assert_eq!(pending_texts(&events, "assistant-1").await.unwrap(), ["Hello.", "See you soon."]);

    let mut events = MockScheduledEventsApi::new();
    events.expect_list().returning(|_, _| Pager::err(Error::from_response(500, "")));
    assert_eq!(pending_texts(&events, "assistant-1").await.unwrap_err().kind(), ErrorKind::Api);
}

#[tokio::test]
async fn mock_returns_a_stream() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_chat_stream().returning(|_, _| {
        Call::ok(ChatStream::from_events([ChatDelta::new("Hel").into(), ChatDone::new("Hello!").into()]))
    });
    let stream = assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!")).await.unwrap();
    assert_eq!(stream.collect_reply().await.unwrap().content, "Hello!");
}

#[tokio::test]
async fn call_of_a_mock_takes_options_and_runs_in_another_task() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().returning(|id| assistant(id).into());
    let call = assistants.retrieve("assistant-1").header("x-team", "support").max_retries(0);
    let response = tokio::spawn(call.with_response()).await.unwrap().unwrap();
    assert_eq!((response.status.as_u16(), response.value.id.as_str()), (200, "assistant-1"));
}

#[tokio::test]
async fn mock_can_check_the_options_of_a_call() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().returning(|id| {
        let found = assistant(id);
        Call::from_fn(move |options| {
            assert_eq!(options.idempotency_key(), Some("order-42"));
            assert_eq!(options.timeout(), Some(Duration::from_secs(3)));
            assert_eq!(options.deadline(), Some(Duration::from_secs(9)));
            assert_eq!(options.max_retries(), Some(0));
            assert_eq!((options.header("X-Team"), options.header("x-other")), (Some("support"), None));
            assert_eq!((options.query("from"), options.extra_body("dry_run")), (Some("+15550100"), Some(&json!(true))));
            Ok(found)
        })
    });
    let call = assistants.retrieve("assistant-1").idempotency_key("order-42").header("x-team", "support");
    let call = call.timeout(Duration::from_secs(3)).deadline(Duration::from_secs(9)).max_retries(0);
    assert_eq!(call.query("from", "+15550100").extra_body("dry_run", true).await.unwrap().id, "assistant-1");
    let error = assistants.retrieve("assistant-1").header("bad name", "x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request, "an invalid option fails as it does without a mock");
}

#[tokio::test]
async fn mock_can_return_an_error_of_every_kind() {
    for kind in [
        ErrorKind::Config,
        ErrorKind::Request,
        ErrorKind::Connect,
        ErrorKind::Certificate,
        ErrorKind::Rejected,
        ErrorKind::Timeout,
        ErrorKind::Transport,
        ErrorKind::Api,
        ErrorKind::IdempotencyKeyReused,
        ErrorKind::Redirect,
        ErrorKind::Conflict,
        ErrorKind::Decode,
        ErrorKind::Stream,
        ErrorKind::Unsupported,
    ] {
        let mut assistants = MockAssistantsApi::new();
        assistants.expect_retrieve().returning(move |_| Call::err(Error::new(kind, "it failed").with_partial("Hel")));
        let error = assistants.retrieve("assistant-1").await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str(), error.partial()), (kind, "it failed", Some("Hel")));
    }
}

#[tokio::test]
async fn mock_can_return_a_stream_that_fails_midway() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_chat_stream().returning(|_, _| {
        let failed = Error::new(ErrorKind::Transport, "the connection broke");
        Call::ok(ChatStream::from_events_then_err([ChatDelta::new("Hel").into()], failed))
    });
    let stream = assistants.chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!")).await.unwrap();
    let error = stream.collect_reply().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Transport, Some("Hel")));
}

#[tokio::test]
async fn mock_can_return_a_list_that_fails_midway() {
    let mut events = MockScheduledEventsApi::new();
    events.expect_list().returning(|_, _| Pager::from_items_then_err([sms("Hello.")], Error::from_response(503, "")));
    let mut list = events.list("assistant-1", ListScheduledEvents::new());
    assert!(list.try_next().await.unwrap().is_some());
    assert_eq!(list.try_next().await.unwrap_err().status().unwrap(), 503);
    assert!(list.try_next().await.unwrap().is_none());
}

/// Other methods have default bodies, so new trait methods do not break a fake.
#[tokio::test]
async fn fake_implements_only_the_methods_it_needs() {
    struct Fake;
    impl ScheduledEventsApi for Fake {
        fn list(&self, _: &str, _: ListScheduledEvents) -> Pager<ScheduledEvent> {
            Pager::from_items([sms("Hello.")])
        }
    }
    assert_eq!(pending_texts(&Fake, "assistant-1").await.unwrap(), ["Hello."]);
    let request = CreateScheduledEvent::sms("+13125550100", "+13125550101", "2026-03-02T13:00:00Z", "Hi.");
    let error = Fake.create("assistant-1", request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "`ScheduledEventsApi::create` is not implemented; implement it, or set an expectation on the mock"
    );
}

/// A wrapper of a trait receives the options of the caller and the result of the call.
#[tokio::test]
async fn wrapper_passes_options_on_and_sees_the_result() {
    struct Recording<A>(A, Arc<Mutex<Vec<String>>>);
    impl<A: AssistantsApi> AssistantsApi for Recording<A> {
        fn retrieve(&self, assistant_id: &str) -> Call<Assistant> {
            let (call, names) = (self.0.retrieve(assistant_id), Arc::clone(&self.1));
            Call::from_future(|options| async move {
                let assistant = call.options(options).await?;
                names.lock().unwrap().push(assistant.name.clone());
                Ok(assistant)
            })
        }
    }

    let scripted = Scripted::new([Answer::status(503), Answer::json(&json!(assistant("assistant-1")))]);
    let names = Arc::default();
    let assistants = Recording(Telnyx::new(scripted.client()).assistants(), Arc::clone(&names));
    let failed = assistants.retrieve("assistant-1").max_retries(0).header("x-team", "support").query("from", "a").await;
    assert_eq!(failed.unwrap_err().attempts(), 1);
    let attempt = &scripted.attempts()[0];
    assert_eq!((attempt.headers["x-team"].to_str().unwrap(), attempt.url.ends_with("?from=a")), ("support", true));
    assert_eq!(assistants.retrieve("assistant-1").await.unwrap().id, "assistant-1");
    assert_eq!(*names.lock().unwrap(), ["Support"]);
}

/// A wrapper of a trait can keep the response, which code with `with_response` or `raw` reads.
#[tokio::test(start_paused = true)]
async fn wrapper_keeps_the_response() {
    struct Counting<A>(A, Arc<Mutex<u32>>);
    impl<A: AssistantsApi> AssistantsApi for Counting<A> {
        fn retrieve(&self, assistant_id: &str) -> Call<Assistant> {
            let (call, attempts) = (self.0.retrieve(assistant_id), Arc::clone(&self.1));
            Call::from_response_future(|options| async move {
                let response = call.options(options).with_response().await?;
                *attempts.lock().unwrap() += response.attempts;
                Ok(response)
            })
        }
    }

    let found = Answer::json(&json!(assistant("assistant-1"))).with_header("x-request-id", "request-1");
    let scripted = Scripted::new([Answer::status(503), found.clone(), found]);
    let assistants = Counting(Telnyx::new(scripted.client()).assistants(), Arc::default());
    let response = assistants.retrieve("assistant-1").with_response().await.unwrap();
    assert_eq!((response.value.id.as_str(), response.request_id()), ("assistant-1", Some("request-1")));
    let body = assistants.retrieve("assistant-1").raw().await.unwrap();
    assert_eq!(body, response.body);
    assert_eq!(*assistants.1.lock().unwrap(), 3);
}

#[tokio::test]
async fn mock_can_return_a_response() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().returning(|id| {
        let mut response = Response::new(assistant(id));
        response.headers.insert("x-ratelimit-remaining", HeaderValue::from_static("3"));
        Call::from_response_future(|_| async { Ok(response) })
    });
    let response = assistants.retrieve("assistant-1").with_response().await.unwrap();
    assert_eq!((response.status.as_u16(), response.attempts), (200, 1));
    assert_eq!(response.rate_limit().unwrap().remaining, Some(3));
    assert!(assistants.retrieve("assistant-1").raw().await.unwrap().is_empty());
}

#[tokio::test]
async fn value_without_a_response_has_no_body() {
    let error = Call::ok("done").raw().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("use `Call::from_response_future`"), "{error}");
}

/// A wrapper that takes a second before its call.
struct Slow<A>(A);

impl<A: AssistantsApi> AssistantsApi for Slow<A> {
    fn retrieve(&self, assistant_id: &str) -> Call<Assistant> {
        let call = self.0.retrieve(assistant_id);
        Call::from_future(|options| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            call.options(options).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn deadline_limits_a_mock_that_ignores_it() {
    let start = Instant::now();
    let call: Call<()> = Call::from_future(|_| std::future::pending());
    let error = call.deadline(Duration::from_secs(5)).await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, Duration::from_secs(5)));
    assert_eq!(error.to_string(), "the deadline of 5s has passed; raise `deadline` on the call");

    let call = Call::from_fn(|_| -> Result<(), Error> { panic!("a call without time does not run") });
    assert_eq!(call.deadline(Duration::ZERO).await.unwrap_err().kind(), ErrorKind::Timeout);
}

/// The deadline of a wrapper starts with the wrapper, and its calls end with their own errors.
#[tokio::test(start_paused = true)]
async fn deadline_of_a_wrapper_keeps_the_error_of_its_call() {
    let start = Instant::now();
    let busy = Answer::status(503).with_header("retry-after", "3");
    let scripted = Scripted::new([busy.clone(), busy.clone(), busy]);
    let assistants = Slow(Slow(Telnyx::new(scripted.client()).assistants()));
    let error = assistants.retrieve("assistant-1").deadline(Duration::from_secs(7)).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (503, 2));
    assert!(error.to_string().contains("not retried: the deadline would pass first"), "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

/// A mock that is ready needs no timer.
#[test]
fn mock_with_a_deadline_works_without_tokio() {
    assert_eq!(Call::ok(1).deadline(Duration::from_secs(5)).now_or_never().unwrap().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn mock_can_be_slow() {
    let mut assistants = MockAssistantsApi::new();
    assistants.expect_retrieve().returning(|_| Call::from_future(|_| std::future::pending()));
    let patient = tokio::time::timeout(Duration::from_secs(5), greeting_of(&assistants, "assistant-1"));
    patient.await.unwrap_err();
}

#[tokio::test]
async fn mock_can_return_a_text_that_fails_midway() {
    let failed = Error::new(ErrorKind::Transport, "the connection broke");
    let mut text = TextStream::from(ByteStream::from_chunks([Ok("Gr\u{fc}".into()), Ok("ezi".into()), Err(failed)]));
    assert_eq!(text.try_next().await.unwrap().as_deref(), Some("Gr\u{fc}"));
    let error = text.collect().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Transport, Some("Gr\u{fc}ezi")));

    let refused = Error::from_response(401, r#"{"errors": [{"code": "10009"}]}"#);
    let error = TextStream::from(ByteStream::from_chunks([Err(refused)])).collect().await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Api, Some("10009"), false));
}

#[test]
fn error_of_a_response_has_the_kind_that_the_client_returns() {
    let redirect = Error::from_response(302, "").with_header(LOCATION, HeaderValue::from_static("https://a.example"));
    assert_eq!((redirect.kind(), redirect.status().unwrap().as_u16()), (ErrorKind::Redirect, 302));
    let reused = r#"{"errors": [{"code": "10015", "detail": "The idempotency key was used for another request."}]}"#;
    let reused = Error::from_response(422, reused);
    assert_eq!((reused.kind(), reused.code()), (ErrorKind::IdempotencyKeyReused, Some("10015")));
    let partial =
        Error::from_response(500, "").with_partial("Hel").with_header(LOCATION, HeaderValue::from_static("/"));
    assert_eq!((partial.kind(), partial.partial()), (ErrorKind::Api, Some("Hel")));
}

/// A wrapper of any implementation: it changes one method.
struct Welcoming<A>(A);

impl<A: AssistantsApi> AssistantsApi for Welcoming<A> {
    fn retrieve(&self, assistant_id: &str) -> Call<Assistant> {
        let call = self.0.retrieve(assistant_id);
        Call::from_future(|options| async { Ok(call.options(options).await?.with_greeting("Welcome!")) })
    }
}

#[tokio::test]
async fn pointers_to_an_implementation_implement_the_trait() {
    let mut mock = MockAssistantsApi::new();
    mock.expect_retrieve().returning(|id| assistant(id).into());
    let shared: Arc<dyn AssistantsApi> = Arc::new(mock);
    let boxed: Box<dyn AssistantsApi> = Box::new(Welcoming(shared.clone()));
    assert_eq!(greeting_of(&boxed, "assistant-1").await.unwrap().as_deref(), Some("Welcome!"));
    assert_eq!(greeting_of(&shared, "assistant-1").await.unwrap().as_deref(), Some("Hello!"));
    assert_eq!(greeting_of(&Welcoming(&*shared), "assistant-1").await.unwrap().as_deref(), Some("Welcome!"));
}
