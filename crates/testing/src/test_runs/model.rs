use telnyx_ai_core::{Extra, Object, OpenEnum, Timestamp, UnknownValue};

/// An execution of a test.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TestRun {
    /// The id of the run.
    pub run_id: String,
    /// The id of the test.
    pub test_id: String,
    /// The progress of the run and, when it has ended, its verdict.
    pub status: TestStatus,
    /// The trigger of the run, as free text such as `manual` or `scheduled`.
    pub triggered_by: String,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Option<Timestamp>,
    /// The time at which it ended.
    pub completed_at: Option<Timestamp>,
    /// The id of the conversation. Absent if the run could not start one.
    pub conversation_id: Option<String>,
    /// The id of the insights of the conversation.
    pub conversation_insights_id: Option<String>,
    /// The verdicts on the items of the rubric.
    pub detail_status: Option<Vec<TestRunDetail>>,
    /// The log of the run.
    pub logs: Option<String>,
    /// The id that all runs of one suite trigger share.
    pub test_suite_run_id: Option<String>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl TestRun {
    /// Whether the run has ended.
    ///
    /// A run has ended if its status is `passed`, `failed` or `error`, or if `completed_at` is set.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.completed_at.is_some()
            || matches!(self.status, TestStatus::Passed | TestStatus::Failed | TestStatus::Error)
    }
}

/// The status of a run, or the verdict on an item of the rubric.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum TestStatus {
    /// The run is queued.
    Pending,
    /// The run is starting.
    Starting,
    /// The conversation is running.
    Running,
    /// The rubric was met.
    Passed,
    /// The rubric was not met.
    Failed,
    /// The run could not be executed.
    Error,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// The verdict of a run on an item of the rubric.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TestRunDetail {
    /// The name of the rubric item.
    pub name: String,
    /// The verdict.
    pub status: TestStatus,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The body of [`TestRunsApi::trigger`](super::TestRunsApi::trigger).
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct TriggerTestRun {
    /// The id of the assistant's version to test. It must exist. Default: the main version.
    pub destination_version_id: Option<String>,
    /// Additional fields to send.
    pub extra: Extra,
}

/// The filter of [`TestRunsApi::list`](super::TestRunsApi::list). Default: all runs of the test.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ListTestRuns {
    /// Lists runs with this status only.
    pub status: Option<TestStatus>,
    /// Additional query parameters to send.
    pub extra: Extra,
}
