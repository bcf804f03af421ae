//! Reports outages of the API while tests run.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use telnyx_ai::testing::{BatchReport, ResultStatus};

use crate::failure::message_of;

/// The outages that batches of tests notice. Each outage is reported once, although all batches notice it.
#[derive(Debug, Default)]
pub(crate) struct Outages(AtomicUsize);

impl Outages {
    /// Notes whether requests of a batch failed, and `is_failing` whether they did so before. `until` is when the command gives up.
    /// Returns the warning about a new outage.
    pub(crate) fn note(&self, report: &BatchReport, is_failing: &AtomicBool, until: &str) -> Option<String> {
        let samples = report.tests.iter().flat_map(|test| &test.samples);
        let mut unfinished = samples.filter(|sample| sample.status() == ResultStatus::Unfinished);
        let error = unfinished.find_map(|sample| sample.error.as_ref().filter(|error| error.is_retryable()));
        match (is_failing.swap(error.is_some(), Ordering::Relaxed), error) {
            (false, Some(error)) => {
                let is_first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
                let warning =
                    || format!("the API fails, and the command keeps trying until {until}: {}", message_of(error));
                is_first.then(warning)
            }
            (true, None) => {
                self.0.fetch_sub(1, Ordering::Relaxed);
                None
            }
            _ => None,
        }
    }
}
