//! A call can be dropped at any time. It leaves no connection, task or memory behind, and the client keeps working.

use std::alloc::System;
use std::pin::Pin;
use std::process::Command;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use telnyx_ai::assistants::types::{CreateAssistant, UpdateAssistant};
use telnyx_ai::assistants::{Assistants, ChatRequest};
use telnyx_ai::prelude::*;
use telnyx_ai::retry::{Failure, RetryPolicy};
use telnyx_ai::{Client, Error, Telnyx};
use tokio::runtime::Handle;

use super::faulty_server::{Act, Answer, FaultyServer};
use super::random::Random;
use super::{error_body, good_answer};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Set in a process that runs only one test, so that its resources can be counted.
const ALONE: &str = "TELNYX_AI_TESTS_ALONE";
const TEST: &str = "survival::cancellation::thousands_of_dropped_calls_leak_no_resources";
/// Most of these calls are dropped; the others complete first.
const CALLS: u64 = 4_000;

#[test]
fn thousands_of_dropped_calls_leak_no_resources() {
    if std::env::var_os(ALONE).is_some() {
        return tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(drop_calls());
    }
    let program = std::env::current_exe().unwrap();
    let alone = Command::new(program).args(["--exact", TEST, "--nocapture"]).env(ALONE, "yes").output().unwrap();
    let stdout = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success(), "{stdout}{}", String::from_utf8_lossy(&alone.stderr));
    println!("{}", stdout.lines().filter(|line| line.contains("calls dropped")).collect::<String>());
}

async fn drop_calls() {
    let server = FaultyServer::start(move |asked| match asked.path.rsplit('/').next().unwrap_or_default() {
        "silent" => Act::Silence,
        "failing" => Act::Answer(Answer::new(503, error_body("10007", "Unavailable"))),
        "resetting" => Act::ResetBefore,
        "chat" => Act::UnfinishedEvents,
        _ => Act::Answer(good_answer()),
    });
    let connections = server.connections();
    let open = || *connections.borrow();
    let alive = || Handle::current().metrics().num_alive_tasks();
    assert_eq!((open(), alive()), (0, 0));

    // The first calls fill caches that are kept.
    drop_calls_of(&server, CALLS / 5, 1).await;
    let before = live_bytes();
    let completed = drop_calls_of(&server, CALLS, 2).await;
    let grown = live_bytes() - before;

    println!(
        "{} calls dropped and {completed} completed: {} connections and {} tasks are left, memory grew by {grown} bytes",
        CALLS - completed,
        open(),
        alive(),
    );
    assert!(CALLS - completed >= 2_500, "{completed} calls were not dropped");
    assert!(grown < 64 << 10, "memory grew by {grown} bytes");
}

/// Starts calls and drops them. Returns the number of completed calls, after the client and its connections have ended.
async fn drop_calls_of(server: &FaultyServer, calls: u64, seed: u64) -> u64 {
    let mut connections = server.connections();
    let client = Client::builder().api_key("KEY").base_url(server.base_url()).retry_policy(AtOnce).build().unwrap();
    let assistants = Telnyx::new(client).assistants();
    let mut random = Random(seed);
    let completed = stream::iter(0..calls)
        .map(|number| {
            // Half of the calls are dropped during their first polls.
            let polls = if random.percent(50) { random.below(8) } else { random.below(100) };
            DropAfter { call: Some(Box::pin(call(assistants.clone(), number % 8))), polls }
        })
        .buffer_unordered(64)
        .filter(|completed| std::future::ready(*completed))
        .count()
        .await;

    soon(connections.wait_for(|open| *open <= 64)).await.expect("the server runs");
    let answer = assistants.retrieve("a").await.expect("the client still works");
    assert_eq!(answer.id, "assistant-1");

    drop(assistants);
    soon(connections.wait_for(|open| *open == 0)).await.expect("the server runs");
    soon(async {
        while Handle::current().metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    completed as u64
}

async fn call(assistants: Assistants, kind: u64) -> Result<(), Error> {
    match kind {
        0 => drop(assistants.retrieve("a").await?),
        1 => drop(assistants.create(CreateAssistant::new("A", "Help.")).await?),
        2 => drop(assistants.update("a", UpdateAssistant::new()).await?),
        3 => drop(assistants.retrieve("silent").await?),
        4 => drop(assistants.retrieve("failing").max_retries(1000).await?),
        5 => drop(assistants.retrieve("resetting").max_retries(1000).await?),
        _ => {
            let mut reply = assistants.chat_stream("a", ChatRequest::new("c", "Hi")).await?;
            while reply.try_next().await?.is_some() {}
        }
    }
    Ok(())
}

/// Retries all failures after 1 ms.
#[derive(Debug)]
struct AtOnce;

impl RetryPolicy for AtOnce {
    fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
        (failure.retries < failure.max_retries.unwrap_or(2)).then_some(Duration::from_millis(1))
    }
}

/// A future that is dropped after a number of polls. Returns whether it completed before.
struct DropAfter<F> {
    call: Option<Pin<Box<F>>>,
    polls: u64,
}

impl<F: Future> Future for DropAfter<F> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        if self.polls == 0 {
            self.call = None;
            return Poll::Ready(false);
        }
        self.polls -= 1;
        if self.call.as_mut().is_none_or(|call| call.as_mut().poll(context).is_ready()) {
            return Poll::Ready(true);
        }
        // A future that waits forever is dropped as well.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Waits for an event, or fails after 60 s.
async fn soon<F: Future>(event: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(60), event).await.expect("the event occurs within 60 s")
}

fn live_bytes() -> i64 {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
}
