//! How the calls end that scheduled events place.

use std::{fmt, time::Duration};

use serde_json::{Value, json};

use crate::{
    app::App,
    assumptions::DEFAULT_CALL_SECS,
    domain::{call_scripts, kind},
};

/// Is called by scheduled events: decides how each call ends. Give your own to
/// [`Builder::callee`](crate::Builder::callee), or script single numbers with [`Calls`].
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
///
/// It is asked while the emulator's store is held, so it must not call the emulator.
pub trait Callee: Send + Sync + 'static {
    /// How this call ends.
    fn answer(&self, call: &PlacedCall) -> CallOutcome;
}

impl<F: Fn(&PlacedCall) -> CallOutcome + Send + Sync + 'static> Callee for F {
    fn answer(&self, call: &PlacedCall) -> CallOutcome {
        self(call)
    }
}

/// The callee the emulator starts with: picks up, and talks for half a minute.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PicksUp;

impl Callee for PicksUp {
    fn answer(&self, _: &PlacedCall) -> CallOutcome {
        CallOutcome::completed()
    }
}

/// A call, or a text message, on its way to the end user.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlacedCall {
    /// The number or SIP URI that calls: `telnyx_agent_target`.
    pub from: String,
    /// The number or SIP URI that is called: `telnyx_end_user_target`.
    pub to: String,
    /// Which call of its event it is; the first is 1.
    pub attempt: u32,
    /// The scheduled event, as the API answers it.
    pub event: Value,
}

/// How a call ends. A text message arrives where this is `Completed`, and fails otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallOutcome {
    /// Someone picks up and talks for so long, in whole seconds.
    Completed(Duration),
    /// The line is busy.
    Busy,
    /// Nobody picks up.
    NoAnswer,
    /// The call can not be placed.
    Failed,
    /// It is hung up before anyone picks up.
    Canceled,
}

impl CallOutcome {
    /// The words for outcomes on the wire.
    pub(crate) const STATUSES: [&str; 5] = ["completed", "busy", "no-answer", "failed", "canceled"];

    /// Someone picks up and talks for half a minute.
    #[must_use]
    pub const fn completed() -> Self {
        Self::Completed(Duration::from_secs(DEFAULT_CALL_SECS))
    }

    /// The word for it on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Completed(_) => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    pub(crate) fn of(status: &str, duration: Duration) -> Option<Self> {
        Some(match status {
            "completed" => Self::Completed(duration),
            "busy" => Self::Busy,
            "no-answer" => Self::NoAnswer,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            _ => return None,
        })
    }

    pub(crate) fn to_json(self) -> Value {
        match self {
            Self::Completed(duration) => json!({ "status": "completed", "duration_secs": duration.as_secs() }),
            other => json!({ "status": other.as_str() }),
        }
    }
}

/// Scripts for the calls to single numbers.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use telnyx_ai_emulator::{CallOutcome, Emulator};
///
/// let emulator = Emulator::start().await?;
/// // Whoever calls this number finds it busy, calls again in vain, and gets through the third time.
/// emulator.calls().script("+15550100", [CallOutcome::Busy, CallOutcome::NoAnswer, CallOutcome::completed()]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Calls(pub(crate) App);

impl Calls {
    /// Says how the calls of an event to `target` end, one after the other; the last outcome is that of all further
    /// calls. Each event starts with the first one. `"*"` stands for all targets that have no script of their own.
    ///
    /// The script is kept in the store. Without outcomes, it is removed.
    pub fn script(&self, target: impl AsRef<str>, outcomes: impl IntoIterator<Item = CallOutcome>) {
        let outcomes: Vec<Value> = outcomes.into_iter().map(CallOutcome::to_json).collect();
        let script = json!({ "target": target.as_ref(), "outcomes": outcomes });
        let kept = self.0.run(|work| call_scripts::set(work, &script));
        log_failure(kept);
    }

    /// Removes all scripts.
    pub fn clear(&self) {
        log_failure(self.0.run(|work| Ok(work.tx.delete_children(kind::CALL_SCRIPT, "")?)));
    }
}

/// Only the disk can be the reason.
fn log_failure<T>(outcome: crate::domain::Outcome<T>) {
    if let Err(problem) = outcome {
        tracing::error!(%problem, "a call script could not be kept");
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calls")
    }
}
