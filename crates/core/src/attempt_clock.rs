use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Measures the time of an attempt, without the time that its request waits for layers.
///
/// It is an extension of the request if the client has layers or a transport of the user.
#[derive(Debug, Clone)]
pub(crate) struct AttemptClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// The start of the attempt, plus the time of the waits that ended.
    start: Instant,
    /// The start of the current waits.
    waits_since: Instant,
    /// The number of current waits. A layer can send a request more than once.
    waits: usize,
}

impl AttemptClock {
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(State { start: now, waits_since: now, waits: 0 })))
    }

    pub(crate) fn elapsed(&self) -> Duration {
        let state = self.lock();
        let now = if state.waits == 0 { Instant::now() } else { state.waits_since };
        now.saturating_duration_since(state.start)
    }

    /// Counts time as waiting until the guard is dropped.
    pub(crate) fn wait(&self) -> Wait {
        let mut state = self.lock();
        if state.waits == 0 {
            state.waits_since = Instant::now();
        }
        state.waits += 1;
        Wait(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A guard that ends a wait when it is dropped.
pub(crate) struct Wait(AttemptClock);

impl Drop for Wait {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.waits -= 1;
        if state.waits == 0 {
            let waited = state.waits_since.elapsed();
            state.start += waited;
        }
    }
}
