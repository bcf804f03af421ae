//! MCP servers of the Telnyx AI API: the tool servers that your assistants may call.
//!
//! An MCP server is registered once for the account and then attached to assistants by its id
//! (`mcp_servers` of an assistant's configuration).
//!
//! ```
//! use telnyx_ai_mcp::prelude::*;
//! use telnyx_ai_mcp::{CreateMcpServer, ListMcpServers, McpServers};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = telnyx_ai_emulator::Emulator::start().await?;
//! # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
//! let servers = McpServers::new(client);
//! let server = servers
//!     .create(CreateMcpServer::new("Orders", "sse", "https://mcp.example.com/sse"))
//!     .await?;
//!
//! let mut all = servers.list(ListMcpServers::default());
//! while let Some(found) = all.try_next().await? {
//!     println!("{} at {}", found.name, found.url);
//! #   assert_eq!(found.id, server.id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `mock`: `MockMcpServersApi` for unit tests.

mod mcp_servers;

pub use mcp_servers::*;

/// The trait of this crate, to bring its methods into scope with one `use`.
pub mod prelude {
    pub use crate::McpServersApi;
}
