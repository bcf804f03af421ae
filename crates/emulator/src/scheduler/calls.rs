//! Scripts for the calls of scheduled events.

use crate::domain::{
    Domain, Result,
    call_scripts::{self, CallScript},
    calls::CallOutcome,
};

/// Scripts the outcomes of scheduled calls by called number.
///
/// A call is placed at its scheduled time and rings for 5 s, or for 30 s if it is not answered. An answered call lasts 30 s and has
/// a conversation that starts with the assistant's greeting. A call that is `busy`, `no-answer`, `failed` or `canceled` is
/// placed again `retry_interval_secs` after its start, at most `max_retries_client_errors` times. Then the event fails. The
/// fields `status`, `call_status`, `call_attempts`, `retry_attempts` and `errors` of the event show the progress. A text
/// message takes 1 s. Without a script, the [`Callee`](crate::Callee) decides; the default one answers every call.
///
/// The same over HTTP:
///
/// ```sh
/// curl 127.0.0.1:4010/_emulator/calls -d \
///   '{"target": "+15550100", "outcomes": ["busy", "no-answer", "completed"], "duration_secs": 30}'
/// curl 127.0.0.1:4010/_emulator/calls
/// curl -X DELETE 127.0.0.1:4010/_emulator/calls
/// ```
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
pub struct Calls(pub(crate) Domain);

impl Calls {
    /// Sets the outcomes of an event's calls to `target`, in order.
    ///
    /// The last outcome applies to all further calls.
    ///
    /// Each event starts with the first outcome. The target `"*"` applies to all numbers without a script of their own.
    ///
    /// The script is stored. An empty list of outcomes removes it.
    pub fn script(&self, target: impl AsRef<str>, outcomes: impl IntoIterator<Item = CallOutcome>) {
        let script = CallScript { target: target.as_ref().to_owned(), outcomes: outcomes.into_iter().collect() };
        log_failure(self.0.run(|cx| call_scripts::set(cx, &script)));
    }

    /// Removes all scripts.
    pub fn clear(&self) {
        log_failure(self.0.run(call_scripts::clear));
    }
}

/// Logs a failure. Storing a script fails only if the store fails.
fn log_failure<T>(result: Result<T>) {
    if let Err(error) = result {
        tracing::error!(%error, "cannot store a call script");
    }
}
