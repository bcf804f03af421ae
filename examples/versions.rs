//! Try a change in a version next to the main one, then promote it.
//!
//! This is free of charge on the real API. The example deletes the assistant that it creates.
//!
//! ```sh
//! cargo run --example versions
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

use telnyx_ai::assistants::{CreateAssistant, UpdateAssistant};
use telnyx_ai::versions::{RetrieveVersion, UpdateVersion};
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
    let (assistants, versions) = (telnyx.assistants(), telnyx.versions());
    let request = CreateAssistant::new("Reception", "You answer the phone.").with_greeting("Hello!");
    let reception = assistants.create(request).await?;
    let old = reception.version_id.ok_or("the API returned no version")?;

    // Each update creates a version. This one receives no traffic.
    let change =
        UpdateAssistant::new().with_greeting("Good morning!").with_version_name("Morning").with_promote_to_main(false);
    let new = assistants.update(&reception.id, change).await?.version_id.ok_or("the API returned no version")?;
    for version in versions.list(&reception.id).await? {
        println!("{:?}: {}", version.version_name, version.greeting.unwrap_or_default());
    }

    // A version can be changed until it is promoted.
    let read = versions.retrieve(&reception.id, &new).await?;
    let change = UpdateVersion::from(read).with_greeting("Good morning, how can I help?");
    versions.update(&reception.id, &new, change).await?;
    let with_servers = RetrieveVersion::new().with_include_mcp_servers(true);
    let read = versions.retrieve_with(&reception.id, &new, with_servers).await?;
    println!("{} with {:?} MCP servers", read.greeting.unwrap_or_default(), read.mcp_servers.map(|all| all.len()));

    // Promote it. From now on, callers get it.
    versions.promote(&reception.id, &new).await?;
    println!("main version: {}", assistants.retrieve(&reception.id).await?.greeting.unwrap_or_default());

    // The main version cannot be deleted, other versions can.
    versions.delete(&reception.id, &old).await?;
    if let Err(error) = versions.delete(&reception.id, &new).await {
        println!("{error}");
    }
    assistants.delete(&reception.id).await?;
    Ok(())
}
