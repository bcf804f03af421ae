//! Events.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use telnyx_ai_core::__private::{TaggedUnion, read_union};
use telnyx_ai_core::{Extra, Object, Timestamp, Union, UnknownMember};

use crate::{
    CallAnalyzed, ConversationCreated, ConversationEnded, ConversationInsightResult, ConversationStartFailed,
    Initialization, InsightGroupCompleted, InsightsGenerated,
};

/// An event from Telnyx.
///
/// Most events have an envelope: `{"data": {…}, "meta": {…}}`. Events about insights can come without it. Both forms
/// deserialize, and an event of an unknown type becomes [`EventData::Unknown`].
///
/// ```
/// use telnyx_ai_webhooks::{EventData, WebhookEvent, decode};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let event: WebhookEvent = decode::from_slice_lenient(br#"{
///     "data": {"record_type": "event", "id": "1b2c", "event_type": "call.hangup", "payload": {"hangup_cause": "busy"}},
///     "meta": {"attempt": 1}
/// }"#)?;
/// assert_eq!(event.event_type(), "call.hangup");
/// assert_eq!(event.id(), Some("1b2c"));
/// let EventData::Unknown(other) = &event.data else { panic!("the event is known") };
/// assert_eq!(other.fields()["payload"]["hangup_cause"], "busy");
///
/// let event: WebhookEvent = decode::from_slice_lenient(br#"{
///     "event_type": "conversation.insights.completed", "id": "event-1", "conversation_id": "conversation-1"
/// }"#)?;
/// let EventData::InsightsCompleted(insights) = event.data else { panic!("another event") };
/// assert_eq!(insights.conversation_id.as_deref(), Some("conversation-1"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The event, by its `event_type`.
    pub data: EventData,
    /// The attempt number and the destination of this delivery. Absent without an envelope.
    pub meta: Option<DeliveryMeta>,
    /// Unknown fields of the envelope, as received.
    pub extra: Extra,
    /// Whether the event has an envelope.
    enveloped: bool,
}

/// A short name of [`WebhookEvent`], for use in `Verified<Incoming>`.
pub type Incoming = WebhookEvent;

impl WebhookEvent {
    /// Creates an event for tests, with an envelope if Telnyx sends one.
    #[must_use]
    pub fn new(data: impl Into<EventData>) -> Self {
        let data = data.into();
        let bare = matches!(data, EventData::InsightResult(_) | EventData::InsightsCompleted(_));
        Self { data, meta: None, extra: Extra::default(), enveloped: !bare }
    }

    /// Sets [`meta`](Self::meta).
    #[must_use]
    pub fn with_meta(mut self, meta: impl Into<DeliveryMeta>) -> Self {
        self.meta = Some(meta.into());
        self
    }

    /// The type of the event, such as `call.conversation.ended`.
    ///
    /// Empty if the body has none.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.data.tag()
    }

    /// The id of the event, which is the same in each delivery of the event.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match &self.data {
            EventData::Initialization(event) => event.id.as_deref(),
            EventData::ConversationCreated(event) => event.id.as_deref(),
            EventData::ConversationStartFailed(event) => event.id.as_deref(),
            EventData::ConversationEnded(event) => event.id.as_deref(),
            EventData::Analyzed(event) => event.id.as_deref(),
            EventData::InsightsGenerated(event) => event.id.as_deref(),
            EventData::InsightResult(event) => event.id.as_deref(),
            EventData::InsightsCompleted(event) => event.id.as_deref(),
            EventData::Unknown(event) => event.fields().get("id")?.as_str(),
        }
    }
}

#[derive(Object)]
struct Envelope {
    data: EventData,
    meta: Option<DeliveryMeta>,
    extra: Extra,
}

impl Serialize for WebhookEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.enveloped {
            return self.data.serialize(serializer);
        }
        let Self { data, meta, extra, .. } = self.clone();
        Envelope { data, meta, extra }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WebhookEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match read_union(deserializer)? {
            Body::Enveloped(Envelope { data, meta, extra }) => Self { data, meta, extra, enveloped: true },
            Body::Bare(data) => Self { data, meta: None, extra: Extra::default(), enveloped: false },
        })
    }
}

/// The body of a delivery. Without the field `data`, it is the event itself.
enum Body {
    Enveloped(Envelope),
    Bare(EventData),
}

impl TaggedUnion for Body {
    const TAG: &'static str = "";
    const TAGS: &'static [&'static str] = &[];
    const REQUIRED: Option<&'static [&'static [&'static str]]> = Some(&[&["data"], &[]]);
    const EXPECTED: &'static str = "an object (WebhookEvent)";

    fn read<'de, D: Deserializer<'de>>(index: usize, body: D) -> Result<Self, D::Error> {
        if index == 0 {
            Envelope::deserialize(body).map(Self::Enveloped)
        } else {
            EventData::deserialize(body).map(Self::Bare)
        }
    }

    fn unknown(body: UnknownMember) -> Self {
        Self::Bare(EventData::Unknown(body))
    }

    fn extra(&self) -> Option<&Extra> {
        None
    }
}

/// An event, by its `event_type`.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "event_type")]
#[non_exhaustive]
pub enum EventData {
    /// A conversation is about to start, and the assistant requests dynamic variables. Respond with an
    /// [`InitializationReply`](crate::InitializationReply).
    #[wire("assistant.initialization")]
    Initialization(Event<Initialization>),
    /// A call has a new conversation.
    #[wire("call.conversation.created")]
    ConversationCreated(Box<Event<ConversationCreated>>),
    /// The assistant could not join a call.
    #[wire("call.conversation.start_failed")]
    ConversationStartFailed(Box<Event<ConversationStartFailed>>),
    /// The conversation of a call has ended.
    #[wire("call.conversation.ended")]
    ConversationEnded(Box<Event<ConversationEnded>>),
    /// Insights, cost and recordings of a call are available.
    #[wire("call.analyzed")]
    Analyzed(Box<Event<CallAnalyzed>>),
    /// The insights of a call are available.
    #[wire("call.conversation_insights.generated")]
    InsightsGenerated(Event<InsightsGenerated>),
    /// The insights of a conversation are available. Sent without an envelope.
    #[wire("conversation_insight_result")]
    InsightResult(Box<Event<ConversationInsightResult>>),
    /// The insights of a group are available. Sent without an envelope and without a payload.
    #[wire("conversation.insights.completed")]
    InsightsCompleted(InsightGroupCompleted),
    /// An unknown event, as received.
    Unknown(UnknownMember),
}

/// An event with the payload of its type.
///
/// ```
/// use telnyx_ai_webhooks::{ConversationEnded, Event, WebhookEvent};
///
/// let ended = ConversationEnded::new().with_conversation_id("conversation-1");
/// let event = WebhookEvent::new(Event::<ConversationEnded>::new(ended).with_id("event-1"));
/// assert_eq!(event.event_type(), "call.conversation.ended");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct Event<P> {
    /// The type of the record: `event`.
    pub record_type: Option<String>,
    /// The id of the event, which is the same in each delivery of the event.
    pub id: Option<String>,
    /// The time of the event.
    pub occurred_at: Option<Timestamp>,
    /// The time at which the event was recorded.
    pub created_at: Option<Timestamp>,
    /// The payload.
    pub payload: P,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The delivery of an event.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DeliveryMeta {
    /// The number of the attempt, from 1.
    pub attempt: Option<u32>,
    /// The URL that the event was sent to.
    pub delivered_to: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
