//! The public clock, and its stored state.

use std::{fmt, time::Duration};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Scheduler;
use crate::{
    domain::{Context, Result},
    store::{Kind, Tx},
    time::{self, ClockState, TimeError},
};

const CLOCK: &str = "clock";

/// The stored state of a clock that was frozen or moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredClock {
    FrozenAt(String),
    AheadUs(i64),
}

pub(crate) fn store(cx: &Context<'_>, state: ClockState) -> Result<()> {
    let stored = match state {
        ClockState::SYSTEM => {
            cx.tx.delete(Kind::Clock, CLOCK)?;
            return Ok(());
        }
        ClockState::Running(ahead) => StoredClock::AheadUs(i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX)),
        ClockState::Frozen(moment) => StoredClock::FrozenAt(time::text(moment)),
    };
    Ok(cx.tx.put(Kind::Clock, CLOCK, "", &json!(stored))?)
}

/// Reads the stored state of the clock. Without one, returns the system clock.
pub(crate) fn load(tx: &Tx<'_>) -> rusqlite::Result<ClockState> {
    let Some(stored) = tx.get(Kind::Clock, CLOCK)? else { return Ok(ClockState::SYSTEM) };
    let state = match StoredClock::deserialize(&stored) {
        Ok(StoredClock::FrozenAt(moment)) => time::parse(&moment).ok().map(ClockState::Frozen),
        Ok(StoredClock::AheadUs(ahead)) => Some(ClockState::Running(SignedDuration::from_micros(ahead))),
        Err(_) => None,
    };
    Ok(state.unwrap_or_else(|| {
        tracing::warn!(%stored, "cannot read the stored clock; using the system clock");
        ClockState::SYSTEM
    }))
}

/// The emulator's clock. It follows the system clock until you freeze or move it.
///
/// Scheduled calls and messages are placed, and test runs are executed, when the clock reaches their time, whether it runs or
/// is moved. Each job runs at its own time, so moving the clock by a day leaves the same data as a real day.
///
/// Moving the clock waits for all jobs that are due, including the requests that they send: dynamic variables webhooks,
/// conversations of test runs, webhook events. Timeouts, delays and webhook signatures use the system clock.
///
/// A clock that was frozen or moved is stored with [`Builder::db`](crate::Builder::db) and restored at the next start, with a
/// warning.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use telnyx_ai_emulator::Emulator;
///
/// let emulator = Emulator::start().await?;
/// let clock = emulator.clock();
/// clock.freeze();
/// let tomorrow = clock.after(Duration::from_secs(24 * 60 * 60));
/// clock.advance(Duration::from_secs(24 * 60 * 60)).await;
/// assert_eq!(clock.now(), tomorrow);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Clock(pub(crate) Scheduler);

impl Clock {
    fn time(&self) -> &time::Time {
        self.0.0.domain.time()
    }

    /// The current time, in the form that requests take.
    #[must_use]
    pub fn now(&self) -> telnyx_ai_core::Timestamp {
        time::text(self.time().now()).into()
    }

    /// The time that is `later` after now, in the form that requests take.
    #[must_use]
    pub fn after(&self, later: Duration) -> telnyx_ai_core::Timestamp {
        time::text(time::after(self.time().now(), later)).into()
    }

    /// Whether the clock is frozen.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.time().is_frozen()
    }

    /// Freezes the clock at its current time.
    pub fn freeze(&self) {
        self.time().change(ClockState::frozen);
        self.0.clock_changed();
    }

    /// Resumes the clock from its current time.
    pub fn resume(&self) {
        self.time().change(ClockState::resumed);
        self.0.clock_changed();
    }

    /// Sets the clock to the system time and resumes it.
    ///
    /// Jobs that are due until then run first.
    pub async fn sync(&self) {
        self.0.sync().await;
    }

    /// Moves the clock forward, at most to 9999-01-01.
    ///
    /// All jobs that were due have run when this returns.
    pub async fn advance(&self, by: Duration) {
        self.0.advance(by).await;
    }

    /// Sets the clock to a time in ISO 8601.
    ///
    /// Moving forward runs the jobs that are due; moving back runs none.
    ///
    /// # Errors
    ///
    /// If `moment` is not an ISO 8601 time, or is not between 0001-01-01 and 9999-01-01.
    pub async fn set(&self, moment: impl Into<telnyx_ai_core::Timestamp>) -> Result<(), TimeError> {
        let moment = time::parse(moment.into().as_str())?;
        self.0.move_to(moment).await;
        Ok(())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).field("frozen", &self.is_frozen()).finish()
    }
}
