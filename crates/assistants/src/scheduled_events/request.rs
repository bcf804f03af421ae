//! Requests that schedule and list events.

use std::collections::BTreeMap;

use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, Timestamp, UnknownValue};

/// The settings of a scheduled call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ScheduledCallSettings {
    /// The region from which the call is placed. Default: [`SipRegion::Us`].
    pub sip_region: Option<SipRegion>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A region from which SIP calls are placed.
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
    /// An unknown value, as received.
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
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The body of [`ScheduledEventsApi::create`](super::ScheduledEventsApi::create).
///
/// Start with [`phone_call`](Self::phone_call) or [`sms`](Self::sms).
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
    /// The channel: a call or a text message.
    pub telnyx_conversation_channel: EventChannel,
    /// The number or SIP URI of the assistant.
    pub telnyx_agent_target: String,
    /// The number or SIP URI of the user.
    pub telnyx_end_user_target: String,
    /// The time at which the event is due.
    pub scheduled_at_fixed_datetime: Timestamp,
    /// The text. Required for a text message.
    pub text: Option<String>,
    /// The metadata of the conversation.
    pub conversation_metadata: Option<JsonObject>,
    /// The values of dynamic variables in this conversation.
    pub dynamic_variables: Option<BTreeMap<String, String>>,
    /// The maximum number of retries of an unsuccessful call, 0 to 10. Default: 0. A call is unsuccessful if it is
    /// busy, not answered, failed or canceled.
    pub max_retries_client_errors: Option<u32>,
    /// The interval between retries in seconds, 60 to 86400. Default: the service's.
    pub retry_interval_secs: Option<u32>,
    /// The settings of the call. Only for calls.
    pub call_settings: Option<ScheduledCallSettings>,
    /// Additional fields to send.
    pub extra: Extra,
}

impl CreateScheduledEvent {
    /// Creates a request for a call from one number or SIP URI to another.
    ///
    /// `at` is in ISO 8601.
    #[must_use]
    pub fn phone_call(from: impl Into<String>, to: impl Into<String>, at: impl Into<Timestamp>) -> Self {
        Self::new(EventChannel::PhoneCall, from, to, at)
    }

    /// Creates a request for a text message from one number to another.
    ///
    /// `at` is in ISO 8601.
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

/// The filter of [`ScheduledEventsApi::list`](super::ScheduledEventsApi::list).
///
/// Default: all events of the assistant.
///
/// ```
/// use telnyx_ai_assistants::{EventChannel, ListScheduledEvents};
///
/// let filter = ListScheduledEvents::new()
///     .with_conversation_channel(EventChannel::PhoneCall)
///     .with_from_date("2099-01-31T00:00:00Z")
///     .with_to_date("2099-01-31T23:59:59Z");
/// # assert!(filter.from_date.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListScheduledEvents {
    /// Lists events of this channel only.
    pub conversation_channel: Option<EventChannel>,
    /// Lists events that are due at this time or later.
    pub from_date: Option<Timestamp>,
    /// Lists events that are due at this time or earlier.
    pub to_date: Option<Timestamp>,
    /// Additional query parameters to send.
    pub extra: Extra,
}
