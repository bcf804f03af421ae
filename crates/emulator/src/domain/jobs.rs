//! The jobs of the scheduler.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Context, Result, calls::CallOutcome};
use crate::store::{Kind, StoredJob};

/// An action that runs at a later time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Job {
    /// The next step of a scheduled event.
    Event { event_id: String, step: EventStep },
    /// Execute a test run.
    TestRun { run_id: String },
    /// Deliver an event of a conversation to a webhook.
    Webhook { conversation_id: String, event: Value },
    /// Run the insights of a conversation.
    Insights { conversation_id: String },
    /// End the conversation of a call. With `idle_secs`, only if there was no message for so long.
    EndCall { conversation_id: String, reason: String, idle_secs: Option<u64> },
    /// Erase a deleted assistant.
    Erase { assistant_id: String },
}

/// A step of a scheduled event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum EventStep {
    /// Place the call, or send the text message.
    Place {},
    /// The call is answered and lasts this long.
    Answer { duration_secs: u64 },
    /// The call ends. [`Job::EndCall`] ends its conversation.
    End(CallOutcome),
    /// The text message is delivered, or not.
    Arrive(CallOutcome),
}

/// A stored job of an unknown kind or form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("This version does not support the job: {0}.")]
pub(crate) struct UnknownJob(String);

impl Job {
    pub(crate) fn read(kind: &str, id: &str, step: &Value) -> Result<Self, UnknownJob> {
        let id = id.to_owned();
        match Kind::parse(kind) {
            Some(Kind::ScheduledEvent) => match EventStep::deserialize(step) {
                Ok(step) => Ok(Self::Event { event_id: id, step }),
                Err(error) => Err(UnknownJob(format!("step {step} of a scheduled event: {error}"))),
            },
            Some(Kind::TestRun) => Ok(Self::TestRun { run_id: id }),
            Some(Kind::Webhook) if step["id"].is_string() => {
                Ok(Self::Webhook { conversation_id: id, event: step.clone() })
            }
            Some(Kind::Webhook) => Err(UnknownJob("an event without an id".to_owned())),
            Some(Kind::InsightRun) => Ok(Self::Insights { conversation_id: id }),
            Some(Kind::Conversation) => match step["reason"].as_str() {
                Some(reason) => Ok(Self::EndCall {
                    conversation_id: id,
                    reason: reason.to_owned(),
                    idle_secs: step["idle_secs"].as_u64(),
                }),
                None => Err(UnknownJob("the end of a call without a reason".to_owned())),
            },
            Some(Kind::DeletedAssistant) => Ok(Self::Erase { assistant_id: id }),
            _ => Err(UnknownJob(format!("kind '{kind}'"))),
        }
    }

    pub(crate) fn of(stored: &StoredJob) -> Result<Self, UnknownJob> {
        Self::read(&stored.kind, &stored.id, &stored.step)
    }

    /// The kind and the id of the document.
    fn document(&self) -> (Kind, &str) {
        match self {
            Self::Event { event_id, .. } => (Kind::ScheduledEvent, event_id),
            Self::TestRun { run_id } => (Kind::TestRun, run_id),
            Self::Webhook { conversation_id, .. } => (Kind::Webhook, conversation_id),
            Self::Insights { conversation_id } => (Kind::InsightRun, conversation_id),
            Self::EndCall { conversation_id, .. } => (Kind::Conversation, conversation_id),
            Self::Erase { assistant_id } => (Kind::DeletedAssistant, assistant_id),
        }
    }

    /// Adds the job, which runs at `due`.
    pub(crate) fn add(&self, cx: &Context<'_>, due: Timestamp) -> Result<()> {
        let (kind, id) = self.document();
        let step = match self {
            Self::Event { step, .. } => json!(step),
            Self::Webhook { event, .. } => event.clone(),
            Self::EndCall { reason, idle_secs, .. } => json!({ "reason": reason, "idle_secs": idle_secs }),
            Self::TestRun { .. } | Self::Insights { .. } | Self::Erase { .. } => json!({}),
        };
        Ok(cx.tx.add_job(kind, id, due, &step)?)
    }

    /// Removes all jobs of the same document.
    ///
    /// A conversation can have several events, and several limits of its call, so those are kept.
    pub(crate) fn remove_others(&self, cx: &Context<'_>) -> Result<()> {
        let (kind, id) = self.document();
        if matches!(kind, Kind::Webhook | Kind::Conversation) { Ok(()) } else { Ok(cx.tx.remove_jobs(kind, id)?) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_form_of_steps_is_stable() {
        for (step, stored) in [
            (EventStep::Place {}, json!({ "do": "place" })),
            (EventStep::Answer { duration_secs: 30 }, json!({ "do": "answer", "duration_secs": 30 })),
            (EventStep::End(CallOutcome::NoAnswer), json!({ "do": "end", "status": "no-answer" })),
            (EventStep::Arrive(CallOutcome::Failed), json!({ "do": "arrive", "status": "failed" })),
        ] {
            assert_eq!(json!(step), stored);
            let job = Job::read("scheduled_event", "event-1", &stored).expect("a job");
            assert_eq!(job, Job::Event { event_id: "event-1".to_owned(), step });
        }
    }

    #[test]
    fn unknown_job_is_an_error() {
        for (kind, step, reason) in [
            ("scheduled_event", json!({ "do": "dance" }), "step {\"do\":\"dance\"}"),
            ("scheduled_event", json!({}), "step {}"),
            ("scheduled_event", json!({ "do": "end", "status": "eaten" }), "'eaten' is not one of"),
            ("webhook", json!({}), "an event without an id"),
            ("conversation", json!({}), "the end of a call without a reason"),
            ("dance", json!({}), "kind 'dance'"),
        ] {
            let error = Job::read(kind, "id", &step).expect_err("an unknown job").to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
