//! What was scheduled, and what has become of it.

use std::collections::BTreeMap;

use telnyx_ai_core::{Extra, Object, OpenEnum, Scalar, Timestamp, Union, UnknownMember, UnknownValue};

use super::ScheduledCallSettings;

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
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::PhoneCall(call) => call.scheduled_event_id.as_deref(),
            Self::Sms(sms) => sms.scheduled_event_id.as_deref(),
            Self::Unknown(other) => other.fields().get("scheduled_event_id")?.as_str(),
        }
    }

    /// What has become of the event; `None` too for a channel this version does not know.
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
