//! Let a model improve the instructions of an assistant, and store them in a new version.
//!
//! On the real API, the model costs money.
//!
//! ```sh
//! cargo run --example instructions
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

use telnyx_ai::assistants::{CreateAssistant, EnhanceInstructions, UpdateAssistant};
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
    let (assistants, instructions) = (telnyx.assistants(), telnyx.instructions());
    let reception = assistants.create(CreateAssistant::new("Reception", "You answer the phone.")).await?;

    // Improve the instructions of the assistant. This does not change the assistant.
    let improved = instructions.enhance(&reception.id, EnhanceInstructions::new()).await?;
    println!("{improved}");

    // Improve a draft, and print it while it is generated.
    let draft = EnhanceInstructions::new()
        .with_instructions("You answer the phone of a dentist.")
        .with_enhancement_prompt("Never give medical advice.");
    let mut text = instructions.enhance_stream(&reception.id, draft).await?;
    while let Some(piece) = text.try_next().await? {
        print!("{piece}");
    }
    println!();

    // Store the improved instructions in a version that receives no traffic yet.
    let change = UpdateAssistant::new()
        .with_instructions(improved)
        .with_version_name("Improved instructions")
        .with_promote_to_main(false);
    let version = assistants.update(&reception.id, change).await?;
    println!("version {}", version.version_id.unwrap_or_default());
    println!("main version: {}", assistants.retrieve(&reception.id).await?.instructions);

    assistants.delete(&reception.id).await?;
    Ok(())
}
