//! Retries: conditions, number and delays. The clock is paused and jumps to the next timer.

use std::time::{Duration, SystemTime};

use http::Method;
use serde_json::{Value, json};
use telnyx_ai::assistants::{ChatRequest, CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::retry::{Failure, Retries, RetryPolicy};
use telnyx_ai::{Call, Error, ErrorKind, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Act, Attempt, Piece, Scripted};

/// The protection of a call against repeated execution.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// The method is idempotent.
    Get,
    /// An idempotency key.
    KeyedPost,
    /// No protection.
    PlainPost,
}

impl Kind {
    fn call(self, scripted: &Scripted) -> Call<Value> {
        let client = scripted.client();
        match self {
            Self::Get => client.request(Method::GET, "/ai/x"),
            Self::KeyedPost => client.request(Method::POST, "/ai/x").idempotency_key("order-17"),
            Self::PlainPost => client.request(Method::POST, "/ai/x"),
        }
    }
}

fn success() -> Act {
    Answer::json(&json!({})).into()
}

/// The attempts if `failure` happens twice before a success.
async fn attempts_after(kind: Kind, failure: impl Fn() -> Act) -> Vec<Attempt> {
    let scripted = Scripted::new([failure(), failure(), success()]);
    let result = kind.call(&scripted).await;
    let attempts = scripted.attempts();
    match result {
        Ok(_) => assert_eq!(attempts.len(), 3),
        Err(error) => assert_eq!(error.attempts() as usize, attempts.len(), "{error}"),
    }
    attempts
}

/// The delays before the retries.
fn waits(attempts: &[Attempt]) -> Vec<Duration> {
    attempts.windows(2).map(|pair| pair[1].at - pair[0].at).collect()
}

fn assert_backoff(wait: Duration, retries: i32) {
    let full = (0.5 * 2f64.powi(retries)).min(8.0);
    let seconds = wait.as_secs_f64();
    // Timers of the runtime have a resolution of 1 ms.
    assert!((full * 0.75 - 0.001..=full + 0.002).contains(&seconds), "retry {retries} came after {wait:?}");
}

#[tokio::test(start_paused = true)]
async fn retries_depend_on_failure_and_protection() {
    type Make = fn() -> Act;
    type Case<'c> = (&'c str, &'c dyn Fn() -> Act, [usize; 3]);
    let status = |status| move || Answer::status(status).into();
    let cases: &[Case<'_>] = &[
        //                                                        GET  keyed POST  plain POST
        ("no connection", &((|| Act::Refuse) as Make), [3, 3, 3]),
        ("a broken connection", &((|| Act::Break) as Make), [3, 3, 1]),
        ("time up", &((|| Act::Silence) as Make), [3, 3, 1]),
        ("408", &status(408), [3, 3, 1]),
        ("409", &status(409), [3, 3, 1]),
        ("429", &status(429), [3, 3, 3]),
        ("500", &status(500), [3, 3, 1]),
        ("502", &status(502), [3, 3, 1]),
        ("503", &status(503), [3, 3, 1]),
        ("504", &status(504), [3, 3, 1]),
        ("302", &status(302), [1, 1, 1]),
        ("400", &status(400), [1, 1, 1]),
        ("401", &status(401), [1, 1, 1]),
        ("404", &status(404), [1, 1, 1]),
        ("422", &status(422), [1, 1, 1]),
    ];
    for (what, failure, expected) in cases {
        for (kind, expected) in [Kind::Get, Kind::KeyedPost, Kind::PlainPost].into_iter().zip(expected) {
            let attempts = attempts_after(kind, failure).await;
            assert_eq!(attempts.len(), *expected, "{kind:?} after {what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn idempotent_methods_are_retried() {
    for (method, expected) in
        [(Method::GET, 3), (Method::PUT, 3), (Method::DELETE, 3), (Method::POST, 1), (Method::PATCH, 1)]
    {
        let scripted = Scripted::new([Answer::status(503), Answer::status(503), Answer::json(&json!({}))]);
        let _ = scripted.client().request(method.clone(), "/ai/x").await;
        assert_eq!(scripted.attempts().len(), expected, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn delays_grow_and_have_jitter() {
    let scripted = Scripted::new((0..7).map(|_| Answer::status(503)));
    let error = Kind::Get.call(&scripted).max_retries(6).await.unwrap_err();
    assert_eq!(error.attempts(), 7);
    let waits = waits(&scripted.attempts());
    for (n, wait) in (0..).zip(&waits) {
        assert_backoff(*wait, n);
    }
    let mut others = Vec::new();
    for _ in 0..8 {
        let attempts = attempts_after(Kind::Get, || Answer::status(503).into()).await;
        others.push(attempts[1].at - attempts[0].at);
    }
    assert!(others.iter().any(|wait| *wait != others[0]), "clients that fail together come back together: {others:?}");
}

#[tokio::test(start_paused = true)]
async fn attempt_after_a_timeout_has_the_whole_time_limit() {
    let scripted = Scripted::new([Act::Silence, success()]);
    Kind::Get.call(&scripted).timeout(Duration::from_secs(5)).await.unwrap();
    let wait = waits(&scripted.attempts())[0];
    assert_backoff(wait - Duration::from_secs(5), 0);
}

#[tokio::test(start_paused = true)]
async fn server_sets_the_delay() {
    /// The headers, and the range of the delay. `None` is the default delay.
    type Case<'c> = (&'c [(&'c str, &'c str)], Option<(f64, f64)>);
    let date = httpdate::fmt_http_date;
    let now = SystemTime::now();
    let (soon, later) = (date(now + Duration::from_secs(50)), date(now + Duration::from_secs(86_400)));
    let past = date(now - Duration::from_secs(30));
    let cases: &[Case<'_>] = &[
        (&[("retry-after-ms", "1234")], Some((1.234, 1.234))),
        (&[("retry-after-ms", "1.5")], Some((0.001, 0.002))),
        (&[("retry-after", "7")], Some((7.0, 7.0))),
        (&[("retry-after", " 0.25 ")], Some((0.25, 0.25))),
        (&[("retry-after", "0")], Some((0.0, 0.0))),
        (&[("retry-after", &soon)], Some((20.0, 50.0))),
        // The more precise header is used.
        (&[("retry-after-ms", "100"), ("retry-after", "7")], Some((0.1, 0.1))),
        (&[("retry-after-ms", "soon"), ("retry-after", "7")], Some((7.0, 7.0))),
        // The limit is 60 s.
        (&[("retry-after", "86400")], Some((60.0, 60.0))),
        (&[("retry-after-ms", "1e300")], Some((60.0, 60.0))),
        (&[("retry-after", &later)], Some((60.0, 60.0))),
        // Invalid values are ignored.
        (&[("retry-after", "-7")], None),
        (&[("retry-after-ms", "-1")], None),
        (&[("retry-after", &past)], None),
        (&[("retry-after", "NaN")], None),
        (&[("retry-after", "inf")], None),
        (&[("retry-after", "tomorrow")], None),
        (&[("retry-after", "")], None),
    ];
    for (headers, expected) in cases {
        for status in [429, 503] {
            let failure = || {
                let answer = headers.iter().fold(Answer::status(status), |a, (name, value)| a.with_header(name, value));
                answer.into()
            };
            let waits = waits(&attempts_after(Kind::Get, failure).await);
            assert_eq!(waits.len(), 2, "{headers:?}");
            match expected {
                Some((least, most)) => {
                    for wait in waits {
                        let seconds = wait.as_secs_f64();
                        assert!((least - 0.0005..=most + 0.002).contains(&seconds), "{headers:?}: {wait:?}");
                    }
                }
                None => {
                    assert_backoff(waits[0], 0);
                    assert_backoff(waits[1], 1);
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn server_decides_whether_to_retry() {
    for kind in [Kind::Get, Kind::KeyedPost, Kind::PlainPost] {
        for status in [400, 422, 500] {
            let yes = || Answer::status(status).with_header("x-should-retry", "true").into();
            assert_eq!(attempts_after(kind, yes).await.len(), 3, "{kind:?} {status}");
        }
        for status in [429, 500, 503] {
            let no = || Answer::status(status).with_header("x-should-retry", "false").into();
            assert_eq!(attempts_after(kind, no).await.len(), 1, "{kind:?} {status}");
        }
    }
    // The operation was executed.
    let too_long = || Answer::text("application/json", "{}").with_header("x-should-retry", "true");
    let scripted = Scripted::new((0..3).map(|_| too_long()));
    let client = scripted.builder().max_answer_bytes(1).build().unwrap();
    assert_eq!(client.request(Method::GET, "/ai/x").await.unwrap_err().attempts(), 1);
    let neither = || Answer::status(503).with_header("x-should-retry", "maybe").into();
    assert_eq!(attempts_after(Kind::Get, neither).await.len(), 3, "other values are ignored");
}

#[tokio::test(start_paused = true)]
async fn error_has_the_retry_headers_of_the_server() {
    let scripted = Scripted::new([Answer::status(500).with_header("x-should-retry", "false")]);
    assert!(!Kind::Get.call(&scripted).await.unwrap_err().is_retryable());
    let scripted = Scripted::new([Answer::status(400).with_header("x-should-retry", "true")]);
    assert!(Kind::Get.call(&scripted).max_retries(0).await.unwrap_err().is_retryable());
}

#[tokio::test(start_paused = true)]
async fn all_attempts_of_a_create_have_the_same_key() {
    let assistant = json!({"id": "a", "name": "b", "instructions": "c", "model": "d", "created_at": "e"});
    let scripted = Scripted::new([Act::Break, Answer::status(503).into(), Answer::json(&assistant).into()]);
    let request = CreateAssistant::new("Support", "Help politely.");
    Telnyx::new(scripted.client()).assistants().create(request).await.unwrap();
    let attempts = scripted.attempts();
    let keys: Vec<_> = attempts.iter().map(|attempt| attempt.header("idempotency-key")).collect();
    assert_eq!(keys[0].len(), 36);
    assert_eq!(keys, [keys[0]; 3]);
    assert!(attempts.iter().all(|attempt| attempt.body == attempts[0].body && attempt.url == attempts[0].url));
}

/// Updates, chats and promotions take no key.
#[tokio::test(start_paused = true)]
async fn operation_without_a_key_is_not_retried() {
    let scripted = Scripted::new([Act::Break]);
    let call = Telnyx::new(scripted.client()).assistants().update("assistant-1", UpdateAssistant::new());
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Transport);

    // A custom key has no effect if the operation takes none.
    let scripted = Scripted::new([Answer::status(500)]);
    let call =
        Telnyx::new(scripted.client()).assistants().chat("assistant-1", ChatRequest::new("conversation-1", "Hi!"));
    assert_eq!(call.idempotency_key("order-17").await.unwrap_err().attempts(), 1);

    let scripted = Scripted::new([Act::Silence]);
    let call = Telnyx::new(scripted.client()).versions().promote("assistant-1", "version-2");
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn stream_is_retried_until_it_starts() {
    let events = Answer::text("text/event-stream", "event: done\ndata: {\"content\": \"Hello!\"}\n\n");
    let scripted = Scripted::new([Act::Refuse, Answer::status(429).into(), events.into()]);
    let call = Telnyx::new(scripted.client())
        .assistants()
        .chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!"));
    assert_eq!(call.await.unwrap().collect_reply().await.unwrap().content, "Hello!");
    assert_eq!(scripted.attempts().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn number_of_retries_is_set_per_client_and_per_call() {
    let scripted = Scripted::new([Answer::status(503)]);
    assert_eq!(Kind::Get.call(&scripted).max_retries(0).await.unwrap_err().attempts(), 1);

    let scripted = Scripted::new([Answer::status(503)]);
    let client = scripted.builder().max_retries(0).build().unwrap();
    assert_eq!(client.request(Method::GET, "/ai/x").await.unwrap_err().attempts(), 1);

    // The setting of the call takes precedence.
    let scripted = Scripted::new((0..5).map(|_| Answer::status(503)));
    let client = scripted.builder().max_retries(0).build().unwrap();
    assert_eq!(client.request(Method::GET, "/ai/x").max_retries(4).await.unwrap_err().attempts(), 5);
}

#[tokio::test(start_paused = true)]
async fn deadline_includes_all_attempts() {
    let start = tokio::time::Instant::now();
    let scripted = Scripted::new([Act::Silence, Act::Silence]);
    let call = Kind::Get.call(&scripted).timeout(Duration::from_secs(10)).deadline(Duration::from_secs(15));
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
    assert_eq!(
        error.to_string(),
        "GET /ai/x failed: the deadline of 15s has passed; raise `deadline` on the call (after 2 attempts, not retried: the deadline would pass first)"
    );
    assert_eq!(start.elapsed(), Duration::from_secs(15));

    // A delay that would pass the deadline is not started, and the error is that of the last attempt.
    let scripted = Scripted::new([Answer::status(503).with_header("retry-after", "30")]);
    let error = Kind::Get.call(&scripted).deadline(Duration::from_secs(20)).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (503, 1));
}

/// In a busy runtime, a delay can end after the deadline.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_the_deadline() {
    let scripted = Scripted::new([Answer::status(503).with_header("retry-after", "3").into(), success()]);
    let call = tokio::spawn(Kind::Get.call(&scripted).deadline(Duration::from_secs(4)));
    while scripted.attempts().is_empty() {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(Duration::from_secs(7)).await;
    let error = call.await.unwrap().unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), scripted.attempts().len()), (503, 1));
    assert!(error.to_string().contains("not retried: the deadline would pass first"), "{error}");
}

/// If all calls fail, the retry budget runs out, which prevents a retry storm.
#[tokio::test(start_paused = true)]
async fn retry_budget_runs_out_without_successes() {
    let scripted = Scripted::new((0..1000).map(|_| Answer::status(503)));
    let client = scripted.client();
    let mut attempts = Vec::new();
    for _ in 0..60 {
        attempts.push(client.request(Method::GET, "/ai/x").await.unwrap_err().attempts());
    }
    assert_eq!(attempts[..40], [3; 40]);
    assert_eq!(attempts[55..], [1; 5]);
}

/// The server requests a longer delay than the deadline allows.
#[tokio::test(start_paused = true)]
async fn retry_that_is_not_made_costs_no_budget() {
    let busy = || Answer::status(503).with_header("retry-after", "60");
    let scripted = Scripted::new((0..110).map(|_| busy()).chain([Answer::status(503), Answer::json(&json!({}))]));
    let client = scripted.client();
    for _ in 0..110 {
        let error = client.request(Method::GET, "/ai/x").deadline(Duration::from_secs(10)).await.unwrap_err();
        assert!(error.to_string().contains("not retried: the deadline would pass first"), "{error}");
    }
    client.request(Method::GET, "/ai/x").await.unwrap();
}

/// An empty key would be no protection, but would allow retries.
#[tokio::test]
async fn idempotency_key_is_checked_as_a_header_too() {
    let scripted = Scripted::new::<Answer>([]);
    let error = scripted.client().request(Method::POST, "/ai/x").header("Idempotency-Key", "").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    let error = scripted.builder().header("Idempotency-Key", "order-17").build().unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("belongs to one call"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn custom_policy_decides() {
    #[derive(Debug)]
    struct OnceAfterAnHour;
    impl RetryPolicy for OnceAfterAnHour {
        fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
            assert_eq!(failure.method, Method::POST);
            assert!(!failure.repeatable);
            (failure.retries < 1 && failure.error.status()? == 418).then_some(Duration::from_secs(3600))
        }
    }
    let scripted = Scripted::new([Answer::status(418), Answer::status(418)]);
    let client = scripted.builder().retry_policy(OnceAfterAnHour).build().unwrap();
    let error = client.request(Method::POST, "/ai/x").await.unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert_eq!(waits(&scripted.attempts()), [Duration::from_secs(3600)]);
}

#[tokio::test(start_paused = true)]
async fn policy_sees_the_operation() {
    #[derive(Debug)]
    struct NeverChats;

    impl RetryPolicy for NeverChats {
        fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
            let path = failure.error.operation().expect("an operation").path();
            (!path.ends_with("/chat") && failure.error.attempts() < 2).then_some(Duration::ZERO)
        }
    }

    let scripted = Scripted::new((0..3).map(|_| Answer::status(503)));
    let telnyx = Telnyx::new(scripted.builder().retry_policy(NeverChats).build().unwrap());
    let error = telnyx.assistants().chat("a", ChatRequest::new("c", "Hi")).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(telnyx.tags().list().await.unwrap_err().attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn zero_retries_disable_the_retries_of_any_policy() {
    #[derive(Debug)]
    struct Always;

    impl RetryPolicy for Always {
        fn delay(&self, _: &Failure<'_>) -> Option<Duration> {
            Some(Duration::ZERO)
        }
    }

    let scripted = Scripted::new((0..3).map(|_| Answer::status(503)));
    let client = scripted.builder().retry_policy(Always).build().unwrap();
    let error = client.request(Method::GET, "/ai/x").max_retries(0).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[test]
fn policy_can_be_tested_without_a_client() {
    let error = Error::from_response(503, "");
    let retries = Retries::default();
    assert!(retries.delay(&Failure::new(&error, &Method::GET)).is_some());
    assert!(retries.delay(&Failure::new(&error, &Method::POST)).is_none());
    let mut third = Failure::new(&error, &Method::GET);
    third.retries = 2;
    assert!(retries.delay(&third).is_none());
}

/// The API responds with 409 while the first request with the same key is executing.
#[tokio::test(start_paused = true)]
async fn request_in_progress_is_retried_up_to_ten_times() {
    let body = json!({"errors": [{"code": "10012", "title": "A request with this idempotency key is in progress"}]});
    let busy = || Act::from(Answer::status(409).with_json(&body));
    let scripted = Scripted::new((0..8).map(|_| busy()).chain([success()]));
    Kind::KeyedPost.call(&scripted).await.unwrap();
    assert_eq!(scripted.attempts().len(), 9);

    let scripted = Scripted::new((0..20).map(|_| busy()));
    assert_eq!(Kind::KeyedPost.call(&scripted).await.unwrap_err().attempts(), 11);

    let scripted = Scripted::new([busy()]);
    assert_eq!(Kind::KeyedPost.call(&scripted).max_retries(0).await.unwrap_err().attempts(), 1);
}

/// A call that is dropped during a delay sends no other attempt.
#[tokio::test(start_paused = true)]
async fn dropped_call_is_not_retried() {
    let scripted = Scripted::new([Answer::status(503)]);
    let call = tokio::time::timeout(Duration::from_millis(100), Kind::Get.call(&scripted).into_future());
    assert!(call.await.is_err());
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(scripted.attempts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn error_mentions_the_empty_retry_budget() {
    let scripted = Scripted::new((0..1_000).map(|_| Answer::status(503)));
    let client = scripted.client();
    let mut last = None;
    while scripted.attempts().len() < 400 {
        last = Some(client.request(Method::GET, "/ai/x").await.unwrap_err().to_string());
    }
    let last = last.unwrap();
    assert!(last.ends_with("(not retried: the retry budget of the client is empty)"), "{last}");
    let error = client.request(Method::GET, "/ai/x").max_retries(0).await.unwrap_err();
    assert!(!error.to_string().contains("budget"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn error_status_with_a_slow_body_is_not_a_timeout() {
    let slow = tower::service_fn(move |_: http::Request<telnyx_ai::Body>| async move {
        let frames = futures_util::stream::once(std::future::pending::<
            Result<http_body::Frame<bytes::Bytes>, std::io::Error>,
        >());
        Ok::<_, std::io::Error>(
            http::Response::builder().status(500).body(http_body_util::StreamBody::new(Box::pin(frames))).unwrap(),
        )
    });
    let client = telnyx_ai::Client::builder().api_key("KEY").transport(slow).max_retries(0).build().unwrap();
    for (timeout, waited) in [(60_000, 5_000), (200, 200)] {
        let start = tokio::time::Instant::now();
        let call = client.request(Method::GET, "/ai/x").timeout(Duration::from_millis(timeout));
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Api, 500));
        assert_eq!(start.elapsed(), Duration::from_millis(waited), "the time limit includes the body");
    }
}

/// The call succeeded when its status arrived, so it is not repeated.
#[tokio::test(start_paused = true)]
async fn ignored_body_can_break() {
    for broken in [Piece::Break, Piece::Silence] {
        let scripted = Scripted::new([Act::Stream(vec![Piece::from("{"), broken])]);
        scripted.client().request(Method::DELETE, "/ai/conversations/c1").empty().await.unwrap();
        assert_eq!(scripted.attempts().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn error_of_a_broken_body_has_the_status() {
    for (broken, kind) in [(Piece::Break, ErrorKind::Transport), (Piece::Silence, ErrorKind::Timeout)] {
        let scripted = Scripted::new([Act::Stream(vec![Piece::from("{"), broken])]);
        let error = scripted.client().request(Method::POST, "/ai/new").await.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (kind, Some(200)), "{error}");
    }
    let scripted = Scripted::streaming(["[1, 2, 3]"]);
    let client = scripted.builder().max_answer_bytes(4).build().unwrap();
    let error = client.request(Method::GET, "/ai/new").await.unwrap_err();
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Decode, Some(200)), "{error}");
}
