//! `/ai/mcp_servers`

mod http;
mod model;

pub use http::McpServers;
pub use model::*;

use telnyx_ai_core::{Call, Pager};

/// The MCP servers of an account: `/ai/mcp_servers`.
///
/// ```
/// use telnyx_ai_mcp::prelude::*;
/// use telnyx_ai_mcp::{CreateMcpServer, McpServers, UpdateMcpServer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let servers = McpServers::new(client);
/// let request = CreateMcpServer::new("Orders", "sse", "https://mcp.example.com/sse")
///     .with_api_key_ref("orders_api_key");
/// let server = servers.create(request).await?;
///
/// // Remove the key and keep all other fields.
/// let server = servers.update(&server.id, UpdateMcpServer::new().clear_api_key_ref()).await?;
/// assert_eq!(server.name, "Orders");
///
/// servers.delete(&server.id).await?;
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait McpServersApi: Send + Sync {
    /// Lists the MCP servers of the account, page by page: `GET /ai/mcp_servers`.
    ///
    /// The pages have no totals, so the list ends with an empty page.
    fn list(&self, filter: ListMcpServers) -> Pager<McpServer> {
        let _ = filter;
        Pager::unsupported("McpServersApi::list")
    }

    /// Registers an MCP server: `POST /ai/mcp_servers`.
    ///
    /// Sent with an idempotency key.
    fn create(&self, request: CreateMcpServer) -> Call<McpServer> {
        let _ = request;
        Call::unsupported("McpServersApi::create")
    }

    /// Retrieves an MCP server: `GET /ai/mcp_servers/{mcp_server_id}`.
    ///
    /// Fails with 404 if the server does not exist.
    fn retrieve(&self, mcp_server_id: &str) -> Call<McpServer> {
        let _ = mcp_server_id;
        Call::unsupported("McpServersApi::retrieve")
    }

    /// Changes the fields that are set and returns the whole server: `PUT /ai/mcp_servers/{mcp_server_id}`.
    ///
    /// Fails with 404 if the server does not exist.
    fn update(&self, mcp_server_id: &str, request: UpdateMcpServer) -> Call<McpServer> {
        let _ = (mcp_server_id, request);
        Call::unsupported("McpServersApi::update")
    }

    /// Deletes an MCP server permanently: `DELETE /ai/mcp_servers/{mcp_server_id}`.
    ///
    /// Fails with 404 if the server does not exist.
    fn delete(&self, mcp_server_id: &str) -> Call<()> {
        let _ = mcp_server_id;
        Call::unsupported("McpServersApi::delete")
    }
}
