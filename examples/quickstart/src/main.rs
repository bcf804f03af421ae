//! Create an assistant, chat with it, and schedule a phone call.
//!
//! ```sh
//! cargo run -p quickstart                                         # on an emulator in this process
//! TELNYX_API_KEY=KEY cargo run -p quickstart --features rustls    # on the real API; chats and calls cost money
//! ```
//!
//! To copy it into a project of your own:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt"] }
//! ```

use telnyx_ai::assistants::types::{Hangup, Tool, Webhook};
use telnyx_ai::assistants::{ChatEvent, ChatRequest, CreateAssistant, CreateConversation, CreateScheduledEvent};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        println!("Using the Telnyx API");
        Telnyx::from_env()?
    } else {
        println!("Using the emulator");
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };

    // An assistant has instructions, a greeting with {{variables}}, and tools.
    let request = CreateAssistant::new("Parcel desk", "You help customers of Swift Parcel. Be brief.")
        .with_greeting("Hello {{customer}}, this is Swift Parcel.")
        .with_tools([
            Tool::from(Webhook::new("track", "Returns where a parcel is.", "https://parcels.example.com/track")),
            Tool::from(Hangup::new().with_description("When the customer says goodbye.")),
        ]);
    let assistant = telnyx.assistants().create(request).await?;
    println!("Created assistant {} ({})", assistant.name, assistant.id);

    // A chat takes place in a conversation, whose metadata sets the variables.
    let conversation = CreateConversation::new().with_metadata([("customer", "Ada")]);
    let conversation = telnyx.conversations().create(conversation).await?;
    let reply = telnyx.assistants().chat(&assistant.id, ChatRequest::new(&conversation.id, "Hi!")).await?;
    println!("Ada:       Hi!\nAssistant: {}", reply.content);

    // Receive a reply in pieces while it is generated.
    let question = "Where is my parcel?";
    println!("Ada:       {question}");
    print!("Assistant: ");
    let request = ChatRequest::new(&conversation.id, question);
    let mut reply = telnyx.assistants().chat_stream(&assistant.id, request).await?;
    while let Some(event) = reply.try_next().await? {
        if let ChatEvent::Delta(piece) = event {
            print!("{}", piece.content);
        }
    }
    println!();

    // Schedule a phone call from one of your numbers.
    let call = CreateScheduledEvent::phone_call("+13125550100", "+13125550199", "2099-01-31T09:00:00Z");
    let call = telnyx.scheduled_events().create(&assistant.id, call).await?;
    println!("Scheduled call {}", call.id().unwrap_or("without an id"));

    telnyx.assistants().delete(&assistant.id).await?;
    println!("Deleted the assistant");
    Ok(())
}
