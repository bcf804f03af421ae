//! A client that stays below a rate. The clock is paused.

use std::num::NonZeroU32;
use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::json;
use telnyx_ai::prelude::*;
use telnyx_ai::{RateLimitLayer, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::scripted::Scripted;

fn tags() -> Answer {
    Answer::json(&json!({"tags": []}))
}

fn limited(scripted: &Scripted, per_second: u32, burst: u32) -> Telnyx {
    let number = |n| NonZeroU32::new(n).unwrap();
    let layer = RateLimitLayer::with_burst(number(per_second), number(burst));
    Telnyx::new(scripted.builder().layer(layer).build().unwrap())
}

/// Whole tenths of a second.
fn times(scripted: &Scripted) -> Vec<u128> {
    scripted.attempts().iter().map(|attempt| (attempt.at + Duration::from_millis(40)).as_millis() / 100).collect()
}

#[tokio::test(start_paused = true)]
async fn requests_wait_for_their_turn() {
    let scripted = Scripted::new((0..6).map(|_| tags()));
    let telnyx = limited(&scripted, 2, 2);
    try_join_all((0..6).map(|_| telnyx.tags().list().into_future())).await.unwrap();
    assert_eq!(times(&scripted), [0, 0, 5, 10, 15, 20]);
}

#[tokio::test(start_paused = true)]
async fn all_requests_wait_when_the_api_says_so() {
    let too_many = Answer::status(429).with_header("retry-after", "7");
    let scripted = Scripted::new([too_many, tags()]);
    let telnyx = limited(&scripted, 100, 100);
    assert!(telnyx.tags().list().max_retries(0).await.is_err());
    telnyx.tags().list().await.unwrap();
    assert_eq!(times(&scripted), [0, 70]);
}

#[tokio::test(start_paused = true)]
async fn requests_wait_when_nothing_is_left_of_the_limit() {
    let last = tags().with_header("x-ratelimit-remaining", "0").with_header("x-ratelimit-reset", "3");
    let scripted = Scripted::new([last, tags()]);
    let telnyx = limited(&scripted, 100, 100);
    telnyx.tags().list().await.unwrap();
    telnyx.tags().list().await.unwrap();
    assert_eq!(times(&scripted), [0, 30]);
}

#[tokio::test(start_paused = true)]
async fn retries_are_requests_as_well() {
    let scripted = Scripted::new([Answer::status(503).with_header("retry-after-ms", "1"), tags()]);
    limited(&scripted, 1, 1).tags().list().await.unwrap();
    assert_eq!(times(&scripted), [0, 10]);
}
