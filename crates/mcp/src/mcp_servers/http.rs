use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{CreateMcpServer, ListMcpServers, McpServer, McpServersApi, UpdateMcpServer};

/// [`McpServersApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_mcp::{McpServer, McpServers, prelude::*};
///
/// async fn find(client: Client) -> Result<McpServer, Error> {
///     McpServers::new(client).retrieve("server-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct McpServers(Client);

impl McpServers {
    /// Creates a handle to the MCP servers of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

impl McpServersApi for McpServers {
    fn list(&self, filter: ListMcpServers) -> Pager<McpServer> {
        Pager::bare_array(self.0.call(Method::GET, "/ai/mcp_servers", &[]).query_from(&filter))
    }

    fn create(&self, request: CreateMcpServer) -> Call<McpServer> {
        self.0.call(Method::POST, "/ai/mcp_servers", &[]).body(&request).idempotent().json()
    }

    fn retrieve(&self, mcp_server_id: &str) -> Call<McpServer> {
        self.0.call(Method::GET, "/ai/mcp_servers/{mcp_server_id}", &[mcp_server_id]).json()
    }

    fn update(&self, mcp_server_id: &str, request: UpdateMcpServer) -> Call<McpServer> {
        self.0.call(Method::PUT, "/ai/mcp_servers/{mcp_server_id}", &[mcp_server_id]).body(&request).json()
    }

    fn delete(&self, mcp_server_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, "/ai/mcp_servers/{mcp_server_id}", &[mcp_server_id]).empty()
    }
}
