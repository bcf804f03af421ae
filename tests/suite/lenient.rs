//! Leniency: values of an unexpected type in responses, pages, streams and webhooks.
//!
//! Such a value is kept as raw JSON and written back unchanged, and all other values are typed.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use telnyx_ai::assistants::types::{Assistant, FlowNode, Tool};
use telnyx_ai::assistants::{Conversation, Message, ScheduledEvent, SharedTool};
use telnyx_ai::mcp::McpServer;
use telnyx_ai::testing::{RubricItem, Test, TestRun};
use telnyx_ai::webhooks::{EventData, WebhookEvent};
use telnyx_ai::{Page, PageMeta, decode, unknown_paths};

/// Reads `body` leniently and asserts that it is written back unchanged.
///
/// `kept` lists the paths of the values that count as unknown.
fn kept<T: DeserializeOwned + Serialize>(body: &Value, kept: &[&str]) -> T {
    let value: T =
        decode::from_slice_lenient(body.to_string().as_bytes()).unwrap_or_else(|error| panic!("{body}: {error}"));
    assert_eq!(&serde_json::to_value(&value).unwrap(), body, "the value is written back unchanged");
    assert_eq!(unknown_paths(&value), kept, "{body}");
    value
}

fn assistant(name: &str, value: Value) -> Value {
    let mut assistant = json!({
        "id": "assistant-1", "name": "Support", "model": "m", "instructions": "Help.", "created_at": "2026-03-02T13:07:28Z",
        "greeting": "Hello",
    });
    assistant[name] = value;
    assistant
}

/// Each input has one value of an unexpected type.
#[test]
fn mistyped_value_of_an_assistant_is_kept() {
    let inputs = [
        ("description", json!(7), "description"),
        ("enabled_features", json!("telephony"), "enabled_features"),
        ("enabled_features", json!(["telephony", 7]), "enabled_features"),
        ("voice_settings", json!({}), "voice_settings"),
        ("voice_settings", json!("Telnyx.KokoroTTS.af"), "voice_settings"),
        ("voice_settings", json!({"voice": "v", "voice_speed": "fast"}), "voice_settings.voice_speed"),
        ("voice_settings", json!({"voice": "v", "background_audio": 3}), "voice_settings.background_audio"),
        ("transcription", json!({"settings": {"keyterm": ["order", "parcel"]}}), "transcription.settings.keyterm"),
        ("transcription", json!({"model": ["a"]}), "transcription.model"),
        ("telephony_settings", json!({"time_limit_secs": 1800.5}), "telephony_settings.time_limit_secs"),
        ("telephony_settings", json!({"time_limit_secs": -1}), "telephony_settings.time_limit_secs"),
        ("messaging_settings", json!([]), "messaging_settings"),
        ("insight_settings", json!({"insight_group_id": {"id": 1}}), "insight_settings.insight_group_id"),
        ("privacy_settings", json!({"data_retention": "yes"}), "privacy_settings.data_retention"),
        ("dynamic_variables", json!(["name"]), "dynamic_variables"),
        ("dynamic_variables_webhook_timeout_ms", json!("1500"), "dynamic_variables_webhook_timeout_ms"),
        ("tags", json!({"vip": true}), "tags"),
        ("llm_api_key_ref", json!(false), "llm_api_key_ref"),
        ("widget_settings", json!({"theme": 1, "logo_icon_url": 2}), ""),
    ];
    for (name, value, path) in inputs {
        let body = assistant(name, value);
        let paths: Vec<&str> =
            if path.is_empty() { vec!["widget_settings.theme", "widget_settings.logo_icon_url"] } else { vec![path] };
        let assistant: Assistant = kept(&body, &paths);
        assert_eq!((assistant.id.as_str(), assistant.greeting.as_deref()), ("assistant-1", Some("Hello")));
    }
}

#[test]
fn mistyped_member_of_a_union_becomes_unknown_and_its_neighbours_stay_typed() {
    for odd in [
        json!({"type": "hangup"}),
        json!({"type": "webhook", "webhook": {"name": 1}}),
        json!({"type": "transfer", "transfer": "to +15550100"}),
        json!({"zip": 1, "type": "handoff", "handoff": []}),
        json!("hangup"),
        json!(null),
        json!(["hangup"]),
    ] {
        let last = json!({"type": "hangup", "hangup": {"description": "Bye"}});
        let first = json!({"type": "retrieval", "retrieval": {"bucket_ids": ["b"], "max_num_results": "many"}});
        let body = assistant("tools", json!([first, odd, last]));
        let assistant: Assistant = kept(&body, &["tools[0].retrieval.max_num_results", "tools[1]"]);
        let tools = assistant.tools.unwrap();
        assert!(matches!(&tools[0], Tool::Retrieval(tool) if tool.retrieval.bucket_ids == ["b"]));
        assert!(matches!(&tools[1], Tool::Unknown(tool) if *tool.fields() == odd));
        assert!(matches!(&tools[2], Tool::Hangup(_)));
    }
    let body = assistant(
        "conversation_flow",
        json!({
            "start_node_id": "a",
            "nodes": [{"id": "a", "type": "prompt", "instructions": 1}, {"id": "b", "instructions": "Ask."}],
        }),
    );
    let assistant: Assistant = kept(&body, &["conversation_flow.nodes[0]"]);
    assert!(matches!(assistant.conversation_flow.unwrap().nodes[1], FlowNode::Prompt(_)));
}

#[test]
fn mistyped_values_of_other_resources_are_kept() {
    let conversation = json!({
        "id": "c", "name": ["n"], "created_at": "2026-01-01T00:00:00Z", "last_message_at": "2026-01-01T00:00:00Z",
        "metadata": {"called_tools": ["hangup"], "error_count": 2, "caller": null, "nested": {"b": 1, "a": 2}},
    });
    let read: Conversation = kept(&conversation, &["name"]);
    assert_eq!((&read.metadata["error_count"], &read.metadata["called_tools"][0]), (&json!(2), &json!("hangup")));

    let message = json!({"role": "assistant", "text": {"parts": []}, "tool_calls": "none", "sent_at": 7});
    let read: Message = kept(&message, &["text", "tool_calls", "sent_at"]);
    assert!(read.text.is_absent());

    let event = json!({
        "telnyx_conversation_channel": "phone_call", "assistant_id": "a", "scheduled_at_fixed_datetime": "2026-03-02T13:07:28Z",
        "telnyx_agent_target": "+1", "telnyx_end_user_target": "+2", "retry_count": "none", "status": "pending",
    });
    let read: ScheduledEvent = kept(&event, &["retry_count"]);
    assert_eq!(read.status().unwrap().as_str(), "pending");

    let tool =
        json!({"id": "t", "type": "webhook", "display_name": "Look up", "tool_definition": {}, "timeout_ms": "5000"});
    let _: SharedTool = kept(&tool, &["timeout_ms"]);

    let test = json!({
        "test_id": "t", "name": "Polite", "telnyx_conversation_channel": "web_chat", "created_at": "2026-01-01T00:00:00Z",
        "rubric": [{"name": "n", "criteria": "c"}], "description": 1, "max_duration_seconds": "long",
    });
    let _: Test = kept(&test, &["description", "max_duration_seconds"]);

    let run = json!({
        "run_id": "r", "test_id": "t", "status": "passed", "triggered_by": "API", "created_at": "2026-01-01T00:00:00Z",
        "detail_status": {"polite": "passed"}, "logs": ["a", "b"],
    });
    let read: TestRun = kept(&run, &["detail_status", "logs"]);
    assert_eq!(read.status.as_str(), "passed");

    let server = json!({"id": "m", "name": "crm", "type": "http", "url": "https://x", "created_at": "2026-01-01T00:00:00Z", "allowed_tools": "all"});
    let _: McpServer = kept(&server, &["allowed_tools"]);
}

#[test]
fn page_keeps_its_items_when_its_meta_is_mistyped() {
    let page = json!({"data": [{"name": "a", "criteria": "b"}], "meta": {"page_number": "one", "total_pages": 1}});
    let read: Page<RubricItem> = kept(&page, &["meta"]);
    assert_eq!(read.data[0].name, "a");
}

#[test]
fn null_tag_is_kept_beside_a_mistyped_field() {
    let mut value = assistant("tags", json!(7));
    value["tools"] = json!([{"type": null, "hangup": {}}]);
    let _: Assistant = kept(&value, &["tools[0]", "tags"]);
}

#[test]
fn duplicate_field_only_affects_its_object() {
    let text = r#"{"id": "a", "id": "b"}"#;
    assert_eq!(decode::from_slice_lenient::<Assistant>(text.as_bytes()).unwrap_err().message(), "duplicate field `id`");
    let mut text = assistant("tags", json!(7)).to_string();
    text.insert_str(1, r#""voice_settings": {"voice": "v", "voice": "w"}, "#);
    let assistant: Assistant = decode::from_slice_lenient(text.as_bytes()).unwrap();
    assert_eq!(unknown_paths(&assistant), ["voice_settings", "tags"]);
    assert_eq!(assistant.greeting.as_deref(), Some("Hello"));
}

#[test]
fn mistyped_required_field_is_an_error_with_its_path() {
    let error = decode::from_slice_lenient::<Assistant>(assistant("id", json!(7)).to_string().as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "at `id`: invalid type: integer `7`, expected a string");
    let page = json!({"data": [assistant("name", json!("a")), assistant("name", json!([]))]});
    let error = decode::from_slice_lenient::<Page<Assistant>>(page.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.pointer(), "/data/1/name");
}

#[test]
fn unreadable_text_is_repaired() {
    let mut text =
        assistant("new", json!(0)).to_string().replace("Hello", r"Hi \ud83d").replace("\"new\":0", "\"new\":1e400");
    text.insert(0, '\u{feff}');
    let assistant: Assistant = decode::from_slice_lenient(text.as_bytes()).unwrap();
    assert_eq!(assistant.greeting.as_deref(), Some("Hi \u{fffd}"));
    assert_eq!(assistant.extra.get("new"), Some(&json!("1e400")));
    let bytes = b"{\"page_number\": 1, \"total_pages\": 1, \"note\": \"caf\xe9\"}";
    let meta: PageMeta = decode::from_slice_lenient(bytes).unwrap();
    assert_eq!(meta.extra.get("note"), Some(&json!("caf\u{fffd}")));
    for broken in ["", "\u{feff}", "{\"id\": \"\\ud83d\"", "[1e400", "{]", "<html>", "[\"\\ud83d\", \"open \\", "\"\\é"]
    {
        assert!(decode::from_slice_lenient::<Value>(broken.as_bytes()).unwrap_err().is_syntax(), "{broken}");
    }
}

#[test]
fn lone_surrogates_are_replaced() {
    let text = r#"["\ud83d", "\ude42\ud83d!", "\ud83d\ud83d\ude42"]"#;
    let values: Value = decode::from_slice_lenient(text.as_bytes()).unwrap();
    assert_eq!(values, json!(["\u{fffd}", "\u{fffd}\u{fffd}!", "\u{fffd}\u{1f642}"]));
}

#[test]
fn repair_keeps_valid_text() {
    let text =
        r#"{"a": [-1.5e3, 0, 1e-400, 12345678901234567890], "b\"\\\u00e9": "\ud83d\ude42 -1e999 \\ud83d", "c": null}"#;
    let repaired: Value = decode::from_slice_lenient(format!("\u{feff}{text}").as_bytes()).unwrap();
    assert_eq!(repaired, serde_json::from_str::<Value>(text).unwrap());
}

mod over_http {
    use telnyx_ai::assistants::{ChatRequest, ListConversations};
    use telnyx_ai::prelude::*;
    use telnyx_ai::{ErrorKind, Telnyx};
    use telnyx_ai_tests::Answer;
    use telnyx_ai_tests::server::RecordingServer;

    use super::*;

    async fn telnyx(answer: Answer) -> (Telnyx, RecordingServer) {
        let server = RecordingServer::start([answer]).await;
        (Telnyx::new(server.client()), server)
    }

    #[tokio::test]
    async fn conversation_with_unexpected_metadata_does_not_affect_the_others() {
        let conversation = |id: &str, name: Value, metadata: Value| {
            json!({
                "id": id, "name": name, "created_at": "2026-01-01T00:00:00Z", "last_message_at": "2026-01-01T00:00:00Z",
                "metadata": metadata,
            })
        };
        let metadata = json!({"called_tools": ["hangup", "log_conversation"], "error_count": 2, "caller": null});
        let list =
            json!({"data": [conversation("a", json!("n"), metadata.clone()), conversation("b", json!(5), json!({}))]});
        let (telnyx, _server) = telnyx(Answer::json(&list)).await;
        let found = telnyx.conversations().list(ListConversations::new()).await.unwrap();
        assert_eq!(serde_json::to_value(&found[0].metadata).unwrap(), metadata);
        assert_eq!(found[1].extra.get("name"), Some(&json!(5)));
    }

    #[tokio::test]
    async fn page_with_a_lone_surrogate_is_read() {
        let page = r#"{"data":[{"role":"user","text":"one"},{"role":"assistant","text":"Hi \ud83d"}],"meta":{"page_number":1,"page_size":20,"total_pages":1,"total_results":2}}"#;
        let (telnyx, _server) = telnyx(Answer::text("application/json", page)).await;
        let messages = telnyx.conversations().messages("c").try_collect().await.unwrap();
        assert_eq!(messages[1].text.value().unwrap(), "Hi \u{fffd}");
    }

    #[tokio::test]
    async fn untyped_call_is_repaired_too() {
        let (telnyx, _server) = telnyx(Answer::text("application/json", "\u{feff}{\"a\": 1e999}")).await;
        let value = telnyx.client().request(http::Method::GET, "/ai/new").await.unwrap();
        assert_eq!(value["a"], "1e999");
    }

    #[tokio::test]
    async fn stream_event_keeps_what_is_mistyped() {
        let events = "event: delta\ndata: {\"content\": \"H\\ud83d\"}\n\nevent: done\ndata: {\"content\": \"Hi\", \"whatsapp_template\": [7]}\n\n";
        let (telnyx, _server) = telnyx(Answer::text("text/event-stream", events)).await;
        let stream = telnyx.assistants().chat_stream("a", ChatRequest::new("c", "Hi")).await.unwrap();
        let reply = stream.collect_reply().await.unwrap();
        assert_eq!(serde_json::to_value(&reply).unwrap(), json!({"content": "Hi", "whatsapp_template": [7]}));
    }

    #[tokio::test]
    async fn decode_error_of_a_response_has_the_path() {
        let (telnyx, _server) = telnyx(Answer::json(&assistant("name", json!(null)))).await;
        let error = telnyx.assistants().retrieve("a").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("at `name`: invalid type: null, expected a string"), "{error}");
    }
}

#[test]
fn webhook_with_a_mistyped_field_is_delivered() {
    for (name, value) in [
        ("duration_sec", json!("long")),
        ("from", json!(15550100)),
        ("call_control_id", json!(["v3"])),
        ("reason", json!({"code": 7})),
    ] {
        let mut body = json!({"data": {
            "event_type": "call.conversation.ended", "id": "e", "occurred_at": "2026-01-01T00:00:00Z",
            "payload": {"assistant_id": "a", "conversation_id": "c"},
        }});
        body["data"]["payload"][name] = value;
        let event: WebhookEvent = decode::from_slice_lenient(body.to_string().as_bytes()).unwrap();
        let EventData::ConversationEnded(ended) = &event.data else { panic!("{event:?}") };
        assert_eq!(ended.payload.conversation_id.as_deref(), Some("c"));
        assert_eq!(serde_json::to_value(&event).unwrap(), body);
        assert_eq!(unknown_paths(&event), [format!("data.payload.{name}")]);
    }
}

/// An object field that is `null` is an error, wherever the tag of its union is.
#[test]
fn null_is_no_object_before_and_after_the_tag() {
    for text in [r#"{"type": "send_dtmf", "send_dtmf": null}"#, r#"{"send_dtmf": null, "type": "send_dtmf"}"#] {
        let error = decode::from_slice::<Tool>(text.as_bytes()).unwrap_err();
        assert_eq!(error.path(), "send_dtmf", "{error}");
        assert_eq!(
            serde_json::to_string(&decode::from_slice_lenient::<Tool>(text.as_bytes()).unwrap())
                .unwrap()
                .replace(' ', ""),
            text.replace(' ', "")
        );
    }
}

/// An untagged enum, and a field for which the user's own code replaces an error with a default.
#[test]
fn lenient_read_does_not_change_what_users_types_accept() {
    fn or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        Ok(Option::deserialize(deserializer).ok().flatten().unwrap_or_default())
    }

    #[derive(Debug, Deserialize, Serialize)]
    #[serde(untagged)]
    enum Either<T> {
        Known(T),
        Other(Value),
    }

    #[derive(Debug, Deserialize)]
    struct Response {
        meta: PageMeta,
        #[serde(deserialize_with = "or_zero")]
        count: u32,
        page: Either<PageMeta>,
        tool: Either<Tool>,
        optional: Either<Tool>,
        typed: Either<Tool>,
    }

    let mistyped = json!({"page_number": 1, "total_pages": 1, "page_size": "twenty"});
    let body = json!({
        "meta": mistyped, "count": "many", "page": mistyped, "tool": {"webhook": 7, "type": "webhook"},
        "optional": {"hangup": {"description": 7}, "type": "hangup"}, "typed": {"hangup": {}, "type": "hangup"},
    });
    let response: Response = decode::from_slice_lenient(body.to_string().as_bytes()).unwrap();
    assert_eq!(unknown_paths(&response.meta), ["page_size"]);
    assert_eq!(response.count, 0);
    assert!(matches!(&response.page, Either::Other(page) if *page == mistyped), "{response:?}");
    assert!(matches!(response.tool, Either::Other(_)), "{response:?}");
    assert!(matches!(response.optional, Either::Other(_)), "{response:?}");
    assert!(matches!(response.typed, Either::Known(Tool::Hangup(_))), "{response:?}");
}

/// A user's type can pass a map on to a type of the API, which then must not keep a part of the map for the whole.
#[test]
fn map_that_a_users_type_passes_on_is_read_strictly() {
    #[derive(Debug)]
    struct NameOrTool(#[allow(dead_code)] Option<Tool>);

    impl<'de> Deserialize<'de> for NameOrTool {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Either;

            impl<'de> Visitor<'de> for Either {
                type Value = NameOrTool;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a name or a tool")
                }

                fn visit_str<E>(self, _: &str) -> Result<NameOrTool, E> {
                    Ok(NameOrTool(None))
                }

                fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<NameOrTool, A::Error> {
                    Tool::deserialize(MapAccessDeserializer::new(map)).map(|tool| NameOrTool(Some(tool)))
                }
            }

            deserializer.deserialize_any(Either)
        }
    }

    let webhook = json!({"name": 7, "description": "d", "url": "https://example.com"});
    for text in [
        format!(r#"[{{"type": "webhook", "webhook": {webhook}}}]"#),
        format!(r#"[{{"webhook": {webhook}, "type": "webhook"}}]"#),
    ] {
        let error = decode::from_slice_lenient::<Vec<NameOrTool>>(text.as_bytes()).unwrap_err();
        assert!(error.message().contains("expected a string"), "{error}");
    }
}

/// serde buffers a flattened field, so that the place of an error in it is unknown.
#[test]
fn error_in_a_flattened_field_has_no_path_of_a_part() {
    #[derive(Debug, Deserialize)]
    struct Tracked {
        _team: String,
        #[serde(flatten)]
        _assistant: Assistant,
    }

    let tools = json!([{"webhook": {"name": 7, "description": "d", "url": "https://example.com"}, "type": "webhook"}]);
    let mut body = assistant("tools", tools);
    body["_team"] = "support".into();
    let error = decode::from_slice::<Tracked>(body.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.path(), "$", "{error}");
}

/// A panic in a user's type does not affect later reads.
#[test]
fn panic_in_a_lenient_read_does_not_affect_the_next_read() {
    struct Panics;

    impl<'de> Deserialize<'de> for Panics {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let error = Option::<bool>::deserialize(deserializer).unwrap_err();
            panic!("{error}");
        }
    }

    #[derive(Deserialize)]
    struct Response {
        _meta: PageMeta,
        _item: Panics,
    }

    let mistyped = json!({"page_number": 1, "total_pages": 1, "page_size": "twenty"});
    let body = json!({"_meta": mistyped, "_item": 1}).to_string();
    std::panic::catch_unwind(|| decode::from_slice_lenient::<Response>(body.as_bytes())).err().unwrap();
    let error = decode::from_slice::<PageMeta>(mistyped.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.path(), "page_size");
    assert!(serde_json::from_value::<PageMeta>(mistyped).is_err(), "plain serde stays strict");
}
