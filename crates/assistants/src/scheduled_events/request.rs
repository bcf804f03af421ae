//! What to schedule, and what to list.

use std::collections::BTreeMap;

use telnyx_ai_core::{Extra, Object, OpenEnum, Scalar, Timestamp, UnknownValue};

/// How a scheduled call is placed.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ScheduledCallSettings {
    /// The region that the call goes out from. Default: [`SipRegion::Us`].
    pub sip_region: Option<SipRegion>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A region that SIP calls go out from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum SipRegion {
    /// The United States.
    #[wire("US")]
    Us,
    /// Europe.
    #[wire("Europe")]
    Europe,
    /// Canada.
    #[wire("Canada")]
    Canada,
    /// Australia.
    #[wire("Australia")]
    Australia,
    /// The Middle East.
    #[wire("Middle East")]
    MiddleEast,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// The channel of a scheduled event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum EventChannel {
    /// A phone call.
    PhoneCall,
    /// A text message.
    #[wire("sms_chat")]
    Sms,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// What [`create`](super::ScheduledEventsApi::create) schedules. Start from
/// [`phone_call`](Self::phone_call) or [`sms`](Self::sms).
///
/// ```
/// use telnyx_ai_assistants::CreateScheduledEvent;
///
/// let call = CreateScheduledEvent::phone_call("+13125550100", "+13125550199", "2099-01-31T09:00:00Z")
///     .with_dynamic_variables([("patient", "Ada")])
///     .with_max_retries_client_errors(2)
///     .with_retry_interval_secs(600);
/// let text = CreateScheduledEvent::sms("+13125550100", "+13125550199", "2099-01-30T09:00:00Z", "See you tomorrow!");
/// # assert_ne!(call, text);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CreateScheduledEvent {
    /// Whether to call or to write.
    pub telnyx_conversation_channel: EventChannel,
    /// The number or SIP URI to call or write from.
    pub telnyx_agent_target: String,
    /// The number or SIP URI to call or write to.
    pub telnyx_end_user_target: String,
    /// When, in ISO 8601.
    pub scheduled_at_fixed_datetime: Timestamp,
    /// What to write; a text message needs it.
    pub text: Option<String>,
    /// The metadata to give to the conversation.
    pub conversation_metadata: Option<BTreeMap<String, Scalar>>,
    /// The values of dynamic variables in this conversation.
    pub dynamic_variables: Option<BTreeMap<String, String>>,
    /// How often to place a call again that was busy, not answered, failed or canceled: 0 to 10. Default: 0.
    pub max_retries_client_errors: Option<u32>,
    /// How many seconds to leave between two such calls: 60 to 86400.
    pub retry_interval_secs: Option<u32>,
    /// How to place the call; for calls only.
    pub call_settings: Option<ScheduledCallSettings>,
    /// Further fields to send.
    pub extra: Extra,
}

impl CreateScheduledEvent {
    /// A call from one number or SIP URI to another, at a time in ISO 8601.
    #[must_use]
    pub fn phone_call(from: impl Into<String>, to: impl Into<String>, at: impl Into<Timestamp>) -> Self {
        Self::new(EventChannel::PhoneCall, from, to, at)
    }

    /// A text message from one number to another, at a time in ISO 8601.
    #[must_use]
    pub fn sms(
        from: impl Into<String>,
        to: impl Into<String>,
        at: impl Into<Timestamp>,
        text: impl Into<String>,
    ) -> Self {
        Self::new(EventChannel::Sms, from, to, at).with_text(text)
    }
}

/// Which events [`list`](super::ScheduledEventsApi::list) gives; all of the assistant's by default.
///
/// ```
/// use telnyx_ai_assistants::{EventChannel, ListScheduledEvents};
///
/// let calls_of_a_day = ListScheduledEvents::new()
///     .with_conversation_channel(EventChannel::PhoneCall)
///     .with_from_date("2099-01-31T00:00:00Z")
///     .with_to_date("2099-01-31T23:59:59Z");
/// # assert!(calls_of_a_day.from_date.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListScheduledEvents {
    /// Only events of this channel.
    pub conversation_channel: Option<EventChannel>,
    /// Only events that are due at this time or later, in ISO 8601.
    pub from_date: Option<Timestamp>,
    /// Only events that are due at this time or earlier, in ISO 8601.
    pub to_date: Option<Timestamp>,
    /// Further query parameters to send.
    pub extra: Extra,
}
