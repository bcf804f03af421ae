//! Give an assistant a tool of an integration, and disconnect an integration.
//!
//! This is free of charge on the real API. Accounts are connected in the Telnyx portal; the emulator has some connections.
//! With an argument, the example disconnects that integration: `cargo run --example integrations -- salesforce`.
//!
//! ```sh
//! cargo run --example integrations
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

use telnyx_ai::assistants::CreateAssistant;
use telnyx_ai::assistants::types::AttachedIntegration;
use telnyx_ai::integrations::IntegrationStatus;
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
    let (assistants, integrations) = (telnyx.assistants(), telnyx.integrations());
    let connections = telnyx.connections();

    let catalogue = integrations.list().await?;
    for entry in &catalogue {
        println!("{} ({}): {}", entry.display_name, entry.status, entry.description);
    }

    // Let an assistant use one tool of a connected integration.
    if let Some(entry) = catalogue.iter().find(|entry| entry.status == IntegrationStatus::Connected) {
        let entry = integrations.retrieve(&entry.id).await?;
        let attached = AttachedIntegration::new(&entry.id).with_allowed_list(entry.available_tools.first());
        let request = CreateAssistant::new("Sales", "You talk to customers.").with_integrations([attached]);
        let sales = assistants.create(request).await?;
        for attached in sales.integrations.iter().flatten() {
            println!("{} may use {:?} of {}", sales.name, attached.allowed_list, entry.display_name);
        }
        assistants.delete(&sales.id).await?;
    }

    // Connections of the account, with the tools that they allow.
    let disconnect = std::env::args().nth(1);
    for connection in connections.list().await? {
        let connection = connections.retrieve(&connection.id).await?;
        let integration = integrations.retrieve(&connection.integration_id).await?;
        println!("connected to {}: {:?}", integration.display_name, connection.allowed_tools);
        if disconnect.as_ref().is_some_and(|name| integration.display_name.eq_ignore_ascii_case(name)) {
            connections.delete(&connection.id).await?;
            println!("disconnected");
        }
    }
    Ok(())
}
