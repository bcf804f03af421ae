//! Differences between texts, by words.

use similar::{ChangeTag, TextDiff};

use crate::output::style::{NEW, OLD, styled};

/// How many unchanged words are shown around a change.
const CONTEXT: usize = 8;

/// The changed words of a text with some words around them; `[-old-]` and `{+new+}` without colors.
pub(crate) fn word_diff(before: &str, after: &str, color: bool) -> String {
    let diff = TextDiff::configure().diff_unicode_words(before, after);
    let mut shown = String::new();
    let mut same: Vec<&str> = Vec::new();
    let mut is_start = true;
    let changes: Vec<_> = diff.iter_all_changes().collect();
    let mut n = 0;
    while n < changes.len() {
        let tag = changes[n].tag();
        let mut run = Vec::new();
        while n < changes.len() && changes[n].tag() == tag {
            run.push(changes[n].value());
            n += 1;
        }
        let text = run.concat();
        match tag {
            ChangeTag::Equal => {
                same = run;
                if n == changes.len() {
                    shown.push_str(&context(&same, is_start, true));
                    same.clear();
                }
            }
            ChangeTag::Delete | ChangeTag::Insert => {
                shown.push_str(&context(&same, is_start, false));
                same.clear();
                is_start = false;
                shown.push_str(&match (tag, color) {
                    (ChangeTag::Delete, true) => styled(OLD, text),
                    (ChangeTag::Delete, false) => format!("[-{text}-]"),
                    (_, true) => styled(NEW, text),
                    (_, false) => format!("{{+{text}+}}"),
                });
            }
        }
    }
    shown
}

/// Unchanged words: the last ones before the first change, the first ones after the last, and both between changes.
fn context(words: &[&str], is_start: bool, is_end: bool) -> String {
    // The diff counts spaces as words.
    let most = CONTEXT * 2;
    let (head, tail) = match (is_start, is_end) {
        (true, true) => (words.len(), 0),
        (true, false) => (0, most),
        (false, true) => (most, 0),
        (false, false) => (most, most),
    };
    if words.len() <= head + tail {
        return words.concat();
    }
    format!("{}…{}", words[..head].concat(), words[words.len() - tail..].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_words_have_context() {
        let filler = "one two three four five six seven eight nine ten ";
        let before = format!("{filler}Be polite and brief. {filler}End.");
        let after = format!("{filler}Be friendly and brief. {filler}End.");
        assert_eq!(
            word_diff(&before, &after, false),
            "…four five six seven eight nine ten Be [-polite-]{+friendly+} and brief. one two three four five …"
        );
        assert_eq!(word_diff("Hi", "Hi there", false), "Hi{+ there+}");
    }
}
