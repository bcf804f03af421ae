//! System variables.
//!
//! Times are formatted when a text is rendered, because the name can contain a time zone, and a format can follow:
//! `{{telnyx_current_time_Asia/Dubai}}`, `{{ telnyx_current_time | date: "%H:%M", "Asia/Dubai" }}`.

use jiff::{Timestamp, ZonedDateTime, fmt::strtime, tz::TimeZone};
use serde_json::{Map, Value};

use super::call_events::{duration, is_call};

/// The variable with the current time.
pub(super) const CURRENT_TIME: &str = "telnyx_current_time";

const LONG: &str = "%A, %B %d %Y %I:%M:%S %p %Z";
const TIME_OF_DAY: &str = "%I:%M:%S %p %Z";

/// The other variables and formats. A time zone follows a name ending in `_`.
const FORMATS: [(&str, &str); 8] = [
    ("telnyx_current_date", "%B %d %Y"),
    ("telnyx_current_time_of_day", TIME_OF_DAY),
    ("telnyx_current_weekday", "%A"),
    ("telnyx_current_month", "%B"),
    ("telnyx_current_day", "%d"),
    ("telnyx_current_year", "%Y"),
    ("telnyx_current_time_of_day_", TIME_OF_DAY),
    ("telnyx_current_time_", LONG),
];

/// The variables of a conversation: its id and, on a call, its duration in seconds.
pub(super) fn of_conversation(conversation: &Value, now: Timestamp) -> Map<String, Value> {
    let mut variables = Map::new();
    if let Some(id) = conversation["id"].as_str() {
        variables.insert("telnyx_conversation_id".to_owned(), id.into());
        if is_call(&conversation["metadata"]) {
            let secs = duration(conversation, now);
            variables.insert("telnyx_conversation_duration_secs".to_owned(), secs.into());
        }
    }
    variables
}

/// A time in the format of `telnyx_current_time`, in UTC.
pub(super) fn long(now: Timestamp) -> String {
    now.to_zoned_datetime(TimeZone::UTC).strftime(LONG).to_string()
}

/// The value of a time placeholder.
///
/// `None` for other placeholders, unknown time zones and unknown formats.
pub(super) fn fill(placeholder: &str, variables: &Map<String, Value>) -> Option<String> {
    if !placeholder.starts_with("telnyx_current_") {
        return None;
    }
    let now = variables.get(CURRENT_TIME)?.as_str()?.strip_suffix(" UTC")?;
    let now = strtime::parse("%A, %B %d %Y %I:%M:%S %p", now).ok()?.to_datetime().ok()?;
    let now = now.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp();
    if let Some((name, filter)) = placeholder.split_once('|') {
        return if name.trim() == CURRENT_TIME { filtered(now, filter.trim()) } else { None };
    }
    let (name, format) = FORMATS
        .iter()
        .find(|(name, _)| if name.ends_with('_') { placeholder.starts_with(name) } else { placeholder == *name })?;
    let zone = &placeholder[name.len()..];
    formatted(&in_zone(now, if zone.is_empty() { "UTC" } else { zone })?, format)
}

/// Applies `date: "FORMAT"` or `date: "FORMAT", "ZONE"`.
fn filtered(now: Timestamp, filter: &str) -> Option<String> {
    let arguments = filter.strip_prefix("date")?.trim_start().strip_prefix(':')?;
    let mut parts = arguments.split('"');
    let (before, format, between) = (parts.next()?, parts.next()?, parts.next()?);
    if !before.trim().is_empty() {
        return None;
    }
    let zone = match (between.trim(), parts.next()) {
        ("", None) => "UTC",
        (",", Some(zone)) => zone,
        _ => return None,
    };
    formatted(&in_zone(now, zone)?, format)
}

fn in_zone(now: Timestamp, zone: &str) -> Option<ZonedDateTime> {
    if zone == "UTC" { Some(now.to_zoned_datetime(TimeZone::UTC)) } else { now.in_tz(zone).ok() }
}

fn formatted(now: &ZonedDateTime, format: &str) -> Option<String> {
    strtime::format(format, now).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_formatted() {
        let now: Timestamp = "2025-02-24T16:04:15Z".parse().expect("a time");
        let variables = Map::from_iter([(CURRENT_TIME.to_owned(), json!(long(now)))]);
        for (placeholder, filled) in [
            ("telnyx_current_date", "February 24 2025"),
            ("telnyx_current_time_of_day", "04:04:15 PM UTC"),
            ("telnyx_current_weekday", "Monday"),
            ("telnyx_current_month", "February"),
            ("telnyx_current_day", "24"),
            ("telnyx_current_year", "2025"),
            ("telnyx_current_time_America/New_York", "Monday, February 24 2025 11:04:15 AM EST"),
            ("telnyx_current_time_Australia/Sydney", "Tuesday, February 25 2025 03:04:15 AM AEDT"),
            ("telnyx_current_time_of_day_Europe/London", "04:04:15 PM GMT"),
            ("telnyx_current_time | date: \"%A, %B %d, %Y\"", "Monday, February 24, 2025"),
            ("telnyx_current_time | date: \"%I:%M %p\", \"America/New_York\"", "11:04 AM"),
        ] {
            assert_eq!(fill(placeholder, &variables).as_deref(), Some(filled), "{placeholder}");
        }
        for placeholder in [
            "telnyx_current_time_Mars/Olympus",
            "telnyx_current_time | upcase",
            "telnyx_current_time | date: %H",
            "telnyx_current_moon",
            "name | date: \"%H\"",
        ] {
            assert_eq!(fill(placeholder, &variables), None, "{placeholder}");
        }
    }
}
