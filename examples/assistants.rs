//! Create, read, change, copy and delete an assistant.
//!
//! This is free of charge on the real API. The example deletes what it creates, except the TeXML application that Telnyx
//! creates with each assistant.
//!
//! ```sh
//! cargo run --example assistants
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

use std::time::Duration;

use telnyx_ai::assistants::types::{EnabledFeature, Hangup, SkipTurn, Tool, VoiceSettings, Webhook};
use telnyx_ai::assistants::{CreateAssistant, RetrieveAssistant, UpdateAssistant};
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

    // The name and the instructions are required. Tools of different types go into one list as `Tool`s.
    let request = CreateAssistant::new("Reception", "You answer the phone for {{company}}. Be brief.")
        .with_greeting("Hello, this is {{company}}.")
        .with_dynamic_variables([("company", "Swift Parcel")])
        .with_enabled_features([EnabledFeature::Telephony, EnabledFeature::Messaging])
        .with_voice_settings(VoiceSettings::new("Telnyx.KokoroTTS.af_heart"))
        .with_tools([
            Tool::from(Webhook::new("open_hours", "Returns the opening hours.", "https://example.com/hours")),
            Tool::from(SkipTurn::new().with_description("When the caller asks for a moment.")),
            Tool::from(Hangup::new().with_description("When the caller says goodbye.")),
        ]);
    let reception = assistants.create(request).await?;
    println!("created {} with the model {}", reception.id, reception.model);

    // Set the options of a call before you await it.
    for assistant in assistants.list().timeout(Duration::from_secs(10)).max_retries(1).await? {
        println!("found {}: {}", assistant.id, assistant.name);
    }

    let read = assistants.retrieve(&reception.id).await?;
    println!("created at {} with {} tools", read.created_at, read.tools.map_or(0, |tools| tools.len()));

    // Read the assistant as it is for a certain caller, with the variables from its webhook, if it has one.
    let caller = RetrieveAssistant::new()
        .with_fetch_dynamic_variables_from_webhook(true)
        .with_from("+13125550199")
        .with_to("+13125550100");
    let read = assistants.retrieve_with(&reception.id, caller).await?;
    println!("variables for a caller: {:?}", read.dynamic_variables.unwrap_or_default());

    // Fields that are not set stay as they are. `extra_body` sends a field that this crate does not have yet.
    let change = UpdateAssistant::new().with_greeting("Good morning, this is {{company}}.");
    let changed = assistants.update(&reception.id, change).extra_body("team", "front office").await?;
    println!("greeting: {}", changed.greeting.unwrap_or_default());

    let copy = assistants.clone_assistant(&reception.id).await?;
    println!("copied to {}: {}", copy.id, copy.name);

    // The TeXML document that connects a phone call to the assistant.
    println!("{}", assistants.texml(&reception.id).await?);

    for id in [&reception.id, &copy.id] {
        println!("deleted {id}: {}", assistants.delete(id).await?.deleted);
    }

    // An error names the operation, the reason and the code of the API.
    if let Err(error) = assistants.retrieve("assistant-unknown").await {
        println!("{error}");
    }
    Ok(())
}
