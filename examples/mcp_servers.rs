//! MCP servers: register them, change them, and give their tools to an assistant.
//!
//! ```sh
//! cargo run --example mcp_servers              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET` and `POST /ai/mcp_servers`; `GET`, `PUT` and `DELETE /ai/mcp_servers/{mcp_server_id}`.

use std::process::ExitCode;

use telnyx_ai::assistants::types::{AttachedMcpServer, CreateAssistant};
use telnyx_ai::mcp::{CreateMcpServer, ListMcpServers, McpServer, UpdateMcpServer};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("MCP servers: register them, and give their tools to an assistant.").or_live().run(mcp_servers).await
}

async fn mcp_servers(stage: &Stage) -> Outcome {
    let (assistants, servers) = (stage.telnyx.assistants(), stage.telnyx.mcp_servers());

    stage.step("Register a server, with some of its tools only");
    let request = CreateMcpServer::new("Orders", "sse", "https://mcp.example.com/sse")
        .with_allowed_tools(["find_order", "cancel_order"]);
    let orders = servers.create(request).await?;
    stage.cleanup.at_the_end(&orders.id, servers.delete(&orders.id));
    show(&orders);

    stage.step("Read it");
    show(&servers.retrieve(&orders.id).await?);

    stage.step("Change its name; absent leaves a field as it is …");
    show(&servers.update(&orders.id, UpdateMcpServer::new().with_name("Orders and returns")).await?);

    stage.step("… and null clears it: now all tools are allowed");
    show(&servers.update(&orders.id, UpdateMcpServer::new().clear_allowed_tools()).await?);

    stage.step("Give an assistant one of its tools");
    let attached = AttachedMcpServer::new(&orders.id).with_allowed_tools(["find_order"]);
    let request = CreateAssistant::new("Shop", "You look orders up.").with_mcp_servers([attached]);
    let shop = assistants.create(request).await?;
    stage.cleanup.at_the_end(&shop.id, assistants.delete(&shop.id));
    note!("{}: {} MCP server(s)", shop.name, shop.mcp_servers.map_or(0, |servers| servers.len()));

    stage.step("List the servers at an address");
    let mut found = servers.list(ListMcpServers::new().with_url("https://mcp.example.com/sse")).page_size(50);
    while let Some(server) = found.try_next().await? {
        show(&server);
    }

    stage.step("Remove both");
    assistants.delete(&shop.id).await?;
    servers.delete(&orders.id).await?;
    Ok(())
}

fn show(server: &McpServer) {
    note!("{} ({}) at {}, tools {:?}", server.name, server.server_type, server.url, server.allowed_tools);
}
