//! Retries of requests that an HTTP/2 server certainly did not process.
//!
//! They do not depend on the method.

mod raw_server;

use std::time::Duration;

use http::Method;
use raw_server::{Act, RawServer};
use telnyx_ai::retry::{Failure, Retries, RetryPolicy};
use telnyx_ai::{Client, ErrorKind};

use crate::tls::{Settings, on_both};

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

on_both! {
    refused_stream_is_retried
    stream_that_is_always_refused_fails_after_the_retries
    stream_after_the_last_one_of_a_goaway_is_retried
    stream_up_to_the_last_one_of_a_goaway_is_not_retried
    stream_that_was_reset_for_another_reason_is_not_retried
}

/// The default retries, without delays.
#[derive(Debug, Default)]
struct AtOnce(Retries);

impl RetryPolicy for AtOnce {
    fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
        self.0.delay(failure).map(|_| Duration::ZERO)
    }
}

fn client<T: Settings>(server: &RawServer) -> Client {
    let builder = T::start().http2_prior_knowledge().builder().unwrap();
    builder.api_key("KEY").base_url(server.base_url()).retry_policy(AtOnce::default()).build().unwrap()
}

/// The number of attempts of a POST without an idempotency key.
async fn attempts<T: Settings>(server: &RawServer) -> u32 {
    let response = client::<T>(server).request(Method::POST, "/ai/assistants/a/chat").with_response().await.unwrap();
    assert_eq!(response.value, serde_json::json!({}));
    response.attempts
}

/// The error kind of a POST without an idempotency key, and its number of attempts.
async fn failure<T: Settings>(server: &RawServer) -> (ErrorKind, u32) {
    let error = client::<T>(server).request(Method::POST, "/ai/assistants/a/chat").await.unwrap_err();
    (error.kind(), error.attempts())
}

async fn refused_stream_is_retried<T: Settings>() {
    let server = RawServer::start([Act::Reset(REFUSED_STREAM), Act::Reset(REFUSED_STREAM), Act::Respond]).await;
    assert_eq!(attempts::<T>(&server).await, 3);
    assert_eq!(server.streams(), 3);
}

async fn stream_that_is_always_refused_fails_after_the_retries<T: Settings>() {
    let server = RawServer::start((0..3).map(|_| Act::Reset(REFUSED_STREAM))).await;
    let call = client::<T>(&server).request(Method::POST, "/ai/assistants/a/chat");
    let error = call.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Connect, 3, true));
    let message = error.to_string();
    assert!(message.contains("failed: the server did not process the request: "), "{message}");
}

async fn stream_after_the_last_one_of_a_goaway_is_retried<T: Settings>() {
    for reason in [NO_ERROR, ENHANCE_YOUR_CALM] {
        let server = RawServer::start([Act::GoAway { last_is_this: false, reason }, Act::Respond]).await;
        assert_eq!(attempts::<T>(&server).await, 2);
        assert_eq!(server.streams(), 2);
    }
}

async fn stream_up_to_the_last_one_of_a_goaway_is_not_retried<T: Settings>() {
    for reason in [NO_ERROR, INTERNAL_ERROR] {
        let server = RawServer::start([Act::GoAway { last_is_this: true, reason }]).await;
        assert_eq!(failure::<T>(&server).await, (ErrorKind::Transport, 1));
    }
}

async fn stream_that_was_reset_for_another_reason_is_not_retried<T: Settings>() {
    let server = RawServer::start([Act::Reset(INTERNAL_ERROR)]).await;
    assert_eq!(failure::<T>(&server).await, (ErrorKind::Transport, 1));
}
