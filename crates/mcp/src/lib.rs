#![doc = include_str!("../README.md")]
//!
//! ## API areas
//!
//! | trait | handle | endpoints |
//! | --- | --- | --- |
//! | [`McpServersApi`] | [`McpServers`] | `/ai/mcp_servers` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod mcp_servers;
mod upsert;

pub use mcp_servers::{
    CreateMcpServer, ListMcpServers, McpServer, McpServerRequired, McpServers, McpServersApi, UpdateMcpServer,
};
pub use telnyx_ai_core::Upserted;
pub use upsert::upsert;

#[cfg(feature = "mock")]
pub use mcp_servers::MockMcpServersApi;
/// The crate that implements the mocks, in the version that they require.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;

/// The trait of this crate, to import its methods with one `use`.
pub mod prelude {
    pub use crate::McpServersApi;
}
