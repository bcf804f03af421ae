use futures_util::TryStreamExt;
use serde_json::json;
use telnyx_ai::assistants::{
    AddMessage, ChatEvent, ChatRequest, CreateAssistant, CreateConversation, EnhanceInstructions, ListConversations,
    Role, SendSms, UpdateConversation, filter,
};
use telnyx_ai::prelude::*;
use telnyx_ai::{ErrorKind, JsonObject};
use telnyx_ai_emulator::{Emulator, Reply, Turn};
use telnyx_ai_tests::Answer;
use telnyx_ai_tests::server::RecordingServer;

use super::{Api, api_error};

async fn say(api: &Api, assistant_id: &str, conversation_id: &str, words: &str) -> String {
    let request = ChatRequest::new(conversation_id, words);
    api.telnyx.assistants().chat(assistant_id, request).await.unwrap().content
}

#[tokio::test]
async fn variables_come_from_the_assistant_and_the_conversation() {
    let api = Api::start().await;
    let request = CreateAssistant::new("Support", "You help {{name}} of {{company}} with {{order}}.")
        .with_dynamic_variables(JsonObject::from([("name", "nobody".into()), ("company", "Example Ltd".into())]));
    let assistant = api.telnyx.assistants().create(request).await.unwrap();
    let request = CreateConversation::new().with_metadata([("name", "Ada")]);
    let conversation = api.telnyx.conversations().create(request).await.unwrap();
    let reply = say(&api, &assistant.id, &conversation.id, "Hi!").await;
    assert!(reply.contains("You help Ada of Example Ltd with {{order}}."), "{reply}");
}

#[tokio::test]
async fn variables_come_from_the_webhook_of_the_assistant() {
    let webhook = RecordingServer::start([Answer::json(&json!({
        "dynamic_variables": {"name": "Ada"},
        "conversation": {"metadata": {"tier": "gold"}},
        "order": "ignored, because it is not nested",
    }))])
    .await;
    let api = Api::start().await;
    let request = CreateAssistant::new("Support", "You help {{name}} with {{order}}.")
        .with_dynamic_variables_webhook_url(webhook.base_url());
    let assistant = api.telnyx.assistants().create(request).await.unwrap();
    let conversation = api.telnyx.conversations().create(CreateConversation::new()).await.unwrap();
    let reply = say(&api, &assistant.id, &conversation.id, "Hi!").await;
    assert!(reply.contains("You help Ada with {{order}}."), "{reply}");

    let asked = webhook.requests();
    assert_eq!(asked.len(), 1);
    let event = asked[0].json().unwrap();
    assert_eq!(event["data"]["event_type"], "assistant.initialization");
    assert_eq!(event["data"]["payload"]["assistant_id"], assistant.id.as_str());
    say(&api, &assistant.id, &conversation.id, "Again!").await;
    assert_eq!(webhook.requests().len(), 1, "the webhook is called when a conversation starts");
}

#[tokio::test]
async fn conversation_is_stored_message_by_message() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let conversations = api.telnyx.conversations();
    let conversation = conversations.create(CreateConversation::new().with_name("Web")).await.unwrap();
    let note = AddMessage::new(Role::User).with_content("I am Ada.");
    conversations.add_message(&conversation.id, note).await.unwrap();
    let reply = say(&api, &assistant.id, &conversation.id, "Where is my order?").await;

    let messages = conversations.messages(&conversation.id).page_size(1).try_collect().await.unwrap();
    let said: Vec<_> = messages.iter().map(|m| (m.role.as_str(), m.text.value().unwrap().as_str())).collect();
    assert_eq!(said, [("user", "I am Ada."), ("user", "Where is my order?"), ("assistant", &*reply)]);
    let now = conversations.retrieve(&conversation.id).await.unwrap();
    assert!(now.last_message_at.as_str() >= conversation.last_message_at.as_str());

    conversations.delete(&conversation.id).await.unwrap();
    let (status, ..) = api_error(conversations.retrieve(&conversation.id).await);
    assert_eq!(status, 404);
}

#[tokio::test]
async fn conversations_are_filtered_by_metadata() {
    let api = Api::start().await;
    let conversations = api.telnyx.conversations();
    for n in 1..=5 {
        let request = CreateConversation::new()
            .with_metadata([("assistant_id", if n % 2 == 0 { "assistant-2" } else { "assistant-1" })])
            .with_name(format!("Conversation {n}"));
        conversations.create(request).await.unwrap();
    }
    let names = |filter: ListConversations| async {
        let found = conversations.list(filter).await.unwrap();
        found.into_iter().map(|conversation| conversation.name.unwrap()).collect::<Vec<_>>()
    };
    let even = ListConversations::new().with_assistant_id(filter::eq("assistant-2")).with_order("created_at.asc");
    assert_eq!(names(even).await, ["Conversation 2", "Conversation 4"]);
    let one = ListConversations::new().with_name(filter::eq("Conversation 3"));
    assert_eq!(names(one).await, ["Conversation 3"]);
    assert_eq!(names(ListConversations::new().with_limit(2)).await.len(), 2);
}

#[tokio::test]
async fn disabled_assistant_is_400() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let conversations = api.telnyx.conversations();
    let conversation = conversations.create(CreateConversation::new()).await.unwrap();
    let off = UpdateConversation::new().with_metadata([("ai_disabled", true)]);
    conversations.update(&conversation.id, off).await.unwrap();
    let (status, ..) =
        api_error(api.telnyx.assistants().chat(&assistant.id, ChatRequest::new(&conversation.id, "Hi!")).await);
    assert_eq!(status, 400);
}

#[tokio::test]
async fn replies_can_be_scripted() {
    let script = |turn: &Turn| Reply::new(format!("{} times {}", turn.history.len(), turn.content));
    let api = Api::of(Emulator::builder().responder(script)).await;
    let assistant = api.assistant().await;
    let conversation = api.telnyx.conversations().create(CreateConversation::new()).await.unwrap();
    assert_eq!(say(&api, &assistant.id, &conversation.id, "red").await, "0 times red");
    assert_eq!(say(&api, &assistant.id, &conversation.id, "blue").await, "2 times blue");
}

#[tokio::test]
async fn reply_is_streamed_in_pieces() {
    let words = "One two three four five six seven eight nine ten. Grüße, 👋!";
    let api = Api::of(Emulator::builder().responder(move |_: &Turn| Reply::new(words))).await;
    let assistant = api.assistant().await;
    let conversation = api.telnyx.conversations().create(CreateConversation::new()).await.unwrap();
    let request = ChatRequest::new(&conversation.id, "Count!");
    let stream = api.telnyx.assistants().chat_stream(&assistant.id, request).await.unwrap();
    let events: Vec<ChatEvent> = stream.try_collect().await.unwrap();
    let (last, pieces) = events.split_last().unwrap();
    assert!(pieces.len() > 1, "{events:?}");
    let pieces: String = pieces
        .iter()
        .map(|event| match event {
            ChatEvent::Delta(delta) => &*delta.content,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(pieces, words);
    assert!(matches!(last, ChatEvent::Done(done) if done.content == words), "{last:?}");
}

#[tokio::test]
async fn failed_reply_keeps_its_text() {
    let fails = |_: &Turn| Reply::failing("Let me", "the model is gone");
    let api = Api::of(Emulator::builder().responder(fails)).await;
    let assistant = api.assistant().await;
    let conversation = api.telnyx.conversations().create(CreateConversation::new()).await.unwrap();
    let request = ChatRequest::new(&conversation.id, "Hi!");
    let stream = api.telnyx.assistants().chat_stream(&assistant.id, request.clone()).await.unwrap();
    let error = stream.collect_reply().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Stream, Some("Let me")));
    assert!(error.to_string().contains("the model is gone"), "{error}");
    let (status, ..) = api_error(api.telnyx.assistants().chat(&assistant.id, request).await);
    assert_eq!(status, 500);
}

#[tokio::test]
async fn text_message_creates_a_conversation_on_request() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let request = SendSms::new("+13125550100", "+13125550101")
        .with_text("Your order has left.")
        .with_conversation_metadata([("order", "A-17")])
        .with_should_create_conversation(true);
    let sent = api.telnyx.assistants().send_sms(&assistant.id, request).await.unwrap();
    let id = sent.conversation_id.unwrap();
    let conversation = api.telnyx.conversations().retrieve(&id).await.unwrap();
    assert_eq!(conversation.metadata["order"], "A-17");
    let messages = api.telnyx.conversations().messages(&id).try_collect().await.unwrap();
    assert_eq!(messages.last().unwrap().text.value().unwrap(), "Your order has left.");
}

#[tokio::test]
async fn instructions_are_enhanced_whole_and_as_a_stream() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let instructions = api.telnyx.instructions();
    let wish = || EnhanceInstructions::new().with_enhancement_prompt("Say less.");
    let whole = instructions.enhance(&assistant.id, wish()).await.unwrap();
    assert!(whole.contains("Help politely."), "{whole}");
    let stream = instructions.enhance_stream(&assistant.id, wish()).await.unwrap();
    assert_eq!(stream.collect().await.unwrap(), whole);
    assert_eq!(api.telnyx.assistants().retrieve(&assistant.id).await.unwrap().instructions, "Help politely.");
}
