//! Formats values for pages.

use std::time::Duration;

use jiff::Timestamp;
use maud::{Markup, html};

pub(super) use crate::domain::tool_requests::encoded;
use crate::time;

/// The first string if it is not empty, otherwise the second.
pub(super) fn first_non_empty<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.is_empty() { other } else { one }
}

/// A time, to the second.
pub(super) fn time(moment: Timestamp) -> Markup {
    html! { time datetime=(moment) { (moment.strftime("%Y-%m-%d %H:%M:%S")) } }
}

/// The time of day, with the date as a tooltip.
pub(super) fn time_of_day(moment: Timestamp) -> Markup {
    html! { time datetime=(moment) title=(moment.strftime("%Y-%m-%d")) { (moment.strftime("%H:%M:%S")) } }
}

/// A time that is given in the API's format.
pub(super) fn api_time(text: &str) -> Markup {
    time::parse(text).map_or_else(|_| html! { (text) }, time)
}

/// The distance between two times, in its two largest units.
pub(super) fn relative_time(moment: Timestamp, now: Timestamp) -> String {
    let secs = moment.duration_since(now).as_secs();
    match secs {
        0 => "now".to_owned(),
        secs if secs > 0 => format!("in {}", format_secs(secs.unsigned_abs())),
        secs => format!("{} ago", format_secs(secs.unsigned_abs())),
    }
}

/// A number of seconds in its two largest units.
pub(super) fn format_secs(secs: u64) -> String {
    let (days, hours, minutes) = (secs / 86_400, secs / 3_600 % 24, secs / 60 % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min"), (secs % 60, "s")];
    let first = parts.iter().position(|(count, _)| *count > 0).unwrap_or(3);
    let two: Vec<String> = parts[first..]
        .iter()
        .take(2)
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if two.is_empty() { "0 s".to_owned() } else { two.join(" ") }
}

pub(super) fn duration(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1_000.0;
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1_000.0),
    }
}

/// A count with its noun.
pub(super) fn count(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A state as a colored badge.
pub(super) fn badge(state: &str) -> Markup {
    let tone = match state {
        "passed" | "completed" | "delivered" | "answered" => "good",
        "failed" | "error" | "busy" | "no-answer" | "canceled" => "bad",
        "running" | "starting" | "in_progress" | "in-progress" | "ringing" => "busy",
        "pending" => "wait",
        _ => "idle",
    };
    html! { span class={ "badge " (tone) } { (state.replace(['_', '-'], " ")) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_have_two_units() {
        let now: Timestamp = "2026-03-02T00:00:00Z".parse().expect("a time");
        let from_now = |text: &str| relative_time(text.parse().expect("a time"), now);
        assert_eq!(from_now("2026-03-02T00:00:00.5Z"), "now");
        assert_eq!(from_now("2026-03-02T02:00:07Z"), "in 2 h");
        assert_eq!(from_now("2026-03-05T01:30:00Z"), "in 3 d 1 h");
        assert_eq!(from_now("2026-03-01T23:58:55Z"), "1 min 5 s ago");
    }
}
