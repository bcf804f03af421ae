//! Differences between texts, by words.

use similar::{ChangeTag, TextDiff};

use crate::output::style::{NEW, OLD, styled};

/// The number of unchanged words that are shown around a change.
const CONTEXT: usize = 8;

/// The changed words of a text with some words around them; `[-old-]` and `{+new+}` without colors.
pub(crate) fn word_diff(before: &str, after: &str, color: bool) -> String {
    let diff = TextDiff::configure().diff_unicode_words(before, after);
    let changes: Vec<_> = diff.iter_all_changes().collect();
    let runs: Vec<_> = changes.chunk_by(|a, b| a.tag() == b.tag()).collect();
    let shown = runs.iter().enumerate().map(|(n, run)| {
        let words: Vec<&str> = run.iter().map(|change| change.value()).collect();
        match run[0].tag() {
            ChangeTag::Equal => context(&words, n == 0, n + 1 == runs.len()),
            ChangeTag::Delete if color => styled(OLD, words.concat()),
            ChangeTag::Insert if color => styled(NEW, words.concat()),
            ChangeTag::Delete => format!("[-{}-]", words.concat()),
            ChangeTag::Insert => format!("{{+{}+}}", words.concat()),
        }
    });
    shown.collect()
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
