use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// One execution of a test.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TestRun {
    /// The run's id.
    pub run_id: String,
    /// The test that ran.
    pub test_id: String,
    /// How far it is, or how it ended.
    pub status: TestStatus,
    /// Who or what started it, as a free text such as `manual` or `scheduled`.
    pub triggered_by: String,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// The conversation that it held. A run that could not start one has none.
    pub conversation_id: Option<String>,
    /// The insights that were drawn from the conversation.
    pub conversation_insights_id: Option<String>,
    /// The verdict on each item of the rubric.
    pub detail_status: Option<Vec<TestRunDetail>>,
    /// What the run logged, as one text.
    pub logs: Option<String>,
    /// What runs that one suite trigger started have in common.
    pub test_suite_run_id: Option<String>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl TestRun {
    /// Whether the run has ended. A status this version does not know counts as an end once
    /// `completed_at` is there.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        match self.status {
            TestStatus::Passed | TestStatus::Failed | TestStatus::Error => true,
            TestStatus::Pending | TestStatus::Starting | TestStatus::Running => false,
            TestStatus::Unknown(_) => self.completed_at.is_some(),
        }
    }
}

/// How far a run is, or how it ended; also the verdict on one item of the rubric.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TestStatus {
    /// It waits for its turn.
    Pending,
    /// It is being set up.
    Starting,
    /// The conversation is under way.
    Running,
    /// It ended and met the rubric.
    Passed,
    /// It ended and did not meet the rubric.
    Failed,
    /// It could not be carried out.
    Error,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// The verdict of a run on one item of the rubric.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TestRunDetail {
    /// The name of the rubric's item.
    pub name: String,
    /// The verdict.
    pub status: TestStatus,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// What to run a test or a suite against.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TriggerTestRun {
    /// The assistant's version to talk to; the main version when absent. It has to exist.
    pub destination_version_id: Option<String>,
    /// Further fields to send.
    pub extra: Extra,
}

/// Which runs [`list`](super::TestRunsApi::list) gives; all of the test by default.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListTestRuns {
    /// Only runs of this status.
    pub status: Option<TestStatus>,
    /// Further query parameters to send.
    pub extra: Extra,
}
