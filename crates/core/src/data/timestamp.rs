use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
#[cfg(feature = "time")]
use time::format_description::well_known::Rfc3339;

/// A point in time, stored as the text that the API sent.
///
/// Serialization writes the text unchanged. Comparison uses the point in time: the same time with another offset or number
/// of digits is equal. Text without an offset is in UTC. Text that is not a date and time comes last, ordered as text.
///
/// A [`SystemTime`] converts into it. The features `jiff`, `chrono` and `time` add conversions to and from the types of those
/// crates.
///
/// ```
/// use telnyx_ai_core::Timestamp;
///
/// let at = Timestamp::from("2026-03-02T13:07:28.764000Z");
/// assert_eq!(at.as_str(), "2026-03-02T13:07:28.764000Z");
/// assert_eq!(at, Timestamp::from("2026-03-02T14:07:28.764+01:00"));
/// assert!(at < Timestamp::from("2026-03-02T13:07:29"));
/// ```
#[derive(Debug, Clone)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text on the wire, an RFC 3339 date and time.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text with an offset, which parsers of RFC 3339 require.
    fn with_offset(&self) -> Cow<'_, str> {
        match self.0.get("2026-03-02T".len()..) {
            Some(time) if !time.contains(['Z', 'z', '+', '-']) => Cow::Owned(format!("{}Z", self.0)),
            _ => Cow::Borrowed(&self.0),
        }
    }

    /// The point in time, or text that is not one. `Ok` sorts before `Err`.
    fn moment(&self) -> Result<DateTime<Utc>, &str> {
        DateTime::parse_from_rfc3339(&self.with_offset()).map(|at| at.to_utc()).map_err(|_| self.as_str())
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.moment().cmp(&other.moment())
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.moment().hash(state);
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// The year must be between 0 and 9999. RFC 3339 has no other years, so other times do not compare as times.
///
/// # Panics
/// If the year is beyond 262,142, or before -262,143.
impl From<SystemTime> for Timestamp {
    fn from(at: SystemTime) -> Self {
        Self(rfc3339(at.into()))
    }
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(at: jiff::Timestamp) -> Self {
        Self(at.to_string())
    }
}

#[cfg(feature = "jiff")]
impl TryFrom<&Timestamp> for jiff::Timestamp {
    type Error = jiff::Error;

    fn try_from(at: &Timestamp) -> Result<Self, Self::Error> {
        at.with_offset().parse()
    }
}

#[cfg(feature = "chrono")]
impl<Tz: chrono::TimeZone> From<DateTime<Tz>> for Timestamp {
    fn from(at: DateTime<Tz>) -> Self {
        Self(rfc3339(at.to_utc()))
    }
}

#[cfg(feature = "chrono")]
impl TryFrom<&Timestamp> for DateTime<Utc> {
    type Error = chrono::ParseError;

    fn try_from(at: &Timestamp) -> Result<Self, Self::Error> {
        DateTime::<chrono::FixedOffset>::try_from(at).map(|at| at.to_utc())
    }
}

#[cfg(feature = "chrono")]
impl TryFrom<&Timestamp> for DateTime<chrono::FixedOffset> {
    type Error = chrono::ParseError;

    fn try_from(at: &Timestamp) -> Result<Self, Self::Error> {
        DateTime::parse_from_rfc3339(&at.with_offset())
    }
}

/// Fails for a year that RFC 3339 cannot represent.
#[cfg(feature = "time")]
impl TryFrom<time::OffsetDateTime> for Timestamp {
    type Error = time::error::Format;

    fn try_from(at: time::OffsetDateTime) -> Result<Self, Self::Error> {
        at.format(&Rfc3339).map(Self)
    }
}

#[cfg(feature = "time")]
impl TryFrom<&Timestamp> for time::OffsetDateTime {
    type Error = time::error::Parse;

    fn try_from(at: &Timestamp) -> Result<Self, Self::Error> {
        Self::parse(&at.with_offset(), &Rfc3339)
    }
}
