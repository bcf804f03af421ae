#![doc = include_str!("../README.md")]
//!
//! ## What Telnyx sends
//!
//! | what | type |
//! | --- | --- |
//! | an event in its envelope | [`WebhookEvent`] |
//! | the results of an insight group | [`InsightGroupCompleted`] |
//! | either of the two, to one address | [`Incoming`] |
//! | a call of a webhook tool | [`ToolCallRequest`] |
//!
//! An event has to be answered with a 2xx status within 2 seconds, the initialization sooner: within the assistant's
//! `dynamic_variables_webhook_timeout_ms`, 1500 unless set. A redirect counts as a failure. What failed is sent
//! again, and what succeeded may come twice all the same: keep the [ids](WebhookEvent::id) you have handled.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod conversation_ended;
mod event;
#[cfg(feature = "axum")]
mod extract;
mod incoming;
mod initialization;
mod insights;
#[cfg(feature = "sign")]
mod sign;
mod tool_call;
mod verify;

pub use conversation_ended::*;
pub use event::*;
#[cfg(feature = "axum")]
pub use extract::*;
pub use incoming::*;
pub use initialization::*;
pub use insights::*;
#[cfg(feature = "sign")]
pub use sign::*;
pub use tool_call::*;
pub use verify::*;

pub use telnyx_ai_core::{
    Extra, JsonObject, Scalar, Timestamp, UnknownMember, UnknownValue, decode, json, unknown_paths,
};
