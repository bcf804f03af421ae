//! Tag assistants, and find them by a tag.
//!
//! This is free of charge on the real API. The example deletes the assistant that it creates.
//!
//! ```sh
//! cargo run --example tags
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

use telnyx_ai::assistants::{AddTag, CreateAssistant};
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
    let (assistants, tags) = (telnyx.assistants(), telnyx.tags());

    let request = CreateAssistant::new("Reception", "You answer the phone.").with_tags(["reception"]);
    let reception = assistants.create(request).await?;
    let tagged = tags.add(&reception.id, AddTag::new("beta testers")).await?;
    println!("tags of the assistant: {:?}", tagged.tags);
    println!("tags of all assistants: {:?}", tags.list().await?.tags);

    for assistant in assistants.list().await? {
        if assistant.tags.iter().flatten().any(|tag| tag == "beta testers") {
            println!("{} has the tag", assistant.name);
        }
    }

    // Tags are escaped in URLs, so the space is no problem.
    let tagged = tags.remove(&reception.id, "beta testers").await?;
    println!("tags of the assistant: {:?}", tagged.tags);

    assistants.delete(&reception.id).await?;
    Ok(())
}
