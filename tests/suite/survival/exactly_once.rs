//! Each operation is executed exactly once, although connections break.
//!
//! 30 % of the connections break after the execution and before the response.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::{ErrorKind, Telnyx};

use super::cutting_proxy::{CuttingProxy, is_cut};

const CREATES: u64 = 500;

fn names(assistants: &[Value]) -> BTreeSet<u64> {
    assistants.iter().map(|assistant| assistant["name"].as_str().unwrap().parse().unwrap()).collect()
}

/// A program derives the key of each create from a number and repeats failed calls.
///
/// There is one assistant per number, and its caller has the id.
#[tokio::test(start_paused = true)]
async fn create_with_a_key_is_executed_once() {
    let world = CuttingProxy::start();
    let assistants = Telnyx::new(world.client()).assistants();

    let created: Vec<(String, u64)> = stream::iter(0..CREATES)
        .map(|number| {
            let assistants = assistants.clone();
            async move {
                let mut calls = 1;
                loop {
                    let request = CreateAssistant::new(number.to_string(), "Help politely.");
                    let call = assistants.create(request).idempotency_key_from("survival", &number.to_string());
                    match call.await {
                        Ok(assistant) => return (assistant.id, calls),
                        Err(error) => {
                            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3), "{error}");
                            assert!(error.is_retryable(), "{error}");
                            calls += 1;
                        }
                    }
                }
            }
        })
        .buffer_unordered(64)
        .collect()
        .await;

    let stored = world.assistants().await;
    assert_eq!(stored.len() as u64, CREATES);
    assert_eq!(names(&stored), (0..CREATES).collect());
    let ids: BTreeSet<&str> = stored.iter().map(|assistant| assistant["id"].as_str().unwrap()).collect();
    let given: BTreeSet<&str> = created.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, given);

    let sent: u64 = world.attempts().values().sum();
    let failed: u64 = created.iter().map(|(_, calls)| calls - 1).sum();
    println!(
        "{CREATES} creates with keys: {sent} requests, {failed} failed calls repeated, {} assistants",
        stored.len()
    );
    assert!(sent > CREATES * 13 / 10, "connections were cut: {sent} requests");
}

/// The caller receives an error if the connection broke.
#[tokio::test(start_paused = true)]
async fn create_without_a_key_is_sent_once() {
    let world = CuttingProxy::start();
    let client = world.client();

    let results: Vec<_> = stream::iter(0..CREATES)
        .map(|number| {
            let body = json!({"name": number.to_string(), "instructions": "Help politely.", "model": "some/model"});
            let call = client.request(http::Method::POST, "/ai/assistants").body(&body);
            async move { (number, call.await) }
        })
        .buffer_unordered(64)
        .collect()
        .await;

    assert!(world.attempts().values().all(|attempts| *attempts == 1), "no call is sent twice");
    let mut failed = 0;
    for (number, result) in &results {
        match result {
            Ok(assistant) => {
                assert!(!is_cut(*number, 1), "{number} has no response");
                assert_eq!(assistant["name"], number.to_string());
            }
            Err(error) => {
                assert!(is_cut(*number, 1), "{number} has a response: {error}");
                assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1), "{error}");
                failed += 1;
            }
        }
    }
    let stored = world.assistants().await;
    println!("{CREATES} creates without keys: {failed} failed calls, {} assistants", stored.len());
    assert_eq!(stored.len() as u64, CREATES, "each assistant exists once");
    assert_eq!(names(&stored), (0..CREATES).collect());
    assert!(failed > CREATES / 4, "connections were cut: {failed} calls failed");
}
