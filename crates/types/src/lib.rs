#![doc = include_str!("../README.md")]
//!
//! [`vendor_names`] has the names of the vendor's schemas for ours.

mod a2a_agent;
mod assistant;
mod conversation_flow;
mod external_llm;
mod feature;
mod import_metadata;
mod insights;
mod integration;
mod interruption;
mod mcp_server;
mod messaging;
mod observability;
mod post_conversation;
mod privacy;
mod telephony;
mod tool;
mod transcription;
// For readers: it has no item.
#[cfg(doc)]
pub mod vendor_names;
mod voice;
mod widget;

pub use a2a_agent::*;
pub use assistant::*;
pub use conversation_flow::*;
pub use external_llm::*;
pub use feature::*;
pub use import_metadata::*;
pub use insights::*;
pub use integration::*;
pub use interruption::*;
pub use mcp_server::*;
pub use messaging::*;
pub use observability::*;
pub use post_conversation::*;
pub use privacy::*;
pub use telephony::*;
pub use tool::*;
pub use transcription::*;
pub use voice::*;
pub use widget::*;

pub use telnyx_ai_core::{Extra, JsonObject, Nullable, Secret, Timestamp, UnknownMember, UnknownValue};
