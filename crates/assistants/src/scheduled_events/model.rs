use std::collections::BTreeMap;

use telnyx_ai_core::{Extra, Object, OpenEnum, Scalar, Timestamp, Union, UnknownMember, UnknownValue};

/// A call or a text message that an assistant makes at a set time.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "telnyx_conversation_channel")]
#[non_exhaustive]
pub enum ScheduledEvent {
    /// A phone call.
    PhoneCall(ScheduledPhoneCall),
    /// A text message.
    #[wire("sms_chat")]
    Sms(ScheduledSms),
    /// A member this version does not know, kept as received.
    Unknown(UnknownMember),
}

impl ScheduledEvent {
    /// The event's id, whatever its channel.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::PhoneCall(call) => call.scheduled_event_id.as_deref(),
            Self::Sms(sms) => sms.scheduled_event_id.as_deref(),
            Self::Unknown(other) => other.fields().get("scheduled_event_id")?.as_str(),
        }
    }

    /// What has become of the event; `None` too for a channel this version does not know.
    pub fn status(&self) -> Option<&EventStatus> {
        match self {
            Self::PhoneCall(call) => call.status.as_ref(),
            Self::Sms(sms) => sms.status.as_ref(),
            Self::Unknown(_) => None,
        }
    }
}

/// A scheduled phone call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ScheduledPhoneCall {
    /// The assistant that calls.
    pub assistant_id: String,
    /// The number or SIP URI that it calls from.
    pub telnyx_agent_target: String,
    /// The number or SIP URI that it calls.
    pub telnyx_end_user_target: String,
    /// When it is due.
    pub scheduled_at_fixed_datetime: Timestamp,
    /// The event's id.
    pub scheduled_event_id: Option<String>,
    /// What has become of the event.
    pub status: Option<EventStatus>,
    /// When it was scheduled.
    pub created_at: Option<Timestamp>,
    /// When the call was last placed.
    pub dispatched_at: Option<Timestamp>,
    /// The conversation that was held.
    pub conversation_id: Option<String>,
    /// The metadata that the conversation is given.
    pub conversation_metadata: Option<BTreeMap<String, Scalar>>,
    /// The values of dynamic variables in this conversation.
    pub dynamic_variables: Option<BTreeMap<String, String>>,
    /// How the call is placed.
    pub call_settings: Option<ScheduledCallSettings>,
    /// How the last call stands or ended.
    pub call_status: Option<CallStatus>,
    /// How long the last call took, in seconds.
    pub call_duration: Option<u32>,
    /// Every call that was placed, in order.
    pub call_attempts: Option<Vec<CallAttempt>>,
    /// How often a call that did not get through is placed again.
    pub max_retries_client_errors: Option<u32>,
    /// How many seconds lie between two such calls.
    pub retry_interval_secs: Option<u32>,
    /// How many such calls were placed.
    pub retry_attempts: Option<u32>,
    /// How often the event was dispatched again after an error of the service.
    pub retry_count: Option<u32>,
    /// What went wrong.
    pub errors: Option<Vec<String>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A scheduled text message.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ScheduledSms {
    /// The assistant that writes.
    pub assistant_id: String,
    /// The number that it writes from.
    pub telnyx_agent_target: String,
    /// The number that it writes to.
    pub telnyx_end_user_target: String,
    /// When it is due.
    pub scheduled_at_fixed_datetime: Timestamp,
    /// What it says.
    pub text: String,
    /// The event's id.
    pub scheduled_event_id: Option<String>,
    /// What has become of the event.
    pub status: Option<EventStatus>,
    /// When it was scheduled.
    pub created_at: Option<Timestamp>,
    /// The conversation that the message belongs to.
    pub conversation_id: Option<String>,
    /// The metadata that the conversation is given.
    pub conversation_metadata: Option<BTreeMap<String, Scalar>>,
    /// The values of dynamic variables in this conversation.
    pub dynamic_variables: Option<BTreeMap<String, String>>,
    /// How often the event was dispatched again after an error of the service.
    pub retry_count: Option<u32>,
    /// What went wrong.
    pub errors: Option<Vec<String>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What has become of a scheduled event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum EventStatus {
    /// It is not due yet.
    Pending,
    /// It is being carried out.
    InProgress,
    /// It was carried out.
    Completed,
    /// It could not be carried out.
    Failed,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// One placing of a scheduled call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CallAttempt {
    /// Which attempt it is; the first is 1.
    pub attempt_number: u32,
    /// When the call was placed.
    pub attempted_at: Timestamp,
    /// How the call ended.
    pub call_status: CallStatus,
    /// How long it took, in seconds.
    pub call_duration: Option<u32>,
    /// The call's control id.
    pub telnyx_call_control_id: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// How a scheduled call stands or ended. Busy, no answer, failed and canceled are tried again, as far as
/// the event allows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum CallStatus {
    /// It rings.
    Ringing,
    /// Someone has picked up.
    #[wire("in-progress")]
    InProgress,
    /// It was held and is over.
    Completed,
    /// The line was busy.
    Busy,
    /// Nobody picked up.
    #[wire("no-answer")]
    NoAnswer,
    /// It could not be placed.
    Failed,
    /// It was hung up before anyone picked up.
    Canceled,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

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
    pub fn phone_call(from: impl Into<String>, to: impl Into<String>, at: impl Into<Timestamp>) -> Self {
        Self::new(EventChannel::PhoneCall, from, to, at)
    }

    /// A text message from one number to another, at a time in ISO 8601.
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
