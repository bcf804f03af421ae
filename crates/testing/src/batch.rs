//! Batches of tests, with several samples per test.

use std::{
    collections::BTreeSet,
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use telnyx_ai_core::Error;
use tokio::time::{Instant, sleep};

use crate::{TestRun, TestRunsApi, TestStatus, TriggerTestRun, wait::is_not_visible_yet};

/// The maximum number of calls in flight.
const CONCURRENCY: usize = 8;

/// Runs several tests and waits for all of them.
///
/// The replies of a model vary, so a single run of a test is not conclusive. With [`samples`](Self::samples), each test
/// runs several times and passes if enough of its runs pass.
///
/// Up to 8 calls are in flight. An outage does not fail a test: a call with a [retryable](Error::is_retryable) error is
/// repeated at the next poll. A 404 in the first minute after the trigger is repeated too, because a new run may not be visible yet.
/// A batch requires tokio's timer.
///
/// ```
/// use telnyx_ai_testing::{TestBatch, TestRunsApi};
///
/// async fn check(runs: &dyn TestRunsApi) -> bool {
///     let report = TestBatch::new(["test-1", "test-2"])
///         .version_id("version-2")
///         .samples(5)
///         .pass_rate(0.8)
///         .run(runs)
///         .await;
///     println!("{report}");
///     report.is_success()
/// }
/// ```
#[derive(Clone)]
#[must_use = "it does nothing until `run` is called and awaited"]
pub struct TestBatch {
    test_ids: Vec<String>,
    version_id: Option<String>,
    samples: u32,
    pass_rate: f64,
    poll_interval: Duration,
    deadline: Duration,
    progress: Option<Arc<OnProgress>>,
}

type OnProgress = dyn Fn(&BatchReport) + Send + Sync;

impl fmt::Debug for TestBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestBatch")
            .field("test_ids", &self.test_ids)
            .field("version_id", &self.version_id)
            .field("samples", &self.samples)
            .field("pass_rate", &self.pass_rate)
            .field("poll_interval", &self.poll_interval)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

impl TestBatch {
    /// Creates a batch with one run per test, against the main version.
    pub fn new(test_ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            test_ids: test_ids.into_iter().map(Into::into).collect(),
            version_id: None,
            samples: 1,
            pass_rate: 1.0,
            poll_interval: Duration::from_secs(5),
            deadline: Duration::from_secs(20 * 60),
            progress: None,
        }
    }

    /// Sets the version of the assistant to test. Default: the main version.
    pub fn version_id(mut self, version_id: impl Into<String>) -> Self {
        self.version_id = Some(version_id.into());
        self
    }

    /// Sets the number of runs per test. Default: 1. 0 is the same as 1.
    pub fn samples(mut self, samples: u32) -> Self {
        self.samples = samples.max(1);
        self
    }

    /// Sets the share of runs that must pass for a test to pass, 0 to 1. Default: 1.
    ///
    /// Other values are clamped, and NaN is 1.
    pub fn pass_rate(mut self, pass_rate: f64) -> Self {
        self.pass_rate = if pass_rate.is_nan() { 1.0 } else { pass_rate.clamp(0.0, 1.0) };
        self
    }

    /// Sets the interval between polls, at least 1 ms. Default: 5 s.
    pub fn poll_interval(mut self, pause: Duration) -> Self {
        self.poll_interval = pause.max(Duration::from_millis(1));
        self
    }

    /// Sets the time limit of the batch. Default: 20 minutes.
    ///
    /// Runs that have not ended by then are unfinished, and a call in flight is canceled. With a limit of zero, each
    /// run is triggered and not polled.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Calls a function with the current report after each poll.
    pub fn on_progress(mut self, call: impl Fn(&BatchReport) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(call));
        self
    }

    /// Triggers all runs and polls them until they end, or until the deadline.
    ///
    /// It calls [`TestRunsApi::trigger`] and [`TestRunsApi::retrieve`]. The report contains the errors. A test that
    /// cannot run does not affect the others.
    pub async fn run(&self, runs: &dyn TestRunsApi) -> BatchReport {
        let start = Instant::now();
        let keys = format!("batch-{:016x}", RandomState::new().build_hasher().finish());
        let mut report = BatchReport {
            tests: self.test_ids.iter().map(|id| TestResult::new(id, self.samples, self.pass_rate)).collect(),
        };
        loop {
            let mut polls = Vec::new();
            for (number, TestResult { test_id, samples, .. }) in report.tests.iter_mut().enumerate() {
                for (sample_number, sample) in samples.iter_mut().enumerate() {
                    let key = format!("{keys}-{number}-{sample_number}");
                    polls.push(self.poll(runs, test_id, sample, key, start));
                }
            }
            stream::iter(polls).for_each_concurrent(CONCURRENCY, |poll| poll).await;
            if let Some(progress) = &self.progress {
                progress(&report);
            }
            let left = self.deadline.saturating_sub(start.elapsed());
            if left.is_zero() || report.tests.iter().all(TestResult::is_finished) {
                return report;
            }
            sleep(self.poll_interval.min(left)).await;
        }
    }

    /// Triggers or retrieves a run.
    ///
    /// The key ensures that a trigger whose response was lost is executed once.
    async fn poll(&self, runs: &dyn TestRunsApi, test_id: &str, sample: &mut Sample, key: String, start: Instant) {
        let left = if self.deadline.is_zero() { Duration::MAX } else { self.deadline.saturating_sub(start.elapsed()) };
        if sample.is_finished() || left.is_zero() {
            return;
        }
        let call = match &sample.run {
            None => {
                let mut request = TriggerTestRun::new();
                request.destination_version_id.clone_from(&self.version_id);
                runs.trigger(test_id, request).idempotency_key(&key)
            }
            Some(run) => runs.retrieve(test_id, &run.run_id),
        };
        // With a deadline, a call ends with the API's error if a retry would come too late.
        match call.deadline(left).await {
            Ok(run) => {
                sample.triggered_at.get_or_insert_with(Instant::now);
                (sample.run, sample.error) = (Some(run), None);
            }
            Err(error) => {
                let is_new = sample.triggered_at.is_some_and(|at| is_not_visible_yet(&error, at.elapsed()));
                let should_retry = error.is_retryable() || is_new;
                sample.is_failed = !should_retry;
                sample.error = Some(error);
            }
        }
    }
}

/// The results of a [`TestBatch`].
///
/// `Display` writes a summary and one line for each test that did not pass, with its first error or the rubric items that
/// were not met. To list them per run, create a [`RunReport`](crate::RunReport) from the runs of the samples.
#[must_use = "a failed test is not an error"]
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct BatchReport {
    /// The tests, in the order of the batch.
    pub tests: Vec<TestResult>,
}

impl BatchReport {
    /// Whether there is at least one test and all tests passed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        !self.tests.is_empty() && self.tests.iter().all(|test| test.status() == ResultStatus::Passed)
    }

    /// The number of tests with this status.
    #[must_use]
    pub fn count(&self, status: ResultStatus) -> usize {
        self.tests.iter().filter(|test| test.status() == status).count()
    }
}

impl fmt::Display for BatchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} tests passed", self.count(ResultStatus::Passed), self.tests.len())?;
        for test in self.tests.iter().filter(|test| test.status() != ResultStatus::Passed) {
            write!(f, "\n  {test}")?;
        }
        Ok(())
    }
}

/// The result of one test of a [`TestBatch`].
#[derive(Debug)]
#[non_exhaustive]
pub struct TestResult {
    /// The id of the test.
    pub test_id: String,
    /// Its samples.
    pub samples: Vec<Sample>,
    pass_rate: f64,
}

/// A sample of a test: a run, or the error that prevented it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Sample {
    /// The run as of the last successful call. `None` if it was not triggered.
    pub run: Option<TestRun>,
    /// The error of the last call, if it failed.
    pub error: Option<Error>,
    triggered_at: Option<Instant>,
    is_failed: bool,
}

/// The status of a test of a [`TestBatch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResultStatus {
    /// Enough samples passed.
    Passed,
    /// Too many samples did not meet the rubric.
    Failed,
    /// Too many samples could not run.
    Error,
    /// Too many samples have not ended yet.
    Unfinished,
}

impl fmt::Display for ResultStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Unfinished => "unfinished",
        })
    }
}

impl TestResult {
    fn new(test_id: &str, samples: u32, pass_rate: f64) -> Self {
        let samples = (0..samples).map(|_| Sample::default()).collect();
        Self { test_id: test_id.to_owned(), samples, pass_rate }
    }

    /// The status of the test, determined by its samples.
    #[must_use]
    pub fn status(&self) -> ResultStatus {
        let [passed, failed, errors, unfinished] =
            [ResultStatus::Passed, ResultStatus::Failed, ResultStatus::Error, ResultStatus::Unfinished]
                .map(|status| self.count(status));
        let needed = self.pass_rate * f64::from(passed + failed + errors + unfinished) - 1e-9;
        if f64::from(passed) >= needed {
            ResultStatus::Passed
        } else if f64::from(passed + errors + unfinished) < needed {
            ResultStatus::Failed
        } else if f64::from(passed + unfinished) < needed {
            ResultStatus::Error
        } else {
            ResultStatus::Unfinished
        }
    }

    /// The number of samples with this status.
    #[must_use]
    pub fn count(&self, status: ResultStatus) -> u32 {
        self.samples.iter().map(|sample| u32::from(sample.status() == status)).sum()
    }

    fn is_finished(&self) -> bool {
        self.samples.iter().all(Sample::is_finished)
    }
}

impl fmt::Display for TestResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passed = self.count(ResultStatus::Passed);
        write!(f, "{}: {} ({passed} of {} samples passed)", self.test_id, self.status(), self.samples.len())?;
        if let Some(error) = self.samples.iter().find_map(|sample| sample.error.as_ref()) {
            return write!(f, ": {error}");
        }
        let ended = self.samples.iter().filter_map(|sample| sample.run.as_ref()).filter(|run| run.is_finished());
        let missed: BTreeSet<&str> = ended
            .flat_map(|run| run.detail_status.iter().flatten())
            .filter(|item| item.status != TestStatus::Passed)
            .map(|item| item.name.as_str())
            .collect();
        if !missed.is_empty() {
            write!(f, "; not met: {}", missed.into_iter().collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

impl Sample {
    /// The status of this sample.
    #[must_use]
    pub fn status(&self) -> ResultStatus {
        match &self.run {
            _ if self.is_failed => ResultStatus::Error,
            Some(run) if run.is_finished() => match run.status {
                TestStatus::Passed => ResultStatus::Passed,
                TestStatus::Failed => ResultStatus::Failed,
                _ => ResultStatus::Error,
            },
            _ => ResultStatus::Unfinished,
        }
    }

    fn is_finished(&self) -> bool {
        self.status() != ResultStatus::Unfinished
    }
}

#[cfg(test)]
mod checks {
    use std::{collections::HashMap, sync::Mutex};

    use telnyx_ai_core::Call;

    use super::*;
    use crate::{TestRunDetail, TestRunRequired};

    /// Scripted test runs: each run of a test ends with the next status of its list.
    #[derive(Default)]
    struct Script {
        ends: HashMap<&'static str, Vec<&'static str>>,
        /// The statuses of the next responses, before any run changes.
        outages: Vec<u16>,
        state: Mutex<State>,
    }

    #[derive(Default)]
    struct State {
        calls: usize,
        triggered: HashMap<String, usize>,
        versions: Vec<Option<String>>,
    }

    fn run(test_id: &str, number: usize, status: &str) -> TestRun {
        let run = TestRun::new(TestRunRequired {
            run_id: number.to_string(),
            test_id: test_id.to_owned(),
            status: status.into(),
            triggered_by: "manual".to_owned(),
            created_at: "2026-01-01T00:00:00Z".into(),
        });
        let is_met = [("Politeness", "passed"), ("Hours", status)];
        run.with_detail_status(is_met.map(|(item, status)| TestRunDetail::new(item, status)))
    }

    impl Script {
        fn new(ends: impl IntoIterator<Item = (&'static str, &'static [&'static str])>) -> Self {
            Self { ends: ends.into_iter().map(|(test, ends)| (test, ends.to_vec())).collect(), ..Self::default() }
        }

        fn outage(&self) -> Option<Error> {
            let mut state = self.state.lock().expect("no panic");
            state.calls += 1;
            let status = self.outages.get(state.calls - 1).filter(|status| **status != 200)?;
            Some(Error::from_response(*status, ""))
        }
    }

    impl TestRunsApi for Script {
        fn trigger(&self, test_id: &str, request: TriggerTestRun) -> Call<TestRun> {
            if let Some(error) = self.outage() {
                return Call::err(error);
            }
            if !self.ends.contains_key(test_id) {
                return Call::err(Error::from_response(404, ""));
            }
            let mut state = self.state.lock().expect("no panic");
            state.versions.push(request.destination_version_id);
            let number = state.triggered.entry(test_id.to_owned()).or_default();
            *number += 1;
            Call::ok(run(test_id, *number, "pending"))
        }

        fn retrieve(&self, test_id: &str, run_id: &str) -> Call<TestRun> {
            if let Some(error) = self.outage() {
                return Call::err(error);
            }
            let number: usize = run_id.parse().expect("a number");
            Call::ok(run(test_id, number, self.ends[test_id][number - 1]))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn batch_without_a_pause_ends_at_its_deadline() {
        let script = Script::new([("endless", &["running"][..])]);
        let batch = TestBatch::new(["endless"]).poll_interval(Duration::ZERO).deadline(Duration::from_secs(1));
        assert_eq!(batch.run(&script).await.count(ResultStatus::Unfinished), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn pass_rate_that_is_not_a_number_requires_all_samples() {
        let script = Script::new([("bad", &["failed"][..])]);
        let report = TestBatch::new(["bad"]).pass_rate(f64::NAN).run(&script).await;
        assert_eq!(report.count(ResultStatus::Failed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn each_test_has_a_status() {
        let script = Script::new([
            ("good", &["passed"][..]),
            ("bad", &["failed"]),
            ("broken", &["error"]),
            ("endless", &["running"]),
        ]);
        let start = Instant::now();
        let batch = TestBatch::new(["good", "bad", "broken", "endless", "unknown"]).deadline(Duration::from_secs(60));
        let report = batch.version_id("beta").run(&script).await;
        assert_eq!(start.elapsed(), Duration::from_secs(60));
        let statuses: Vec<ResultStatus> = report.tests.iter().map(TestResult::status).collect();
        use ResultStatus::{Error, Failed, Passed, Unfinished};
        assert_eq!(statuses, [Passed, Failed, Error, Unfinished, Error]);
        assert!(!report.is_success());
        assert_eq!(script.state.lock().expect("no panic").versions, vec![Some("beta".to_owned()); 4]);
        assert_eq!(
            report.to_string(),
            "1 of 5 tests passed\n  bad: failed (0 of 1 samples passed); not met: Hours\n  broken: error (0 of 1 samples passed); not met: Hours\n  \
             endless: unfinished (0 of 1 samples passed)\n  unknown: error (0 of 1 samples passed): 404 Not Found: the response has no body"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn test_passes_if_its_samples_reach_the_pass_rate() {
        use ResultStatus::{Error, Failed, Passed, Unfinished};
        // The product of 0.56 and 25 is above 14.
        const MOST: [&str; 25] = {
            let mut ends = ["failed"; 25];
            let (passed, _) = ends.split_at_mut(14);
            passed.copy_from_slice(&["passed"; 14]);
            ends
        };
        for (ends, rate, status) in [
            (&["passed", "passed", "passed", "passed", "failed"][..], 0.8, Passed),
            (&["passed", "passed", "passed", "failed", "failed"], 0.8, Failed),
            (&["passed", "passed", "passed", "error", "failed"], 0.8, Error),
            (&["passed", "passed", "passed", "running", "failed"], 0.8, Unfinished),
            (&["passed", "passed", "running", "error", "failed"], 0.8, Error),
            (&["running", "passed", "passed", "passed", "passed"], 0.8, Passed),
            (&["passed", "failed", "failed"], 1.0 / 3.0, Passed),
            (&MOST, 0.56, Passed),
            (&["passed", "passed", "failed"], 1.0, Failed),
            (&["failed", "failed"], 0.0, Passed),
        ] {
            let script = Script::new([("test", ends)]);
            let samples = u32::try_from(ends.len()).expect("few");
            let batch = TestBatch::new(["test"]).samples(samples).pass_rate(rate).deadline(Duration::from_secs(30));
            assert_eq!(batch.run(&script).await.tests[0].status(), status, "{ends:?} {rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn outage_does_not_fail_a_test() {
        for outages in [vec![503; 50], vec![429, 500, 503, 502]] {
            let script = Script { outages, ..Script::new([("test", &["passed", "passed"][..])]) };
            let report = TestBatch::new(["test"]).samples(2).run(&script).await;
            assert!(report.is_success(), "{report}");
        }
        let script = Script { outages: vec![503; 10_000], ..Script::new([("test", &["passed"][..])]) };
        let report = TestBatch::new(["test"]).run(&script).await;
        assert_eq!(report.tests[0].status(), ResultStatus::Unfinished);
        assert!(report.to_string().contains("503 Service Unavailable"), "{report}");
    }

    #[tokio::test(start_paused = true)]
    async fn run_that_was_triggered_late_may_become_visible_later() {
        let mut outages = vec![503; 20];
        outages.extend([200, 404, 404]);
        let script = Script { outages, ..Script::new([("test", &["passed"][..])]) };
        let start = Instant::now();
        let report = TestBatch::new(["test"]).run(&script).await;
        assert!(report.is_success() && start.elapsed() > Duration::from_secs(60), "{report}");
    }

    #[tokio::test(start_paused = true)]
    async fn progress_receives_the_current_report() {
        let script = Script::new([("test", &["passed"][..])]);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = seen.clone();
        let batch = TestBatch::new(["test"])
            .on_progress(move |report| kept.lock().expect("no panic").push(report.count(ResultStatus::Passed)));
        assert!(batch.run(&script).await.is_success());
        assert_eq!(*seen.lock().expect("no panic"), [0, 1]);
    }

    #[tokio::test(start_paused = true)]
    async fn empty_batch_is_not_a_success() {
        assert!(!TestBatch::new([] as [&str; 0]).run(&Script::default()).await.is_success());
    }
}
