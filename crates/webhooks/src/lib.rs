#![doc = include_str!("../README.md")]
//!
//! ## Requests from Telnyx
//!
//! | request | type |
//! | --- | --- |
//! | an event, with or without an envelope | [`WebhookEvent`] |
//! | a call of a webhook tool | [`ToolCallRequest`] |
//!
//! Respond to an event with a 2xx status within 2 s, and to the initialization within the assistant's
//! `dynamic_variables_webhook_timeout_ms` (default: 1500). A redirect counts as a failure. Telnyx resends an event
//! after a failure, and can deliver any event twice: record the [ids](WebhookEvent::id) of the events that you have
//! handled.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod analyzed;
mod conversation_ended;
mod conversation_started;
mod event;
#[cfg(feature = "axum")]
mod extract;
mod initialization;
mod insights;
#[cfg(feature = "sign")]
mod sign;
mod tool_call;
mod verify;

pub use analyzed::*;
pub use conversation_ended::*;
pub use conversation_started::*;
pub use event::*;
#[cfg(feature = "axum")]
pub use extract::*;
pub use initialization::*;
pub use insights::*;
#[cfg(feature = "sign")]
pub use sign::*;
pub use tool_call::*;
pub use verify::*;

pub use telnyx_ai_core::{
    Extra, JsonObject, Nullable, Secret, Timestamp, UnknownMember, UnknownValue, decode, unknown_paths,
};
