//! Messages while a tool runs.

use telnyx_ai_core::{Extra, Object, Union, UnknownMember};

/// A sentence that the assistant says while a tool or remote agent runs.
///
/// ```
/// use telnyx_ai_types::{DelayedMessage, StartMessage, ToolMessage, Webhook};
///
/// let lookup = Webhook::new("orders", "Looks up an order.", "https://shop.example.com/orders").with_messages([
///     ToolMessage::from(StartMessage::new("One moment.")),
///     ToolMessage::from(DelayedMessage::new("Still looking.", 3_000)),
/// ]);
/// # assert_eq!(lookup.messages.map(|messages| messages.len()), Some(2));
/// ```
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum ToolMessage {
    /// The assistant says it immediately.
    #[wire("request_start")]
    Start(StartMessage),
    /// The assistant says it if the response is late.
    #[wire("request_response_delayed")]
    Delayed(DelayedMessage),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// A sentence that the assistant says when the request is sent.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct StartMessage {
    /// The sentence that the assistant says.
    pub content: String,
    /// Ignored in this type of message.
    pub timing_ms: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A sentence that the assistant says if there is no response after a delay.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DelayedMessage {
    /// The sentence that the assistant says.
    pub content: String,
    /// The delay after the start of the request, in milliseconds.
    pub timing_ms: u32,
    /// Unknown fields, as received.
    pub extra: Extra,
}
