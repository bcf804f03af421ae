//! The webhook events of conversations on calls.

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai_emulator::Emulator;
use telnyx_ai_webhooks::{EventData, StartFailure, WebhookEvent, decode, unknown_paths};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::support::{
    Api, Gate,
    endpoint::{Received, endpoint},
    scripts,
};

const START: &str = "2026-10-01T00:00:00Z";

/// An emulator whose assistants hang up at the word "bye", and the events that it sends.
async fn api() -> (Api, UnboundedReceiver<Received>) {
    let (url, received) = endpoint(vec![(200, json!({}))]).await;
    let rules = json!({ "chat": [{ "words": "bye", "call": { "tool": "hangup" }, "reply": "Good bye." }] });
    (Api::new(Emulator::builder().frozen_at(START).webhook_url(url).scripts(scripts(rules))), received)
}

async fn schedule(api: &Api, assistant: &str) -> String {
    api.schedule(assistant, json!({ "scheduled_at_fixed_datetime": "2026-10-01T01:00:00Z" })).await
}

async fn advance(api: &Api, secs: u64) {
    api.0.clock().advance(Duration::from_secs(secs)).await;
}

/// The events received so far.
fn events(received: &mut UnboundedReceiver<Received>) -> Vec<Value> {
    std::iter::from_fn(|| received.try_recv().ok()).map(|received| received.json()["data"].clone()).collect()
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event_type"].as_str().expect("a type")).collect()
}

#[tokio::test]
async fn call_without_greeting_has_the_version_of_its_conversation() {
    let (api, _received) = api().await;
    let assistant = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let event = schedule(&api, &assistant).await;
    advance(&api, 3_610).await;
    let conversation = api.get(&event).await.good()["conversation_id"].as_str().expect("a conversation").to_owned();
    let conversation = api.get(&format!("/conversations/{conversation}")).await.good()["data"].clone();
    let version = api.get(&format!("/assistants/{assistant}")).await.good()["version_id"].clone();
    assert_eq!(conversation["metadata"]["assistant_version_id"], version);
}

#[tokio::test]
async fn call_is_created_ended_and_analyzed() {
    let (api, mut received) = api().await;
    let insight = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let group = api.insight_group(json!({ "name": "Quality" }), &[&insight]).await;
    let desk = json!({
        "name": "Desk", "instructions": "i", "greeting": "Hello.", "model": "m",
        "insight_settings": { "insight_group_id": group },
        "voice_settings": { "voice": "Telnyx.KokoroTTS.af_heart" }, "transcription": { "model": "deepgram/flux" },
    });
    let desk = api.assistant(desk).await;
    let path = schedule(&api, &desk).await;
    advance(&api, 7_200).await;
    let events = events(&mut received);
    assert_eq!(
        types(&events),
        [
            "call.conversation.created",
            "call.conversation.ended",
            "call.conversation_insights.generated",
            "call.analyzed"
        ]
    );
    let event = api.get(&path).await.good();
    let call = &event["call_attempts"][0]["telnyx_call_control_id"];
    for event in &events {
        let payload = &event["payload"];
        assert_eq!(payload["call_control_id"], *call, "{event}");
        assert_eq!(payload["call_session_id"], events[0]["payload"]["call_session_id"], "{event}");
        let typed: WebhookEvent =
            decode::from_slice(json!({ "data": event }).to_string().as_bytes()).expect("an event");
        assert_eq!(unknown_paths(&typed), [""; 0], "an event has only the documented fields");
    }
    let [created, ended, generated, analyzed] = [0, 1, 2, 3].map(|n| &events[n]["payload"]);
    for payload in [created, ended, analyzed] {
        assert_eq!(payload["conversation_id"], event["conversation_id"]);
        assert_eq!((&payload["from"], &payload["to"]), (&json!("+15550001"), &json!("+15550002")));
    }
    for payload in [created, ended, generated] {
        assert_eq!(payload["calling_party_type"], "pstn");
    }
    assert_eq!((&ended["reason"], &ended["duration_sec"]), (&json!("user_hangup"), &json!(30)));
    assert_eq!((&ended["llm_model"], &ended["stt_model"]), (&json!("m"), &json!("deepgram/flux")));
    assert_eq!((&ended["tts_provider"], &ended["assistant_id"]), (&json!("Telnyx"), &json!(desk)));
    assert_eq!(ended["tts_model_id"], "KokoroTTS");
    let results = json!([{ "insight_id": insight, "result": "1 messages; the assistant said last: Hello." }]);
    assert_eq!((&generated["insight_group_id"], &generated["results"]), (&json!(group), &results));
    assert_eq!(analyzed["conversation_insights"], json!([{ "status": "completed", "conversation_insights": results }]));
    assert_eq!((&analyzed["recordings"], &analyzed["reason"]), (&json!([]), &json!("user_hangup")));
    assert_eq!(analyzed["cost"], "Cost data is not available.");
    assert_eq!(events[0]["occurred_at"], "2026-10-01T01:00:05.000000Z");
    assert_eq!(events[3]["occurred_at"], "2026-10-01T01:00:35.000000Z");
}

#[tokio::test]
async fn end_of_a_call_is_that_of_the_version_that_it_started_with() {
    let (api, mut received) = api().await;
    let insight = api.insight(json!({ "name": "Summary", "instructions": "Summarize." })).await;
    let group = api.insight_group(json!({ "name": "G" }), &[&insight]).await;
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i", "model": "main" })).await;
    let candidate = json!({
        "model": "candidate", "greeting": "", "promote_to_main": false, "insight_settings": { "insight_group_id": group },
        "voice_settings": { "voice": "Telnyx.KokoroTTS.af_other" },
        "telephony_settings": { "conversation_ended_full_history": true },
    });
    let path = format!("/assistants/{desk}");
    let candidate = api.post(&path, candidate).await.good()["version_id"].clone();
    let rules = json!({ "rules": [{ "match": [], "serve": { "version_id": candidate } }] });
    api.post(&format!("{path}/canary-deploys"), rules).await.good();
    let event = schedule(&api, &desk).await;
    advance(&api, 3_610).await;
    let conversation = api.get(&event).await.good()["conversation_id"].clone();
    let message = json!({ "role": "tool", "content": "done", "tool_call_id": "call_1" });
    let messages = format!("/conversations/{}/message", conversation.as_str().expect("an id"));
    assert_eq!(api.post(&messages, message).await.status, 204);
    // The version ends the call although it no longer serves new conversations.
    assert_eq!(api.delete(&format!("{path}/canary-deploys")).await.status, 204);
    api.post(&path, json!({ "model": "newest" })).await.good();
    advance(&api, 60).await;
    let events = events(&mut received);
    let expected = [
        "call.conversation.created",
        "call.conversation.ended",
        "call.conversation_insights.generated",
        "call.analyzed",
    ];
    assert_eq!(types(&events), expected);
    let ended = &events[1]["payload"];
    assert_eq!(
        (&ended["llm_model"], &ended["tts_voice_id"]),
        (&json!("candidate"), &json!("Telnyx.KokoroTTS.af_other"))
    );
    assert_eq!(ended["messages"][0]["tool_call_id"], "call_1", "the full history");
    assert_eq!(events[3]["payload"]["llm_model"], "candidate");
}

#[tokio::test]
async fn ended_call_has_the_default_models_of_speech() {
    let (api, mut received) = api().await;
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    schedule(&api, &desk).await;
    advance(&api, 7_200).await;
    let events = events(&mut received);
    let ended = events.iter().find(|event| event["event_type"] == "call.conversation.ended").expect("an end");
    let speech = ["stt_model", "tts_provider", "tts_model_id", "tts_voice_id"].map(|field| &ended["payload"][field]);
    assert_eq!(speech, ["deepgram/flux", "Telnyx", "KokoroTTS", "Telnyx.KokoroTTS.af_heart"]);
}

#[tokio::test]
async fn call_of_a_deleted_assistant_fails_to_start() {
    let (api, mut received) = api().await;
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let path = schedule(&api, &desk).await;
    assert_eq!(api.delete(&format!("/assistants/{desk}")).await.status, 200);
    advance(&api, 7_200).await;
    let bodies: Vec<Received> = std::iter::from_fn(|| received.try_recv().ok()).collect();
    let [body] = &bodies[..] else { panic!("one event") };
    let event: WebhookEvent = decode::from_slice(body.json().to_string().as_bytes()).expect("an event");
    let EventData::ConversationStartFailed(event) = event.data else { panic!("another event") };
    assert_eq!(event.payload.reason, Some(StartFailure::InvalidRequest));
    assert_eq!(event.payload.assistant_id.as_deref(), Some(&*desk));
    assert_eq!(event.payload.to.as_deref(), Some("+15550002"));
    assert_eq!(body.json()["data"]["payload"]["conversation_id"], Value::Null, "there is none");

    api.post(&format!("/assistants/{desk}/restore"), Value::Null).await.good();
    let event = api.get(&path).await.good();
    assert_eq!((&event["status"], &event["call_status"]), (&json!("failed"), &json!("completed")));
    assert!(event["errors"][0].as_str().expect("an error").starts_with("The assistant could not join the call: "));
    assert_eq!(event["conversation_id"], Value::Null);
}

#[tokio::test]
async fn restored_assistant_keeps_its_scheduled_events() {
    let (api, mut received) = api().await;
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let path = schedule(&api, &desk).await;
    assert_eq!(api.delete(&format!("/assistants/{desk}")).await.status, 200);
    api.post(&format!("/assistants/{desk}/restore"), Value::Null).await.good();
    advance(&api, 7_200).await;
    assert_eq!(api.get(&path).await.good()["status"], "completed");
    assert_eq!(types(&events(&mut received))[0], "call.conversation.created");
}

#[tokio::test]
async fn time_limit_ends_a_call() {
    let (api, mut received) = api().await;
    let limited = json!({ "name": "Desk", "instructions": "i", "telephony_settings": { "time_limit_secs": 10 } });
    let desk = api.assistant(limited).await;
    let path = schedule(&api, &desk).await;
    advance(&api, 7_200).await;
    assert_eq!(api.get(&path).await.good()["call_duration"], 10);
    let ended = events(&mut received)[1]["payload"].clone();
    assert_eq!((&ended["reason"], &ended["duration_sec"]), (&json!("time_limit_exceeded"), &json!(10)));
}

#[tokio::test]
async fn silence_longer_than_the_idle_timeout_ends_a_call() {
    let (api, mut received) = api().await;
    let limits = json!({ "user_idle_timeout_secs": 10 });
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i", "telephony_settings": limits })).await;
    let path = schedule(&api, &desk).await;
    // The call is answered after 5 s. The user says something 8 s later.
    advance(&api, 3_600 + 5 + 8).await;
    let conversation = api.get(&path).await.good()["conversation_id"].clone();
    assert_eq!(chat(&api, &desk, &conversation).await, 200);
    advance(&api, 9).await;
    assert_eq!(api.get(&path).await.good()["call_status"], "in-progress");
    advance(&api, 1).await;
    let event = api.get(&path).await.good();
    assert_eq!((&event["call_status"], &event["call_duration"]), (&json!("completed"), &json!(18)));
    let ended = events(&mut received)[1]["payload"].clone();
    assert_eq!((&ended["reason"], &ended["duration_sec"]), (&json!("user_idle_timeout_exceeded"), &json!(18)));
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 0);
}

#[tokio::test]
async fn user_is_not_silent_while_the_reply_is_generated() {
    let shop = Gate::new(json!({ "state": "sent" })).await;
    let rules = json!({ "chat": [{ "call": { "tool": "status" }, "reply": "It is {{answer.state}}." }] });
    let api = Api::new(Emulator::builder().frozen_at(START).scripts(scripts(rules)));
    let status = json!({ "name": "status", "description": "d", "url": shop.url });
    let desk = json!({
        "name": "Desk", "instructions": "i", "telephony_settings": { "user_idle_timeout_secs": 10 },
        "tools": [{ "type": "webhook", "webhook": status }],
    });
    let desk = api.assistant(desk).await;
    let path = schedule(&api, &desk).await;
    // The call is answered after 5 s. The user says something 8 s later, and the tool takes 5 s.
    advance(&api, 3_600 + 5 + 8).await;
    let conversation = api.get(&path).await.good()["conversation_id"].clone();
    let during_the_turn = async {
        shop.called().await;
        advance(&api, 5).await;
        assert_eq!(api.get(&path).await.good()["call_status"], "in-progress");
        shop.open();
    };
    let (status, ()) = tokio::join!(chat(&api, &desk, &conversation), during_the_turn);
    assert_eq!(status, 200);
    advance(&api, 9).await;
    assert_eq!(api.get(&path).await.good()["call_status"], "in-progress");
    advance(&api, 1).await;
    assert_eq!(api.get(&path).await.good()["call_duration"], 23);
}

#[tokio::test]
async fn hangup_ends_the_call_of_an_event_and_a_transfer_does_not() {
    for (word, tool, status, duration) in
        [("bye", "hangup", "completed", json!(7)), ("agent", "transfer", "in-progress", Value::Null)]
    {
        let rules = json!({ "chat": [{ "words": word, "call": { "tool": tool } }] });
        let api = Api::new(Emulator::builder().frozen_at(START).scripts(scripts(rules)));
        let transfer = json!({ "from": "+15550001", "targets": [{ "name": "Ada", "to": "+15550003" }] });
        let tools = json!([{ "type": "hangup", "hangup": {} }, { "type": "transfer", "transfer": transfer }]);
        let desk = api.assistant(json!({ "name": "Desk", "instructions": "i", "tools": tools })).await;
        let path = schedule(&api, &desk).await;
        advance(&api, 3_600 + 5 + 7).await;
        let conversation = api.get(&path).await.good()["conversation_id"].clone();
        api.say(&desk, &conversation, word).await.good();
        let event = api.get(&path).await.good();
        assert_eq!((&event["call_status"], &event["call_duration"]), (&json!(status), &duration), "{event}");
        assert_eq!(event["call_attempts"][0]["call_status"], status);
        advance(&api, 60).await;
        assert_eq!(api.get(&path).await.good()["call_status"], "completed");
    }
}

/// Chats in the conversation of a call. Returns the status.
async fn chat(api: &Api, assistant: &str, conversation: &Value) -> u16 {
    api.say(assistant, &conversation, "Hello").await.status
}

#[tokio::test]
async fn call_ends_after_its_event_is_deleted() {
    let (api, mut received) = api().await;
    let limited = json!({ "name": "Desk", "instructions": "i", "telephony_settings": { "time_limit_secs": 10 } });
    let desk = api.assistant(limited).await;
    let path = schedule(&api, &desk).await;
    advance(&api, 3_605).await;
    let event = api.get(&path).await.good();
    assert_eq!(event["call_status"], "in-progress");
    assert_eq!(api.delete(&path).await.status, 200);
    assert_eq!(chat(&api, &desk, &event["conversation_id"]).await, 200);

    advance(&api, 10).await;
    let events = events(&mut received);
    assert_eq!(types(&events), ["call.conversation.created", "call.conversation.ended", "call.analyzed"]);
    let ended = &events[1]["payload"];
    assert_eq!((&ended["reason"], &ended["duration_sec"]), (&json!("time_limit_exceeded"), &json!(10)));
    assert_eq!(chat(&api, &desk, &event["conversation_id"]).await, 400);
    assert_eq!(api.get("/_emulator/clock").await.good()["planned"], 0);
}

#[tokio::test]
async fn call_ends_after_its_assistant_is_deleted() {
    for query in ["", "?hard_delete=true"] {
        let (api, mut received) = api().await;
        let desk = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
        schedule(&api, &desk).await;
        advance(&api, 3_605).await;
        let path = format!("/assistants/{desk}{query}");
        assert_eq!(api.delete(&path).await.status, 200);
        advance(&api, 30).await;
        let events = events(&mut received);
        assert_eq!(types(&events), ["call.conversation.created", "call.conversation.ended", "call.analyzed"]);
        let ended = &events[1]["payload"];
        assert_eq!((&ended["reason"], &ended["assistant_id"]), (&json!("user_hangup"), &json!(desk)), "{query}");
    }
}

#[tokio::test]
async fn call_with_an_unreadable_job_has_a_final_status() {
    let (_folder, db) = crate::support::file("emulator.db");
    let open = || Api::new(Emulator::builder().frozen_at(START).db(&db));
    let api = open();
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let path = schedule(&api, &desk).await;
    advance(&api, 3_600).await;
    assert_eq!(api.get(&path).await.good()["call_status"], "ringing");
    drop(api);
    let jobs = rusqlite::Connection::open(&db).expect("a database");
    let step = json!({ "do": "dance" }).to_string();
    assert_eq!(jobs.execute("UPDATE agenda SET step = ?1", [step]).expect("an update"), 1);
    drop(jobs);

    let api = open();
    advance(&api, 7_200).await;
    let event = api.get(&path).await.good();
    assert_eq!((&event["status"], &event["call_status"]), (&json!("failed"), &json!("failed")));
    assert_eq!(event["call_attempts"][0]["call_status"], "failed");
}

#[tokio::test]
async fn call_has_a_final_status_after_its_conversation_is_deleted() {
    let (api, mut received) = api().await;
    let desk = api.assistant(json!({ "name": "Desk", "instructions": "i" })).await;
    let path = schedule(&api, &desk).await;
    advance(&api, 3_605).await;
    let conversation = api.get(&path).await.good()["conversation_id"].as_str().expect("an id").to_owned();
    assert!(api.delete(&format!("/conversations/{conversation}")).await.status < 300);
    advance(&api, 3_600).await;
    let event = api.get(&path).await.good();
    assert_eq!((&event["status"], &event["call_status"]), (&json!("completed"), &json!("completed")));
    assert_eq!(event["call_attempts"][0]["call_status"], "completed");
    assert_eq!((&event["call_duration"], &event["errors"]), (&json!(30), &json!([])));
    assert_eq!(types(&events(&mut received)), ["call.conversation.created"]);
}

/// An emulator with a frozen clock, whose background task delivers the end of a conversation to the receiver.
async fn with_delivery_to(receiver: &Gate) -> Api {
    let rules = json!({ "chat": [{ "words": "bye", "call": { "tool": "hangup" } }] });
    let api = Api::new(Emulator::builder().frozen_at(START).webhook_url(&receiver.url).scripts(scripts(rules)));
    let desk = json!({ "name": "Desk", "instructions": "i", "tools": [{ "type": "hangup", "hangup": {} }] });
    let desk = api.assistant(desk).await;
    let conversation = api.conversation(json!({})).await;
    api.say(&desk, &conversation, "bye").await.good();
    receiver.called().await;
    api
}

/// A receiver can move the clock before it responds.
#[tokio::test]
async fn receiver_that_never_responds_does_not_stop_the_clock() {
    let receiver = Gate::new(json!({})).await;
    let api = with_delivery_to(&receiver).await;
    api.0.clock().advance(Duration::from_secs(1)).await;
    assert_eq!(api.0.clock().now().as_str(), "2026-10-01T00:00:01.000000Z");
    receiver.open();
}

#[tokio::test]
async fn moved_clock_waits_for_webhooks_in_flight() {
    let receiver = Gate::new(json!({})).await;
    let api = with_delivery_to(&receiver).await;
    // The second event is queued.
    while api.get("/_emulator/clock").await.good()["planned"] != 0 {
        tokio::task::yield_now().await;
    }

    let clock = api.0.clock();
    let mut moved = std::pin::pin!(clock.advance(Duration::from_secs(3_600)));
    tokio::select! {
        biased;
        _ = &mut moved => panic!("the clock did not wait"),
        () = std::future::ready(()) => {}
    }
    receiver.open();
    let second = async {
        receiver.called().await;
        receiver.open();
    };
    tokio::join!(moved, second);
    assert_eq!(clock.now().as_str(), "2026-10-01T01:00:00.000000Z");
}

#[tokio::test]
async fn full_history_has_tool_calls_and_their_results() {
    let (api, mut received) = api().await;
    for (full, roles) in [(false, vec!["user", "assistant"]), (true, vec!["user", "assistant", "tool", "assistant"])] {
        let desk = json!({
            "name": "Desk", "instructions": "i", "tools": [{ "type": "hangup", "hangup": {} }],
            "telephony_settings": { "conversation_ended_full_history": full },
        });
        let desk = api.assistant(desk).await;
        let conversation = api.conversation(json!({})).await;
        api.say(&desk, &conversation, "bye").await.good();
        let ended = received.recv().await.expect("an event").json()["data"].clone();
        let messages = ended["payload"]["messages"].as_array().expect("messages");
        let found: Vec<&str> = messages.iter().map(|message| message["role"].as_str().expect("a role")).collect();
        assert_eq!(found, roles);
        assert_eq!(
            messages[0],
            json!({ "role": "user", "content": "bye", "timestamp": "2026-10-01T00:00:00.000000Z" })
        );
        if full {
            let call = &messages[1]["tool_calls"][0];
            assert_eq!((&call["function"]["name"], &messages[2]["tool_call_id"]), (&json!("hangup"), &call["id"]));
        }
        assert_eq!(received.recv().await.expect("an event").json()["data"]["event_type"], "call.analyzed");
    }
}
