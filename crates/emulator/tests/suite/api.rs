//! The API over the in-process service.

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};
use telnyx_ai_emulator::{Assumptions, Emulator, Reply, TexmlContentType, Turn, ValidationShape};
use tokio::net::TcpListener;

use crate::support::{Answer, Api, file, id, invalid, serve};

/// Creates an assistant with more fields. Returns its id.
async fn create(api: &Api, more: Value) -> String {
    let mut body = json!({"name": "Support", "instructions": "Help {{who}}."});
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    api.assistant(body).await
}

async fn keyed(api: &Api, method: &str, path: &str, body: Value, keys: &[&str]) -> Answer {
    let keys: Vec<_> = keys.iter().map(|key| ("idempotency-key", *key)).collect();
    api.try_call(method, path, body, &keys).await.expect("an answer")
}

#[tokio::test]
async fn every_response_has_an_id_and_every_failure_a_code() {
    let api = Api::new(Emulator::builder());
    let bare = Request::get("/v2/ai/assistants").body(Body::empty()).expect("a request");
    let answer = api.request(bare).await.expect("an answer");
    assert_eq!((answer.status, &*answer.code()), (401, "10009"));
    assert!(answer.headers.contains_key("x-request-id"));

    let answer = api.get("/nowhere").await;
    assert_eq!((answer.status, &*answer.code()), (404, "10005"));
    let answer = api.get("/assistants/assistant-none").await;
    assert_eq!((answer.status, &*answer.code()), (404, "10005"));
    let answer = api.put("/assistants", Value::Null).await;
    assert_eq!((answer.status, &*answer.code()), (405, "10030"));
    assert!(answer.headers["allow"].to_str().expect("text").contains("POST"));

    let request = Request::post("/v2/ai/assistants").header("authorization", "Bearer k").body(Body::from("{no"));
    let answer = api.request(request.expect("a request")).await.expect("an answer");
    assert_eq!((answer.status, &*answer.code()), (400, "10023"));
    let answer = api.post("/assistants", Value::Null).await;
    assert_eq!((answer.status, answer.code().as_str(), answer.pointers()), (422, "10004", vec!["/name".to_owned()]));
}

#[tokio::test]
async fn error_names_the_requested_path() {
    let api = Api::new(Emulator::builder());
    for (method, path, detail) in [
        ("GET", "/_emulator/zz", "No such path: /_emulator/zz."),
        ("POST", "/_emulator/export", "/_emulator/export does not support POST."),
        ("GET", "/v2/ai/zz", "No such path: /v2/ai/zz."),
        ("GET", "/ai/assistants", "No such path: /ai/assistants. The base URL of the API ends with /v2."),
        ("PUT", "/v2/ai/assistants", "/v2/ai/assistants does not support PUT."),
    ] {
        let request = Request::builder().method(method).uri(path).header("authorization", "Bearer k");
        let answer = api.request(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(answer.detail(), detail);
    }
}

#[tokio::test]
async fn only_the_configured_key_is_accepted() {
    let api = Api::new(Emulator::builder().api_key("secret"));
    assert_eq!(api.get("/assistants").await.status, 401);
    let request = Request::get("/v2/ai/assistants").header("authorization", "bearer secret").body(Body::empty());
    assert_eq!(api.request(request.expect("a request")).await.expect("an answer").status, 200);
}

#[tokio::test]
async fn unknown_fields_survive_updates() {
    let api = Api::new(Emulator::builder());
    let tools = json!([{"type": "telepathy", "range": 4}]);
    let id = create(&api, json!({"mood": {"deep": [1]}, "tools": tools})).await;
    let before = api.get(&format!("/assistants/{id}")).await.json();
    assert_eq!(before["tools"], json!([{"type": "telepathy", "range": 4, "shared": false}]));

    let mut whole = before.clone();
    whole["greeting"] = json!("Hello");
    whole["id"] = json!("other");
    let after = api.patch(&format!("/assistants/{id}"), whole).await.json();
    assert_eq!((&after["mood"], &after["greeting"], &after["id"]), (&before["mood"], &json!("Hello"), &before["id"]));
    assert_eq!(after["tools"], before["tools"]);
    assert_ne!(after["version_id"], before["version_id"]);
    assert_eq!(after["messaging_settings"], before["messaging_settings"]);

    let cleared = api.post(&format!("/assistants/{id}"), json!({"mood": null})).await.json();
    assert!(cleared.get("mood").is_none());
    let version = json!({"greeting": "Beta", "promote_to_main": false, "version_name": "beta"});
    let version = api.post(&format!("/assistants/{id}"), version).await.json();
    assert_eq!(version["version_name"], "beta");
    assert_eq!(api.get(&format!("/assistants/{id}")).await.json()["version_id"], cleared["version_id"]);
}

#[tokio::test]
async fn nested_null_is_absent_unless_it_is_allowed() {
    let api = Api::new(Emulator::builder());
    let webhook = |method: Value| {
        let mut webhook = json!({ "name": "w", "description": "d", "url": "http://x", "zz": null });
        if !method.is_object() {
            webhook["method"] = method;
        }
        webhook
    };
    let (sent, kept) = (webhook(Value::Null), webhook(json!({})));
    let body = json!({
        "name": "n", "instructions": "i",
        "tools": [{ "type": "webhook", "webhook": sent }],
        "telephony_settings": { "time_limit_secs": null, "noise_suppression_config": { "mode": null, "zz": [null] } },
        "insight_settings": { "insight_group_id": null, "model": null },
        "transcription": { "model": "deepgram/nova-3", "settings": { "smart_format": null }, "challenger": null },
        "dynamic_variables": { "tier": null },
    });
    let created = api.post("/assistants", body.clone()).await.json();
    let id = created["id"].as_str().expect("an id").to_owned();
    let updated = api.post(&format!("/assistants/{id}"), body.clone()).await.json();
    let seeded = Api::new(Emulator::builder().seed(json!({ "assistants": [body] })));
    let seeded = seeded.get("/assistants").await.json()["data"][0].clone();
    for assistant in [created, updated, seeded] {
        assert_eq!(assistant["tools"][0]["webhook"], kept);
        let telephony = &assistant["telephony_settings"];
        assert_eq!(telephony["noise_suppression_config"], json!({ "zz": [null] }));
        assert!(telephony.get("time_limit_secs").is_none(), "{telephony}");
        assert_eq!(assistant["insight_settings"], json!({ "model": null }));
        assert_eq!(assistant["dynamic_variables"], json!({ "tier": null }));
        let transcription = json!({ "model": "deepgram/nova-3", "settings": {}, "challenger": null });
        assert_eq!(assistant["transcription"], transcription);
    }
    let shared = json!({ "type": "webhook", "display_name": "w", "webhook": sent });
    assert_eq!(api.post("/tools", shared).await.json()["tool_definition"], kept);
    let required =
        json!({ "name": "n", "instructions": "i", "tools": [{ "type": "webhook", "webhook": { "name": null } }] });
    let refused = api.post("/assistants", required).await;
    assert_eq!(refused.outcome(), invalid("/tools/0/webhook/name"));
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let api = Api::new(Emulator::builder());
    let body = json!({
        "name": "n", "instructions": "i",
        "tags": ["fine", "a:b"],
        "dynamic_variables_webhook_timeout_ms": 20000,
        "voice_settings": {"voice": "v", "voice_speed": 3},
        "transcription": {"settings": {"eot_threshold": 0.5, "eager_eot_threshold": 0.6}},
        "tools": [
            {"type": "pay", "pay": {"connector_name": "c"}},
            {"type": "update_dynamic_variables", "update_dynamic_variables": {
                "name": "u", "description": "d", "updatable_variables": [{"name": "telnyx_x"}]}},
        ],
        "conversation_flow": {
            "start_node_id": "gone",
            "nodes": [
                {"id": "a", "type": "speak", "message": "m"},
                {"id": "a", "type": "prompt", "instructions": "i", "model": "m",
                 "external_llm": {"model": "m", "base_url": "u"}},
            ],
            "edges": [
                {"id": "e", "start_node_id": "a", "target": {"type": "node", "node_id": "b"},
                 "condition": {"type": "llm", "prompt": "p"}},
                {"id": "e", "start_node_id": "c", "target": {"type": "node", "node_id": "a"},
                 "condition": {"type": "default"}},
            ],
        },
    });
    let answer = api.post("/assistants", body).await;
    assert_eq!(answer.status, 422);
    for pointer in [
        "/tags/1",
        "/dynamic_variables_webhook_timeout_ms",
        "/voice_settings/voice_speed",
        "/transcription/settings/eager_eot_threshold",
        "/telephony_settings/disable_dtmf",
        "/tools/1/update_dynamic_variables/updatable_variables/0/name",
        "/conversation_flow/start_node_id",
        "/conversation_flow/nodes/1/id",
        "/conversation_flow/nodes/1/model",
        "/conversation_flow/edges/0/target/node_id",
        "/conversation_flow/edges/1/id",
        "/conversation_flow/edges/1/start_node_id",
    ] {
        assert!(answer.pointers().contains(&pointer.to_owned()), "{pointer} in {}", answer.text);
    }

    let twice = json!([{"type": "hangup", "hangup": {}}, {"type": "hangup", "hangup": {}}]);
    let answer = api.post("/assistants", json!({"name": "n", "instructions": "", "tools": twice})).await;
    assert_eq!((answer.status, &*answer.code()), (400, "10015"));
}

#[tokio::test]
async fn every_member_of_a_union_needs_a_tag() {
    let api = Api::new(Emulator::builder());
    let known = json!({
        "name": "n", "instructions": "i",
        "tools": [{"type": "webhook", "webhook": {"name": "w", "description": "d", "url": "http://x",
            "messages": [{"type": "request_start", "content": "c"}]}}],
        "a2a_agents": [{"name": "a", "url": "https://x.com", "messages": [{"type": "request_start", "content": "c"}]}],
        "voice_settings": {"voice": "v", "background_audio": {"type": "media_url", "value": "https://x.com"},
            "tool_call_audio": {"type": "media_url", "value": "https://x.com"}},
        "avatar_settings": {"provider": "telnyx", "model": "foxtrot-1", "avatar_id": "a", "background_id": "office"},
        "conversation_flow": {
            "start_node_id": "a",
            "nodes": [{"id": "a", "type": "prompt", "instructions": "i", "voice_settings": {"voice": "v",
                "background_audio": {"type": "media_name", "value": "m"},
                "tool_call_audio": {"type": "media_url", "value": "https://x.com"}}}],
            "edges": [{"id": "e", "start_node_id": "a", "target": {"type": "node", "node_id": "a"},
                       "condition": {"type": "llm", "prompt": "p"}}],
        },
    });
    let assistant = id(&api.post("/assistants", known.clone()).await.json());
    let path = format!("/assistants/{assistant}");
    let version = api.post(&path, json!({"promote_to_main": false})).await.json()["version_id"].clone();
    let version = format!("{path}/versions/{}", version.as_str().expect("an id"));
    let mut updates = known.clone();
    updates.as_object_mut().expect("an object").remove("name");
    for member in [
        "/tools/0",
        "/tools/0/webhook/messages/0",
        "/a2a_agents/0/messages/0",
        "/voice_settings/background_audio",
        "/voice_settings/tool_call_audio",
        "/avatar_settings",
        "/conversation_flow/nodes/0",
        "/conversation_flow/nodes/0/voice_settings/background_audio",
        "/conversation_flow/nodes/0/voice_settings/tool_call_audio",
        "/conversation_flow/edges/0/target",
        "/conversation_flow/edges/0/condition",
    ] {
        let tag = if member == "/avatar_settings" { "provider" } else { "type" };
        let is_node = member == "/conversation_flow/nodes/0";
        for wrong in [None, Some(json!(5)), Some(json!([])), Some(json!({})), Some(Value::Null)] {
            for (method, path, body) in [
                ("POST", "/assistants", &known),
                ("POST", &*path, &updates),
                ("PATCH", &*path, &updates),
                ("POST", &*version, &updates),
            ] {
                let mut body = body.clone();
                let object = body.pointer_mut(member).and_then(Value::as_object_mut).expect("a member");
                match &wrong {
                    Some(wrong) => object.insert(tag.to_owned(), wrong.clone()),
                    None => object.remove(tag),
                };
                let answer = api.call(method, path, body).await;
                if is_node && wrong.is_none() {
                    assert_eq!(answer.status, 200, "the type of a node is optional: {}", answer.text);
                } else {
                    assert_eq!(answer.status, 422, "{method} {path} {member} {wrong:?}: {}", answer.text);
                    assert_eq!(answer.pointers(), [format!("{member}/{tag}")], "{method} {path} {wrong:?}");
                }
            }
        }
        let mut other = known.clone();
        other.pointer_mut(member).expect("a member")[tag] = "new_kind".into();
        let kept = api.post("/assistants", other).await.json();
        assert_eq!(kept.pointer(&format!("{member}/{tag}")), Some(&json!("new_kind")), "{member}: {kept}");
        let mut empty = known.clone();
        *empty.pointer_mut(member).expect("a member") = json!({ tag: known.pointer(member).expect("a member")[tag] });
        assert_eq!(api.post("/assistants", empty).await.status, 422, "{member} without its other fields");
    }
    for (node, field) in [(json!({}), "id"), (json!({"id": "a"}), "type")] {
        let mut body = known.clone();
        body["conversation_flow"]["nodes"][0] = node;
        let pointer = format!("/conversation_flow/nodes/0/{field}");
        assert!(api.post("/assistants", body).await.pointers().contains(&pointer), "{pointer}");
    }
    let tool = &known["tools"][0]["webhook"];
    let mut tool = json!({"type": "webhook", "display_name": "d", "webhook": tool});
    tool["webhook"]["messages"] = json!([{"content": "c"}]);
    assert_eq!(api.post("/tools", tool).await.pointers(), ["/webhook/messages/0/type"]);
}

#[tokio::test]
async fn speak_node_with_edges_needs_one_default() {
    let api = Api::new(Emulator::builder());
    let body = |condition: Value| {
        json!({"name": "n", "instructions": "i", "conversation_flow": {
            "start_node_id": "a",
            "nodes": [{"id": "a", "type": "speak", "message": "Hi {{nobody}}!"}, {"id": "b", "instructions": "i"}],
            "edges": [{"id": "e", "start_node_id": "a", "target": {"type": "node", "node_id": "b"},
                       "condition": condition}],
        }})
    };
    let answer = api.post("/assistants", body(json!({"type": "llm", "prompt": "p"}))).await;
    assert_eq!(answer.pointers(), ["/conversation_flow/edges/0/condition"]);
    let answer = api.post("/assistants", body(json!({"type": "default"}))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    let conversation = api.conversation(Value::Null).await;
    let said = json!({"content": "?", "conversation_id": conversation});
    let reply = api.post(&format!("/assistants/{}/chat", id(&answer.json())), said).await;
    assert_eq!(reply.json(), json!({"content": "Hi !"}));
}

#[tokio::test]
async fn null_in_metadata_does_not_hide_a_variable() {
    let api = Api::new(Emulator::builder());
    let id = create(&api, json!({"greeting": "Hi {{who}}!", "dynamic_variables": {"who": "you"}})).await;
    let conversation = api.conversation(json!({"who": null})).await;
    let reply = api.say(&id, &conversation, "hey").await;
    assert_eq!(reply.json(), json!({"content": "Hi you!"}));
}

#[tokio::test]
async fn chat_reply_is_returned_at_once_or_streamed() {
    let api = Api::new(Emulator::builder());
    let id = create(&api, json!({"greeting": "Hi {{who}}!", "dynamic_variables": {"who": "you"}})).await;
    let conversation = api.conversation(json!({"who": "Ada"})).await;
    let path = format!("/assistants/{id}/chat");
    let say =
        |content: &str, stream: bool| json!({"content": content, "conversation_id": conversation, "stream": stream});
    assert_eq!(api.post(&path, say("hey", false)).await.json(), json!({"content": "Hi Ada!"}));

    let answer = api.post(&path, say("where is my parcel", true)).await;
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    let events: Vec<Value> = answer
        .text
        .split_terminator("\n\n")
        .map(|event| {
            let (name, data) = event.split_once("\ndata: ").expect("an event");
            let data: Value = serde_json::from_str(data).expect("JSON");
            assert_eq!(name, format!("event: {}", data["type"].as_str().expect("a type")));
            data
        })
        .collect();
    let (done, deltas) = events.split_last().expect("events");
    assert!(deltas.len() > 2);
    let whole: String = deltas.iter().filter_map(|delta| delta["content"].as_str()).collect();
    assert_eq!(done["type"], "done");
    assert_eq!(done["content"], whole);
    assert_eq!(done["whatsapp_template"], Value::Null);
    assert!(whole.contains("where is my parcel") && whole.contains("Help Ada."), "{whole}");

    let page =
        api.get(&format!("/conversations/{conversation}/messages?page%5Bsize%5D=3&page%5Bnumber%5D=2")).await.json();
    assert_eq!(page["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["meta"], json!({"page_number": 2, "page_size": 3, "total_pages": 2, "total_results": 4}));

    let off = json!({"metadata": {"ai_disabled": true}});
    api.put(&format!("/conversations/{conversation}"), off).await;
    assert_eq!(api.post(&path, say("hey", false)).await.status, 400);
    let nowhere = json!({"content": "c", "conversation_id": "nowhere"});
    assert_eq!(api.post(&path, nowhere).await.status, 404);
}

#[tokio::test]
async fn scripted_failure_ends_the_stream_with_an_error() {
    let api = Api::new(Emulator::builder().responder(|turn: &Turn| Reply::failing(&turn.content, "out of words")));
    let id = create(&api, json!({})).await;
    let conversation = api.conversation(Value::Null).await;
    let say = |stream: bool| json!({"content": "a b", "conversation_id": conversation, "stream": stream});
    let answer = api.post(&format!("/assistants/{id}/chat"), say(true)).await;
    assert!(answer.text.starts_with("event: delta") && answer.text.contains("event: error"), "{}", answer.text);
    assert_eq!(api.post(&format!("/assistants/{id}/chat"), say(false)).await.status, 500);
}

#[tokio::test]
async fn shared_tools_are_listed_with_the_others() {
    let api = Api::new(Emulator::builder());
    let tool = json!({"type": "hangup", "display_name": "Hang up", "hangup": {"description": "d"}});
    let tool = api.post("/tools", tool).await.json();
    assert_eq!(tool["timeout_ms"], 5000);
    let tool = id(&tool);
    let inline = json!([{"type": "function", "function": {"name": "f", "parameters": {}}}]);
    let assistant = create(&api, json!({"tool_ids": [tool], "tools": inline})).await;
    let shown = api.get(&format!("/assistants/{assistant}")).await.json();
    assert_eq!(shown["tools"][1], json!({"type": "hangup", "hangup": {"description": "d"}, "shared": true}));
    assert!(shown.get("tool_ids").is_none());

    let kept = api.post(&format!("/assistants/{assistant}"), json!({"tools": []})).await.json();
    assert_eq!(kept["tools"].as_array().map(Vec::len), Some(1));
    let again = json!({"tools": kept["tools"]});
    let again = api.post(&format!("/assistants/{assistant}"), again).await;
    assert_eq!((again.status, &*again.code()), (400, "10015"));

    let off = api.delete(&format!("/assistants/{assistant}/tools/{tool}")).await.json();
    assert_eq!(off["tools"], json!([]));
    let on = api.put(&format!("/assistants/{assistant}/tools/{tool}"), Value::Null).await.json();
    assert_eq!(on["tools"].as_array().map(Vec::len), Some(1));
    assert_eq!(api.put(&format!("/assistants/{assistant}/tools/none"), Value::Null).await.status, 404);
    let changed = json!({"hangup": {"description": "new"}});
    let changed = api.patch(&format!("/tools/{tool}"), changed).await.json();
    assert_eq!(changed["tool_definition"]["description"], "new");
    let found = api.get("/tools?filter%5Btype%5D=hangup&filter%5Bname%5D=Hang+up").await.json();
    assert_eq!(found["meta"]["total_results"], 1);
    assert_eq!(api.get("/tools?filter%5Btype%5D=pay").await.json()["data"], json!([]));
}

#[tokio::test]
async fn webhook_tool_is_called() {
    let emulator = Emulator::start().await.expect("an emulator");
    let api = Api(emulator.router());
    let target = format!("{}/ai/assistants/{{id}}", emulator.base_url());
    let assistant = create(
        &api,
        json!({"tools": [{"type": "webhook", "webhook": {
            "name": "look", "description": "d", "url": target, "method": "GET",
            "path_parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            "headers": [{"name": "Authorization", "value": "Bearer {{token}}"}],
        }}, {"type": "webhook", "webhook": {
            "name": "dead", "description": "d", "url": "http://127.0.0.1:9/x", "method": "POST",
        }}]}),
    )
    .await;
    let path = format!("/assistants/{assistant}/tools/look/test");
    let body = json!({"arguments": {"id": assistant}, "dynamic_variables": {"token": "t"}});
    let report = api.post(&path, body).await.json();
    assert_eq!(report["data"]["status_code"], 200, "{report}");
    assert_eq!(report["data"]["success"], true);
    assert!(report["data"]["response"].as_str().expect("text").contains(&assistant));
    assert_eq!(report["data"]["request"]["headers"]["authorization"], "Bearer t");
    assert_eq!(api.post(&path, json!({})).await.pointers(), ["/arguments/id"]);

    let report = api.post(&format!("/assistants/{assistant}/tools/dead/test"), Value::Null).await.json();
    assert_eq!((&report["data"]["success"], &report["data"]["status_code"]), (&json!(false), &json!(502)));
}

#[tokio::test]
async fn webhook_sets_variables() {
    let hook = axum::Router::new().route(
        "/",
        axum::routing::post(|axum::Json(event): axum::Json<Value>| async move {
            assert_eq!(event["data"]["event_type"], "assistant.initialization");
            let from = &event["data"]["payload"]["telnyx_end_user_target"];
            axum::Json(
                json!({"dynamic_variables": {"who": "Hook", "from": from, "x": null}, "conversation": {"metadata": {"m": "1"}}}),
            )
        }),
    );
    let url = serve(hook).await;
    let api = Api::new(Emulator::builder());
    let id =
        create(&api, json!({"dynamic_variables_webhook_url": url, "dynamic_variables": {"who": "default", "x": 1}}))
            .await;
    let plain = api.get(&format!("/assistants/{id}")).await.json();
    assert_eq!(plain["dynamic_variables"]["who"], "default");
    assert_eq!(plain["dynamic_variables_webhook_timeout_ms"], 1500);
    let fetched =
        api.get(&format!("/assistants/{id}?fetch_dynamic_variables_from_webhook=true&from=%2B1")).await.json();
    assert_eq!(fetched["dynamic_variables"], json!({"who": "Hook", "x": 1, "from": "+1"}));

    let conversation = api.conversation(Value::Null).await;
    let reply = api.say(&id, &conversation, "c").await.json();
    assert!(reply["content"].as_str().expect("text").contains("Help Hook."), "{reply}");
    let metadata = api.get(&format!("/conversations/{conversation}")).await.json()["data"]["metadata"].clone();
    assert_eq!((&metadata["m"], &metadata["assistant_id"]), (&json!("1"), &json!(id)));
}

#[tokio::test]
async fn same_key_creates_once() {
    let api = Api::new(Emulator::builder());
    let body = json!({"name": "n", "instructions": "i"});
    let first = keyed(&api, "POST", "/assistants", body.clone(), &["k-1"]).await;
    let second = keyed(&api, "POST", "/assistants", body.clone(), &["k-1"]).await;
    assert_eq!(first.text, second.text);
    assert!(!first.headers.contains_key("idempotency-replayed"));
    assert_eq!(second.headers["idempotency-replayed"], "true");
    assert_eq!(api.get("/assistants").await.json()["data"].as_array().map(Vec::len), Some(1));

    let other = keyed(&api, "POST", "/assistants", json!({"name": "m", "instructions": "i"}), &["k-1"]).await;
    assert_eq!(other.status, 422);
    for keys in [&["a:b"][..], &[""], &["a", "b"], &["x".repeat(256).as_str()]] {
        let answer = keyed(&api, "POST", "/assistants", body.clone(), keys).await;
        assert_eq!((answer.status, &*answer.code()), (400, "10015"), "{keys:?}");
    }
    // Failures are not recorded.
    assert_eq!(keyed(&api, "POST", "/assistants", json!({}), &["k-2"]).await.status, 422);
    assert_eq!(keyed(&api, "POST", "/assistants", body, &["k-2"]).await.status, 200);
}

#[tokio::test]
async fn key_is_ignored_by_operations_that_do_not_support_it() {
    let api = Api::new(Emulator::builder());
    let id = create(&api, json!({})).await;
    for (method, path) in [
        ("GET", "/assistants".to_owned()),
        ("GET", "/assistants/tests".to_owned()),
        ("GET", format!("/assistants/{id}")),
        ("POST", format!("/assistants/{id}")),
        ("DELETE", format!("/assistants/{id}")),
    ] {
        let answer = keyed(&api, method, &path, Value::Null, &["not:valid"]).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn key_can_be_used_again_after_a_day_of_the_clock() {
    let api = Api::new(Emulator::builder());
    let clock = api.0.clock();
    clock.freeze();
    let (body, mut ids) = (json!({"name": "n", "instructions": "i"}), std::collections::BTreeSet::new());
    for (moment, created) in [("2030-01-01", 1), ("2030-01-02", 1), ("2030-01-03", 2), ("2029-12-31", 3)] {
        clock.set(moment).await.expect("a time");
        let answer = keyed(&api, "POST", "/assistants", body.clone(), &["k"]).await.json();
        ids.insert(answer["id"].to_string());
        assert_eq!(ids.len(), created, "{moment}");
    }
}

#[tokio::test]
async fn key_in_use_is_409_and_survives_a_disconnect() {
    // A webhook that never responds delays the request.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let api = Api::new(Emulator::builder());
    let hook = json!({"dynamic_variables_webhook_url": url, "dynamic_variables_webhook_timeout_ms": 400});
    let id = create(&api, hook).await;
    let path = format!("/assistants/{id}/chat/sms");
    let body = json!({"from": "+1", "to": "+2", "text": "hi", "should_create_conversation": true});
    {
        let sending = keyed(&api, "POST", &path, body.clone(), &["k"]);
        tokio::pin!(sending);
        let waited = tokio::time::timeout(std::time::Duration::from_millis(100), &mut sending).await;
        assert!(waited.is_err());
        assert_eq!(keyed(&api, "POST", &path, body.clone(), &["k"]).await.status, 409);
        // The first client disconnects here.
    }
    let mut answer = keyed(&api, "POST", &path, body.clone(), &["k"]).await;
    while answer.status == 409 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        answer = keyed(&api, "POST", &path, body.clone(), &["k"]).await;
    }
    assert_eq!(answer.headers["idempotency-replayed"], "true");
    assert_eq!(api.get("/conversations").await.json()["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn events_are_scheduled() {
    let api = Api::new(Emulator::builder());
    let assistant = create(&api, json!({})).await;
    let path = format!("/assistants/{assistant}/scheduled_events");
    let call = |at: &str| {
        json!({"telnyx_conversation_channel": "phone_call", "telnyx_agent_target": "+1",
               "telnyx_end_user_target": "+2", "scheduled_at_fixed_datetime": at})
    };
    let wrong = json!({"telnyx_conversation_channel": "sms_chat", "telnyx_agent_target": "+1",
        "telnyx_end_user_target": "+2", "scheduled_at_fixed_datetime": "2001-01-01T00:00:00Z",
        "max_retries_client_errors": 11, "retry_interval_secs": 5});
    let answer = api.post(&path, wrong).await;
    let expected = ["/max_retries_client_errors", "/retry_interval_secs", "/text", "/scheduled_at_fixed_datetime"];
    assert_eq!((answer.status, answer.pointers()), (422, expected.map(str::to_owned).to_vec()));

    let event = api.post(&path, call("2090-05-01T12:00:00+02:00")).await;
    assert_eq!(event.status, 201);
    assert_eq!(event.json()["status"], "pending");
    api.post(&path, call("2090-05-03T12:00:00Z")).await;
    let found = |query: &str| {
        let (api, path) = (api.clone(), format!("{path}?{query}"));
        async move { api.get(&path).await.json()["meta"]["total_results"].clone() }
    };
    assert_eq!(found("from_date=2090-05-01&to_date=2090-05-01").await, 1);
    assert_eq!(found("from_date=2090-05-02T00:00:00%2B00:00").await, 1);
    assert_eq!(found("conversation_channel=sms_chat").await, 0);

    let event = format!("{path}/{}", event.json()["scheduled_event_id"].as_str().expect("an id"));
    assert_eq!(api.get(&event).await.status, 200);
    let gone = api.delete(&event).await;
    assert_eq!((gone.status, gone.text.as_str()), (200, ""));
    assert_eq!(api.get(&event).await.status, 404);

    let lenient = Api::new(Emulator::builder().assumptions(Assumptions::new().with_past_schedules(true)));
    let assistant = create(&lenient, json!({})).await;
    let path = format!("/assistants/{assistant}/scheduled_events");
    assert_eq!(lenient.post(&path, call("2001-01-01T00:00:00Z")).await.status, 201);
}

#[tokio::test]
async fn new_assistant_has_a_messaging_profile_and_a_texml_app() {
    let api = Api::new(Emulator::builder());
    let id = create(&api, json!({})).await;
    let assistant = api.get(&format!("/assistants/{id}")).await.json();
    assert!(assistant["messaging_settings"]["default_messaging_profile_id"].is_string());
    assert!(assistant["telephony_settings"]["default_texml_app_id"].is_string());
}

#[tokio::test]
async fn fallback_models_are_kept_until_an_update_replaces_them() {
    let api = Api::new(Emulator::builder());
    let fallbacks = json!([{"model": "deepgram/flux"}, {"model": "soniox/stt-rt-v5"}]);
    let transcription = json!({"model": "deepgram/nova-3", "fallback_models": fallbacks});
    let path = format!("/assistants/{}", create(&api, json!({"transcription": transcription})).await);
    for (update, expected) in [
        (json!({"model": "deepgram/nova-3", "language": "en"}), fallbacks.clone()),
        (json!({"model": "deepgram/flux"}), json!([{"model": "soniox/stt-rt-v5"}])),
        (json!({"model": "deepgram/flux", "fallback_models": []}), json!([])),
    ] {
        let updated = api.post(&path, json!({"transcription": update})).await.json();
        assert_eq!(updated["transcription"]["fallback_models"], expected, "{update}");
    }
}

#[tokio::test]
async fn type_errors_use_the_names_of_json() {
    let api = Api::new(Emulator::builder());
    for (field, value, expected) in [
        ("name", json!(1), "invalid type: integer `1`, expected a string."),
        ("tags", json!({}), "invalid type: object, expected an array."),
        ("voice_settings", json!([]), "invalid type: array, expected an object."),
        (
            "dynamic_variables_webhook_timeout_ms",
            json!("1"),
            "invalid type: string \"1\", expected a whole number from 0 to 4294967295.",
        ),
        (
            "dynamic_variables_webhook_timeout_ms",
            json!(-5),
            "invalid value: integer `-5`, expected a whole number from 0 to 4294967295.",
        ),
        ("tools", json!([{"type": 5}]), "The field type must be a string."),
    ] {
        let mut body = json!({"name": "n", "instructions": "i"});
        body[field] = value;
        let answer = api.post("/assistants", body).await.json();
        assert_eq!(answer["errors"][0]["detail"], expected);
    }
}

#[tokio::test]
async fn assistants_are_cloned_imported_tagged_and_deleted() {
    let api = Api::new(Emulator::builder());
    let telephony = json!({"enabled_features": ["telephony"], "telephony_settings": {"time_limit_secs": 60}});
    let original = create(&api, telephony).await;
    let shown = api.get(&format!("/assistants/{original}")).await.json();
    assert!(shown["telephony_settings"]["default_texml_app_id"].is_string());
    let clone = api.post(&format!("/assistants/{original}/clone"), Value::Null).await.json();
    assert_eq!(clone["name"], "Support (copy)");
    assert!(clone["telephony_settings"].get("time_limit_secs").is_none());

    let import = json!({"provider": "vapi", "api_key_ref": "key", "import_ids": ["one"]});
    let first = api.post("/assistants/import", import.clone()).await.json();
    let again = api.post("/assistants/import", import).await.json();
    assert_eq!(first["data"][0]["import_metadata"], json!({"import_id": "one", "import_provider": "vapi"}));
    assert_eq!(first["data"][0]["id"], again["data"][0]["id"]);
    assert_ne!(first["data"][0]["version_id"], again["data"][0]["version_id"]);

    let tags = format!("/assistants/{original}/tags");
    api.post(&tags, json!({"tag": "b c"})).await;
    assert_eq!(api.post(&tags, json!({"tag": "a"})).await.json(), json!({"tags": ["b c", "a"]}));
    assert_eq!(api.get("/assistants/tags").await.json(), json!({"tags": ["a", "b c"]}));
    let left = api.delete(&format!("{tags}/b%20c")).await.json();
    assert_eq!(left, json!({"tags": ["a"]}));

    let texml = api.get(&format!("/assistants/{original}/texml")).await;
    assert_eq!(texml.headers["content-type"], "application/xml");
    assert!(texml.text.contains(&format!("<AIAssistant id=\"{original}\"/>")));
    let enhanced = api.post(&format!("/assistants/{original}/instructions/enhance"), Value::Null).await;
    assert_eq!(enhanced.headers["content-type"], "text/plain; charset=utf-8");
    assert!(enhanced.text.contains("Help {{who}}."));
    assert!(enhanced.text.contains("\n- Ask one question at a time, and wait for the answer.\n"));

    let gone = api.delete(&format!("/assistants/{original}")).await.json();
    assert_eq!(gone, json!({"id": original, "object": "assistant", "deleted": true}));
    assert_eq!(api.get(&format!("/assistants/{original}")).await.status, 404);
}

#[tokio::test]
async fn assumptions_can_be_changed() {
    let assumptions = Assumptions::new()
        .with_validation_shape(ValidationShape::Detail)
        .with_texml_content_type(TexmlContentType::Json)
        .with_rate_limit(3);
    let api = Api::new(Emulator::builder().assumptions(assumptions));
    let id = create(&api, json!({})).await;
    let wrong = api.post("/assistants", json!({"name": "n", "instructions": "i", "tags": [""]})).await;
    assert_eq!(wrong.json()["detail"][0]["loc"], json!(["body", "tags", 0]));
    let texml = api.get(&format!("/assistants/{id}/texml")).await;
    assert!(texml.json().as_str().expect("a string").starts_with("<?xml"));
    assert_eq!(texml.headers["x-ratelimit-remaining"], "0");
    let limited = api.get("/assistants").await;
    assert_eq!((limited.status, &*limited.code()), (StatusCode::TOO_MANY_REQUESTS.as_u16(), "10011"));
}

#[tokio::test]
async fn only_counted_requests_get_the_headers_of_the_rate_limit() {
    let api = Api::new(Emulator::builder().assumptions(Assumptions::new().with_rate_limit(2)));
    let limit = |answer: &Answer| answer.headers.get("x-ratelimit-remaining").map(|value| value.as_bytes().to_vec());
    let anonymous = Request::builder().uri("/v2/ai/assistants").body(Body::empty()).expect("a request");
    let control = Request::builder().uri("/_emulator/clock").body(Body::empty()).expect("a request");
    for (request, status) in [(anonymous, 401), (control, 200)] {
        let answer = api.request(request).await.expect("an answer");
        assert_eq!((answer.status, limit(&answer)), (status, None));
    }
    for (path, status, remaining) in
        [("/assistants/none", 404, "1"), ("/assistants", 200, "0"), ("/assistants", 429, "0")]
    {
        let answer = api.get(path).await;
        assert_eq!((answer.status, limit(&answer)), (status, Some(remaining.as_bytes().to_vec())), "{path}");
    }
}

#[tokio::test]
async fn database_file_outlives_the_emulator() {
    let (_folder, file) = file("emulator.db");
    let id = create(&Api::new(Emulator::builder().db(&file)), json!({"odd": [1.5, null]})).await;
    let shown = Api::new(Emulator::builder().db(&file)).get(&format!("/assistants/{id}")).await.json();
    assert_eq!(shown["odd"], json!([1.5, null]));
}

#[tokio::test]
async fn drop_stops_the_server() {
    let emulator = Emulator::start().await.expect("an emulator");
    let addr = emulator.addr();
    assert!(tokio::net::TcpStream::connect(addr).await.is_ok());
    drop(emulator);
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(addr).await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("still there");
}
