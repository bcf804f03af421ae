#![doc = include_str!("../README.md")]
//!
//! ## What is here
//!
//! | trait | handle | what it speaks to |
//! | --- | --- | --- |
//! | [`McpServersApi`] | [`McpServers`] | `/ai/mcp_servers` |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod mcp_servers;

pub use mcp_servers::*;

/// The trait of this crate, to bring its methods into scope with one `use`.
pub mod prelude {
    pub use crate::McpServersApi;
}
