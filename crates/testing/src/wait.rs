//! Runs followed to their end.

use std::{fmt, sync::Arc, time::Duration};

use telnyx_ai_core::Error;
use tokio::time::{Instant, sleep};

use crate::{ListSuiteRuns, RunReport, TestRun, TestRunsApi, TestSuitesApi};

/// Waits until one run, or all runs that a suite's trigger started, have ended.
///
/// It asks every 5 seconds and gives up after 20 minutes, unless told otherwise. Tokio's timer has
/// to be running.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_core::Call;
/// use telnyx_ai_testing::prelude::*;
/// use telnyx_ai_testing::{TestRun, TestStatus, Wait};
///
/// // Any implementation of the trait will do; here, one whose runs have always passed.
/// struct Passed;
///
/// impl TestRunsApi for Passed {
///     fn retrieve(&self, test_id: &str, run_id: &str) -> Call<TestRun> {
///         Call::ok(TestRun::new(run_id, test_id, TestStatus::Passed, "manual", "2026-01-01T00:00:00Z"))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let report = Wait::new()
///     .poll_interval(Duration::from_secs(2))
///     .deadline(Duration::from_secs(300))
///     .on_progress(|so_far| println!("{so_far}"))
///     .run(&Passed, "test-1", "run-1")
///     .await?;
/// assert!(report.is_success());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "it waits once `run` or `suite` is called and awaited"]
pub struct Wait {
    poll_interval: Duration,
    deadline: Duration,
    progress: Option<Arc<Progress>>,
}

type Progress = dyn Fn(&RunReport) + Send + Sync;

impl Default for Wait {
    fn default() -> Self {
        Self { poll_interval: Duration::from_secs(5), deadline: Duration::from_secs(20 * 60), progress: None }
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("poll_interval", &self.poll_interval)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

impl Wait {
    /// Asks every 5 seconds, for 20 minutes at most.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long to pause between two looks. Default: 5 seconds.
    pub fn poll_interval(mut self, pause: Duration) -> Self {
        self.poll_interval = pause;
        self
    }

    /// How long to wait in all. Default: 20 minutes. At least one look is taken, however short it is.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// What to call after each look, with the report so far.
    pub fn on_progress(mut self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(call));
        self
    }

    /// Waits for one run, through [`TestRunsApi::retrieve`].
    ///
    /// # Errors
    /// A timeout at the deadline, which says how far the run is; otherwise what the call itself fails with,
    /// such as a 404.
    pub async fn run(&self, runs: &dyn TestRunsApi, test_id: &str, run_id: &str) -> Result<RunReport, Error> {
        let end = self.end();
        loop {
            let run = runs.retrieve(test_id, run_id).await?;
            let report = self.report([run]);
            if report.unfinished == 0 {
                return Ok(report);
            }
            self.pause(end, &report).await?;
        }
    }

    /// Waits for all runs of one `test_suite_run_id`, which every run that
    /// [`TestSuitesApi::trigger`] answers carries, through [`TestSuitesApi::runs`].
    ///
    /// While no such run is listed, it goes on asking.
    ///
    /// # Errors
    /// A timeout at the deadline, which says how far the runs are; otherwise what the listing itself fails
    /// with.
    pub async fn suite(
        &self,
        suites: &dyn TestSuitesApi,
        suite_name: &str,
        test_suite_run_id: &str,
    ) -> Result<RunReport, Error> {
        let end = self.end();
        let filter = ListSuiteRuns::new().with_test_suite_run_id(test_suite_run_id);
        loop {
            let runs = suites.runs(suite_name, filter.clone()).page_size(100).try_collect().await?;
            let report = self.report(runs);
            if report.unfinished == 0 && !report.runs.is_empty() {
                return Ok(report);
            }
            self.pause(end, &report).await?;
        }
    }

    /// When the time is up; a deadline beyond all clocks is none.
    fn end(&self) -> Option<Instant> {
        Instant::now().checked_add(self.deadline)
    }

    fn report(&self, runs: impl IntoIterator<Item = TestRun>) -> RunReport {
        let report = RunReport::new(runs);
        if let Some(progress) = &self.progress {
            progress(&report);
        }
        report
    }

    /// Sleeps for one interval, or for what is left of the time.
    async fn pause(&self, end: Option<Instant>, report: &RunReport) -> Result<(), Error> {
        let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Err(Error::timeout(format!("the runs have not ended within {:?}: {report}", self.deadline)));
        }
        sleep(self.poll_interval.min(left)).await;
        Ok(())
    }
}

#[cfg(test)]
mod checks {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use telnyx_ai_core::{Call, ErrorKind, Pager};

    use super::*;
    use crate::TestRunDetail;

    fn run(id: &str, status: &str) -> TestRun {
        TestRun::new(id, "test-1", status, "manual", "2026-01-01T00:00:00Z")
    }

    /// Gives the statuses one after the other, and the last one for ever.
    struct Script(Vec<Vec<TestRun>>, AtomicUsize);

    impl Script {
        fn new(looks: impl IntoIterator<Item = Vec<TestRun>>) -> Self {
            Self(looks.into_iter().collect(), AtomicUsize::new(0))
        }

        fn look(&self) -> Vec<TestRun> {
            let n = self.1.fetch_add(1, Ordering::Relaxed);
            self.0[n.min(self.0.len() - 1)].clone()
        }
    }

    impl TestRunsApi for Script {
        fn retrieve(&self, _: &str, _: &str) -> Call<TestRun> {
            Call::ok(self.look().remove(0))
        }
    }

    impl TestSuitesApi for Script {
        fn runs(&self, _: &str, filter: ListSuiteRuns) -> Pager<TestRun> {
            assert_eq!(filter.test_suite_run_id.as_deref(), Some("batch"));
            Pager::from_items(self.look())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_is_followed_to_its_verdict() -> Result<(), Error> {
        let details = ["passed", "failed"].map(|s| TestRunDetail::new(format!("is {s}"), s));
        let ended = run("run-1", "failed").with_detail_status(details);
        let script = Script::new([vec![run("run-1", "pending")], vec![run("run-1", "running")], vec![ended]]);
        let looks = Arc::new(AtomicUsize::new(0));
        let counted = looks.clone();
        let start = Instant::now();
        let report = Wait::new()
            .on_progress(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            })
            .run(&script, "test-1", "run-1")
            .await?;
        assert_eq!(start.elapsed(), Duration::from_secs(10));
        assert_eq!(looks.load(Ordering::Relaxed), 3);
        assert_eq!((report.passed, report.failed, report.unfinished), (0, 1, 0));
        assert_eq!(report.failures.len(), 1);
        assert_eq!(report.failures[0].name, "is failed");
        assert!(!report.is_success());
        let shown = "0 of 1 passed, 1 failed, 0 errors, 0 unfinished\n  is failed: failed (test test-1, run run-1)";
        assert_eq!(report.to_string(), shown);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_the_wait() {
        let script = Script::new([vec![run("run-1", "running")]]);
        let start = Instant::now();
        let wait = Wait::new().deadline(Duration::from_secs(12));
        let error = wait.run(&script, "test-1", "run-1").await.expect_err("it never ends");
        assert_eq!(start.elapsed(), Duration::from_secs(12));
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("1 unfinished"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_beyond_all_clocks_is_none() -> Result<(), Error> {
        let script = Script::new([vec![run("run-1", "running")], vec![run("run-1", "passed")]]);
        let report = Wait::new().deadline(Duration::MAX).run(&script, "test-1", "run-1").await?;
        assert!(report.is_success());
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_suite_ends_with_its_last_run() -> Result<(), Error> {
        let script = Script::new([
            vec![],
            vec![run("run-1", "passed"), run("run-2", "starting")],
            vec![run("run-1", "passed"), run("run-2", "passed")],
        ]);
        let report = Wait::new().suite(&script, "smoke", "batch").await?;
        assert_eq!(report.passed, 2);
        assert!(report.is_success());
        Ok(())
    }
}
