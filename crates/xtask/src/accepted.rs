//! Files of accepted differences.
//!
//! Each line is a difference as the text report writes it, and after ` # ` the reason why it is accepted. `*` stands
//! for any text. Lines that are empty or begin with `#` say nothing.

use crate::difference::Difference;

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

/// What is left of the differences.
#[derive(Debug)]
pub struct Left {
    /// Those that no line accepts.
    pub differences: Vec<Difference>,
    /// How many are accepted.
    pub accepted: usize,
    /// The lines that accept nothing, each with its number: what they accepted is gone.
    pub stale: Vec<(usize, String)>,
}

impl Accepted {
    /// Reads such a file.
    ///
    /// # Errors
    /// The number of the line that lacks its reason, and what is wrong with it.
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
                _ => return Err((number, "after the difference come ` # ` and why it is accepted".to_owned())),
            }
        }
        Ok(Self { lines })
    }

    /// Takes away what is accepted.
    #[must_use]
    pub fn apply(&self, differences: Vec<Difference>) -> Left {
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
        Left { accepted: all - differences.len(), differences, stale }
    }
}

/// Whether a text is such as the pattern, where `*` is any text.
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
    fn a_star_is_any_text() {
        for (pattern, text) in [("a*c", "abbc"), ("*", ""), ("*b*", "abc"), ("a", "a"), ("a*", "a › ö")] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("a*c", "abb"), ("a", "ab"), ("*x*", "abc"), ("", "a")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
