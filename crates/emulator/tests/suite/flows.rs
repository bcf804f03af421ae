//! Conversation flows on calls and in chats, system variables, and ranges of settings.

use std::time::Duration;

use serde_json::{Value, json};
use telnyx_ai_emulator::Emulator;

use crate::support::{Api, Chat, endpoint::endpoint, id};

fn edge(id: &str, from: &str, to: &str, condition: Value) -> Value {
    json!({ "id": id, "start_node_id": from, "target": { "type": "node", "node_id": to }, "condition": condition })
}

fn is(variable: &str, value: Value) -> Value {
    let kind = if value.is_number() { "number_literal" } else { "string_literal" };
    let (left, right) = (json!({ "type": "variable", "name": variable }), json!({ "type": kind, "value": value }));
    json!({ "type": "expression", "expression": { "type": "comparison", "op": "==", "left": left, "right": right } })
}

fn says(phrase: &str) -> Value {
    json!({ "type": "llm", "prompt": format!("Says \"{phrase}\"") })
}

fn otherwise() -> Value {
    json!({ "type": "default" })
}

fn assistant(flow: Value) -> Value {
    json!({ "name": "n", "instructions": "Base.", "conversation_flow": flow })
}

/// A conversation on a channel.
async fn chat_on(channel: &str, metadata: Value, assistant: Value) -> Chat {
    let api = Api::new(Emulator::builder().frozen_at("2026-10-01T16:04:15Z"));
    chat_of(&api, channel, metadata, assistant).await
}

async fn chat_of(api: &Api, channel: &str, mut metadata: Value, assistant: Value) -> Chat {
    metadata["telnyx_conversation_channel"] = channel.into();
    Chat::about(api, metadata, assistant).await
}

/// The first node has two edges: one with an `llm` condition, then one with an expression.
fn words_then_expression() -> Value {
    json!({ "start_node_id": "a", "nodes": [
        { "id": "a", "instructions": "A." }, { "id": "b", "instructions": "B." }, { "id": "c", "instructions": "C." },
    ], "edges": [edge("1", "a", "b", says("go")), edge("2", "a", "c", is("tier", json!("gold")))] })
}

#[tokio::test]
async fn expressions_take_precedence_on_calls() {
    for channel in ["phone_call", "web_call"] {
        let gold = json!({ "tier": "gold" });
        let call = chat_on(channel, gold, assistant(words_then_expression())).await;
        assert_eq!(call.say("go").await, "You said \"go\". My instructions: C.");
        let call = chat_on(channel, json!({}), assistant(words_then_expression())).await;
        assert_eq!(call.say("hm").await, "You said \"hm\". My instructions: A.");
        assert_eq!(
            call.say("go").await,
            "You said \"go\". My instructions: B.",
            "words select the edge before the reply"
        );
    }
}

#[tokio::test]
async fn chat_follows_expressions_before_the_reply_and_words_after_it() {
    for channel in ["web_chat", "sms_chat", "whatsapp_chat"] {
        let chat = chat_on(channel, json!({ "tier": "gold" }), assistant(words_then_expression())).await;
        assert_eq!(chat.say("go").await, "You said \"go\". My instructions: C.");
        let chat = chat_on(channel, json!({}), assistant(words_then_expression())).await;
        assert_eq!(chat.say("go").await, "You said \"go\". My instructions: A.", "evaluated after the reply");
        assert_eq!(chat.say("and now").await, "You said \"and now\". My instructions: B.");
    }
}

#[tokio::test]
async fn edge_to_an_unknown_kind_of_target_is_not_followed() {
    let mut flow = words_then_expression();
    flow["edges"][1]["target"] = json!({ "type": "new_kind", "node_id": "c" });
    let chat = chat_on("web_chat", json!({ "tier": "gold" }), assistant(flow)).await;
    assert_eq!(chat.say("hm").await, "You said \"hm\". My instructions: A.");
    assert_eq!(chat.say("go").await, "You said \"go\". My instructions: A.");
    assert_eq!(chat.say("hm").await, "You said \"hm\". My instructions: B.", "the other edge is followed");
}

#[tokio::test]
async fn expressions_are_followed_through_several_nodes() {
    let flow = json!({ "start_node_id": "a", "nodes": [
        { "id": "a", "instructions": "A." }, { "id": "b", "type": "speak", "message": "Hello {{tier}}." },
        { "id": "c", "instructions": "C." }, { "id": "d", "instructions": "D." },
    ], "edges": [
        edge("1", "a", "b", is("tier", json!("gold"))), edge("2", "b", "c", otherwise()),
        edge("3", "c", "d", is("tier", json!("gold"))), edge("4", "d", "c", is("tier", json!("gold"))),
    ] });
    let mut body = assistant(flow);
    body["greeting"] = "Hi.".into();
    let chat = chat_on("web_chat", json!({ "tier": "gold" }), body).await;
    assert_eq!(chat.say("hm").await, "Hi.", "the greeting comes first");
    let said = chat.say("hm").await;
    assert_eq!(said, "Hello gold.\nYou said \"hm\". My instructions: C.", "each node is left at most once per turn");
}

#[tokio::test]
async fn nodes_after_the_reply_speak_and_call_tools() {
    let (url, mut received) = endpoint(vec![(404, json!({})), (200, json!({}))]).await;
    let api = Api::new(Emulator::builder());
    let tool = json!({ "type": "webhook", "display_name": "Book", "webhook": {
        "name": "book", "description": "Books.", "url": url } });
    let tool = api.post("/tools", tool).await.good()["id"].clone();
    let flow = json!({ "start_node_id": "ask", "nodes": [
        { "id": "ask", "instructions": "Ask." },
        { "id": "book", "type": "tool", "shared_tool_id": tool, "message": "One moment, {{who}}{{nobody}}." },
        { "id": "sorry", "type": "speak", "message": "That failed: {{telnyx_last_tool_status_code}}." },
        { "id": "booked", "type": "speak", "message": "It is booked." },
    ], "edges": [
        edge("1", "ask", "book", says("book")),
        edge("2", "book", "sorry", otherwise()),
        edge("3", "book", "booked", is("telnyx_last_tool_status_code", json!(200))),
        edge("4", "sorry", "ask", otherwise()),
    ] });
    let chat = chat_of(&api, "web_chat", json!({ "who": "Ada" }), assistant(flow)).await;
    let answer = "You said \"book it\". My instructions: Ask.";
    assert_eq!(chat.say("book it").await, format!("{answer}\nOne moment, Ada.\nThat failed: 404."));
    assert_eq!(chat.say("book it").await, format!("{answer}\nOne moment, Ada.\nIt is booked."));
    assert_eq!(received.recv().await.expect("a call").uri, "/");
}

#[tokio::test]
async fn deleted_tool_of_a_node_selects_the_default_edge() {
    let api = Api::new(Emulator::builder());
    let tool = json!({ "type": "webhook", "display_name": "Book", "webhook": {
        "name": "book", "description": "Books.", "url": "http://127.0.0.1:1/" } });
    let tool = id(&api.post("/tools", tool).await.good());
    let flow = json!({ "start_node_id": "ask", "nodes": [
        { "id": "ask", "instructions": "Ask." },
        { "id": "book", "type": "tool", "shared_tool_id": tool },
        { "id": "sorry", "type": "speak", "message": "That is not possible." },
        { "id": "booked", "type": "speak", "message": "It is booked." },
    ], "edges": [
        edge("1", "ask", "book", says("book")),
        edge("2", "book", "booked", is("telnyx_last_tool_status_code", json!(200))),
        edge("3", "book", "sorry", otherwise()),
        edge("4", "sorry", "ask", otherwise()),
    ] });
    // The status of an earlier tool does not count.
    let chat = chat_of(&api, "web_chat", json!({ "telnyx_last_tool_status_code": 200 }), assistant(flow)).await;
    assert_eq!(chat.api.delete(&format!("/tools/{tool}")).await.status, 204);
    for _ in 0..2 {
        let said = chat.say("book it").await;
        assert_eq!(said, "You said \"book it\". My instructions: Ask.\nThat is not possible.");
    }
}

#[tokio::test]
async fn unreachable_tool_has_a_status() {
    let api = Api::new(Emulator::builder());
    let tool = json!({ "type": "webhook", "display_name": "Book", "webhook": {
        "name": "book", "description": "Books.", "url": "http://127.0.0.1:1/" } });
    let tool = api.post("/tools", tool).await.good()["id"].clone();
    let flow = json!({ "start_node_id": "a", "nodes": [
        { "id": "a", "type": "tool", "shared_tool_id": tool },
        { "id": "b", "type": "speak", "message": "It is {{telnyx_last_tool_status_code}}." },
    ], "edges": [edge("1", "a", "b", otherwise())] });
    let chat = chat_of(&api, "web_chat", json!({}), assistant(flow)).await;
    assert_eq!(chat.say("hi").await, "It is 502.");
}

#[tokio::test]
async fn system_variables_are_filled_in() {
    let times = "{{telnyx_current_time}}|{{telnyx_current_date}}|{{telnyx_current_time_America/New_York}}|\
                 {{ telnyx_current_time | date: \"%H:%M %Z\", \"Asia/Dubai\" }}|{{telnyx_current_time_Mars/Olympus}}";
    let who = "{{telnyx_conversation_channel}}|{{telnyx_agent_target}}|{{telnyx_end_user_target}}|{{call_control_id}}|\
               {{telnyx_conversation_id}}|{{telnyx_conversation_duration_secs}}|{{assistant_version_id}}";
    let metadata = json!({ "telnyx_agent_target": "+1", "telnyx_end_user_target": "+2", "call_control_id": "v3:x" });
    let body = json!({ "name": "n", "instructions": format!("{times}\n{who}") });
    let call = chat_on("phone_call", metadata, body.clone()).await;
    call.say("hi").await;
    call.api.0.clock().advance(Duration::from_secs(65)).await;
    let said = call.say("hi").await;
    let (_, instructions) = said.split_once("My instructions: ").expect("instructions");
    let (times, who) = instructions.split_once('\n').expect("two lines");
    assert_eq!(
        times,
        "Thursday, October 01 2026 04:05:20 PM UTC|October 01 2026|Thursday, October 01 2026 12:05:20 PM EDT|\
         20:05 +04|{{telnyx_current_time_Mars/Olympus}}"
    );
    let version = call.api.get(&format!("/assistants/{}", call.assistant)).await.good()["version_id"].clone();
    let version = version.as_str().expect("an id");
    assert_eq!(who, format!("phone_call|+1|+2|v3:x|{}|65|{version}", call.conversation));

    let chat = chat_on("web_chat", json!({}), body).await;
    let said = chat.say("hi").await;
    assert!(said.contains("|{{telnyx_conversation_duration_secs}}|"), "only calls have a duration: {said}");
}

#[tokio::test]
async fn conversation_metadata_is_any_json() {
    let api = Api::new(Emulator::builder());
    let metadata =
        json!({ "called_tools": ["hangup", "log"], "error_count": 2, "caller": null, "deep": { "a": [true] } });
    let created = api.post("/conversations", json!({ "metadata": metadata })).await.good();
    assert_eq!(created["metadata"], metadata);
    let path = format!("/conversations/{}", created["id"].as_str().expect("an id"));
    assert_eq!(api.get(&path).await.good()["data"]["metadata"], metadata);
    assert_eq!(api.get("/conversations?metadata-%3Eerror_count=eq.2").await.good()["data"][0]["metadata"], metadata);
    let change = json!({ "metadata": { "n": 1.5 } });
    assert_eq!(api.put(&path, change.clone()).await.good()["data"]["metadata"], change["metadata"]);
    assert_eq!(api.post("/conversations", json!({ "metadata": ["a"] })).await.status, 422);
}

#[tokio::test]
async fn ranges_depend_on_voice_and_model() {
    let api = Api::new(Emulator::builder());
    let create = async |settings: Value| {
        let mut body = json!({ "name": "n", "instructions": "i" });
        body.as_object_mut().expect("an object").extend(settings.as_object().expect("an object").clone());
        let answer = api.post("/assistants", body).await;
        (answer.status, answer.json()["errors"][0]["source"]["pointer"].as_str().unwrap_or_default().to_owned())
    };
    let voice = |voice: &str, speed: f64| json!({ "voice_settings": { "voice": voice, "voice_speed": speed } });
    for (name, slowest, fastest) in
        [("Telnyx.Ultra.x", 0.6, 1.5), ("Soniox.tts-rt-v2.Emma", 0.7, 1.3), ("Telnyx.KokoroTTS.af_heart", 0.25, 2.0)]
    {
        for (speed, fits) in [(slowest, true), (fastest, true), (slowest - 0.1, false), (fastest + 0.1, false)] {
            let (status, pointer) = create(voice(name, speed)).await;
            let expected = if fits { (200, "") } else { (422, "/voice_settings/voice_speed") };
            assert_eq!((status, &*pointer), expected, "{name} {speed}");
        }
    }
    for (length, expected) in [(1_000, (200, "")), (1_001, (422, "/transcription/settings/keyterm"))] {
        let (status, pointer) =
            create(json!({ "transcription": { "settings": { "keyterm": "a".repeat(length) } } })).await;
        assert_eq!((status, &*pointer), expected);
    }
    let node = |transcription: &Value| {
        let node = json!({ "id": "a", "instructions": "i", "transcription": transcription });
        json!({ "conversation_flow": { "start_node_id": "a", "nodes": [node] } })
    };
    for (model, language, status) in [
        ("speechmatics/linden-1", "auto", 400),
        ("speechmatics/linden-1", "multi", 400),
        ("speechmatics/linden-1", "en", 200),
        ("speechmatics/standard", "auto", 200),
    ] {
        let transcription = json!({ "model": model, "language": language });
        assert_eq!(create(node(&transcription)).await.0, status, "{model} {language}");
        assert_eq!(create(json!({ "transcription": transcription })).await.0, status, "{model} {language}");
    }
    let fallback = json!({ "model": "deepgram/flux" });
    for (transcription, pointer) in [
        (json!({ "fallback_models": [fallback, fallback, fallback, fallback] }), "/transcription/fallback_models"),
        (
            json!({ "fallback_models": [fallback], "challenger": { "model": "deepgram/flux" } }),
            "/transcription/challenger",
        ),
    ] {
        assert_eq!(create(json!({ "transcription": transcription })).await, (422, pointer.to_owned()));
    }
}

#[tokio::test]
async fn challenger_is_kept_until_an_update_removes_it() {
    let api = Api::new(Emulator::builder());
    let challenger = json!({ "model": "xai/grok-stt" });
    let first = json!({ "model": "deepgram/nova-3", "language": "en" });
    let mut both = first.clone();
    both["challenger"] = challenger.clone();
    let path = format!(
        "/assistants/{}",
        api.assistant(json!({ "name": "n", "instructions": "i", "transcription": both })).await
    );
    let update = async |transcription: Value| api.post(&path, json!({ "transcription": transcription })).await;
    let stored = async |transcription: Value| update(transcription).await.good()["transcription"]["challenger"].clone();
    assert_eq!(stored(first.clone()).await, challenger);
    assert_eq!(stored(json!({ "model": "deepgram/nova-3", "fallback_models": [] })).await, challenger);

    let mut fallback = first.clone();
    fallback["fallback_models"] = json!([{ "model": "deepgram/flux" }]);
    let refused = update(fallback.clone()).await;
    let pointer = &refused.json()["errors"][0]["source"]["pointer"];
    assert_eq!((refused.status, pointer), (422, &json!("/transcription/challenger")), "{}", refused.text);
    fallback["challenger"] = Value::Null;
    let replaced = update(fallback.clone()).await.good();
    assert_eq!(replaced["transcription"]["fallback_models"], fallback["fallback_models"]);
    assert_eq!(replaced["transcription"]["challenger"], Value::Null);

    assert_eq!(stored(both.clone()).await, challenger);
    assert_eq!(stored(json!({ "model": "xai/grok-stt" })).await, Value::Null, "it is the first model");
    assert_eq!(stored(both).await, challenger);
    assert_eq!(stored(json!({ "model": "azure/fast" })).await, Value::Null, "only one of them streams");
}
