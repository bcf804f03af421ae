//! Register an MCP server, and give its tools to an assistant.
//!
//! This is free of charge on the real API. The example deletes what it creates.
//!
//! ```sh
//! cargo run --example mcp_servers
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
use telnyx_ai::assistants::types::AttachedMcpServer;
use telnyx_ai::mcp::{CreateMcpServer, ListMcpServers, UpdateMcpServer, upsert};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

const URL: &str = "https://mcp.example.com/sse";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let (assistants, servers) = (telnyx.assistants(), telnyx.mcp_servers());

    // Register a server, with two of its tools.
    let request = CreateMcpServer::new("Orders", "sse", URL).with_allowed_tools(["find_order", "cancel_order"]);
    let orders = servers.create(request.clone()).await?;
    println!("created {} with the tools {:?}", orders.id, orders.allowed_tools);

    // `upsert` creates a server, or updates the one with this name.
    println!("{:?}", upsert(&servers, request).await?);

    // A field that is not set stays as it is. `clear_…` sends null: now all tools are allowed.
    servers.update(&orders.id, UpdateMcpServer::new().with_name("Orders and returns")).await?;
    servers.update(&orders.id, UpdateMcpServer::new().clear_allowed_tools()).await?;
    let read = servers.retrieve(&orders.id).await?;
    println!("{} has the tools {:?}", read.name, read.allowed_tools);

    // Let an assistant use one of the tools.
    let attached = AttachedMcpServer::new(&orders.id).with_allowed_tools(["find_order"]);
    let request = CreateAssistant::new("Shop", "You look orders up.").with_mcp_servers([attached]);
    let shop = assistants.create(request).await?;
    println!("{} has {:?} MCP servers", shop.name, shop.mcp_servers.map(|all| all.len()));

    let mut found = servers.list(ListMcpServers::new().with_url(URL)).page_size(50);
    while let Some(server) = found.try_next().await? {
        println!("found {} at {}", server.name, server.url);
    }

    assistants.delete(&shop.id).await?;
    servers.delete(&orders.id).await?;
    Ok(())
}
