//! `/ai/assistants/{assistant_id}/scheduled_events`

use serde_json::{Value, json};
use telnyx_ai::assistants::{
    CreateScheduledEvent, EventChannel, ListScheduledEvents, ScheduledCallSettings, SipRegion,
};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, page};

fn event() -> Value {
    json!({
        "telnyx_conversation_channel": "phone_call",
        "scheduled_event_id": "event-1",
        "assistant_id": "assistant-1",
        "telnyx_agent_target": "+13125550100",
        "telnyx_end_user_target": "+13125550101",
        "scheduled_at_fixed_datetime": "2026-03-02T13:07:28.764000Z",
        "status": "pending",
    })
}

#[tokio::test]
async fn list_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}/scheduled_events", page(&event())).await;
    let filter = ListScheduledEvents::new()
        .with_conversation_channel(EventChannel::PhoneCall)
        .with_from_date("2026-03-01T00:00:00+01:00")
        .with_to_date("2026-03-31");
    let events = wire.telnyx.scheduled_events().list(SPECIAL_ID, filter).page_size(50).try_collect().await.unwrap();
    assert_eq!(events.iter().map(|event| event.id()).collect::<Vec<_>>(), [Some("event-1")]);
    let query = "conversation_channel=phone_call&from_date=2026-03-01T00%3A00%3A00%2B01%3A00&to_date=2026-03-31\
                 &page%5Bnumber%5D=1&page%5Bsize%5D=50";
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/scheduled_events?{query}"), None);
}

#[tokio::test]
async fn create_call_matches_the_contract() {
    let answer = Answer::json(&event()).with_status(201);
    let wire = Wire::start("POST /ai/assistants/{assistant_id}/scheduled_events", answer).await;
    let request = CreateScheduledEvent::phone_call("+13125550100", "+13125550101", "2026-03-02T13:07:28.764000Z")
        .with_conversation_metadata([("order", json!(17)), ("urgent", json!(true))])
        .with_dynamic_variables([("name", "Ada")])
        .with_max_retries_client_errors(3)
        .with_retry_interval_secs(600)
        .with_call_settings(ScheduledCallSettings::new().with_sip_region(SipRegion::MiddleEast));
    let created = wire.telnyx.scheduled_events().create(SPECIAL_ID, request).await.unwrap();
    assert_eq!((created.id(), created.status().unwrap().as_str()), (Some("event-1"), "pending"));
    let body = json!({
        "telnyx_conversation_channel": "phone_call",
        "telnyx_agent_target": "+13125550100",
        "telnyx_end_user_target": "+13125550101",
        "scheduled_at_fixed_datetime": "2026-03-02T13:07:28.764000Z",
        "conversation_metadata": {"order": 17, "urgent": true},
        "dynamic_variables": {"name": "Ada"},
        "max_retries_client_errors": 3,
        "retry_interval_secs": 600,
        "call_settings": {"sip_region": "Middle East"},
    });
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/scheduled_events"), Some(body));
}

#[tokio::test]
async fn create_sms_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/scheduled_events", event()).await;
    let request = CreateScheduledEvent::sms("+13125550100", "+13125550101", "2026-03-02T13:07:28Z", "See you soon.");
    wire.telnyx.scheduled_events().create("assistant-1", request).await.unwrap();
    let body = json!({
        "telnyx_conversation_channel": "sms_chat",
        "telnyx_agent_target": "+13125550100",
        "telnyx_end_user_target": "+13125550101",
        "scheduled_at_fixed_datetime": "2026-03-02T13:07:28Z",
        "text": "See you soon.",
    });
    wire.assert_request("/ai/assistants/assistant-1/scheduled_events", Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}/scheduled_events/{event_id}", event()).await;
    let found = wire.telnyx.scheduled_events().retrieve("assistant-1", SPECIAL_ID).await.unwrap();
    assert_eq!(found.tag(), "phone_call");
    wire.assert_request(&format!("/ai/assistants/assistant-1/scheduled_events/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let operation = "DELETE /ai/assistants/{assistant_id}/scheduled_events/{event_id}";
    let wire = Wire::start(operation, Answer::status(200)).await;
    wire.telnyx.scheduled_events().delete(SPECIAL_ID, "event-1").await.unwrap();
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/scheduled_events/event-1"), None);
}
