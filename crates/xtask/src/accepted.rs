//! Files of accepted differences.
//!
//! Each line is a difference in the form of the text report, followed by ` # ` and the reason for accepting it. `*`
//! matches any text. Empty lines and lines that start with `#` are ignored.

use crate::difference::{Difference, Kind};

/// The accepted differences of a file.
#[derive(Debug, Default)]
pub struct Accepted {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    number: usize,
    pattern: String,
}

/// The remaining differences.
#[derive(Debug)]
pub struct Remaining {
    /// The differences that no line accepts.
    pub differences: Vec<Difference>,
    /// The number of accepted differences.
    pub accepted: usize,
    /// The lines that match no difference, with their numbers.
    pub stale: Vec<(usize, String)>,
}

impl Remaining {
    /// Whether there is neither drift nor a stale line. Limits and defaults do not count as drift.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.stale.is_empty() && self.differences.iter().all(|difference| difference.kind == Kind::Limit)
    }
}

impl Accepted {
    /// Parses a file of accepted differences.
    ///
    /// # Errors
    /// The number of a line without a reason, and the message.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split_once(" # ") {
                Some((pattern, reason)) if !reason.trim().is_empty() => {
                    lines.push(Line { number, pattern: pattern.trim().to_owned() });
                }
                _ => {
                    return Err((
                        number,
                        "the reason is missing; write ` # ` and the reason after the difference".to_owned(),
                    ));
                }
            }
        }
        Ok(Self { lines })
    }

    /// Removes the accepted differences.
    #[must_use]
    pub fn apply(&self, differences: Vec<Difference>) -> Remaining {
        let all = differences.len();
        let mut used = vec![false; self.lines.len()];
        let left = differences.into_iter().filter(|difference| {
            let name = difference.to_string();
            let mut accepted = false;
            for (line, used) in self.lines.iter().zip(&mut used) {
                if matches(&line.pattern, &name) {
                    (accepted, *used) = (true, true);
                }
            }
            !accepted
        });
        let differences: Vec<_> = left.collect();
        let stale = self.lines.iter().zip(used).filter(|(_, used)| !used);
        let stale = stale.map(|(line, _)| (line.number, line.pattern.clone())).collect();
        Remaining { accepted: all - differences.len(), differences, stale }
    }
}

/// Whether a text matches a pattern, in which `*` matches any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices().map(|(n, _)| n).chain([text.len()]).any(|n| matches(rest, &text[n..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn star_matches_any_text() {
        for (pattern, text) in [("a*c", "abbc"), ("*", ""), ("*b*", "abc"), ("a", "a"), ("a*", "a › ö")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abb"), ("a", "ab"), ("*x*", "abc"), ("", "a")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
