//! Chat with an assistant: whole replies, streamed replies, and a person who takes over.
//!
//! On the real API, the replies of the model cost money.
//!
//! ```sh
//! cargo run --example chat
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```

use std::io::Write as _;

use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateAssistant, CreateConversation, UpdateConversation};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let (assistants, conversations) = (telnyx.assistants(), telnyx.conversations());
    let request = CreateAssistant::new("Kitchen", "You take orders for {{restaurant}}.")
        .with_greeting("Welcome to {{restaurant}}, {{guest}}!");
    let kitchen = assistants.create(request).await?;

    // The metadata of a conversation sets the variables.
    let metadata = [("restaurant", "Chez Ada"), ("guest", "Grace")];
    let conversation = conversations.create(CreateConversation::new().with_metadata(metadata)).await?;

    // Wait for the whole reply.
    let reply = assistants.chat(&kitchen.id, ChatRequest::new(&conversation.id, "Good evening!")).await?;
    println!("whole:    {}", reply.content);

    // Print the reply while it is generated.
    print!("streamed: ");
    let request = ChatRequest::new(&conversation.id, "A table for two, please.").with_name("Grace");
    let mut reply = assistants.chat_stream(&kitchen.id, request).await?;
    while let Some(event) = reply.try_next().await? {
        match event {
            ChatEvent::Delta(piece) => print!("{}", piece.content),
            ChatEvent::Done(_) => println!(),
            other => println!("an unknown event: {other:?}"),
        }
        std::io::stdout().flush()?;
    }

    // Stream, but collect the reply: a long reply does not exceed the timeout.
    let request = ChatRequest::new(&conversation.id, "By the window.");
    let reply = assistants.chat_stream(&kitchen.id, request).await?.collect_reply().await?;
    println!("whole:    {}", reply.content);

    // Let a person take over: the assistant no longer replies.
    // An update replaces the metadata, so keep the other values.
    let mut metadata = conversations.retrieve(&conversation.id).await?.metadata;
    metadata.insert("ai_disabled", true);
    conversations.update(&conversation.id, UpdateConversation::new().with_metadata(metadata)).await?;
    if let Err(error) = assistants.chat(&kitchen.id, ChatRequest::new(&conversation.id, "Hello?")).await {
        println!("{error}");
    }

    conversations.delete(&conversation.id).await?;
    assistants.delete(&kitchen.id).await?;
    Ok(())
}
