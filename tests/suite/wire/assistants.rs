//! `/ai/assistants`, chat, SMS and WhatsApp

use serde_json::{Value, json};
use telnyx_ai::assistants::types::{GENERATED_GREETING, Hangup, ImportProvider, Transfer, TransferTarget, Webhook};
use telnyx_ai::assistants::{
    ChatEvent, ChatRequest, CreateAssistant, DeleteAssistant, ImportAssistants, RetrieveAssistant, SendSms,
    SendWhatsapp, UpdateAssistant,
};
use telnyx_ai::prelude::*;
use telnyx_ai_tests::Answer;

use super::{SPECIAL_ID, SPECIAL_ID_ENCODED, Wire, assistant, page};

#[tokio::test]
async fn list_matches_the_contract() {
    let answer = json!({"data": [assistant("assistant-1"), assistant("assistant-2")]});
    let wire = Wire::with_json("GET /ai/assistants", answer).await;
    let assistants = wire.telnyx.assistants().list().await.unwrap();
    assert_eq!(assistants.iter().map(|assistant| &*assistant.id).collect::<Vec<_>>(), ["assistant-1", "assistant-2"]);
    wire.assert_request("/ai/assistants", None);
}

#[tokio::test]
async fn create_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants", assistant("assistant-1")).await;
    let request = CreateAssistant::new("Support", "Help politely.")
        .with_model("some/model")
        .with_greeting(GENERATED_GREETING)
        .with_tools([
            Webhook::new("order_status", "Looks up an order.", "https://shop.example/orders")
                .with_run_async(true)
                .into(),
            Transfer::new("+13125550100", [TransferTarget::new("+13125550101").with_sip_auth_password("hunter2")])
                .into(),
            telnyx_ai::assistants::types::Tool::from(Hangup::new()),
        ]);
    let created = wire.telnyx.assistants().create(request).await.unwrap();
    assert_eq!(created.id, "assistant-1");
    let body = json!({
        "name": "Support",
        "instructions": "Help politely.",
        "model": "some/model",
        "greeting": "<assistant-speaks-first-with-model-generated-message>",
        "tools": [
            {
                "type": "webhook",
                "webhook": {
                    "name": "order_status",
                    "description": "Looks up an order.",
                    "url": "https://shop.example/orders",
                    "async": true,
                },
            },
            {
                "type": "transfer",
                "transfer": {
                    "from": "+13125550100",
                    "targets": [{"to": "+13125550101", "sip_auth_password": "hunter2"}],
                },
            },
            {"type": "hangup", "hangup": {}},
        ],
    });
    wire.assert_request("/ai/assistants", Some(body));
}

#[tokio::test]
async fn retrieve_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}", assistant(SPECIAL_ID)).await;
    let found = wire.telnyx.assistants().retrieve(SPECIAL_ID).await.unwrap();
    assert_eq!((found.id.as_str(), found.created_at.as_str()), (SPECIAL_ID, "2026-03-01T09:00:00Z"));
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn retrieve_with_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}", assistant("assistant-1")).await;
    let options = RetrieveAssistant::new()
        .with_fetch_dynamic_variables_from_webhook(true)
        .with_from("+13125550100")
        .with_to("sip:ada@example.com")
        .with_call_control_id("v3:a b");
    wire.telnyx.assistants().retrieve_with("assistant-1", options).await.unwrap();
    let request = wire.server.requests().remove(0);
    let (path, query) = request.target.split_once('?').unwrap();
    assert_eq!(path, "/v2/ai/assistants/assistant-1");
    let mut parameters: Vec<&str> = query.split('&').collect();
    parameters.sort_unstable();
    assert_eq!(
        parameters,
        [
            "call_control_id=v3%3Aa%20b",
            "fetch_dynamic_variables_from_webhook=true",
            "from=%2B13125550100",
            "to=sip%3Aada%40example.com",
        ]
    );
    wire.assert_request(&request.target["/v2".len()..], None);
}

#[tokio::test]
async fn update_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}", assistant("assistant-1")).await;
    let change = UpdateAssistant::new().with_greeting("").with_promote_to_main(false).with_version_name("trial");
    wire.telnyx.assistants().update(SPECIAL_ID, change).await.unwrap();
    let body = json!({"greeting": "", "promote_to_main": false, "version_name": "trial"});
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}"), Some(body));
}

#[tokio::test]
async fn delete_matches_the_contract() {
    let answer = json!({"id": "assistant-1", "object": "assistant", "deleted": true});
    let wire = Wire::with_json("DELETE /ai/assistants/{assistant_id}", answer).await;
    let deleted = wire.telnyx.assistants().delete(SPECIAL_ID).await.unwrap();
    assert_eq!((deleted.id.as_str(), deleted.object.as_str(), deleted.deleted), ("assistant-1", "assistant", true));
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}"), None);
}

#[tokio::test]
async fn hard_delete_matches_the_contract() {
    let answer = json!({"id": "assistant-1", "object": "assistant", "deleted": true});
    let wire = Wire::with_json("DELETE /ai/assistants/{assistant_id}", answer).await;
    let options = DeleteAssistant::new().with_hard_delete(true);
    assert!(wire.telnyx.assistants().delete_with(SPECIAL_ID, options).await.unwrap().deleted);
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}?hard_delete=true"), None);
}

fn deleted_assistant(id: &str) -> Value {
    let mut deleted = assistant(id);
    deleted["deleted_at"] = "2026-03-02T09:00:00Z".into();
    deleted["permanently_deleted_at"] = "2026-04-01T09:00:00Z".into();
    deleted
}

#[tokio::test]
async fn list_deleted_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/deleted", page(&deleted_assistant("assistant-1"))).await;
    let deleted = wire.telnyx.assistants().list_deleted().try_collect().await.unwrap();
    assert_eq!((deleted[0].id.as_str(), deleted[0].deleted_at.as_str()), ("assistant-1", "2026-03-02T09:00:00Z"));
    wire.assert_request("/ai/assistants/deleted?page%5Bnumber%5D=1", None);
}

#[tokio::test]
async fn retrieve_deleted_matches_the_contract() {
    let wire = Wire::with_json("GET /ai/assistants/{assistant_id}/deleted", deleted_assistant("assistant-1")).await;
    let deleted = wire.telnyx.assistants().retrieve_deleted(SPECIAL_ID).await.unwrap();
    assert_eq!(deleted.permanently_deleted_at.as_str(), "2026-04-01T09:00:00Z");
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/deleted"), None);
}

#[tokio::test]
async fn restore_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/restore", assistant("assistant-1")).await;
    assert_eq!(wire.telnyx.assistants().restore(SPECIAL_ID).await.unwrap().id, "assistant-1");
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/restore"), None);
}

#[tokio::test]
async fn clone_assistant_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/clone", assistant("assistant-2")).await;
    let copy = wire.telnyx.assistants().clone_assistant(SPECIAL_ID).await.unwrap();
    assert_eq!(copy.id, "assistant-2");
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/clone"), None);
}

#[tokio::test]
async fn import_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/import", json!({"data": [assistant("assistant-1")]})).await;
    let request = ImportAssistants::new(ImportProvider::Vapi, "vapi_key").with_import_ids(["one", "two"]);
    let imported = wire.telnyx.assistants().import(request).await.unwrap();
    assert_eq!(imported.len(), 1);
    let body = json!({"provider": "vapi", "api_key_ref": "vapi_key", "import_ids": ["one", "two"]});
    wire.assert_request("/ai/assistants/import", Some(body));
}

#[tokio::test]
async fn texml_matches_the_contract() {
    const TEXML: &str = "<Response><Connect><AIAssistant id=\"assistant-1\"/></Connect></Response>";
    let answer = Answer::text("application/xml", TEXML);
    let wire = Wire::start("GET /ai/assistants/{assistant_id}/texml", answer).await;
    assert_eq!(wire.telnyx.assistants().texml(SPECIAL_ID).await.unwrap(), TEXML);
    wire.assert_request_accepting("application/xml", &format!("/ai/assistants/{SPECIAL_ID_ENCODED}/texml"), None);
}

#[tokio::test]
async fn chat_matches_the_contract() {
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/chat", json!({"content": "Hello, Ada!"})).await;
    let request = ChatRequest::new("conversation-1", "Hi!").with_name("Ada");
    let reply = wire.telnyx.assistants().chat(SPECIAL_ID, request).await.unwrap();
    assert_eq!(reply.content, "Hello, Ada!");
    let body = json!({"conversation_id": "conversation-1", "content": "Hi!", "name": "Ada"});
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/chat"), Some(body));
}

#[tokio::test]
async fn chat_stream_matches_the_contract() {
    let events = "event: delta\ndata: {\"content\": \"Hello, \"}\n\n\
                  event: done\ndata: {\"content\": \"Hello, Ada!\"}\n\n";
    let answer = Answer::text("text/event-stream", events);
    let wire = Wire::start("POST /ai/assistants/{assistant_id}/chat", answer).await;
    let mut stream =
        wire.telnyx.assistants().chat_stream(SPECIAL_ID, ChatRequest::new("conversation-1", "Hi!")).await.unwrap();
    let first = stream.try_next().await.unwrap();
    assert!(matches!(&first, Some(ChatEvent::Delta(delta)) if delta.content == "Hello, "), "{first:?}");
    assert_eq!(stream.collect_reply().await.unwrap().content, "Hello, Ada!");
    let body = json!({"conversation_id": "conversation-1", "content": "Hi!", "stream": true});
    wire.assert_request_accepting(
        "text/event-stream",
        &format!("/ai/assistants/{SPECIAL_ID_ENCODED}/chat"),
        Some(body),
    );
}

#[tokio::test]
async fn send_sms_matches_the_contract() {
    let answer = json!({"conversation_id": "conversation-1"});
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/chat/sms", answer).await;
    let request = SendSms::new("+13125550100", "+13125550101")
        .with_text("Your order has left.")
        .with_conversation_metadata([("order", "A-17")])
        .with_should_create_conversation(true);
    let sms = wire.telnyx.assistants().send_sms(SPECIAL_ID, request).await.unwrap();
    assert_eq!(sms.conversation_id.as_deref(), Some("conversation-1"));
    let body = json!({
        "from": "+13125550100",
        "to": "+13125550101",
        "text": "Your order has left.",
        "conversation_metadata": {"order": "A-17"},
        "should_create_conversation": true,
    });
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/chat/sms"), Some(body));
}

#[tokio::test]
async fn send_whatsapp_matches_the_contract() {
    let answer = json!({"conversation_id": "conversation-1", "message_id": "message-1"});
    let wire = Wire::with_json("POST /ai/assistants/{assistant_id}/chat/whatsapp", answer).await;
    let request = SendWhatsapp::new("+13125550100", "+13125550101", "Send the code 482913.")
        .with_conversation_metadata([("order", "A-17")]);
    let sent = wire.telnyx.assistants().send_whatsapp(SPECIAL_ID, request).await.unwrap();
    assert_eq!((sent.conversation_id.as_str(), sent.message_id.as_str()), ("conversation-1", "message-1"));
    let body = json!({
        "from": "+13125550100",
        "to": "+13125550101",
        "content": "Send the code 482913.",
        "conversation_metadata": {"order": "A-17"},
    });
    wire.assert_request(&format!("/ai/assistants/{SPECIAL_ID_ENCODED}/chat/whatsapp"), Some(body));
}
