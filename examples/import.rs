//! Import assistants from another provider.
//!
//! This is free of charge on the real API. There, set PROVIDER_KEY to a key of ElevenLabs. The imported assistants stay in
//! the account.
//!
//! ```sh
//! cargo run --example import
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

use telnyx_ai::assistants::types::ImportProvider;
use telnyx_ai::assistants::{ImportAssistants, UpdateAssistant};
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
    let key = std::env::var("PROVIDER_KEY").unwrap_or("any".to_owned());

    // All assistants of the account. `with_import_ids` selects some.
    let import = ImportAssistants::new(ImportProvider::ElevenLabs, key);
    let imported = assistants.import(import.clone()).await?;
    for assistant in &imported {
        println!("{}: {}", assistant.id, assistant.name);
        println!("  origin: {:?}", assistant.import_metadata);
        println!("  tools: {:?}", assistant.tools.iter().flatten().map(|tool| tool.tag()).collect::<Vec<_>>());
    }

    // A second import overwrites local changes.
    if let Some(first) = imported.first() {
        assistants.update(&first.id, UpdateAssistant::new().with_greeting("Changed here.")).await?;
        for again in assistants.import(import).await?.iter().filter(|again| again.id == first.id) {
            println!("greeting: {}", again.greeting.as_deref().unwrap_or_default());
        }
    }
    Ok(())
}
