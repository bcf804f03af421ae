//! Creating or updating an MCP server by its name.

use telnyx_ai_core::{Error, ErrorKind, Upserted};

use crate::{CreateMcpServer, ListMcpServers, McpServer, McpServersApi};

/// Creates an MCP server, or updates the one with its name.
///
/// The name is compared with those of all servers of the account, ignoring leading and trailing whitespace. An update
/// changes only the fields that are set in `server`.
///
/// Two concurrent calls can both create the server. Later calls then fail, so call it from one place, such as a deploy job.
///
/// # Errors
/// A [`Request`](ErrorKind::Request) error if several servers have the name; nothing is written. Otherwise those of the
/// calls.
///
/// ```
/// use telnyx_ai_core::Upserted;
/// use telnyx_ai_mcp::{CreateMcpServer, McpServers, upsert};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let servers = McpServers::new(client);
/// let orders = CreateMcpServer::new("Orders", "sse", "https://mcp.example.com/sse");
///
/// assert!(matches!(upsert(&servers, orders.clone()).await?, Upserted::Created(_)));
/// assert!(matches!(upsert(&servers, orders).await?, Upserted::Updated(_)));
/// # Ok(())
/// # }
/// ```
pub async fn upsert(servers: &dyn McpServersApi, server: CreateMcpServer) -> Result<Upserted<McpServer>, Error> {
    let name = server.name.trim();
    let mut all = servers.list(ListMcpServers::new()).page_size(100);
    let mut ids = Vec::new();
    while let Some(found) = all.try_next().await? {
        if found.name.trim() == name {
            ids.push(found.id);
        }
    }
    match ids.as_slice() {
        [] => Ok(Upserted::Created(servers.create(server).await?)),
        [id] => Ok(Upserted::Updated(servers.update(id, server.into()).await?)),
        _ => Err(Error::new(
            ErrorKind::Request,
            format!("{} MCP servers are named {name:?}: {}; rename or delete all but one", ids.len(), ids.join(", ")),
        )),
    }
}
