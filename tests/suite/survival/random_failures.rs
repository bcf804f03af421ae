//! 2000 calls, 64 at a time, to a server that fails 20 % of the requests at random.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use telnyx_ai::Telnyx;
use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::prelude::*;

use super::faulty_server::{Act, Answer, Asked, FaultyServer};
use super::random::Random;
use super::{error_body, good_answer};

const SEED: u64 = 20_260_301;
const CALLS: u64 = 2000;

/// The reaction of the server to an attempt of a call. It does not depend on the order of the calls.
fn act(call: u64, attempt: u64) -> Act {
    let mut random = Random(SEED ^ (call << 8) ^ attempt);
    if !random.percent(20) {
        return Act::Answer(good_answer());
    }
    match random.below(8) {
        0 => Act::ResetBefore,
        1 => Act::HalfABody(good_answer()),
        2 => {
            let slow_down = Answer::new(429, error_body("10011", "Slow down"));
            Act::Answer(slow_down.with_header("retry-after-ms", "700"))
        }
        n => Act::Answer(Answer::new([500, 502, 503, 504, 408][n as usize - 3], error_body("10007", "Unavailable"))),
    }
}

fn fails(call: u64, attempt: u64) -> bool {
    !matches!(act(call, attempt), Act::Answer(answer) if answer.status == 200)
}

/// The number of a call: the id of a retrieved assistant, or the name of a created one.
fn call_of(asked: &Asked) -> u64 {
    match asked.path.rsplit('/').next().unwrap().parse() {
        Ok(number) => number,
        Err(_) => {
            serde_json::from_str::<serde_json::Value>(&asked.body).unwrap()["name"].as_str().unwrap().parse().unwrap()
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_has_the_expected_outcome_with_20_percent_failures() {
    let attempts: Arc<Mutex<HashMap<u64, u64>>> = Arc::default();
    let counted = Arc::clone(&attempts);
    let server = FaultyServer::start(move |asked| {
        let call = call_of(asked);
        let mut attempts = counted.lock().unwrap();
        let attempt = attempts.entry(call).or_default();
        *attempt += 1;
        act(call, *attempt)
    });
    let assistants = Telnyx::new(server.builder().build().unwrap()).assistants();

    let began = tokio::time::Instant::now();
    let results: Vec<_> = stream::iter(0..CALLS)
        .map(|call| {
            let made = match call % 2 {
                0 => assistants.retrieve(&call.to_string()),
                _ => assistants.create(CreateAssistant::new(call.to_string(), "Help.")),
            };
            async move { (call, made.with_response().await.map(|response| response.attempts)) }
        })
        .buffer_unordered(64)
        .collect()
        .await;
    let elapsed = began.elapsed();

    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for (call, result) in &results {
        let failures = (1..=3).take_while(|attempt| fails(*call, *attempt)).count() as u32;
        let sent = attempts.lock().unwrap()[call];
        match result {
            Ok(attempts) => {
                assert_eq!(*attempts, failures + 1, "call {call}");
                *ends.entry(format!("success after {attempts}")).or_default() += 1;
            }
            Err(error) => {
                assert_eq!((failures, error.attempts()), (3, 3), "call {call}: {error}");
                assert!(error.is_retryable(), "{error}");
                *ends.entry("failed after 3".to_owned()).or_default() += 1;
            }
        }
        assert_eq!(sent, u64::from(failures.min(2) + 1), "call {call} was sent {sent} times");
    }
    let sent: u64 = attempts.lock().unwrap().values().sum();
    println!("{} calls, {sent} requests, {:.1} s of delays: {ends:?}", results.len(), elapsed.as_secs_f64());
    assert_eq!(results.len() as u64, CALLS);
    assert!(elapsed < Duration::from_secs(60), "64 calls wait concurrently: {elapsed:?}");
}
