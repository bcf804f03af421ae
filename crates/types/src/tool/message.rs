//! What an assistant says while a tool works.

use telnyx_ai_core::{Extra, Object, Union, UnknownMember};

/// A sentence that an assistant says while a tool or a remote agent works.
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
    /// Said at once.
    #[wire("request_start")]
    Start(StartMessage),
    /// Said only where the answer is late.
    #[wire("request_response_delayed")]
    Delayed(DelayedMessage),
    /// A member this version does not know, kept as received.
    Unknown(UnknownMember),
}

/// Said as soon as the request goes out.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct StartMessage {
    /// The sentence.
    pub content: String,
    /// Without effect in this kind of message.
    pub timing_ms: Option<u32>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Said where there is no answer after some time.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DelayedMessage {
    /// The sentence.
    pub content: String,
    /// That time, in milliseconds from the start of the request.
    pub timing_ms: u32,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
