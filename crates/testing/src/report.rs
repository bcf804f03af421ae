//! What runs came to.

use std::fmt;

use crate::{TestRun, TestStatus};

/// How one or more runs went. `Display` gives it as a few lines for people.
///
/// ```
/// use telnyx_ai_testing::{RunReport, TestRun, TestRunDetail, TestStatus};
///
/// let run = TestRun::new("run-1", "test-1", TestStatus::Failed, "manual", "2026-01-01T00:00:00Z")
///     .with_detail_status([TestRunDetail::new("Hours", TestStatus::Failed)]);
/// let report = RunReport::new([run]);
/// assert!(!report.is_success());
/// assert_eq!(report.failures[0].name, "Hours");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct RunReport {
    /// The runs as last seen.
    pub runs: Vec<TestRun>,
    /// How many passed.
    pub passed: usize,
    /// How many ended without meeting their rubric.
    pub failed: usize,
    /// How many could not be carried out, or ended in a status this version does not know.
    pub errored: usize,
    /// How many had not ended yet.
    pub unfinished: usize,
    /// The items of the rubrics that were not met, in the order of the runs.
    pub failures: Vec<RubricFailure>,
}

/// An item of a rubric that a finished run did not pass.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RubricFailure {
    /// The test that ran.
    pub test_id: String,
    /// The run.
    pub run_id: String,
    /// The name of the rubric's item.
    pub name: String,
    /// The verdict.
    pub status: TestStatus,
}

impl RunReport {
    /// Sums up runs, wherever they come from.
    #[must_use]
    pub fn new(runs: impl IntoIterator<Item = TestRun>) -> Self {
        let mut report = Self::default();
        for run in runs {
            report.add(run);
        }
        report
    }

    /// Whether there were runs and all of them passed.
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
    fn an_unknown_status_ends_a_run_that_is_completed() {
        let open = TestRun::new("run-1", "test-1", "timeout", "manual", "2026-01-01T00:00:00Z");
        assert!(!open.is_finished());
        let closed = open.with_completed_at("2026-01-01T00:01:00Z");
        assert_eq!(RunReport::new([closed]).errored, 1);
    }
}
