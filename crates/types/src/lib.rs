//! The types of an assistant's configuration: models, voices, tools, flows.
//!
#![doc = include_str!("../README.md")]
//!
//! [`vendor_names`] maps these types to the vendor's schemas.

mod a2a_agent;
mod assistant;
mod avatar;
mod conversation_flow;
mod delegation;
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
// Public for its documentation; it has no items.
#[cfg(doc)]
pub mod vendor_names;
mod voice;
mod websocket;
mod widget;

pub use a2a_agent::*;
pub use assistant::*;
pub use avatar::*;
pub use conversation_flow::*;
pub use delegation::*;
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
pub use websocket::*;
pub use widget::*;

pub use telnyx_ai_core::{Extra, JsonObject, Nullable, Secret, Timestamp, UnknownMember, UnknownValue};

/// Deserializes an assistant from a response.
///
/// Generic code is compiled in the crates that use it. In debug builds, a crate uses what its dependencies have compiled.
/// Without this function, `telnyx-ai-assistants` and `telnyx-ai-versions` would each compile the deserialization of an
/// assistant. Release builds do not share such code, so the function would only add to them.
#[cfg(debug_assertions)]
#[doc(hidden)]
pub fn read_assistant(response: &[u8]) -> Result<Assistant, telnyx_ai_core::decode::DecodeError> {
    telnyx_ai_core::decode::from_slice_lenient(response)
}
