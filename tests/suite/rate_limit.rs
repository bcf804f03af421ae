//! Clients with a rate limit. The clock is paused.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::try_join_all;
use futures_util::poll;
use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai::{Body, BoxError, Client, ErrorKind, Pager, RateLimitLayer, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::{Act, Piece, Scripted};
use tokio::runtime::Builder;
use tokio::time::Instant;
use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;

fn tags() -> Answer {
    Answer::json(&json!({"tags": []}))
}

fn limited(scripted: &Scripted, per_second: u32, burst: u32) -> Telnyx {
    let layer = RateLimitLayer::with_burst(per_second, burst);
    Telnyx::new(scripted.builder().layer(layer).build().unwrap())
}

/// The times of the attempts, in tenths of a second.
fn times(scripted: &Scripted) -> Vec<u128> {
    scripted.attempts().iter().map(|attempt| (attempt.at + Duration::from_millis(40)).as_millis() / 100).collect()
}

#[tokio::test(start_paused = true)]
async fn requests_wait_for_a_permit() {
    let scripted = Scripted::new((0..6).map(|_| tags()));
    let telnyx = limited(&scripted, 2, 2);
    try_join_all((0..6).map(|_| telnyx.tags().list().into_future())).await.unwrap();
    assert_eq!(times(&scripted), [0, 0, 5, 10, 15, 20]);
}

/// A new request does not overtake those that wait.
#[tokio::test(start_paused = true)]
async fn requests_wait_in_the_order_in_which_they_were_sent() {
    let scripted = Scripted::new((0..40).map(|_| tags()));
    let client = scripted.builder().layer(RateLimitLayer::with_burst(10, 1)).build().unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..40 {
        let call = client.request(http::Method::GET, "/ai/tags").query("number", &number.to_string());
        calls.spawn(call.into_future());
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    calls.join_all().await;
    let sent: Vec<_> = scripted.attempts().into_iter().map(|attempt| attempt.url).collect();
    let in_order: Vec<_> = (0..40).map(|number| format!("https://api.example/v2/ai/tags?number={number}")).collect();
    assert_eq!(sent, in_order);
}

/// A request that has a permit and waits for a layer below still respects a pause.
#[tokio::test(start_paused = true)]
async fn request_with_a_permit_waits_after_a_429_too() {
    let too_many = Answer::status(429).with_header("retry-after", "7");
    let slow = Act::Stream(vec![Piece::from("{}")]);
    let scripted = Scripted::new([Act::from(too_many), slow]);
    let one_at_a_time = ConcurrencyLimitLayer::new(1);
    let client = scripted.builder().layer(one_at_a_time).layer(RateLimitLayer::per_second(20)).max_retries(0);
    let client = client.build().unwrap();
    let tags = || client.request(http::Method::GET, "/ai/tags").into_future();
    let (first, second) = tokio::join!(tags(), tags());
    assert!(first.is_err() && second.is_ok());
    assert_eq!(times(&scripted), [0, 70]);
}

/// A request that waits during a pause does not take a second permit.
#[tokio::test(start_paused = true)]
async fn permit_is_kept_during_a_pause() {
    let start = Instant::now();
    let (sent, mut times) = tokio::sync::mpsc::unbounded_channel();
    let slow = tower::service_fn(move |_: http::Request<Body>| {
        sent.send(start.elapsed().as_millis() / 100).unwrap();
        async {
            tokio::time::sleep(Duration::from_millis(1_540)).await;
            let too_many = http::Response::builder().status(429).header("retry-after-ms", "100");
            Ok::<_, BoxError>(too_many.body(Body::empty()).unwrap())
        }
    });
    let client = Client::builder().api_key("KEY").base_url("https://api.example/v2").transport(slow).max_retries(0);
    // In one stack, the rate limit sees that the layer below is not ready.
    let stack = ServiceBuilder::new().layer(RateLimitLayer::per_second(1)).layer(ConcurrencyLimitLayer::new(1));
    let client = client.layer(stack.into_inner()).build().unwrap();
    let tags = || client.request(http::Method::GET, "/ai/tags").into_future();
    let (first, second) = tokio::join!(tags(), tags());
    assert!(first.is_err() && second.is_err());
    assert_eq!((times.recv().await, times.recv().await), (Some(0), Some(16)));
}

/// Waiting for a permit is not part of an attempt.
#[tokio::test(start_paused = true)]
async fn requests_that_wait_for_a_concurrency_limit_do_not_time_out() {
    let slow = tower::service_fn(|_: http::Request<Body>| async {
        tokio::time::sleep(Duration::from_secs(40)).await;
        Ok::<_, BoxError>(http::Response::new(Body::full(r#"{"tags": []}"#)))
    });
    let client = Client::builder()
        .api_key("KEY")
        .transport(slow)
        .layer(RateLimitLayer::per_second(20))
        .layer(ConcurrencyLimitLayer::new(1))
        .max_retries(0)
        .build()
        .unwrap();
    let tags = Telnyx::new(client).tags();
    try_join_all((0..5).map(|_| tags.list().into_future())).await.unwrap();
    let error = tags.list().timeout(Duration::from_secs(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn all_requests_wait_after_a_429() {
    let too_many = Answer::status(429).with_header("retry-after", "7");
    let scripted = Scripted::new([too_many, tags()]);
    let telnyx = limited(&scripted, 100, 100);
    assert!(telnyx.tags().list().max_retries(0).await.is_err());
    telnyx.tags().list().await.unwrap();
    assert_eq!(times(&scripted), [0, 70]);
}

#[tokio::test(start_paused = true)]
async fn requests_wait_when_no_requests_remain() {
    let last = tags().with_header("x-ratelimit-remaining", "0").with_header("x-ratelimit-reset", "3");
    let scripted = Scripted::new([last, tags()]);
    let telnyx = limited(&scripted, 100, 100);
    telnyx.tags().list().await.unwrap();
    telnyx.tags().list().await.unwrap();
    assert_eq!(times(&scripted), [0, 30]);
}

#[tokio::test(start_paused = true)]
async fn retries_count_as_requests() {
    let scripted = Scripted::new([Answer::status(503).with_header("retry-after-ms", "1"), tags()]);
    limited(&scripted, 1, 1).tags().list().await.unwrap();
    assert_eq!(times(&scripted), [0, 10]);
}

/// A waiting request has not been sent, so its timeout has not started.
#[tokio::test(start_paused = true)]
async fn waiting_does_not_count_against_the_timeout() {
    let scripted = Scripted::new((0..1_000).map(|_| tags()));
    let telnyx = limited(&scripted, 10, 10);
    try_join_all((0..1_000).map(|_| telnyx.tags().list())).await.unwrap();
    assert_eq!(scripted.attempts().last().unwrap().at.as_secs(), 99);
}

#[tokio::test(start_paused = true)]
async fn timeout_counts_after_the_wait() {
    let scripted = Scripted::new([Act::from(tags()), Act::Silence]);
    let telnyx = limited(&scripted, 1, 1);
    telnyx.tags().list().await.unwrap();
    let start = tokio::time::Instant::now();
    let error = telnyx.tags().list().timeout(Duration::from_secs(5)).max_retries(0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(start.elapsed().as_secs(), 6, "1 s of waiting and 5 s for the response");
}

#[tokio::test(start_paused = true)]
async fn deadline_includes_the_wait() {
    let scripted = Scripted::new((0..2).map(|_| tags()));
    let telnyx = limited(&scripted, 1, 1);
    telnyx.tags().list().await.unwrap();
    let error = telnyx.tags().list().deadline(Duration::from_millis(500)).await.unwrap_err();
    assert_eq!((error.kind(), scripted.attempts().len()), (ErrorKind::Timeout, 1));
}

#[test]
#[should_panic(expected = "the rate limit and its burst must be at least 1")]
fn rate_of_zero_panics() {
    let _ = RateLimitLayer::per_second(0);
}

/// A program may stop polling a call, for example in `select!` or `buffered`.
#[tokio::test(start_paused = true)]
async fn waiting_request_that_is_not_polled_blocks_no_other() {
    let scripted = Scripted::new((0..3).map(|_| tags()));
    let telnyx = limited(&scripted, 1, 1);
    telnyx.tags().list().await.unwrap();
    let mut waiting = pin!(telnyx.tags().list());
    assert!(poll!(&mut waiting).is_pending());
    telnyx.tags().list().await.unwrap();
    waiting.await.unwrap();
    assert_eq!(times(&scripted), [0, 10, 20]);
}

#[tokio::test(start_paused = true)]
async fn request_that_is_not_polled_returns_its_permit() {
    let slow = || Act::Stream(vec![Piece::Pause(Duration::from_secs(3)), Piece::from(r#"{"tags": []}"#)]);
    let scripted = Scripted::new([slow(), slow(), slow()]);
    let client = scripted.builder().layer(ConcurrencyLimitLayer::new(1)).build().unwrap();
    let tags = Telnyx::new(client).tags();
    let (mut first, mut second) = (pin!(tags.list()), pin!(tags.list()));
    assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
    tags.list().await.unwrap();
    first.await.unwrap();
    second.await.unwrap();
}

#[test]
fn client_can_be_used_after_the_runtime_of_a_waiting_request_has_ended() {
    let runtime = || Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let scripted = Scripted::new([tags(), tags()]);
    let telnyx = limited(&scripted, 1, 1);
    runtime().block_on(async {
        telnyx.tags().list().await.unwrap();
        assert!(poll!(pin!(telnyx.tags().list())).is_pending());
    });
    runtime().block_on(telnyx.tags().list().into_future()).unwrap();
}

#[tokio::test(start_paused = true)]
async fn dropped_request_leaves_the_queue() {
    let scripted = Scripted::new((0..2).map(|_| tags()));
    let telnyx = limited(&scripted, 1, 1);
    telnyx.tags().list().await.unwrap();
    {
        let mut waiting = pin!(telnyx.tags().list());
        assert!(poll!(&mut waiting).is_pending());
    }
    telnyx.tags().list().await.unwrap();
    assert_eq!(times(&scripted), [0, 10]);
}

/// The loop over a list calls the API while its next pages are requested.
#[tokio::test(start_paused = true)]
async fn prefetched_pages_do_not_block_the_calls_of_a_loop() {
    let page =
        |number: u64| Answer::json(&json!({"data": [number], "meta": {"page_number": number, "total_pages": 3}}));
    let service = tower::service_fn(move |request: http::Request<Body>| async move {
        let number = request.uri().query().and_then(|query| query.strip_prefix("page%5Bnumber%5D=")?.parse().ok());
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, BoxError>(number.map_or_else(tags, page).into_response())
    });
    let client =
        Client::builder().api_key("KEY").transport(service).layer(ConcurrencyLimitLayer::new(1)).build().unwrap();
    let mut numbers: Pager<u64> = Pager::numbered(client.request(http::Method::GET, "/ai/numbers")).prefetch(2);
    let mut seen = Vec::new();
    while let Some(number) = numbers.try_next().await.unwrap() {
        Telnyx::new(client.clone()).tags().list().await.unwrap();
        seen.push(number);
    }
    assert_eq!(seen, [1, 2, 3]);
}
