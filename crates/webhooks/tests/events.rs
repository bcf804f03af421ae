//! What is read is written back, and what is not understood is kept.

#![allow(clippy::unwrap_used)]

use serde::Serialize;
use serde_json::{Value, json};
use telnyx_ai_webhooks::json::FromJson;
use telnyx_ai_webhooks::{
    CallingPartyType, ConversationChannel, ConversationEnded, Event, EventData, Incoming, InitializationReply,
    InsightGroupCompleted, InsightValue, ToolCallRequest, TranscriptRole, WebhookEvent, decode, unknown_paths,
};

/// Reads, and holds that writing gives the same.
fn read<T: FromJson + Serialize>(body: &Value) -> T {
    let value: T = decode::from_slice(body.to_string().as_bytes()).expect("a body of this type");
    assert_eq!(&serde_json::to_value(&value).expect("a value that can be written"), body);
    value
}

#[test]
fn initialization() {
    let event: WebhookEvent = read(&json!({
        "data": {
            "record_type": "event",
            "id": "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0",
            "event_type": "assistant.initialization",
            "occurred_at": "2026-03-02T13:07:28.764000Z",
            "payload": {
                "telnyx_conversation_channel": "phone_call",
                "telnyx_agent_target": "sip:support@example.com",
                "telnyx_end_user_target": "+441632960123",
                "telnyx_end_user_target_verified": false,
                "call_control_id": "v3:abc",
                "assistant_id": "assistant-1",
                "from": "+441632960123",
            },
        },
        "meta": {"attempt": 2, "delivered_to": "https://example.com/start", "region": "eu"},
        "trace": 1,
    }));
    assert_eq!(event.event_type(), "assistant.initialization");
    assert_eq!(event.id(), Some("0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"));
    assert_eq!(event.meta.as_ref().and_then(|meta| meta.attempt), Some(2));
    assert_eq!(unknown_paths(&event), ["data.payload.from", "meta.region", "trace"]);
    let EventData::Initialization(start) = event.data else { panic!("an initialization") };
    assert_eq!(start.payload.telnyx_conversation_channel, Some(ConversationChannel::PhoneCall));
    assert_eq!(start.payload.telnyx_end_user_target_verified, Some(false));
    assert_eq!(start.payload.extra.get("from"), Some(&"+441632960123".into()));
}

#[test]
fn initialization_reply() {
    assert_eq!(serde_json::to_value(InitializationReply::new()).unwrap(), json!({}));
    let reply: InitializationReply = read(&json!({
        "dynamic_variables": {"name": "Ada", "tier": null},
        "memory": {"conversation_query": "limit=5", "insight_query": "insight_ids=1,2"},
        "conversation": {"metadata": {"customer": "42", "vip": true}},
    }));
    let reply = reply.with_variable("name", "Grace").with_metadata("visits", 3).with_insight_query("insight_ids=3");
    assert_eq!(
        serde_json::to_value(&reply).unwrap(),
        json!({
            "dynamic_variables": {"name": "Grace", "tier": null},
            "memory": {"conversation_query": "limit=5", "insight_query": "insight_ids=3"},
            "conversation": {"metadata": {"customer": "42", "vip": true, "visits": 3}},
        })
    );
}

#[test]
fn conversation_ended() {
    let event: WebhookEvent = read(&json!({
        "data": {
            "record_type": "event",
            "event_type": "call.conversation.ended",
            "id": "e1",
            "created_at": "2026-03-02T13:07:29Z",
            "occurred_at": "2026-03-02T13:07:28Z",
            "payload": {
                "assistant_id": "assistant-1",
                "conversation_id": "c1",
                "call_control_id": "v3:abc",
                "call_leg_id": "l1",
                "call_session_id": "s1",
                "connection_id": "7",
                "client_state": "aGk=",
                "from": "+441632960123",
                "to": "sip:support@example.com",
                "calling_party_type": "teams",
                "duration_sec": 42,
                "reason": "user_hangup",
                "llm_model": "acme/large",
                "stt_model": "deepgram/flux",
                "tts_provider": "telnyx",
                "tts_model_id": "NaturalHD",
                "tts_voice_id": "astra",
                "messages": [
                    {"role": "user", "content": "Where is my order?", "timestamp": "2026-03-02T13:07:01Z"},
                    {
                        "role": "assistant",
                        "tool_calls": [
                            {"id": "t1", "type": "function", "function": {"name": "order", "arguments": "{}", "x": 1}},
                        ],
                    },
                    {"role": "tool", "content": "{}", "tool_call_id": "t1"},
                    {"role": "narrator", "content": "They pause."},
                ],
            },
        },
    }));
    assert_eq!(
        unknown_paths(&event),
        [
            "data.payload.calling_party_type",
            "data.payload.messages[1].tool_calls[0].function.x",
            "data.payload.messages[3].role"
        ]
    );
    let EventData::ConversationEnded(ended) = event.data else { panic!("an end") };
    let ConversationEnded { duration_sec, messages, calling_party_type, .. } = ended.payload;
    assert_eq!(duration_sec, Some(42));
    assert!(matches!(calling_party_type, Some(CallingPartyType::Unknown(kind)) if kind.as_str() == "teams"));
    assert_eq!(messages.unwrap()[2].role, Some(TranscriptRole::Tool));
}

#[test]
fn insights_generated() {
    let event: WebhookEvent = read(&json!({
        "data": {
            "event_type": "call.conversation_insights.generated",
            "payload": {
                "insight_group_id": "g1",
                "call_control_id": "v3:abc",
                "calling_party_type": "pstn",
                "results": [
                    {"insight_id": "i1", "result": "They were pleased."},
                    {"insight_id": "i2", "result": {"score": 8}},
                    {"insight_id": "i3", "result": ["a", 1]},
                    {"insight_id": "i4"},
                ],
            },
        },
    }));
    assert_eq!(event.id(), None);
    let EventData::InsightsGenerated(insights) = event.data else { panic!("insights") };
    let results: Vec<_> = insights.payload.results.unwrap().into_iter().map(|insight| insight.result).collect();
    assert_eq!(results[0].as_ref().and_then(InsightValue::as_str), Some("They were pleased."));
    assert_eq!(results[1].as_ref().and_then(InsightValue::as_object).map(|object| &object["score"]), Some(&json!(8)));
    assert_eq!(results[2], Some(InsightValue::Other(json!(["a", 1]))));
    assert_eq!(results[3], None);
}

#[test]
fn either_shape_of_event() {
    let body = json!({
        "event_type": "conversation.insights.completed",
        "conversation_id": "c1",
        "insight_group_id": "g1",
        "insight_group_name": "Support",
        "insights": [{"insight_id": "i1", "insight_name": "Mood", "result": {"score": 8}, "took_ms": 3}],
        "version": 2,
    });
    let group: InsightGroupCompleted = read(&body);
    assert_eq!(unknown_paths(&group), ["insights[0].took_ms", "version"]);
    assert_eq!(read::<Incoming>(&body), Incoming::InsightGroup(group));

    let made = InsightGroupCompleted::new("c1", Vec::<telnyx_ai_webhooks::InsightResult>::new());
    assert_eq!(made.event_type.as_deref(), Some(InsightGroupCompleted::EVENT_TYPE));

    let body = json!({"data": {"event_type": "call.hangup", "payload": {}}, "meta": {"attempt": 1}});
    assert_eq!(read::<Incoming>(&body), Incoming::Event(Box::new(read(&body))));
    assert!(matches!(read(&json!({"event_type": "fax.sent", "fax": 1})), Incoming::Unknown(_)));
}

#[test]
fn unknown_events_are_kept() {
    let body = json!({
        "data": {"id": "e1", "event_type": "call.analyzed", "payload": {"cost": {"total": "0.1"}}, "record_type": "event"},
    });
    let event: WebhookEvent = read(&body);
    assert_eq!((event.event_type(), event.id()), ("call.analyzed", Some("e1")));
    let EventData::Unknown(member) = &event.data else { panic!("an event this version does not know") };
    assert_eq!(member.fields()["payload"]["cost"]["total"], "0.1");
}

#[test]
fn a_malformed_event_names_the_place() {
    let body = br#"{"data": {"payload": {"messages": [{"role": 7}]}, "event_type": "call.conversation.ended"}}"#;
    let error = decode::from_slice::<WebhookEvent>(body).unwrap_err();
    assert_eq!(error.path(), "data.payload.messages[0].role");
}

#[test]
fn events_can_be_made() {
    let ended =
        Event::<ConversationEnded>::new(ConversationEnded::new().with_duration_sec(42).with_reason("user_hangup"))
            .with_id("e1");
    let event = WebhookEvent::new(ended);
    assert_eq!(
        serde_json::to_value(event).unwrap(),
        json!({"data": {
            "event_type": "call.conversation.ended",
            "id": "e1",
            "payload": {"duration_sec": 42, "reason": "user_hangup"},
        }})
    );
}

#[test]
fn tool_calls() {
    use http::{HeaderMap, Uri};

    let uri = Uri::from_static("/orders/7?tag=a%20b&tag=c+d&empty=");
    let call: ToolCallRequest = ToolCallRequest::read(&uri, &HeaderMap::new(), b"").unwrap();
    assert_eq!(call.call_control_id, None);
    assert_eq!(call.query, [("tag", "a b"), ("tag", "c d"), ("empty", "")].map(|(k, v)| (k.into(), v.into())));
    assert_eq!((call.query_value("tag"), call.query_value("none")), (Some("a b"), None));
    assert!(call.arguments.is_empty());

    let uri = Uri::from_static("/orders");
    let call = ToolCallRequest::<Vec<u32>>::read(&uri, &HeaderMap::new(), b"[1, 2]").unwrap();
    assert_eq!(call.arguments, [1, 2]);
    let error = ToolCallRequest::<Vec<u32>>::read(&uri, &HeaderMap::new(), b"[1, true]").unwrap_err();
    assert_eq!(error.path(), "[1]");
}
