//! The envelope of events.

use telnyx_ai_core::{Extra, Object, Timestamp, Union, UnknownMember};

use crate::{ConversationEnded, Initialization, InsightsGenerated};

/// An event, as Telnyx posts it.
///
/// ```
/// use telnyx_ai_webhooks::{EventData, WebhookEvent, decode};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let event: WebhookEvent = decode::from_slice(br#"{
///     "data": {"record_type": "event", "id": "1b2c", "event_type": "call.hangup", "payload": {"hangup_cause": "busy"}},
///     "meta": {"attempt": 1}
/// }"#)?;
/// assert_eq!(event.event_type(), "call.hangup");
/// assert_eq!(event.id(), Some("1b2c"));
/// let EventData::Unknown(other) = &event.data else { panic!("a type for this event") };
/// assert_eq!(other.fields()["payload"]["hangup_cause"], "busy");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// What happened.
    pub data: EventData,
    /// How it was delivered.
    pub meta: Option<DeliveryMeta>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl WebhookEvent {
    /// What kind of event it is, such as `call.conversation.ended`.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.data.tag()
    }

    /// The event's id: the same in each delivery of one event.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match &self.data {
            EventData::Initialization(event) => event.id.as_deref(),
            EventData::ConversationEnded(event) => event.id.as_deref(),
            EventData::InsightsGenerated(event) => event.id.as_deref(),
            EventData::Unknown(event) => event.fields().get("id")?.as_str(),
        }
    }
}

/// What happened, by `event_type`.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "event_type")]
#[non_exhaustive]
pub enum EventData {
    /// A conversation is about to start, and the assistant asks for its dynamic variables. Answer with an
    /// [`InitializationReply`](crate::InitializationReply).
    #[wire("assistant.initialization")]
    Initialization(Event<Initialization>),
    /// The conversation of a call has ended.
    #[wire("call.conversation.ended")]
    ConversationEnded(Box<Event<ConversationEnded>>),
    /// The insights of a call's conversation are there.
    #[wire("call.conversation_insights.generated")]
    InsightsGenerated(Event<InsightsGenerated>),
    /// An event this version does not know, kept as received.
    Unknown(UnknownMember),
}

/// One event, with the payload of its kind.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Event<P> {
    /// What the record is: `event`.
    pub record_type: Option<String>,
    /// The event's id: the same in each delivery of one event.
    pub id: Option<String>,
    /// When it happened.
    pub occurred_at: Option<Timestamp>,
    /// When the event was recorded.
    pub created_at: Option<Timestamp>,
    /// What is told of it.
    pub payload: P,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// How an event was delivered.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DeliveryMeta {
    /// Which attempt this is; the first is 1.
    pub attempt: Option<u32>,
    /// The address it was sent to.
    pub delivered_to: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
