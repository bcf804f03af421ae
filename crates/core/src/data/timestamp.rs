use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, as the text the API sent: kept to the letter, so that writing it back changes nothing.
///
/// The features `jiff`, `chrono` and `time` add conversions to and from those crates' types.
///
/// ```
/// use telnyx_ai_core::Timestamp;
///
/// let at = Timestamp::from("2026-03-02T13:07:28.764000Z");
/// assert_eq!(at.as_str(), "2026-03-02T13:07:28.764000Z");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text on the wire, an RFC 3339 date and time.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
mod with_jiff {
    use super::Timestamp;

    impl From<jiff::Timestamp> for Timestamp {
        fn from(at: jiff::Timestamp) -> Self {
            Self(at.to_string())
        }
    }

    impl TryFrom<&Timestamp> for jiff::Timestamp {
        type Error = jiff::Error;

        fn try_from(at: &Timestamp) -> Result<Self, Self::Error> {
            at.as_str().parse()
        }
    }
}

#[cfg(feature = "chrono")]
mod with_chrono {
    use super::Timestamp;
    use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone};

    impl<Tz: TimeZone> From<DateTime<Tz>> for Timestamp {
        fn from(at: DateTime<Tz>) -> Self {
            Self(at.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }
    }

    impl TryFrom<&Timestamp> for DateTime<FixedOffset> {
        type Error = chrono::ParseError;

        fn try_from(at: &Timestamp) -> Result<Self, Self::Error> {
            DateTime::parse_from_rfc3339(at.as_str())
        }
    }
}

#[cfg(feature = "time")]
mod with_time {
    use super::Timestamp;
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;

    /// Fails for a year that RFC 3339 can not write.
    impl TryFrom<OffsetDateTime> for Timestamp {
        type Error = time::error::Format;

        fn try_from(at: OffsetDateTime) -> Result<Self, Self::Error> {
            at.format(&Rfc3339).map(Self)
        }
    }

    impl TryFrom<&Timestamp> for OffsetDateTime {
        type Error = time::error::Parse;

        fn try_from(at: &Timestamp) -> Result<Self, Self::Error> {
            Self::parse(at.as_str(), &Rfc3339)
        }
    }
}
