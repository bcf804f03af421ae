//! Reports outages of the API while tests run.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use telnyx_ai::ErrorKind;
use telnyx_ai::testing::{BatchReport, ResultStatus};

use crate::failure::message_of;

/// The outages that batches of tests notice. Each outage is reported once, although all batches notice it.
#[derive(Debug, Default)]
pub(crate) struct Outages {
    failing: AtomicUsize,
    /// The present outage, with its last error.
    present: Mutex<Option<String>>,
}

impl Outages {
    /// Notes whether requests of a batch failed, and `is_failing` whether they did so before. `until` is when the command gives up.
    /// Returns the warning about a new outage.
    pub(crate) fn note(&self, report: &BatchReport, is_failing: &AtomicBool, until: &str) -> Option<String> {
        let samples = report.tests.iter().flat_map(|test| &test.samples);
        let mut unfinished = samples.filter(|sample| sample.status() == ResultStatus::Unfinished);
        let error = unfinished.find_map(|sample| sample.error.as_ref().filter(|error| error.is_retryable()));
        let was_failing = is_failing.swap(error.is_some(), Ordering::Relaxed);
        let Some(error) = error else {
            if was_failing && self.failing.fetch_sub(1, Ordering::Relaxed) == 1 {
                *self.lock() = None;
            }
            return None;
        };
        let mut present = self.lock();
        // The time limit of the command may cut off a request, which does not say why the API fails.
        if present.is_none() || error.kind() != ErrorKind::Timeout {
            let what = if error.status().is_some() { "the API failed" } else { "the API could not be reached" };
            *present = Some(format!("{what}; the last error was: {}", message_of(error)));
        }
        let is_first = !was_failing && self.failing.fetch_add(1, Ordering::Relaxed) == 0;
        is_first.then(|| format!("the API fails, and the command keeps trying until {until}: {}", message_of(error)))
    }

    pub(crate) fn present(&self) -> Option<String> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
