use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Extensions;
use tokio::time::Instant;

/// Measures the time of an attempt, without the time that its request waits for layers.
#[derive(Debug)]
pub(crate) struct AttemptClock {
    start: Instant,
    /// `None` if the client has no layers.
    waits: Option<Waits>,
}

impl AttemptClock {
    pub(crate) fn start(has_layers: bool) -> Self {
        Self { start: Instant::now(), waits: has_layers.then(Waits::default) }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed().saturating_sub(self.waits.as_ref().map_or(Duration::ZERO, Waits::total))
    }

    /// Adds the extension with which the layers of a request pause the clock.
    pub(crate) fn attach(&self, extensions: &mut Extensions) {
        if let Some(waits) = &self.waits {
            extensions.insert(waits.clone());
        }
    }
}

/// The time that a request waited for layers. It is an extension of the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waits(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The length of the waits that ended.
    ended: Duration,
    /// The start of the current wait.
    since: Option<Instant>,
}

impl Waits {
    /// Counts time as waiting until the guard is dropped.
    pub(crate) fn begin(&self) -> Wait {
        self.with(|state| state.since = Some(Instant::now()));
        Wait(self.clone())
    }

    fn total(&self) -> Duration {
        self.with(|state| state.ended + state.since.map_or(Duration::ZERO, |since| since.elapsed()))
    }

    fn with<T>(&self, access: impl FnOnce(&mut State) -> T) -> T {
        access(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A guard that ends a wait when it is dropped.
pub(crate) struct Wait(Waits);

impl Drop for Wait {
    fn drop(&mut self) {
        self.0.with(|state| {
            state.ended += state.since.take().map_or(Duration::ZERO, |since| since.elapsed());
        });
    }
}
