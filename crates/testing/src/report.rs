//! Reports of test runs.

use std::fmt;

use crate::{TestRun, TestStatus};

/// The outcome of one or more runs.
///
/// `Display` writes a summary and one line per failure.
///
/// ```
/// use telnyx_ai_testing::{RunReport, TestRun, TestRunDetail, TestRunRequired, TestStatus};
///
/// let run = TestRun::new(TestRunRequired {
///     run_id: "run-1".into(),
///     test_id: "test-1".into(),
///     status: TestStatus::Failed,
///     triggered_by: "manual".into(),
///     created_at: "2026-01-01T00:00:00Z".into(),
/// });
/// let run = run.with_detail_status([TestRunDetail::new("Hours", TestStatus::Failed)]);
/// let report = RunReport::new([run]);
/// assert!(!report.is_success());
/// assert_eq!(report.failures[0].name, "Hours");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct RunReport {
    /// The runs.
    pub runs: Vec<TestRun>,
    /// The number of runs that passed.
    pub passed: usize,
    /// The number of runs that failed their rubric.
    pub failed: usize,
    /// The number of runs that ended with an error or an unknown status.
    pub errored: usize,
    /// The number of runs that have not ended.
    pub unfinished: usize,
    /// The rubric items that were not met, in the order of the runs.
    pub failures: Vec<RubricFailure>,
}

/// A rubric item that a finished run did not meet.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RubricFailure {
    /// The id of the test.
    pub test_id: String,
    /// The id of the run.
    pub run_id: String,
    /// The name of the rubric item.
    pub name: String,
    /// The verdict.
    pub status: TestStatus,
}

impl RunReport {
    /// Creates a report of the given runs.
    #[must_use]
    pub fn new(runs: impl IntoIterator<Item = TestRun>) -> Self {
        let mut report = Self::default();
        for run in runs {
            report.add(run);
        }
        report
    }

    /// Whether there is at least one run and all runs passed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        !self.runs.is_empty() && self.passed == self.runs.len()
    }

    fn add(&mut self, run: TestRun) {
        if run.is_finished() {
            match run.status {
                TestStatus::Passed => self.passed += 1,
                TestStatus::Failed => self.failed += 1,
                _ => self.errored += 1,
            }
            let missed = run.detail_status.iter().flatten().filter(|d| d.status != TestStatus::Passed);
            self.failures.extend(missed.map(|detail| RubricFailure {
                test_id: run.test_id.clone(),
                run_id: run.run_id.clone(),
                name: detail.name.clone(),
                status: detail.status.clone(),
            }));
        } else {
            self.unfinished += 1;
        }
        self.runs.push(run);
    }
}

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, errored, unfinished, .. } = self;
        let total = self.runs.len();
        write!(f, "{passed} of {total} passed, {failed} failed, {errored} errors, {unfinished} unfinished")?;
        for RubricFailure { test_id, run_id, name, status } in &self.failures {
            write!(f, "\n  {name}: {status} (test {test_id}, run {run_id})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn completed_run_with_an_unknown_status_has_ended() {
        let open = TestRun::new(crate::TestRunRequired {
            run_id: "run-1".to_owned(),
            test_id: "test-1".to_owned(),
            status: "timeout".into(),
            triggered_by: "manual".to_owned(),
            created_at: "2026-01-01T00:00:00Z".into(),
        });
        assert!(!open.is_finished());
        let closed = open.with_completed_at("2026-01-01T00:01:00Z");
        assert_eq!(RunReport::new([closed]).errored, 1);
    }
}
