//! The hook that decides the outcome of calls.

use crate::domain::calls::{CallOutcome, PlacedCall};

/// Decides the outcome of each scheduled call. It may block.
///
/// Pass an implementation to [`Builder::callee`](crate::Builder::callee), or script the calls to a number with
/// [`Calls`](crate::Calls).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use telnyx_ai_emulator::{CallOutcome, Emulator, PlacedCall};
///
/// let busy_at_first = |call: &PlacedCall| {
///     if call.attempt == 1 { CallOutcome::Busy } else { CallOutcome::completed() }
/// };
/// let emulator = Emulator::builder().callee(busy_at_first).start().await?;
/// # drop(emulator);
/// # Ok(())
/// # }
/// ```
pub trait Callee: Send + Sync + 'static {
    /// Returns the outcome of a call.
    fn answer(&self, call: &PlacedCall) -> CallOutcome;
}

impl<F: Fn(&PlacedCall) -> CallOutcome + Send + Sync + 'static> Callee for F {
    fn answer(&self, call: &PlacedCall) -> CallOutcome {
        self(call)
    }
}

/// The default callee. It answers every call, which then lasts 30 s.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct AnsweringCallee;

impl Callee for AnsweringCallee {
    fn answer(&self, _: &PlacedCall) -> CallOutcome {
        CallOutcome::completed()
    }
}
