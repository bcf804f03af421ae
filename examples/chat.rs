//! Chat: a conversation, whole replies and streamed ones, and a person who takes over.
//!
//! ```sh
//! cargo run --example chat
//! ```
//!
//! Calls: `POST /ai/assistants/{assistant_id}/chat`, with and without `stream`.

use std::process::ExitCode;

use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateConversation, UpdateConversation};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Chat: whole replies, streamed ones, and a person who takes over.").run(chat).await
}

async fn chat(stage: &Stage) -> Outcome {
    let (assistants, conversations) = (stage.telnyx.assistants(), stage.telnyx.conversations());
    let request = CreateAssistant::new("Kitchen", "You take orders for {{restaurant}}.")
        .with_greeting("Welcome to {{restaurant}}, {{guest}}!");
    let kitchen = assistants.create(request).await?;

    stage.step("Open a conversation; its metadata fill in the variables");
    let metadata = [("restaurant", "Chez Ada"), ("guest", "Grace")];
    let talk = conversations.create(CreateConversation::new().with_metadata(metadata)).await?;
    note!("{}", talk.id);

    stage.step("Say something, and wait for the whole reply");
    let reply = assistants.chat(&kitchen.id, ChatRequest::new(&talk.id, "Good evening!")).await?;
    note!("{}", reply.content);

    stage.step("Follow a reply while it is made");
    let request = ChatRequest::new(&talk.id, "A table for two, please.").with_name("Grace");
    let mut reply = assistants.chat_stream(&kitchen.id, request).await?;
    while let Some(event) = reply.try_next().await? {
        match event {
            ChatEvent::Delta(piece) => note!("piece {:?}", piece.content),
            ChatEvent::Done(whole) => note!("whole {:?}", whole.content),
            other => note!("an event of a newer API: {other:?}"),
        }
    }

    stage.step("Stream, but take the reply as a whole: long replies run into no timeout");
    let reply = assistants.chat_stream(&kitchen.id, ChatRequest::new(&talk.id, "By the window.")).await?;
    note!("{}", reply.collect_reply().await?.content);

    stage.step("Let a person take over: the assistant is silent now");
    let silent = UpdateConversation::new().with_metadata([("ai_disabled", true)]);
    conversations.update(&talk.id, silent).await?;
    if let Err(error) = assistants.chat(&kitchen.id, ChatRequest::new(&talk.id, "Hello?")).await {
        note!("{error}");
    }
    Ok(())
}
