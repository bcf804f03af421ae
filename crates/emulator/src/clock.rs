//! Where the emulator gets the time from, and how it is moved.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use crate::{agenda, app::App, domain::moment};

/// The time in the emulator. All time in the domain comes from here.
#[derive(Debug)]
pub(crate) struct Time(Mutex<Flow>);

/// How the time goes.
#[derive(Debug, Clone, Copy)]
enum Flow {
    /// With the time of the machine, this much ahead of it.
    Running(SignedDuration),
    /// Not at all.
    Frozen(Timestamp),
}

impl Flow {
    fn running_from(moment: Timestamp) -> Self {
        Self::Running(moment.duration_since(Timestamp::now()))
    }

    fn now(self) -> Timestamp {
        match self {
            Self::Running(ahead) => Timestamp::now().checked_add(ahead).unwrap_or(Timestamp::MAX),
            Self::Frozen(moment) => moment,
        }
    }
}

impl Time {
    /// The machine's time.
    pub(crate) fn real() -> Self {
        Self(Mutex::new(Flow::Running(SignedDuration::ZERO)))
    }

    /// A time that stands still.
    pub(crate) fn frozen_at(moment: Timestamp) -> Self {
        Self(Mutex::new(Flow::Frozen(moment)))
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.flow().now()
    }

    pub(crate) fn is_frozen(&self) -> bool {
        matches!(*self.flow(), Flow::Frozen(_))
    }

    pub(crate) fn freeze(&self) {
        let mut flow = self.flow();
        *flow = Flow::Frozen(flow.now());
    }

    pub(crate) fn resume(&self) {
        let mut flow = self.flow();
        if let Flow::Frozen(moment) = *flow {
            *flow = Flow::running_from(moment);
        }
    }

    /// Makes it that moment, from which the time goes on as it went before.
    pub(crate) fn set(&self, moment: Timestamp) {
        let mut flow = self.flow();
        *flow = match *flow {
            Flow::Frozen(_) => Flow::Frozen(moment),
            Flow::Running(_) => Flow::running_from(moment),
        };
    }

    /// Makes it that moment unless it is later already.
    pub(crate) fn reach(&self, moment: Timestamp) {
        if self.now() < moment {
            self.set(moment);
        }
    }

    /// Another one that goes as this one does.
    pub(crate) fn copy(&self) -> Self {
        Self(Mutex::new(*self.flow()))
    }

    /// Makes it what `other` is.
    pub(crate) fn become_like(&self, other: &Self) {
        let flow = *other.flow();
        *self.flow() = flow;
    }

    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A moment as the API writes it: UTC with microseconds, so that texts sort as the moments do.
pub(crate) fn text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// The emulator's clock: the machine's, until it is frozen or moved.
///
/// What was scheduled happens when the clock reaches it, whether it runs or is moved: calls and messages are placed,
/// test runs are played. Each thing happens at its own time, so that a day can pass in no time and leave the same
/// traces as a real one.
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
pub struct Clock(pub(crate) App);

impl Clock {
    /// The present moment, as requests take it.
    #[must_use]
    pub fn now(&self) -> telnyx_ai_core::Timestamp {
        text(self.0.time.now()).into()
    }

    /// The moment that is `later` than now, as requests take it.
    #[must_use]
    pub fn after(&self, later: Duration) -> telnyx_ai_core::Timestamp {
        text(ahead(self.0.time.now(), later)).into()
    }

    /// Whether the clock stands still.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.0.time.is_frozen()
    }

    /// Makes the clock stand still.
    pub fn freeze(&self) {
        self.0.time.freeze();
        agenda::changed(&self.0);
    }

    /// Lets the clock run again, from the moment it shows.
    pub fn resume(&self) {
        self.0.time.resume();
        agenda::changed(&self.0);
    }

    /// Moves the clock forward. When this is done, everything that was due on the way has happened.
    pub async fn advance(&self, by: Duration) {
        let moment = ahead(self.0.time.now(), by);
        agenda::move_to(&self.0, moment).await;
    }

    /// Sets the clock to a moment in ISO 8601. Forward, everything that is due on the way happens; back, nothing does.
    ///
    /// # Errors
    ///
    /// When `moment` is no ISO 8601 time.
    pub async fn set(&self, moment: impl Into<telnyx_ai_core::Timestamp>) -> Result<(), NoTime> {
        let text = moment.into();
        let moment = self::moment(text.as_str()).ok_or(NoTime(text))?;
        agenda::move_to(&self.0, moment).await;
        Ok(())
    }
}

/// What is `later` than a moment.
pub(crate) fn ahead(moment: Timestamp, later: Duration) -> Timestamp {
    moment.checked_add(later).unwrap_or(Timestamp::MAX)
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).field("frozen", &self.is_frozen()).finish()
    }
}

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no ISO 8601 time")]
pub struct NoTime(pub(crate) telnyx_ai_core::Timestamp);
