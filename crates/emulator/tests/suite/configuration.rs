//! The rules for the configuration of assistants.

use serde_json::{Value, json};
use telnyx_ai_emulator::Emulator;

use crate::support::{Answer, Api, id, invalid, ok};

/// Creates an assistant with a field.
async fn create(api: &Api, field: &str, value: Value) -> Answer {
    let mut body = json!({ "name": "A", "instructions": "i" });
    body[field] = value;
    api.post("/assistants", body).await
}

#[tokio::test]
async fn mcp_servers_of_an_assistant_must_exist() {
    let api = Api::new(Emulator::builder());
    let server = json!({ "name": "Files", "type": "http", "url": "http://127.0.0.1:1/mcp" });
    let server = id(&api.post("/mcp_servers", server).await.good());
    let unknown = create(&api, "mcp_servers", json!([{ "id": server }, { "id": "nope" }])).await;
    assert_eq!(unknown.outcome(), invalid("/mcp_servers/1/id"));
    // The service has other integrations than the emulator.
    assert_eq!(create(&api, "integrations", json!([{ "integration_id": "unknown" }])).await.outcome(), ok());

    let created = create(&api, "mcp_servers", json!([{ "id": server }])).await.good();
    let path = format!("/assistants/{}", id(&created));
    assert_eq!(api.post(&path, json!({ "mcp_servers": [{ "id": "nope" }] })).await.outcome().0, 422);
    // After the server is deleted, updates and clones keep its id, and other assistants cannot use it.
    assert_eq!(api.delete(&format!("/mcp_servers/{server}")).await.status, 200);
    assert_eq!(api.post(&path, json!({ "greeting": "Hi" })).await.outcome(), ok());
    assert_eq!(api.post(&path, json!({ "mcp_servers": [{ "id": server }] })).await.outcome(), ok());
    assert_eq!(api.post(&format!("{path}/clone"), Value::Null).await.outcome(), ok());
    assert_eq!(create(&api, "mcp_servers", json!([{ "id": server }])).await.outcome(), invalid("/mcp_servers/0/id"));
}

#[tokio::test]
async fn fallback_models_and_the_model_with_fallbacks_must_stream() {
    let api = Api::new(Emulator::builder());
    let with = |model: &str, fallbacks: Value| json!({ "model": model, "fallback_models": fallbacks });
    for (transcription, expected) in [
        (with("deepgram/nova-3", json!([{ "model": "soniox/stt-rt-v5" }, { "model": "future/model" }])), ok()),
        (with("azure/fast", json!([])), ok()),
        (with("azure/fast", Value::Null), ok()),
        (with("azure/fast", json!([{ "model": "deepgram/flux" }])), invalid("/transcription/fallback_models")),
        (with("deepgram/flux", json!([{ "model": "azure/fast" }])), invalid("/transcription/fallback_models/0/model")),
        (
            with("deepgram/flux", json!([{ "model": "deepgram/nova-3" }, { "model": "telnyx/basira" }])),
            invalid("/transcription/fallback_models/1/model"),
        ),
        (
            with("deepgram/flux", json!([{ "model": "speechmatics/standard" }])),
            invalid("/transcription/fallback_models/0/model"),
        ),
    ] {
        let answer = create(&api, "transcription", transcription.clone()).await;
        assert_eq!(answer.outcome(), expected, "{transcription}");
    }
}

#[tokio::test]
async fn update_of_the_transcription_model_removes_the_fallbacks_that_no_longer_fit() {
    let api = Api::new(Emulator::builder());
    for (model, kept) in [
        ("deepgram/nova-2", json!([{ "model": "assemblyai/universal-3-5-pro" }, { "model": "deepgram/flux" }])),
        ("assemblyai/universal-streaming", json!([{ "model": "deepgram/flux" }])),
        ("azure/fast", Value::Null),
    ] {
        let fallbacks = json!([{ "model": "assemblyai/universal-3-5-pro" }, { "model": "deepgram/flux" }]);
        let transcription = json!({ "model": "deepgram/nova-3", "fallback_models": fallbacks });
        let created = create(&api, "transcription", transcription).await.good();
        let path = format!("/assistants/{}", id(&created));
        let updated = api.post(&path, json!({ "transcription": { "model": model } })).await.good();
        assert_eq!(updated["transcription"]["fallback_models"], kept, "{model}");
    }
}

#[tokio::test]
async fn enabled_websocket_needs_a_public_url() {
    let api = Api::new(Emulator::builder());
    let url = "/websocket_settings/url";
    for (settings, expected) in [
        (json!({}), ok()),
        (json!({ "enabled": false, "url": "" }), ok()),
        (json!({ "enabled": true, "url": "wss://events.example.com/calls?a=1" }), ok()),
        (json!({ "enabled": true, "url": "ws://events.example.com:8080" }), ok()),
        (json!({ "enabled": true }), invalid(url)),
        (json!({ "enabled": true, "url": "" }), invalid(url)),
        (json!({ "enabled": true, "url": "https://events.example.com" }), invalid(url)),
        (json!({ "enabled": true, "url": "ws://localhost/x" }), invalid(url)),
        (json!({ "enabled": true, "url": "wss://10.0.0.7/x" }), invalid(url)),
        (json!({ "enabled": true, "url": "wss://printer.local" }), invalid(url)),
        (json!({ "url": "ws://127.0.0.1:9000" }), invalid(url)),
    ] {
        assert_eq!(create(&api, "websocket_settings", settings.clone()).await.outcome(), expected, "{settings}");
    }
}

#[tokio::test]
async fn url_of_an_agent_has_at_most_2048_bytes() {
    let api = Api::new(Emulator::builder());
    for (length, expected) in [(2_048, ok()), (2_049, invalid("/a2a_agents/0/url"))] {
        let url = format!("{:a<length$}", "https://agents.example.com/");
        let answer = create(&api, "a2a_agents", json!([{ "name": "billing", "url": url }])).await;
        assert_eq!(answer.outcome(), expected, "{length}");
    }
}

#[tokio::test]
async fn avatar_needs_its_four_fields() {
    let api = Api::new(Emulator::builder());
    let avatar = json!({ "provider": "telnyx", "avatar_id": "x", "background_id": "office", "model": "foxtrot-1" });
    assert_eq!(create(&api, "avatar_settings", avatar.clone()).await.outcome(), ok());
    assert_eq!(create(&api, "avatar_settings", Value::Null).await.outcome(), ok());
    for (field, value) in [
        ("provider", Value::Null),
        ("avatar_id", Value::Null),
        ("background_id", Value::Null),
        ("model", Value::Null),
        ("model", json!("zzz")),
    ] {
        let mut avatar = avatar.clone();
        avatar[field] = value;
        let pointer = format!("/avatar_settings/{field}");
        assert_eq!(create(&api, "avatar_settings", avatar.clone()).await.outcome(), invalid(&pointer), "{avatar}");
        avatar.as_object_mut().expect("an object").remove(field);
        assert_eq!(create(&api, "avatar_settings", avatar).await.outcome(), invalid(&pointer), "without {field}");
    }
    assert_eq!(create(&api, "avatar_settings", json!({})).await.outcome(), invalid("/avatar_settings/provider"));
}
