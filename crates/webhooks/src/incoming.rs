//! Either shape of event.

use telnyx_ai_core::{Union, UnknownMember};

use crate::{InsightGroupCompleted, WebhookEvent};

/// An event in its envelope or the body of an insight group, for an address that gets both.
///
/// ```
/// use telnyx_ai_webhooks::{Incoming, decode};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = br#"{"event_type": "conversation.insights.completed", "conversation_id": "c1", "insights": []}"#;
/// let Incoming::InsightGroup(group) = decode::from_slice(body)? else { panic!("an insight group") };
/// assert_eq!(group.conversation_id, "c1");
///
/// let body = br#"{"data": {"event_type": "call.conversation.ended", "payload": {}}}"#;
/// assert!(matches!(decode::from_slice(body)?, Incoming::Event(_)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "event_type", inside)]
#[non_exhaustive]
pub enum Incoming {
    /// What an insight group drew from a conversation.
    #[wire("conversation.insights.completed")]
    InsightGroup(InsightGroupCompleted),
    /// An event in its envelope.
    #[wire("event")]
    Event(Box<WebhookEvent>),
    /// A body that is neither, kept as received.
    Unknown(UnknownMember),
}
