//! Restore a deleted assistant, and erase one permanently.
//!
//! This is free of charge on the real API. The example erases the assistant that it creates.
//!
//! ```sh
//! cargo run --example deleted_assistants
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

use telnyx_ai::assistants::{CreateAssistant, DeleteAssistant};
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
    let assistants = telnyx.assistants();
    let reception = assistants.create(CreateAssistant::new("Reception", "You answer the phone.")).await?;

    // A deleted assistant can be restored for 30 days.
    assistants.delete(&reception.id).await?;
    let mut deleted = assistants.list_deleted();
    while let Some(assistant) = deleted.try_next().await? {
        println!("{}: {} will be erased at {}", assistant.id, assistant.name, assistant.permanently_deleted_at);
    }
    let read = assistants.retrieve_deleted(&reception.id).await?;
    println!("deleted at {}", read.deleted_at);

    let restored = assistants.restore(&reception.id).await?;
    println!("restored {}: {}", restored.id, restored.name);

    // A hard delete erases the assistant at once. It cannot be restored.
    assistants.delete_with(&reception.id, DeleteAssistant::new().with_hard_delete(true)).await?;
    if let Err(error) = assistants.restore(&reception.id).await {
        println!("{error}");
    }
    Ok(())
}
