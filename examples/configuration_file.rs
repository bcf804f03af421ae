//! Create an assistant from a JSON configuration, and find misspelled fields in it.
//!
//! This is free of charge on the real API. The example deletes the assistant that it creates.
//!
//! ```sh
//! cargo run --example configuration_file
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! serde_json = "1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```

use telnyx_ai::assistants::{CreateAssistant, UpdateAssistant};
use telnyx_ai::{Client, Telnyx, prelude::*, unknown_paths};
use telnyx_ai_emulator::Emulator;

/// The configuration. A real program reads it from a file. `user_idle_timeout` is misspelled: `_secs` is missing.
const CONFIGURATION: &str = r#"{
    "name": "Parcel desk",
    "instructions": "You help customers who wait for a parcel.",
    "tools": [
        {"type": "hangup", "hangup": {"description": "When the customer says goodbye."}},
        {"type": "webhook", "webhook": {
            "name": "track", "description": "Returns where a parcel is.", "url": "https://parcels.example.com/track",
            "body_parameters": {"type": "object", "properties": {"parcel_id": {"type": "string"}}}
        }}
    ],
    "telephony_settings": {"time_limit_secs": 900, "user_idle_timeout": 60},
    "conversation_flow": {
        "start_node_id": "parcel",
        "nodes": [
            {"id": "parcel", "type": "prompt", "instructions": "Ask for the number of the parcel."},
            {"id": "goodbye", "type": "speak", "message": "Goodbye!"}
        ],
        "edges": [{
            "id": "done", "start_node_id": "parcel", "target": {"type": "node", "node_id": "goodbye"},
            "condition": {"type": "llm", "prompt": "The customer knows where the parcel is."}
        }]
    }
}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let assistants = telnyx.assistants();

    // Unknown fields are kept and sent, since the API may know them. `unknown_paths` lists them.
    let mut request: CreateAssistant = serde_json::from_str(CONFIGURATION)?;
    println!("unknown fields: {:?}", unknown_paths(&request));

    // Replace the misspelled field.
    if let Some(telephony) = &mut request.telephony_settings {
        telephony.extra.remove("user_idle_timeout");
        telephony.user_idle_timeout_secs = Some(60);
    }
    println!("unknown fields: {:?}", unknown_paths(&request));
    let desk = assistants.create(request).await?;
    println!("created {}", desk.id);

    // To change a nested field, read the assistant, change the field and send everything back.
    let mut change = UpdateAssistant::from(assistants.retrieve(&desk.id).await?);
    if let Some(telephony) = &mut change.telephony_settings {
        telephony.user_idle_timeout_secs = Some(90);
    }
    let changed = assistants.update(&desk.id, change).await?;
    println!("the tools are unchanged: {}", changed.tools == desk.tools);

    assistants.delete(&desk.id).await?;
    Ok(())
}
