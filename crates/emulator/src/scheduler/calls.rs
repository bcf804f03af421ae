//! Scripts for the calls of scheduled events.

use crate::domain::{
    Domain, Result,
    call_scripts::{self, CallScript},
    calls::CallOutcome,
};

/// Scripts for the calls to single numbers.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use telnyx_ai_emulator::{CallOutcome, Emulator};
///
/// let emulator = Emulator::start().await?;
/// // The first call to this number is busy, the second is not answered, all others are.
/// emulator.calls().script("+15550100", [CallOutcome::Busy, CallOutcome::NoAnswer, CallOutcome::completed()]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Calls(Domain);

impl Calls {
    pub(crate) fn new(domain: Domain) -> Self {
        Self(domain)
    }

    /// Sets how the calls of an event to `target` end, one after the other; the last outcome counts for all further calls.
    /// Each event starts with the first one. `"*"` is the target for all numbers that have no script of their own.
    ///
    /// The script is stored. Without outcomes, it is removed.
    pub fn script(&self, target: impl AsRef<str>, outcomes: impl IntoIterator<Item = CallOutcome>) {
        let script = CallScript { target: target.as_ref().to_owned(), outcomes: outcomes.into_iter().collect() };
        log_failure(self.0.run(|cx| call_scripts::set(cx, &script)));
    }

    /// Removes all scripts.
    pub fn clear(&self) {
        log_failure(self.0.run(call_scripts::clear));
    }
}

/// Only the disk can be the reason.
fn log_failure<T>(result: Result<T>) {
    if let Err(error) = result {
        tracing::error!(%error, "a call script could not be stored");
    }
}
