//! Webhooks from the Telnyx AI API: a [`Verifier`] for their signatures, types for their events, and the type of what
//! you answer.
//!
//! ```
//! use telnyx_ai_webhooks::{EventData, Signer, Verifier, WebhookEvent, decode};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let telnyx = Signer::generate(); // plays Telnyx in tests; the feature `sign`
//! let body = br#"{"data": {"event_type": "call.conversation.ended", "payload": {"duration_sec": 42}}}"#;
//! let headers = telnyx.sign_now(body);
//!
//! let verifier = Verifier::new(&telnyx.public_key_base64())?; // or `Verifier::from_env()?`: TELNYX_PUBLIC_KEY
//! verifier.verify(&headers, body)?; // the body as it was received, byte for byte
//! let event: WebhookEvent = decode::from_slice(body)?;
//! match event.data {
//!     EventData::ConversationEnded(ended) => assert_eq!(ended.payload.duration_sec, Some(42)),
//!     other => println!("not for us: {}", other.tag()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # In axum
//!
//! With the feature `axum`, a handler that takes `Verified<…>` sees nothing that Telnyx did not sign:
//!
//! ```
//! use axum::extract::FromRef;
//! use axum::response::{IntoResponse, Response};
//! use axum::{Router, routing::post};
//! use telnyx_ai_webhooks::{EventData, InitializationReply, Verified, Verifier, WebhookEvent};
//!
//! async fn webhook(Verified(event): Verified<WebhookEvent>) -> Response {
//!     match event.data {
//!         // Asked before the assistant says its first word: who is this?
//!         EventData::Initialization(start) => {
//!             let caller = start.payload.telnyx_end_user_target.unwrap_or_default();
//!             InitializationReply::new().with_variable("caller", caller).into_response()
//!         }
//!         // Any 2xx will do; everything else makes Telnyx send the event again.
//!         _ => ().into_response(),
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let public_key = telnyx_ai_webhooks::Signer::generate().public_key_base64();
//! let app: Router = Router::new().route("/telnyx", post(webhook)).with_state(Verifier::new(&public_key)?);
//! # Ok(())
//! # }
//! ```
//!
//! A state with more in it implements `FromRef<State> for Verifier`, or derives `FromRef`.
//!
//! # What Telnyx sends
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
//!
//! # Features
//!
//! - `axum`: the extractor `Verified`, with `RawBody` for bodies that are not JSON.
//! - `sign`: `Signer`, which signs as Telnyx does, for tests.

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

pub use telnyx_ai_core::{Extra, JsonObject, Scalar, Timestamp, UnknownMember, UnknownValue, decode, unknown_paths};
