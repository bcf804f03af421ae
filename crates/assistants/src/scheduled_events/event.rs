//! Scheduled events and their status.

use std::collections::BTreeMap;

use telnyx_ai_core::{Extra, JsonObject, Object, OpenEnum, Timestamp, Union, UnknownMember, UnknownValue};

use super::ScheduledCallSettings;

/// A call or text message that an assistant makes at a fixed time.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "telnyx_conversation_channel")]
#[non_exhaustive]
pub enum ScheduledEvent {
    /// A phone call.
    PhoneCall(ScheduledPhoneCall),
    /// A text message.
    #[wire("sms_chat")]
    Sms(ScheduledSms),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

impl ScheduledEvent {
    /// Returns the id of the event.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::PhoneCall(call) => call.scheduled_event_id.as_deref(),
            Self::Sms(sms) => sms.scheduled_event_id.as_deref(),
            Self::Unknown(other) => other.fields().get("scheduled_event_id")?.as_str(),
        }
    }

    /// Returns the status of the event, or `None` for an unknown channel.
    #[must_use]
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
    /// The id of the assistant that calls.
    pub assistant_id: String,
    /// The number or SIP URI of the caller.
    pub telnyx_agent_target: String,
    /// The number or SIP URI to call.
    pub telnyx_end_user_target: String,
    /// The time at which it is due.
    pub scheduled_at_fixed_datetime: Timestamp,
    /// The id of the event.
    pub scheduled_event_id: Option<String>,
    /// The status of the event.
    pub status: Option<EventStatus>,
    /// The time of creation.
    pub created_at: Option<Timestamp>,
    /// The time of the last call attempt.
    pub dispatched_at: Option<Timestamp>,
    /// The id of the conversation.
    pub conversation_id: Option<String>,
    /// The metadata of the conversation.
    pub conversation_metadata: Option<JsonObject>,
    /// The values of dynamic variables in this conversation.
    pub dynamic_variables: Option<BTreeMap<String, String>>,
    /// The settings of the call.
    pub call_settings: Option<ScheduledCallSettings>,
    /// The status of the last call attempt.
    pub call_status: Option<CallStatus>,
    /// The duration of the last call attempt, in seconds.
    pub call_duration: Option<u32>,
    /// All call attempts, in order.
    pub call_attempts: Option<Vec<CallAttempt>>,
    /// The maximum number of retries of an unsuccessful call, 0 to 10. A call is unsuccessful if it is busy, not
    /// answered, failed or canceled.
    pub max_retries_client_errors: Option<u32>,
    /// The interval between retries, in seconds.
    pub retry_interval_secs: Option<u32>,
    /// The number of retries so far.
    pub retry_attempts: Option<u32>,
    /// The number of dispatches that were repeated after an error of the service.
    pub retry_count: Option<u32>,
    /// The error messages.
    pub errors: Option<Vec<String>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A scheduled text message.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ScheduledSms {
    /// The id of the assistant that sends the message.
    pub assistant_id: String,
    /// The number of the sender.
    pub telnyx_agent_target: String,
    /// The number of the recipient.
    pub telnyx_end_user_target: String,
    /// The time at which it is due.
    pub scheduled_at_fixed_datetime: Timestamp,
    /// The text of the message that is sent.
    pub text: String,
    /// The id of the event.
    pub scheduled_event_id: Option<String>,
    /// The status of the event.
    pub status: Option<EventStatus>,
    /// The time of creation.
    pub created_at: Option<Timestamp>,
    /// The id of the conversation of the message.
    pub conversation_id: Option<String>,
    /// The metadata of the conversation.
    pub conversation_metadata: Option<JsonObject>,
    /// The values of dynamic variables in this conversation.
    pub dynamic_variables: Option<BTreeMap<String, String>>,
    /// The number of dispatches that were repeated after an error of the service.
    pub retry_count: Option<u32>,
    /// The error messages.
    pub errors: Option<Vec<String>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The status of a scheduled event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum EventStatus {
    /// The event is not due yet.
    Pending,
    /// The event is being executed.
    InProgress,
    /// The event has been executed.
    Completed,
    /// The event has failed.
    Failed,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// An attempt of a scheduled call.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct CallAttempt {
    /// The number of the attempt. The first one is 1.
    pub attempt_number: u32,
    /// The time of the attempt.
    pub attempted_at: Timestamp,
    /// The status of the call.
    pub call_status: CallStatus,
    /// The duration of the call, in seconds.
    pub call_duration: Option<u32>,
    /// The control id of the call.
    pub telnyx_call_control_id: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The status of a scheduled call.
///
/// A call that is busy, not answered, failed or canceled is retried up to the limit of the event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum CallStatus {
    /// The phone is ringing.
    Ringing,
    /// The call was answered.
    #[wire("in-progress")]
    InProgress,
    /// The call was answered and has ended.
    Completed,
    /// The line was busy.
    Busy,
    /// The call was not answered.
    #[wire("no-answer")]
    NoAnswer,
    /// The call could not be placed.
    Failed,
    /// The call was canceled before it was answered.
    Canceled,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}
