//! Decides how calls end.

use crate::domain::calls::{CallOutcome, PlacedCall};

/// Decides how each call of a scheduled event ends. Pass your own to [`Builder::callee`](crate::Builder::callee), or
/// script the calls to a number with [`Calls`](crate::Calls). It may block.
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
    /// Returns how this call ends.
    fn answer(&self, call: &PlacedCall) -> CallOutcome;
}

impl<F: Fn(&PlacedCall) -> CallOutcome + Send + Sync + 'static> Callee for F {
    fn answer(&self, call: &PlacedCall) -> CallOutcome {
        self(call)
    }
}

/// The default callee: answers every call and talks for 30 s.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PicksUp;

impl Callee for PicksUp {
    fn answer(&self, _: &PlacedCall) -> CallOutcome {
        CallOutcome::completed()
    }
}
