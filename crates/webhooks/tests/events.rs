//! Events keep unknown fields and round-trip.

#![allow(clippy::unwrap_used)]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use telnyx_ai_webhooks::{
    CallAnalyzed, CallingPartyType, ConversationChannel, ConversationEnded, Event, EventData, InitializationReply,
    InsightGroupCompleted, Nullable, StartFailure, ToolCallRequest, TranscriptRole, WebhookEvent, decode,
    unknown_paths,
};

/// Deserializes a body, and checks that it serializes to the same JSON.
fn read<T: DeserializeOwned + Serialize>(body: &Value) -> T {
    let value: T = decode::from_slice(body.to_string().as_bytes()).expect("a body of this type");
    assert_eq!(&serde_json::to_value(&value).expect("the value serializes"), body);
    value
}

#[test]
fn initialization_round_trips() {
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
fn initialization_reply_round_trips() {
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
fn conversation_ended_round_trips() {
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
                "duration_sec": 95.4,
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
    assert_eq!(duration_sec, Some(95.4));
    assert!(matches!(calling_party_type, Some(CallingPartyType::Unknown(kind)) if kind.as_str() == "teams"));
    assert_eq!(messages.unwrap()[2].role, Some(TranscriptRole::Tool));
}

#[test]
fn insights_generated_round_trips() {
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
    assert_eq!(results, [Some(json!("They were pleased.")), Some(json!({"score": 8})), Some(json!(["a", 1])), None]);
}

#[test]
fn conversation_created_round_trips() {
    let event: WebhookEvent = read(&json!({"data": {
        "record_type": "event",
        "event_type": "call.conversation.created",
        "id": "e1",
        "created_at": "2026-03-02T13:07:29Z",
        "occurred_at": "2026-03-02T13:07:28Z",
        "payload": {
            "conversation_id": "c1",
            "call_control_id": "v3:abc",
            "call_leg_id": "l1",
            "call_session_id": "s1",
            "connection_id": "7",
            "client_state": "aGk=",
            "calling_party_type": "sip",
            "from": "+441632960123",
            "to": "sip:support@example.com",
        },
    }}));
    assert!(unknown_paths(&event).is_empty());
    assert_eq!(event.id(), Some("e1"));
    let EventData::ConversationCreated(created) = event.data else { panic!("a new conversation") };
    assert_eq!(created.payload.conversation_id.as_deref(), Some("c1"));
}

#[test]
fn conversation_start_failed_round_trips() {
    let event: WebhookEvent = read(&json!({"data": {
        "event_type": "call.conversation.start_failed",
        "id": "e1",
        "payload": {
            "assistant_id": "assistant-1",
            "call_control_id": "v3:abc",
            "call_leg_id": "l1",
            "call_session_id": "s1",
            "connection_id": "7",
            "client_state": "aGk=",
            "calling_party_type": "pstn",
            "from": "+441632960123",
            "to": "+441632960124",
            "reason": "invalid_request",
        },
    }}));
    assert!(unknown_paths(&event).is_empty());
    assert_eq!(event.id(), Some("e1"));
    let EventData::ConversationStartFailed(failed) = event.data else { panic!("a failed start") };
    assert_eq!(failed.payload.reason, Some(StartFailure::InvalidRequest));
}

#[test]
fn call_analyzed_round_trips_and_masks_its_links() {
    let analyzed = |cost: Value| {
        json!({"data": {
            "record_type": "event",
            "event_type": "call.analyzed",
            "id": "e1",
            "occurred_at": "2026-03-02T13:17:28Z",
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
                "duration_sec": 95.4,
                "reason": "user_hangup",
                "llm_model": "acme/large",
                "stt_model": "deepgram/flux",
                "tts_provider": "telnyx",
                "tts_model_id": "NaturalHD",
                "tts_voice_id": "astra",
                "conversation_insights": [
                    {"status": "completed", "conversation_insights": [{"insight_id": "i1", "result": {"score": 8}}]},
                ],
                "cost": cost,
                "recordings": [{
                    "id": "r1",
                    "channels": "dual",
                    "format": "mp3",
                    "start_time": "2026-03-02T13:06:00Z",
                    "end_time": "2026-03-02T13:07:28Z",
                    "download_urls": {"mp3": "https://example.com/r1.mp3?signature=s3cr3t"},
                }],
            },
        }})
    };
    let cost = json!({"total": "0.12", "currency": "USD", "breakdown": [{"product": "inference", "cost": "0.12"}]});
    let event: WebhookEvent = read(&analyzed(cost));
    assert!(unknown_paths(&event).is_empty());
    assert!(!format!("{event:?}").contains("s3cr3t"));
    let EventData::Analyzed(analysis) = event.data else { panic!("an analysis") };
    let CallAnalyzed { cost: Some(cost), conversation_insights: Nullable::Value(runs), recordings, .. } =
        analysis.payload
    else {
        panic!("cost and insights")
    };
    assert_eq!(cost["total"], "0.12");
    assert_eq!(runs[0].conversation_insights.as_ref().unwrap()[0].result, Some(json!({"score": 8})));
    let Nullable::Value(recordings) = recordings else { panic!("recordings") };
    let link = recordings[0].download_urls.as_ref().and_then(|urls| urls.mp3.as_ref()).unwrap();
    assert_eq!(link.expose(), "https://example.com/r1.mp3?signature=s3cr3t");

    // Insights and recordings that could not be retrieved are `null`.
    let mut body = analyzed(json!("No cost data available."));
    body["data"]["payload"]["recordings"] = Value::Null;
    body["data"]["payload"]["conversation_insights"] = Value::Null;
    let event: WebhookEvent = read(&body);
    let EventData::Analyzed(analysis) = event.data else { panic!("an analysis") };
    assert_eq!(analysis.payload.recordings, Nullable::Null);
}

#[test]
fn insight_events_have_no_envelope() {
    let event: WebhookEvent = read(&json!({
        "event_type": "conversation_insight_result",
        "record_type": "event",
        "payload": {
            "conversation_id": "c1",
            "insight_group_id": "g1",
            "metadata": {"assistant_id": "assistant-1", "called_tools": ["hangup"], "errors": 2, "caller": null},
            "results": [{"insight_id": "i1", "result": "{\"answered\":true}"}],
        },
        "region": "eu",
    }));
    assert_eq!((event.event_type(), event.id()), ("conversation_insight_result", None));
    assert_eq!(unknown_paths(&event), ["region"]);
    let EventData::InsightResult(insights) = event.data else { panic!("insights") };
    assert_eq!(insights.payload.conversation_id.as_deref(), Some("c1"));
    assert_eq!(insights.payload.metadata.unwrap()["called_tools"], json!(["hangup"]));
    assert_eq!(insights.payload.results.unwrap()[0].result, Some(json!("{\"answered\":true}")));

    let event: WebhookEvent = read(&json!({
        "event_type": "conversation.insights.completed",
        "id": "e1",
        "conversation_id": "c1",
        "insight_group_id": "g1",
        "insight_group_name": "Support",
        "insights": [{"insight_id": "i1", "insight_name": "Mood", "result": {"score": 8}, "took_ms": 3}],
        "version": 2,
    }));
    assert_eq!((event.event_type(), event.id()), ("conversation.insights.completed", Some("e1")));
    assert_eq!(unknown_paths(&event), ["insights[0].took_ms", "version"]);
    let EventData::InsightsCompleted(group) = event.data else { panic!("insights") };
    assert_eq!(group.insights.unwrap()[0].insight_name.as_deref(), Some("Mood"));
}

#[test]
fn insight_events_may_lack_results() {
    let event: WebhookEvent =
        read(&json!({"event_type": "conversation.insights.completed", "id": "e1", "conversation_id": "c1"}));
    let EventData::InsightsCompleted(group) = event.data else { panic!("insights") };
    assert_eq!((group.conversation_id.as_deref(), group.insights), (Some("c1"), None));

    let event: WebhookEvent = read(&json!({"event_type": "conversation_insight_result", "payload": {}}));
    let EventData::InsightResult(insights) = event.data else { panic!("insights") };
    assert_eq!(insights.payload.results, None);
}

#[test]
fn every_event_is_read_with_and_without_an_envelope() {
    for event_type in [
        "assistant.initialization",
        "call.conversation.created",
        "call.conversation.start_failed",
        "call.conversation.ended",
        "call.analyzed",
        "call.conversation_insights.generated",
        "conversation_insight_result",
        "call.hangup",
    ] {
        let body = json!({"event_type": event_type, "id": "e1", "payload": {"conversation_id": "c1"}});
        let bare: WebhookEvent = read(&body);
        let enveloped: WebhookEvent = read(&json!({"data": body, "meta": {"attempt": 1}}));
        assert_eq!(bare.data, enveloped.data, "{event_type}");
        assert_eq!((bare.event_type(), bare.id()), (event_type, Some("e1")));
    }
}

#[test]
fn body_of_another_form_is_an_unknown_event() {
    for body in [
        json!({}),
        json!({"event": "ping"}),
        json!({"event_type": "fax.sent", "fax": 1}),
        json!({"event_type": 7}),
        json!({"event_type": "call.conversation.ended"}),
        json!({"event_type": "call.conversation.ended", "payload": "none"}),
        json!(["call.conversation.ended"]),
        json!("call.conversation.ended"),
        json!({"data": "none"}),
        json!({"data": null}),
        json!({"": 1, "event_type": "fax.sent"}),
        json!({"data": {"event_type": "fax.sent"}, "event_type": 7}),
    ] {
        let event: WebhookEvent = decode::from_slice_lenient(body.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), body);
        let EventData::Unknown(_) = event.data else { panic!("{body} is unknown") };
    }
}

#[test]
fn null_body_is_an_unknown_event() {
    let event: WebhookEvent = decode::from_slice_lenient(b"null").unwrap();
    assert!(matches!(event.data, EventData::Unknown(_)));
    assert_eq!(serde_json::to_string(&event).unwrap(), "null");
}

#[test]
fn unknown_events_are_kept() {
    let body = json!({
        "data": {"id": "e1", "event_type": "call.hangup", "payload": {"cause": {"code": 16}}, "record_type": "event"},
    });
    let event: WebhookEvent = read(&body);
    assert_eq!((event.event_type(), event.id()), ("call.hangup", Some("e1")));
    let EventData::Unknown(member) = &event.data else { panic!("an unknown event") };
    assert_eq!(member.fields()["payload"]["cause"]["code"], 16);
}

#[test]
fn strict_read_names_the_path_of_a_mistyped_value() {
    let body = br#"{"data": {"payload": {"messages": [{"role": 7}]}, "event_type": "call.conversation.ended"}}"#;
    let error = decode::from_slice::<WebhookEvent>(body).unwrap_err();
    assert_eq!(error.path(), "data.payload.messages[0].role");
}

#[test]
fn null_in_place_of_the_data_is_no_envelope() {
    let body = br#"{"event_type": "conversation.insights.completed", "conversation_id": "c1", "data": null}"#;
    let event: WebhookEvent = decode::from_slice_lenient(body).unwrap();
    let EventData::InsightsCompleted(insights) = event.data else { panic!("another event") };
    assert_eq!(insights.conversation_id.as_deref(), Some("c1"));
}

/// With and without an envelope.
#[test]
fn strict_read_refuses_mistyped_and_duplicate_fields() {
    let event = r#"{"event_type": "conversation.insights.completed", "conversation_id": "c1"}"#;
    for body in [event.to_owned(), format!(r#"{{"data": {event}}}"#)] {
        assert!(serde_json::from_str::<WebhookEvent>(&body).is_ok());
        for (part, wrong) in
            [(r#""c1""#, "7"), (r#""conversation_id""#, r#""conversation_id": "c2", "conversation_id""#)]
        {
            let body = body.replace(part, wrong);
            assert!(serde_json::from_str::<WebhookEvent>(&body).is_err(), "{body}");
            assert!(decode::from_slice_lenient::<WebhookEvent>(body.as_bytes()).is_ok(), "{body}");
        }
    }
}

#[test]
fn created_events_have_the_form_that_telnyx_sends() {
    let ended =
        Event::<ConversationEnded>::new(ConversationEnded::new().with_duration_sec(42.0).with_reason("user_hangup"))
            .with_id("e1");
    assert_eq!(
        serde_json::to_value(WebhookEvent::new(ended)).unwrap(),
        json!({"data": {
            "event_type": "call.conversation.ended",
            "id": "e1",
            "payload": {"duration_sec": 42.0, "reason": "user_hangup"},
        }})
    );
    let completed = InsightGroupCompleted::new().with_conversation_id("c1");
    assert_eq!(
        serde_json::to_value(WebhookEvent::new(completed)).unwrap(),
        json!({"event_type": "conversation.insights.completed", "conversation_id": "c1"})
    );
}

#[test]
fn tool_call_request_has_call_id_query_and_arguments() {
    use http::{HeaderMap, Uri};

    let uri = Uri::from_static("/orders/7?tag=a%20b&tag=c+d&empty=");
    let call: ToolCallRequest = ToolCallRequest::read(&uri, &HeaderMap::new(), b"").unwrap();
    assert_eq!(call.call_control_id, None);
    assert_eq!(call.query, [("tag", "a b"), ("tag", "c d"), ("empty", "")].map(|(k, v)| (k.into(), v.into())));
    assert_eq!((call.query_value("tag"), call.query_value("none")), (Some("a b"), None));
    assert!(call.arguments.is_empty());

    let uri = Uri::from_static("/?api_key=hunter2&tenant=acme");
    let call: ToolCallRequest = ToolCallRequest::read(&uri, &HeaderMap::new(), b"").unwrap();
    let shown = format!("{call:?}");
    assert!(shown.contains("acme") && !shown.contains("hunter2"), "{shown}");
    let call = ToolCallRequest::<Vec<u32>>::read(&uri, &HeaderMap::new(), b"[1, 2]").unwrap();
    assert_eq!(call.arguments, [1, 2]);
    let error = ToolCallRequest::<Vec<u32>>::read(&uri, &HeaderMap::new(), b"[1, true]").unwrap_err();
    assert_eq!(error.path(), "[1]");
}
