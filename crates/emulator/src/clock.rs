//! Where the emulator gets the time from, and how it is moved.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    agenda,
    app::App,
    domain::{Outcome, Work, kind, moment},
    store::Store,
};

/// The time in the emulator. All time in the domain comes from here.
#[derive(Debug)]
pub(crate) struct Time(Mutex<Flow>);

/// How the time goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// With the time of the machine, this much ahead of it.
    Running(SignedDuration),
    /// Not at all.
    Frozen(Timestamp),
}

impl Flow {
    /// As on the machine.
    const MACHINE: Self = Self::Running(SignedDuration::ZERO);

    fn running_from(moment: Timestamp) -> Self {
        Self::Running(moment.duration_since(Timestamp::now()))
    }

    /// What it is once it shows that moment: it goes on as it went before.
    fn set(self, moment: Timestamp) -> Self {
        match self {
            Self::Frozen(_) => Self::Frozen(moment),
            Self::Running(_) => Self::running_from(moment),
        }
    }

    /// What it is once it has reached that moment.
    pub(crate) fn reach(self, moment: Timestamp) -> Self {
        if self.now() < moment { self.set(moment) } else { self }
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
        Self(Mutex::new(Flow::MACHINE))
    }

    /// A time that stands still.
    pub(crate) fn frozen_at(moment: Timestamp) -> Self {
        Self(Mutex::new(Flow::Frozen(moment)))
    }

    /// How it goes now.
    pub(crate) fn flow(&self) -> Flow {
        *self.lock()
    }

    /// Has it go in another way.
    pub(crate) fn follow(&self, flow: Flow) {
        *self.lock() = flow;
    }

    /// Goes on as the time went when the store was last used.
    pub(crate) fn take_up(&self, store: &Store) -> rusqlite::Result<()> {
        let kept: Value = store.transaction(|tx| tx.get(kind::CLOCK, CLOCK))?.unwrap_or_default();
        if let Some(moment) = kept["frozen_at"].as_str().and_then(moment) {
            tracing::warn!("the clock stands still at {}, where it was left", text(moment));
            self.follow(Flow::Frozen(moment));
        } else if let Some(ahead) = kept["ahead_us"].as_i64() {
            self.follow(Flow::Running(SignedDuration::from_micros(ahead)));
            tracing::warn!("the clock goes on as it was set: it is {}", text(self.now()));
        }
        Ok(())
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.flow().now()
    }

    pub(crate) fn is_frozen(&self) -> bool {
        matches!(self.flow(), Flow::Frozen(_))
    }

    fn freeze(&self) {
        let mut flow = self.lock();
        *flow = Flow::Frozen(flow.now());
    }

    fn resume(&self) {
        let mut flow = self.lock();
        if let Flow::Frozen(moment) = *flow {
            *flow = Flow::running_from(moment);
        }
    }

    /// Makes it that moment, from which the time goes on as it went before.
    pub(crate) fn set(&self, moment: Timestamp) {
        let mut flow = self.lock();
        *flow = flow.set(moment);
    }

    /// Makes it that moment unless it is later already.
    pub(crate) fn reach(&self, moment: Timestamp) {
        let mut flow = self.lock();
        *flow = flow.reach(moment);
    }

    fn lock(&self) -> MutexGuard<'_, Flow> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of the one document of its kind.
const CLOCK: &str = "clock";

/// Keeps how the time goes in the store. A clock that was never touched is not kept: it is the machine's.
pub(crate) fn keep(work: &Work<'_>, flow: Flow) -> Outcome<()> {
    let kept = match flow {
        Flow::MACHINE => {
            work.tx.delete(kind::CLOCK, CLOCK)?;
            return Ok(());
        }
        Flow::Running(ahead) => json!({ "ahead_us": i64::try_from(ahead.as_micros()).unwrap_or(i64::MAX) }),
        Flow::Frozen(moment) => json!({ "frozen_at": text(moment) }),
    };
    if !work.tx.replace(kind::CLOCK, CLOCK, &kept)? {
        work.tx.insert(kind::CLOCK, CLOCK, "", &kept)?;
    }
    Ok(())
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
        self.has_changed();
    }

    /// Lets the clock run again, from the moment it shows.
    pub fn resume(&self) {
        self.0.time.resume();
        self.has_changed();
    }

    /// Has the clock show the machine's time again, and run. What is due until then happens on the way.
    pub async fn sync(&self) {
        self.to_machine().await;
    }

    /// [`sync`](Self::sync), which tells how many items of the agenda were carried out.
    pub(crate) async fn to_machine(&self) -> usize {
        let carried_out = agenda::move_to(&self.0, Timestamp::now()).await;
        self.0.time.follow(Flow::MACHINE);
        self.has_changed();
        carried_out
    }

    /// Keeps the clock as it is now, and has the agenda look at it.
    pub(crate) fn has_changed(&self) {
        let app = &self.0;
        if let Err(problem) = app.run(|work| keep(work, app.time.flow())) {
            tracing::error!(%problem, "the clock could not be kept");
        }
        agenda::changed(app);
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
