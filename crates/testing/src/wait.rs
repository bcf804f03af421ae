//! Waiting for test runs.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use telnyx_ai_core::{Error, ErrorKind};
use tokio::time::{Instant, sleep, timeout};

use crate::{ListSuiteRuns, RunReport, TestRun, TestRunsApi, TestSuitesApi};

/// Waits until a run, or all runs of a suite trigger, have ended.
///
/// It polls every 5 s for up to 20 minutes. An outage does not end the wait: a [retryable](Error::is_retryable) error
/// is ignored. A 404 in the first minute is ignored too, because a new run may not be visible yet. A wait requires
/// tokio's timer.
///
/// ```
/// use std::time::Duration;
/// use telnyx_ai_core::Call;
/// use telnyx_ai_testing::prelude::*;
/// use telnyx_ai_testing::{TestRun, TestRunRequired, TestStatus, Wait};
///
/// // An implementation of the trait in which each run has passed.
/// struct Passed;
///
/// impl TestRunsApi for Passed {
///     fn retrieve(&self, test_id: &str, run_id: &str) -> Call<TestRun> {
///         Call::ok(TestRun::new(TestRunRequired {
///             run_id: run_id.into(),
///             test_id: test_id.into(),
///             status: TestStatus::Passed,
///             triggered_by: "manual".into(),
///             created_at: "2026-01-01T00:00:00Z".into(),
///         }))
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
#[must_use = "it does nothing until `run` or `suite` is called and awaited"]
pub struct Wait {
    poll_interval: Duration,
    deadline: Duration,
    expected_runs: usize,
    progress: Option<Arc<Progress>>,
}

type Progress = dyn Fn(&RunReport) + Send + Sync;

impl Default for Wait {
    fn default() -> Self {
        let (poll_interval, deadline) = (Duration::from_secs(5), Duration::from_secs(20 * 60));
        Self { poll_interval, deadline, expected_runs: 1, progress: None }
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
    /// Creates a wait with the default poll interval and deadline.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the interval between polls. Default: 5 s.
    pub fn poll_interval(mut self, pause: Duration) -> Self {
        self.poll_interval = pause;
        self
    }

    /// Sets the time limit of the wait. Default: 20 minutes.
    ///
    /// A poll in flight is then canceled. With a limit of zero, it polls once.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the number of runs that [`suite`](Self::suite) waits for. Default: 1.
    ///
    /// Pass the number of runs that [`TestSuitesApi::trigger`] returned, because a new run may not be visible yet.
    pub fn expected_runs(mut self, runs: usize) -> Self {
        self.expected_runs = runs;
        self
    }

    /// Calls a function with the current report after each poll that succeeds.
    pub fn on_progress(mut self, call: impl Fn(&RunReport) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(call));
        self
    }

    /// Waits for a run, with [`TestRunsApi::retrieve`].
    ///
    /// # Errors
    /// A [`Timeout`](ErrorKind::Timeout) at the deadline, with the state of the run and the last error. An error of the
    /// call that is not retryable.
    pub async fn run(&self, runs: &dyn TestRunsApi, test_id: &str, run_id: &str) -> Result<RunReport, Error> {
        let is_done = |report: &RunReport| report.unfinished == 0;
        // With a deadline, a call ends with the API's error if a retry would come too late.
        self.until(is_done, move |left| async move { Ok(vec![runs.retrieve(test_id, run_id).deadline(left).await?]) })
            .await
    }

    /// Waits for all runs with a `test_suite_run_id`, with [`TestSuitesApi::runs`].
    ///
    /// The runs that [`TestSuitesApi::trigger`] returns share this id. The wait continues while fewer runs than
    /// [`expected_runs`](Self::expected_runs) have it.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub async fn suite(
        &self,
        suites: &dyn TestSuitesApi,
        suite_name: &str,
        test_suite_run_id: &str,
    ) -> Result<RunReport, Error> {
        let filter = ListSuiteRuns::new().with_test_suite_run_id(test_suite_run_id);
        let is_done = |report: &RunReport| report.unfinished == 0 && report.runs.len() >= self.expected_runs.max(1);
        // The wait repeats its polls. A retry could come too late, which would hide the API's error.
        self.until(is_done, move |_| {
            suites.runs(suite_name, filter.clone()).page_size(100).max_retries(0).try_collect()
        })
        .await
    }

    // The future of an `AsyncFn` would not be `Send`.
    async fn until<F: Future<Output = Result<Vec<TestRun>, Error>>>(
        &self,
        is_done: impl Fn(&RunReport) -> bool,
        poll: impl Fn(Duration) -> F,
    ) -> Result<RunReport, Error> {
        let start = Instant::now();
        let mut report = RunReport::default();
        let mut left = if self.deadline.is_zero() { Duration::MAX } else { self.deadline };
        loop {
            let no_response = |_| Err(Error::new(ErrorKind::Timeout, format!("no response within {left:?}")));
            let outage = match timeout(left, poll(left)).await.unwrap_or_else(no_response) {
                Ok(runs) => {
                    report = RunReport::new(runs);
                    if let Some(progress) = &self.progress {
                        progress(&report);
                    }
                    if is_done(&report) {
                        return Ok(report);
                    }
                    None
                }
                Err(error) if error.is_retryable() || is_not_visible_yet(&error, start.elapsed()) => Some(error),
                Err(error) => return Err(error),
            };
            left = self.deadline.saturating_sub(start.elapsed());
            sleep(self.poll_interval.min(left)).await;
            left = self.deadline.saturating_sub(start.elapsed());
            if left.is_zero() {
                let last = outage.map_or_else(String::new, |error| format!("; the last poll failed: {error}"));
                let message = format!("the runs have not ended within {:?}: {report}{last}", self.deadline);
                return Err(Error::new(ErrorKind::Timeout, message));
            }
        }
    }
}

/// The time during which a 404 can mean that the run is not visible yet.
const VISIBILITY_DELAY: Duration = Duration::from_secs(60);

/// Whether the error can mean that the run is not visible yet.
pub(crate) fn is_not_visible_yet(error: &Error, waited: Duration) -> bool {
    error.status().is_some_and(|status| status == 404) && waited < VISIBILITY_DELAY
}

#[cfg(test)]
mod checks {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use telnyx_ai_core::{Call, ErrorKind, Pager};

    use super::*;
    use crate::{TestRunDetail, TestRunRequired};

    fn run(id: &str, status: &str) -> TestRun {
        TestRun::new(TestRunRequired {
            run_id: id.to_owned(),
            test_id: "test-1".to_owned(),
            status: status.into(),
            triggered_by: "manual".to_owned(),
            created_at: "2026-01-01T00:00:00Z".into(),
        })
    }

    /// Returns the polls one after the other, then repeats the last one.
    struct Script(Vec<Result<Vec<TestRun>, u16>>, AtomicUsize);

    impl Script {
        fn new(polls: impl IntoIterator<Item = Vec<TestRun>>) -> Self {
            Self(polls.into_iter().map(Ok).collect(), AtomicUsize::new(0))
        }

        /// Adds polls that fail with these statuses to the start of the script.
        fn after(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
            self.0.splice(0..0, statuses.into_iter().map(Err));
            self
        }

        fn poll(&self) -> Result<Vec<TestRun>, Error> {
            let n = self.1.fetch_add(1, Ordering::Relaxed);
            self.0[n.min(self.0.len() - 1)].clone().map_err(|status| Error::from_response(status, ""))
        }
    }

    impl TestRunsApi for Script {
        fn retrieve(&self, _: &str, _: &str) -> Call<TestRun> {
            self.poll().map_or_else(Call::err, |mut runs| Call::ok(runs.remove(0)))
        }
    }

    impl TestSuitesApi for Script {
        fn runs(&self, _: &str, filter: ListSuiteRuns) -> Pager<TestRun> {
            assert_eq!(filter.test_suite_run_id.as_deref(), Some("batch"));
            self.poll().map_or_else(Pager::err, Pager::from_items)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn run_is_polled_until_it_ends() -> Result<(), Error> {
        let details = ["passed", "failed"].map(|s| TestRunDetail::new(format!("is {s}"), s));
        let ended = run("run-1", "failed").with_detail_status(details);
        let script = Script::new([vec![run("run-1", "pending")], vec![run("run-1", "running")], vec![ended]]);
        let polls = Arc::new(AtomicUsize::new(0));
        let counted = polls.clone();
        let start = Instant::now();
        let report = Wait::new()
            .on_progress(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            })
            .run(&script, "test-1", "run-1")
            .await?;
        assert_eq!(start.elapsed(), Duration::from_secs(10));
        assert_eq!(polls.load(Ordering::Relaxed), 3);
        assert_eq!((report.passed, report.failed, report.unfinished), (0, 1, 0));
        assert_eq!(report.failures.len(), 1);
        assert_eq!(report.failures[0].name, "is failed");
        assert!(!report.is_success());
        let shown = "0 of 1 passed, 1 failed, 0 errors, 0 unfinished\n  is failed: failed (test test-1, run run-1)";
        assert_eq!(report.to_string(), shown);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn deadline_ends_the_wait() {
        let script = Script::new([vec![run("run-1", "running")]]);
        let start = Instant::now();
        let wait = Wait::new().deadline(Duration::from_secs(12));
        let error = wait.run(&script, "test-1", "run-1").await.expect_err("the run does not end");
        assert_eq!(start.elapsed(), Duration::from_secs(12));
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("1 unfinished"), "{error}");
    }

    /// A poll without time would hide the state of the run behind its error.
    #[tokio::test(start_paused = true)]
    async fn last_poll_has_time_for_its_response() {
        struct Slow;

        impl TestRunsApi for Slow {
            fn retrieve(&self, _: &str, run_id: &str) -> Call<TestRun> {
                let run = run(run_id, "running");
                Call::from_future(|_| async {
                    sleep(Duration::from_millis(50)).await;
                    Ok(run)
                })
            }
        }

        let wait = Wait::new().deadline(Duration::from_secs(12));
        let error = wait.run(&Slow, "test-1", "run-1").await.expect_err("the run does not end");
        assert!(error.to_string().ends_with("0 of 1 passed, 0 failed, 0 errors, 1 unfinished"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn maximum_deadline_does_not_overflow() -> Result<(), Error> {
        let script = Script::new([vec![run("run-1", "running")], vec![run("run-1", "passed")]]);
        let report = Wait::new().deadline(Duration::MAX).run(&script, "test-1", "run-1").await?;
        assert!(report.is_success());
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn outage_does_not_end_the_wait() -> Result<(), Error> {
        for statuses in [vec![503; 30], vec![429, 500, 409], vec![404; 3]] {
            let script = Script::new([vec![run("run-1", "passed")]]).after(statuses.clone());
            assert!(Wait::new().run(&script, "test-1", "run-1").await?.is_success(), "{statuses:?}");
            let script = Script::new([vec![run("run-1", "passed")]]).after(statuses);
            assert!(Wait::new().suite(&script, "smoke", "batch").await?.is_success());
        }
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn error_that_is_not_retryable_ends_the_wait() {
        let script = Script::new([vec![run("run-1", "passed")]]).after([401]);
        let error = Wait::new().run(&script, "test-1", "run-1").await.expect_err("the key is wrong");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
        let script = Script::new([vec![run("run-1", "passed")]]).after(vec![404; 100]);
        let start = Instant::now();
        let error = Wait::new().run(&script, "test-1", "run-1").await.expect_err("the run does not exist");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
        assert_eq!(start.elapsed(), Duration::from_secs(60));
    }

    #[tokio::test(start_paused = true)]
    async fn timeout_has_the_last_error() {
        let script = Script::new([]).after([503]);
        let wait = Wait::new().deadline(Duration::from_secs(12));
        let error = wait.run(&script, "test-1", "run-1").await.expect_err("the API is down");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("the last poll failed: 503 Service Unavailable"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn suite_waits_for_runs_that_are_not_visible_yet() -> Result<(), Error> {
        let script = Script::new([vec![run("run-1", "passed")], vec![run("run-1", "passed"), run("run-2", "failed")]]);
        let report = Wait::new().expected_runs(2).suite(&script, "smoke", "batch").await?;
        assert_eq!((report.passed, report.failed), (1, 1));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn suite_ends_with_its_last_run() -> Result<(), Error> {
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
