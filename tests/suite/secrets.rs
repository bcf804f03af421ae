//! Keys, passwords and header values are sent, but never shown.

use serde_json::{Value, json};
use telnyx_ai::assistants::types::{
    A2aAgent, AgentHeader, CustomHeader, Refer, ReferTarget, SipHeaderName, Tool, ToolHeader, Transfer, TransferTarget,
    Webhook,
};
use telnyx_ai::assistants::{
    ChatRequest, CreateAssistant, CreateSharedTool, SharedToolType, TestTool, ToolTestResult, UpdateAssistant,
};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Error, JsonObject, Secret, Telnyx};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::contract::Contract;
use telnyx_ai_tests::examples::{Recipe, examples};
use telnyx_ai_tests::scripted::Scripted;

const SECRET: &str = "hunter2";

/// Asserts that both forms of `Debug` hide the secret. Returns the output.
#[track_caller]
fn hides(value: &impl std::fmt::Debug) -> String {
    let shown = format!("{value:?}{value:#?}");
    assert!(!shown.contains(SECRET), "{shown}");
    shown
}

fn request() -> CreateAssistant {
    let webhook = Webhook::new("order_status", "Looks up an order.", "https://shop.example/orders")
        .with_headers([ToolHeader::from(("authorization", format!("Bearer {SECRET}")))])
        .with_preset_body_fields(JsonObject::from([("api_key", SECRET.into()), ("token", json!({"v": SECRET}))]));
    let transfer = Transfer::new(
        "+13125550100",
        [TransferTarget::new("sip:sales@example.com").with_sip_auth_username("ada").with_sip_auth_password(SECRET)],
    )
    .with_custom_headers([CustomHeader::from(("x-pin", SECRET))]);
    let refer = Refer::new([ReferTarget::new("Sales", "sip:sales@example.com").with_sip_auth_password(SECRET)])
        .with_sip_headers([(SipHeaderName::Diversion, SECRET)]);
    CreateAssistant::new("Support", "Help politely.")
        .with_tools([Tool::from(webhook), transfer.into(), refer.into()])
        .with_a2a_agents([
            A2aAgent::new("billing", "https://agents.example").with_headers([AgentHeader::new("x-key", SECRET)])
        ])
}

#[test]
fn client_does_not_show_its_key() {
    let builder = Client::builder().api_key(SECRET).header("x-token", SECRET).transport(Scripted::new::<Answer>([]));
    hides(&builder);
    let client = builder.build().unwrap();
    assert!(hides(&client).contains("https://api.telnyx.com/v2"), "other values are shown");
    hides(&Telnyx::new(client.clone()));
    hides(&client.request(http::Method::GET, "/ai/assistants").header("x-token", SECRET).query("token", SECRET));
    hides(&Telnyx::new(client).assistants().create(request()));
}

#[test]
fn requests_do_not_show_passwords_and_headers() {
    let shown = hides(&request());
    assert!(shown.contains("sip:sales@example.com") && shown.contains("ada"), "other values are shown");
    let sent = serde_json::to_string(&request()).unwrap();
    assert_eq!(sent.matches(SECRET).count(), 8, "all secrets are sent: {sent}");
}

#[test]
fn unknown_values_are_not_shown() {
    let mut change = UpdateAssistant::new();
    change.extra.insert("new_password", SECRET);
    let shown = hides(&change);
    assert!(shown.contains("new_password"));

    let tool: Tool = serde_json::from_value(json!({
        "type": "crystal_ball", "crystal_ball": {"headers": [{"name": "x", "value": SECRET}], "api_key": SECRET},
    }))
    .unwrap();
    let shown = hides(&tool);
    assert!(shown.contains("crystal_ball"));
}

#[test]
fn free_form_objects_mask_fields_with_secret_names() {
    let object = JsonObject::from([
        ("headers", json!([{"name": "authorization", "value": SECRET}])),
        ("sip_auth_password", SECRET.into()),
        ("apiKey", SECRET.into()),
        ("Authorization", SECRET.into()),
        ("client_secret", SECRET.into()),
        ("access_token", json!([SECRET])),
        ("set-cookie", SECRET.into()),
        ("name", "Ada".into()),
        ("api_key_ref", "crm_key".into()),
    ]);
    let shown = hides(&object);
    assert!(shown.contains("Ada") && shown.contains("crm_key"), "{shown}");
    hides(&CreateSharedTool::new("Orders", SharedToolType::Webhook).with_webhook(object.clone()));
    hides(&TestTool::new().with_arguments(object.clone()));
    hides(&ToolTestResult::new(true, 200, "application/json", "{}", object));
}

/// Every type hides the fields of the contract with a secret name.
#[test]
fn every_type_masks_fields_with_secret_names() {
    fn fill(value: &mut Value, name: &str, filled: &mut usize) {
        match value {
            Value::Object(object) => {
                let header = object.len() == 2 && object.contains_key("name") && object.contains_key("value");
                for (field, value) in object {
                    let secret = field.ends_with("password") || header && field == "value" && name.ends_with("headers");
                    if secret && value.is_string() {
                        *value = SECRET.into();
                        *filled += 1;
                    } else {
                        fill(value, field, filled);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| fill(item, name, filled)),
            _ => {}
        }
    }

    let contract = Contract::load();
    let mut filled = 0;
    for mut example in examples(&contract, contract.schema("InferenceEmbedding"), Recipe::default()) {
        fill(&mut example.body, "", &mut filled);
        let assistant: telnyx_ai::assistants::Assistant = serde_json::from_value(example.body).unwrap();
        hides(&assistant);
        hides(&UpdateAssistant::from(assistant));
    }
    assert!(filled > 10, "only {filled} secrets were found");
}

#[tokio::test]
async fn errors_do_not_show_the_key_or_the_request() {
    let echo = json!({"errors": [{"code": "10015", "title": "Bad request"}], "sent": SECRET});
    let scripted = Scripted::new([Answer::status(400).with_json(&echo).with_header("x-echo", SECRET)]);
    let client = scripted.builder().api_key(SECRET).header("x-token", SECRET).build().unwrap();
    let error = Telnyx::new(client).assistants().create(request()).await.unwrap_err();
    hides(&error);
    assert!(!error.to_string().contains(SECRET), "{error}");
    assert!(
        error.body().unwrap().windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()),
        "the body has the secret"
    );

    let hidden: Error = Client::builder().api_key(format!("{SECRET}\n{SECRET}")).build().unwrap_err();
    hides(&hidden);
    assert!(!hidden.to_string().contains(SECRET), "{hidden}");
}

/// A server may repeat the headers of a request in its response.
#[tokio::test]
async fn errors_mask_the_key_of_the_client_and_of_the_call() {
    for (of_call, key) in [
        (None, "KEY-of-the-client"),
        (Some("Bearer KEY-of-the-call"), "KEY-of-the-call"),
        (Some("bearer KEY-of-the-call"), "KEY-of-the-call"),
        (Some("KEY-of-the-call"), "KEY-of-the-call"),
    ] {
        let echo = json!({"errors": [{"code": "10009", "title": "Authentication failed", "detail": format!("{key} is unknown")}]});
        let scripted = Scripted::new([Answer::status(401).with_json(&echo).with_header("x-echo", key)]);
        let client = scripted.builder().api_key("KEY-of-the-client").build().unwrap();
        let mut call = client.request(http::Method::GET, "/ai/assistants");
        if let Some(value) = of_call {
            call = call.header("authorization", value);
        }
        let error = call.await.unwrap_err();
        let body = String::from_utf8_lossy(error.body().unwrap());
        let shown = format!("{error} {error:?} {body} {:?} {:?}", error.errors(), error.headers());
        assert!(shown.contains("[masked] is unknown") && !shown.contains(key), "{shown}");
    }
}

#[tokio::test]
async fn text_before_the_error_of_a_stream_masks_the_key() {
    let event = "event: delta\ndata: {\"content\": \"KEY-of-the-client\"}\n\n";
    let scripted = Scripted::streaming([event]);
    let telnyx = Telnyx::new(scripted.builder().api_key("KEY-of-the-client").build().unwrap());
    let stream =
        telnyx.assistants().chat_stream("assistant-1", ChatRequest::new("conversation-1", "Hi!")).await.unwrap();
    assert_eq!(stream.collect_reply().await.unwrap_err().partial(), Some("[masked]"));
}

/// The header with the key is marked sensitive, so that layers that log headers mask it.
#[tokio::test]
async fn header_with_the_key_is_marked_sensitive() {
    let scripted = Scripted::new([Answer::json(&json!({"tags": []}))]);
    let client = scripted.builder().api_key(SECRET).build().unwrap();
    Telnyx::new(client).tags().list().await.unwrap();
    let attempts = scripted.attempts();
    assert_eq!(attempts[0].header("authorization"), "Bearer hunter2");
    assert!(attempts[0].headers["authorization"].is_sensitive());
    assert!(!format!("{:?}", attempts[0].headers).contains(SECRET));
}

#[test]
fn secret_is_only_exposed_explicitly() {
    let secret = Secret::from(SECRET);
    assert_eq!(hides(&secret), "[masked][masked]");
    assert_eq!(secret.expose(), SECRET);
    assert_eq!(serde_json::to_value(&secret).unwrap(), SECRET);
}
