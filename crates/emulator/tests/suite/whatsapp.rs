//! WhatsApp conversations that an assistant starts.

use serde_json::{Map, Value, json};
use telnyx_ai_emulator::{Builder, Emulator, Llm, Reply, Turn};

use crate::support::{Answer, Api, endpoint::endpoint, scripts};

const FROM: &str = "+13125550100";

fn templates() -> Value {
    json!([{ "type": "whatsapp_template", "whatsapp_template": { "templates": [
        { "name": "draft", "body": "Draft {{1}}", "status": "PENDING" },
        { "name": "reminder", "body": "See you on {{1}} at {{2}}, {{name}}.", "language": "en_GB" },
        { "name": "login_code", "body": "Your code is {{1}}.", "status": "APPROVED" },
    ] } }])
}

async fn assistant(api: &Api, tools: Value) -> String {
    let body = json!({ "name": "Codes", "instructions": "Send codes.", "tools": tools, "dynamic_variables": { "name": "Ada" } });
    api.assistant(body).await
}

async fn send(api: &Api, assistant: &str, content: &str) -> Answer {
    let body =
        json!({ "from": FROM, "to": "+13125550199", "content": content, "conversation_metadata": { "order": 17 } });
    api.post(&format!("/assistants/{assistant}/chat/whatsapp"), body).await
}

/// The only message of the new conversation.
async fn message(api: &Api, sent: &Value) -> Value {
    let conversation = sent["conversation_id"].as_str().expect("an id");
    let page = api.get(&format!("/conversations/{conversation}/messages")).await.good();
    let [message] = &page["data"].as_array().expect("messages")[..] else { panic!("one message: {page}") };
    message.clone()
}

#[tokio::test]
async fn template_is_selected_filled_in_and_sent() {
    let api = Api::new(Emulator::builder());
    let codes = assistant(&api, templates()).await;
    let sent = send(&api, &codes, "Text the caller the code for the login: 482913.").await.good();
    let conversation = sent["conversation_id"].as_str().expect("an id").to_owned();
    let metadata = api.get(&format!("/conversations/{conversation}")).await.good()["data"]["metadata"].clone();
    assert_eq!(metadata["telnyx_conversation_channel"], "whatsapp_chat");
    assert_eq!(
        (&metadata["telnyx_agent_target"], &metadata["telnyx_end_user_target"]),
        (&json!(FROM), &json!("+13125550199"))
    );
    assert_eq!((&metadata["order"], &metadata["assistant_id"]), (&json!(17), &json!(codes)));
    let version = api.get(&format!("/assistants/{codes}")).await.good()["version_id"].clone();
    assert_eq!(metadata["assistant_version_id"], version);
    let message = message(&api, &sent).await;
    assert_eq!((&message["role"], &message["text"]), (&json!("assistant"), &json!("Your code is 482913.")));
    assert_eq!(message["metadata"]["message_id"], sent["message_id"]);
    let template = json!({ "name": "login_code", "language": "en_US", "variables": { "1": "482913" } });
    assert_eq!(message["metadata"]["whatsapp_template"], template);

    // The assistant replies to the customer in the same conversation.
    let reply = api.say(&codes, &conversation, "Thanks").await.good();
    assert_eq!(reply["content"], "You said \"Thanks\". My instructions: Send codes.");
}

#[tokio::test]
async fn values_come_from_quotes_digits_and_variables() {
    let api = Api::new(Emulator::builder());
    let codes = assistant(&api, templates()).await;
    let sent = send(&api, &codes, "Send a reminder: see them on \"3 March\" at 9:30.").await.good();
    assert_eq!(message(&api, &sent).await["text"], "See you on 3 March at 9:30, Ada.");
    let sent = send(&api, &codes, "Send a reminder: see them on \"3\" at 13:30.").await.good();
    assert_eq!(message(&api, &sent).await["text"], "See you on 3 at 13:30, Ada.");
    let refused = send(&api, &codes, "Send a reminder: see them on \"3 March\".").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.detail(), "The template 'reminder' needs a value for {{2}}: add it to content, in quotes.");
    // A tool without templates has a default template for the complete instruction.
    let plain = assistant(&api, json!([{ "type": "whatsapp_template" }])).await;
    let sent = send(&api, &plain, "Say hello.").await.good();
    assert_eq!(message(&api, &sent).await["text"], "Say hello.");
}

/// The text of the sent message.
async fn text(builder: Builder) -> Result<Value, (u16, String)> {
    let api = Api::new(builder);
    let codes = assistant(&api, templates()).await;
    let answer = send(&api, &codes, "Tell them.").await;
    match answer.status {
        200 => Ok(message(&api, &answer.json()).await["text"].clone()),
        status => Err((status, answer.detail())),
    }
}

#[tokio::test]
async fn script_model_or_responder_selects_the_template() {
    let arguments = json!({ "template": "login_code", "variables": { "1": 7 } });
    let rule = json!({ "words": "tell", "call": { "tool": "whatsapp_template", "arguments": arguments } });
    assert_eq!(
        text(Emulator::builder().scripts(scripts(json!({ "chat": [rule] })))).await,
        Ok(json!("Your code is 7."))
    );

    let call = json!({ "function": { "name": "whatsapp_template", "arguments": arguments.to_string() } });
    let answer = json!({ "choices": [{ "message": { "tool_calls": [call] } }] });
    let (url, mut asked) = endpoint(vec![(200, answer)]).await;
    assert_eq!(text(Emulator::builder().llm(Llm::new(url, "m"))).await, Ok(json!("Your code is 7.")));
    let offered = asked.recv().await.expect("a request").json()["tools"][0]["function"].clone();
    assert_eq!(offered["parameters"]["properties"]["template"]["enum"], json!(["reminder", "login_code"]));
    assert!(offered["description"].as_str().expect("a text").contains("login_code: Your code is {{1}}."), "{offered}");

    let calling = |arguments: Value| {
        move |_: &Turn| Reply::calling("whatsapp_template", arguments.as_object().cloned().unwrap_or_else(Map::new))
    };
    let unknown = calling(json!({ "template": "draft", "variables": { "1": "x" } }));
    let (status, detail) = text(Emulator::builder().responder(unknown)).await.expect_err("a failure");
    assert_eq!(
        (status, &*detail),
        (500, "The assistant selected the template 'draft', which is not one of reminder, login_code.")
    );
    let failing = |_: &Turn| Reply::failing("", "out of capacity").with_status(503);
    assert_eq!(text(Emulator::builder().responder(failing)).await, Err((503, "out of capacity".to_owned())));
}

#[tokio::test]
async fn assistant_must_be_able_to_use_whatsapp() {
    let api = Api::new(Emulator::builder());
    let count = async || api.get("/conversations").await.good()["data"].as_array().map(Vec::len);
    let pending = json!([{ "type": "whatsapp_template", "whatsapp_template": { "templates": [
        { "name": "draft", "body": "Draft", "status": "PENDING" }] } }]);
    for (tools, privacy, reason) in [
        (json!([]), json!({}), "it has no tool of the type whatsapp_template"),
        (pending, json!({}), "none of its templates is approved"),
        (templates(), json!({ "data_retention": false }), "data retention is off"),
        (templates(), json!({ "pii_redaction": "redact" }), "PII redaction is on"),
    ] {
        let body = json!({ "name": "n", "instructions": "i", "tools": tools, "privacy_settings": privacy });
        let id = api.assistant(body).await;
        let refused = send(&api, &id, "code 1").await;
        assert_eq!(
            (refused.status, refused.detail()),
            (400, format!("Assistant '{id}' cannot use WhatsApp: {reason}."))
        );
    }
    assert_eq!(send(&api, "assistant-nobody", "code 1").await.status, 404);
    assert_eq!(count().await, Some(0), "no conversation is stored");
}

#[tokio::test]
async fn errors_name_the_invalid_fields() {
    let api = Api::new(Emulator::builder());
    let codes = assistant(&api, templates()).await;
    let body = json!({
        "from": "3125550100", "to": "", "content": "",
        "conversation_metadata": { "assistant_id": "a", "telnyx_agent_target": "b", "order": true },
    });
    let refused = api.post(&format!("/assistants/{codes}/chat/whatsapp"), body).await;
    assert_eq!(refused.status, 422);
    let errors = refused.json()["errors"].as_array().cloned().expect("errors");
    let mut pointers: Vec<&str> =
        errors.iter().map(|it| it["source"]["pointer"].as_str().expect("a pointer")).collect();
    pointers.sort_unstable();
    let expected = [
        "/content",
        "/conversation_metadata/assistant_id",
        "/conversation_metadata/telnyx_agent_target",
        "/from",
        "/to",
    ];
    assert_eq!(pointers, expected);
}

#[tokio::test]
async fn sender_must_belong_to_the_profile_of_the_assistant() {
    let seed = json!({
        "assistants": [
            { "id": "assistant-codes", "name": "Codes", "instructions": "i", "tools": templates() },
            { "id": "assistant-sales", "name": "Sales", "instructions": "i", "tools": templates() },
        ],
        "numbers": [{ "number": FROM, "assistant_id": "assistant-codes" }],
    });
    let api = Api::new(Emulator::builder().seed(seed));
    send(&api, "assistant-codes", "code 1").await.good();
    let refused = send(&api, "assistant-sales", "code 1").await;
    let expected = format!("The messaging profile of {FROM} belongs to another assistant than 'assistant-sales'.");
    assert_eq!((refused.status, refused.detail()), (400, expected));
    let other = json!({ "from": "+13125550101", "to": "BSUID.1", "content": "code 1" });
    let refused = api.post("/assistants/assistant-codes/chat/whatsapp", other).await;
    assert_eq!((refused.status, &*refused.detail()), (400, "+13125550101 is not a WhatsApp number of this account."));

    let copy = Api::new(Emulator::builder().seed(api.0.export().expect("contents")));
    assert_eq!(send(&copy, "assistant-sales", "code 1").await.status, 400);
    let wrong = json!({ "numbers": [{ "number": FROM }] });
    let error = Emulator::builder().seed(wrong).in_process().expect_err("a wrong seed").to_string();
    assert!(error.contains("numbers[0].assistant_id: A number needs the field assistant_id."), "{error}");
}

#[tokio::test]
async fn repeated_request_with_a_key_sends_once() {
    let api = Api::new(Emulator::builder());
    let codes = assistant(&api, templates()).await;
    let path = format!("/assistants/{codes}/chat/whatsapp");
    let body = json!({ "from": FROM, "to": "+13125550199", "content": "login code 1" });
    let send =
        async || api.try_call("POST", &path, body.clone(), &[("idempotency-key", "once")]).await.expect("an answer");
    let first = send().await;
    let second = send().await;
    assert_eq!((first.status, first.json()), (200, second.json()));
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(api.get("/conversations").await.good()["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn variables_webhook_fills_placeholders() {
    let answer =
        json!({ "dynamic_variables": { "name": "Grace" }, "conversation": { "metadata": { "tier": "gold" } } });
    let (url, _received) = endpoint(vec![(200, answer)]).await;
    let api = Api::new(Emulator::builder());
    let body = json!({ "name": "n", "instructions": "i", "tools": templates(), "dynamic_variables_webhook_url": url });
    let id = api.assistant(body).await;
    let sent = send(&api, &id, "reminder: see them on \"3 March\" at 9:30").await.good();
    assert_eq!(message(&api, &sent).await["text"], "See you on 3 March at 9:30, Grace.");
    let conversation = sent["conversation_id"].as_str().expect("an id");
    let metadata = api.get(&format!("/conversations/{conversation}")).await.good()["data"]["metadata"].clone();
    assert_eq!((&metadata["tier"], &metadata["name"]), (&json!("gold"), &Value::Null));
}

#[tokio::test]
async fn redacted_assistant_cannot_send_text_messages() {
    let api = Api::new(Emulator::builder());
    let body = json!({ "name": "A", "instructions": "i", "privacy_settings": { "pii_redaction": "redact" } });
    let id = api.assistant(body).await;
    let sms = json!({ "from": FROM, "to": "+13125550199", "text": "Hi", "should_create_conversation": true });
    let refused = api.post(&format!("/assistants/{id}/chat/sms"), sms.clone()).await;
    assert_eq!((refused.status, refused.detail().contains("cannot use SMS: PII redaction is on")), (400, true));
    assert_eq!(api.get("/conversations").await.good()["data"], json!([]));
    let event = json!({
        "telnyx_conversation_channel": "sms_chat", "telnyx_agent_target": FROM, "telnyx_end_user_target": "+13125550199",
        "scheduled_at_fixed_datetime": "2099-01-01T00:00:00Z", "text": "Hi",
    });
    let events = format!("/assistants/{id}/scheduled_events");
    assert_eq!(api.post(&events, event.clone()).await.status, 400);

    api.post(&format!("/assistants/{id}"), json!({ "privacy_settings": { "pii_redaction": "disabled" } })).await.good();
    assert_eq!(api.post(&format!("/assistants/{id}/chat/sms"), sms).await.status, 200);
    api.post(&events, event).await.good();
}
