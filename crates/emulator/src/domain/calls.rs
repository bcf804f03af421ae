//! Calls of scheduled events, and their outcomes.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::assumptions::DEFAULT_CALL_SECS;

/// A call or text message to the end user.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlacedCall {
    /// The number or SIP URI of the caller: `telnyx_agent_target`.
    pub from: String,
    /// The called number or SIP URI: `telnyx_end_user_target`.
    pub to: String,
    /// The attempt number of this call, from 1.
    pub attempt: u32,
    /// The scheduled event, as the API returns it.
    pub event: Value,
}

/// The outcome of a call.
///
/// A text message is delivered if this is `Completed` and fails otherwise.
///
/// In JSON, an object with `status` and, if completed, `duration_secs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Form", try_from = "Form")]
#[non_exhaustive]
pub enum CallOutcome {
    /// The call is answered and lasts this long, in whole seconds.
    Completed(Duration),
    /// The line is busy.
    Busy,
    /// Nobody answers.
    NoAnswer,
    /// The call cannot be placed.
    Failed,
    /// The call is canceled before anyone answers.
    Canceled,
}

impl CallOutcome {
    /// The values of `status`.
    pub(crate) const STATUSES: [&str; 5] = ["completed", "busy", "no-answer", "failed", "canceled"];

    /// The call is answered and lasts 30 s.
    #[must_use]
    pub const fn completed() -> Self {
        Self::Completed(Duration::from_secs(DEFAULT_CALL_SECS))
    }

    /// The value of `call_status`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Completed(_) => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// The outcome with this status. The duration applies to a completed call only.
    pub(crate) fn of(status: &str, duration: Duration) -> Option<Self> {
        let outcomes = [Self::Completed(duration), Self::Busy, Self::NoAnswer, Self::Failed, Self::Canceled];
        outcomes.into_iter().find(|outcome| outcome.as_str() == status)
    }
}

/// An outcome as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration_secs: Option<u64>,
}

impl From<CallOutcome> for Form {
    fn from(outcome: CallOutcome) -> Self {
        let duration_secs = match outcome {
            CallOutcome::Completed(duration) => Some(duration.as_secs()),
            _ => None,
        };
        Self { status: outcome.as_str().to_owned(), duration_secs }
    }
}

impl TryFrom<Form> for CallOutcome {
    type Error = String;

    fn try_from(form: Form) -> Result<Self, String> {
        let duration = Duration::from_secs(form.duration_secs.unwrap_or(DEFAULT_CALL_SECS));
        Self::of(&form.status, duration)
            .ok_or_else(|| format!("'{}' is not one of {}", form.status, Self::STATUSES.join(", ")))
    }
}
