use std::sync::Arc;

use futures_util::future::join_all;
use telnyx_ai::ErrorKind;
use telnyx_ai::assistants::{CreateAssistant, CreateConversation};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Fault};

use super::{Api, api_error};

fn support() -> CreateAssistant {
    CreateAssistant::new("Support", "Help politely.")
}

#[tokio::test]
async fn repeated_call_with_a_key_is_executed_once() {
    let api = Api::start().await;
    let assistants = api.telnyx.assistants();
    let first = assistants.create(support()).idempotency_key("order-17").with_response().await.unwrap();
    let again = assistants.create(support()).idempotency_key("order-17").with_response().await.unwrap();
    assert_eq!(again.value, first.value);
    assert_eq!(again.status, first.status);
    assert_eq!(first.headers.get("idempotency-replayed"), None);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(assistants.list().await.unwrap().len(), 1);

    // Another key, or another operation with the same key, is another call.
    assistants.create(support()).idempotency_key("order-18").await.unwrap();
    assistants.clone_assistant(&first.value.id).idempotency_key("order-17").await.unwrap();
    assert_eq!(assistants.list().await.unwrap().len(), 3);
}

#[tokio::test]
async fn key_of_another_request_is_422() {
    let api = Api::start().await;
    let assistants = api.telnyx.assistants();
    assistants.create(support()).idempotency_key("order-17").await.unwrap();
    let other = CreateAssistant::new("Sales", "Sell.");
    let error = assistants.create(other).idempotency_key("order-17").await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::IdempotencyKeyReused, 422));
    assert_eq!(assistants.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn key_of_a_rejected_request_can_be_used_again() {
    let api = Api::start().await;
    let assistants = api.telnyx.assistants();
    let wrong = support().with_dynamic_variables_webhook_timeout_ms(0);
    let (status, ..) = api_error(assistants.create(wrong).idempotency_key("order-17").await);
    assert_eq!(status, 422);
    assistants.create(support()).idempotency_key("order-17").await.unwrap();
}

#[tokio::test]
async fn invalid_key_is_400() {
    let api = Api::start().await;
    let (status, code, _) = api_error(api.telnyx.assistants().create(support()).idempotency_key("order/17").await);
    assert_eq!((status, code.as_str()), (400, "10015"));
}

#[tokio::test]
async fn concurrent_calls_with_one_key_create_one_resource() {
    let api = Api::start().await;
    let assistants = Arc::new(api.telnyx.assistants());
    let tasks = (0..10).map(|_| {
        let assistants = Arc::clone(&assistants);
        tokio::spawn(async move { assistants.create(support()).idempotency_key("order-17").await.unwrap().id })
    });
    let mut ids: Vec<String> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(assistants.list().await.unwrap().len(), 1);
}

/// The SDK retries with the same key after the response is lost.
#[tokio::test]
async fn lost_response_does_not_create_twice() {
    let api = Api::of(Emulator::builder()).await;
    let conversations = api.telnyx.conversations();
    api.emulator.faults().add(Fault::on("POST", "/ai/conversations").drop_after().times(1));
    let created = conversations.create(CreateConversation::new().with_name("Web")).with_response().await.unwrap();
    assert_eq!(created.attempts, 2);
    assert_eq!(created.headers["idempotency-replayed"], "true");
    let all = conversations.list(Default::default()).await.unwrap();
    assert_eq!(all.iter().map(|conversation| &conversation.id).collect::<Vec<_>>(), [&created.value.id]);
}
