use std::fmt;

use telnyx_ai_core::{Error, Timestamp};

/// The next step of a [`Rollout`](crate::Rollout), as its gate receives it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RolloutStep {
    /// The candidate's share in percent after the step. 100 promotes it.
    pub share: f64,
    /// The candidate's current share in percent. 0 before the first step.
    pub previous: f64,
    /// The server's time at which the candidate received its current share. `None` before the first step.
    ///
    /// Evaluate the conversations since then.
    pub since: Option<Timestamp>,
}

/// The decision of a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The rollout executes the step.
    Pass,
    /// All traffic returns to the main version, for this reason.
    Fail(String),
}

/// The progress of a [`Rollout`](crate::Rollout).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RolloutProgress {
    /// The gate before this step starts.
    Gate(RolloutStep),
    /// A step was executed.
    Step {
        /// The candidate's new share in percent.
        share: f64,
    },
    /// A change of the traffic failed with a retryable error. It is repeated for up to 10 minutes.
    Outage {
        /// The message of the error.
        error: String,
    },
}

impl fmt::Display for RolloutProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gate(step) => write!(f, "checking before {} percent", step.share),
            Self::Step { share: 100.0 } => f.write_str("the candidate is promoted"),
            Self::Step { share } => write!(f, "the candidate has {share} percent"),
            Self::Outage { error } => {
                write!(f, "the API fails, and the change of the traffic is repeated for up to 10 minutes: {error}")
            }
        }
    }
}

/// The end of a [`Rollout`](crate::Rollout).
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "a rollout that was rolled back is not an error"]
pub enum RolloutOutcome {
    /// The candidate is the main version, and the canary deploy was deleted.
    Promoted {
        /// The candidate.
        version_id: String,
    },
    /// The last step was below 100: the candidate keeps its share.
    Serving {
        /// The candidate.
        version_id: String,
        /// Its share in percent.
        share: f64,
    },
    /// All traffic goes to the main version.
    RolledBack {
        /// The candidate.
        version_id: String,
        /// The share in percent before the rollback.
        share: f64,
        /// The reason.
        reason: RollbackReason,
    },
}

impl RolloutOutcome {
    /// Whether the rollout reached its last step.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        !matches!(self, Self::RolledBack { .. })
    }
}

impl fmt::Display for RolloutOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Promoted { version_id } => write!(f, "version {version_id} is promoted"),
            Self::Serving { version_id, share } => write!(f, "version {version_id} has {share} percent of the traffic"),
            Self::RolledBack { version_id, share, reason } => {
                write!(f, "version {version_id} was rolled back from {share} percent: {reason}")
            }
        }
    }
}

/// The reason for a rollback.
#[derive(Debug)]
#[non_exhaustive]
pub enum RollbackReason {
    /// A gate failed, for this reason.
    Gate(String),
    /// A gate or a change of the traffic failed.
    Error(Error),
    /// The deadline of the rollout has passed.
    Deadline,
}

impl fmt::Display for RollbackReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gate(why) => f.write_str(why),
            Self::Error(error) => error.fmt(f),
            Self::Deadline => f.write_str("the deadline of the rollout has passed"),
        }
    }
}
