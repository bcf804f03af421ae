//! Reports of differences, as text, Markdown and JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::accepted::Remaining;
use crate::difference::{Difference, Kind};

/// The maximum number of places of a schema in the text report.
const PLACES: usize = 3;

/// The heading of changed limits and defaults.
const LIMITS: &str = "limits and defaults (not drift)";

/// Writes one line per difference, followed by the indented places of its schema and its details.
#[must_use]
pub fn text(left: &Remaining) -> String {
    let mut text = String::new();
    let mut limits = false;
    for difference in &left.differences {
        if difference.kind == Kind::Limit && !std::mem::replace(&mut limits, true) {
            let _ = writeln!(text, "{LIMITS}:");
        }
        let _ = writeln!(text, "{difference}");
        if let Some(used) = used(difference, |place| place.to_owned()) {
            let _ = writeln!(text, "    in {used}");
        }
        for detail in &difference.details {
            let _ = writeln!(text, "    {detail}");
        }
    }
    for (line, pattern) in &left.stale {
        let _ = writeln!(text, "stale line {line}: {pattern}");
    }
    let _ = writeln!(text, "{}", summary(left));
    text
}

/// Writes a heading with a list for each operation and schema.
#[must_use]
pub fn markdown(left: &Remaining) -> String {
    let mut text = format!("# Drift\n\n{}.\n", summary(left));
    let mut within = "";
    let mut limits = false;
    for difference in &left.differences {
        if difference.kind == Kind::Limit && !std::mem::replace(&mut limits, true) {
            let _ = writeln!(text, "\n# Limits and defaults (not drift)");
            within = "";
        }
        if within != difference.within {
            within = &difference.within;
            let _ = writeln!(text, "\n## `{within}`\n");
            if let Some(used) = used(difference, |place| format!("`{place}`")) {
                let _ = writeln!(text, "In {used}.\n");
            }
        }
        let _ = write!(text, "- **{}**", difference.kind.as_str());
        if !difference.at.is_empty() {
            let _ = write!(text, " `{}`", difference.at);
        }
        let what = difference.what();
        let _ = if what.is_empty() { writeln!(text) } else { writeln!(text, ": {}", escaped(&what)) };
        for detail in &difference.details {
            let _ = writeln!(text, "  - {}", escaped(detail));
        }
    }
    if !left.stale.is_empty() {
        let _ = writeln!(text, "\n## Stale lines\n");
    }
    for (line, pattern) in &left.stale {
        let _ = writeln!(text, "- line {line}: `{pattern}`");
    }
    text
}

/// Writes the report as JSON.
#[must_use]
pub fn json(left: &Remaining) -> String {
    let differences = left.differences.iter().map(|difference| {
        let mut written = json!({
            "kind": difference.kind.as_str(),
            "within": difference.within,
            "at": difference.at,
            "from": difference.from,
            "to": difference.to,
            "used": difference.used,
        });
        if !difference.details.is_empty() {
            written["details"] = difference.details.clone().into();
        }
        written
    });
    let stale = left.stale.iter().map(|(line, pattern)| json!({ "line": line, "pattern": pattern }));
    let report = json!({
        "differences": differences.collect::<Vec<_>>(),
        "accepted": left.accepted,
        "stale": stale.collect::<Vec<Value>>(),
    });
    format!("{report:#}\n")
}

fn summary(left: &Remaining) -> String {
    let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let limits = left.differences.iter().filter(|difference| difference.kind == Kind::Limit).count();
    let mut summary = match left.differences.len() - limits {
        0 => "no drift".to_owned(),
        n => count(n, "difference", "differences"),
    };
    if limits > 0 {
        let _ = write!(summary, ", {}", count(limits, "other limit", "other limits"));
    }
    if left.accepted > 0 {
        let _ = write!(summary, ", {} accepted", left.accepted);
    }
    if !left.stale.is_empty() {
        let _ = write!(summary, ", {}", count(left.stale.len(), "stale line", "stale lines"));
    }
    summary
}

fn used(difference: &Difference, write: impl Fn(&str) -> String) -> Option<String> {
    let places: Vec<_> = difference.used.iter().take(PLACES).map(|place| write(place)).collect();
    let more = difference.used.len() - places.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!places.is_empty()).then(|| format!("{}{more}", places.join(", ")))
}

/// Escapes the special characters of Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_{}[]<>#|".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
