//! The emulator's time, and parsing and formatting of times.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, fmt::temporal::Pieces, tz::Offset};
use parking_lot::Mutex;

/// The emulator's time, which the domain uses everywhere. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Time(Arc<Mutex<ClockState>>);

/// The state of the clock: running with an offset, or frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClockState {
    /// The time is this much ahead of the system clock.
    Running(SignedDuration),
    Frozen(Timestamp),
}

impl ClockState {
    pub(crate) const SYSTEM: Self = Self::Running(SignedDuration::ZERO);

    fn running_from(moment: Timestamp) -> Self {
        Self::Running(moment.duration_since(Timestamp::now()))
    }

    pub(crate) fn frozen(self) -> Self {
        Self::Frozen(self.now())
    }

    pub(crate) fn resumed(self) -> Self {
        match self {
            Self::Frozen(moment) => Self::running_from(moment),
            Self::Running(_) => self,
        }
    }

    /// Continues from this time.
    pub(crate) fn set(self, moment: Timestamp) -> Self {
        match self {
            Self::Frozen(_) => Self::Frozen(moment),
            Self::Running(_) => Self::running_from(moment),
        }
    }

    /// Continues from this time, unless the current time is later.
    pub(crate) fn advance_to(self, moment: Timestamp) -> Self {
        if self.now() < moment { self.set(moment) } else { self }
    }

    pub(crate) fn now(self) -> Timestamp {
        match self {
            Self::Running(ahead) => {
                let bound = if ahead.is_negative() { EARLIEST } else { LATEST };
                Timestamp::now().checked_add(ahead).map_or(bound, |moment| moment.clamp(EARLIEST, LATEST))
            }
            Self::Frozen(moment) => moment,
        }
    }
}

impl Time {
    pub(crate) fn new(state: ClockState) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn state(&self) -> ClockState {
        *self.0.lock()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.state().now()
    }

    pub(crate) fn is_frozen(&self) -> bool {
        matches!(self.state(), ClockState::Frozen(_))
    }

    pub(crate) fn change(&self, change: impl FnOnce(ClockState) -> ClockState) {
        let mut state = self.0.lock();
        *state = change(*state);
    }
}

/// Formats a time in UTC with microseconds. The strings sort by time.
pub(crate) fn text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// The earliest supported time: 0001-01-01T00:00:00Z.
const EARLIEST: Timestamp = Timestamp::constant(-62_135_596_800, 0);

/// The latest supported time: 9999-01-01T00:00:00Z.
pub(crate) const LATEST: Timestamp = Timestamp::constant(253_370_764_800, 0);

const SECS_OF_DAY: i32 = 24 * 60 * 60;

/// The error for text that is not a time, or a time out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// The text is not an ISO 8601 time.
    #[error("'{0}' is not an ISO 8601 time")]
    Syntax(String),
    /// The time is before 0001-01-01T00:00:00Z.
    #[error("'{0}' is too early; the first time is 0001-01-01T00:00:00Z")]
    TooEarly(String),
    /// The time is after 9999-01-01T00:00:00Z.
    #[error("'{0}' is too late; the last time is 9999-01-01T00:00:00Z")]
    TooLate(String),
}

/// Parses an ISO 8601 date or time.
///
/// Without an offset, it is in UTC. A date means its start.
/// Annotations, such as the name of a time zone, are errors, because they could
/// contradict the offset.
pub(crate) fn parse(text: &str) -> Result<Timestamp, TimeError> {
    let text = text.trim();
    let offset = Pieces::parse(text).ok().and_then(|pieces| pieces.to_numeric_offset());
    if text.contains('[') || offset.is_some_and(|offset| offset.seconds().abs() >= SECS_OF_DAY) {
        return Err(TimeError::Syntax(text.to_owned()));
    }
    let moment = match text.parse::<Timestamp>() {
        Ok(moment) => moment,
        Err(_) => civil(text)?,
    };
    if moment < EARLIEST {
        return Err(TimeError::TooEarly(text.to_owned()));
    }
    if moment > LATEST { Err(TimeError::TooLate(text.to_owned())) } else { Ok(moment) }
}

/// Parses a date or time that the library cannot represent.
///
/// These are dates, times without an offset, and times out of the library's range.
fn civil(text: &str) -> Result<Timestamp, TimeError> {
    let is_long = text.starts_with(|c: char| c.is_ascii_digit()) && text.len() >= "2026-01-01".len();
    let pieces = Pieces::parse(text).ok().filter(|_| is_long).ok_or_else(|| TimeError::Syntax(text.to_owned()))?;
    let civil = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    offset.to_timestamp(civil).map_err(|_| {
        let text = text.to_owned();
        if civil.year() > 0 { TimeError::TooLate(text) } else { TimeError::TooEarly(text) }
    })
}

/// The time that is `later` after another, limited to [`LATEST`].
pub(crate) fn after(moment: Timestamp, later: Duration) -> Timestamp {
    moment.checked_add(later).map_or(LATEST, |moment| moment.min(LATEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read() {
        for (written, expected) in [
            ("2026-03-02T08:30:00.5Z", "2026-03-02T08:30:00.500000Z"),
            ("2026-03-02T08:30:00+01:00", "2026-03-02T07:30:00.000000Z"),
            ("2026-03-02T08:30:00-23:59", "2026-03-03T08:29:00.000000Z"),
            ("2026-03-02T08:30", "2026-03-02T08:30:00.000000Z"),
            ("2026-03-02", "2026-03-02T00:00:00.000000Z"),
            ("9998-12-31T23:59:59.999999999Z", "9998-12-31T23:59:59.999999Z"),
            ("9999-01-01T00:00:00Z", "9999-01-01T00:00:00.000000Z"),
            ("0001-01-01", "0001-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(text(parse(written).expect(written)), expected, "{written}");
        }
    }

    #[test]
    fn times_out_of_range_are_errors() {
        let error = |text: &str| parse(text).expect_err(text).to_string();
        for late in ["9999-12-31T23:59:59Z", "9999-12-31", "9999-12-30T22:00:00.5Z", "9999-01-01T00:00:00.000001Z"] {
            assert!(error(late).contains("too late"), "{late}: {}", error(late));
        }
        for early in ["0000-12-31", "0000-01-01T00:00:00Z", "-000001-01-02T00:00:00Z"] {
            assert!(error(early).contains("too early"), "{early}: {}", error(early));
        }
        for other in [
            "",
            "soon",
            "2026",
            "2026-13-01",
            "10:00",
            "today at 10",
            "2026-03-02T25:00:00Z",
            "2026-03-02T08:00:00+25:00",
            "2026-03-02T08:00:00-24:00",
            "2026-03-02T08:00:00[America/New_York]",
            "2026-03-02[UTC]",
            "2026-03-02T08:00:00Z[America/New_York]",
        ] {
            assert!(error(other).contains("not an ISO 8601 time"), "{other}: {}", error(other));
        }
    }

    #[test]
    fn running_time_stays_in_range() {
        let far = ClockState::Running(SignedDuration::MAX);
        assert_eq!((far.now(), after(far.now(), Duration::MAX)), (LATEST, LATEST));
        assert_eq!(ClockState::Running(SignedDuration::MIN).now(), EARLIEST);
    }
}
