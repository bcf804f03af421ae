//! Extraction of phrases and words from text.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new("\"([^\"]*)\"|“([^”]*)”").expect("a valid pattern"));

/// The text before the first phrase in `"…"` or `“…”`, and all such phrases.
pub(crate) fn quoted(text: &str) -> (&str, Vec<&str>) {
    let quotes = QUOTED.captures_iter(text).map(|found| {
        let (_, [phrase]) = found.extract();
        (found.get_match().start(), phrase.trim())
    });
    let quotes: Vec<(usize, &str)> = quotes.filter(|(_, phrase)| !phrase.is_empty()).collect();
    let before = quotes.first().map_or(text, |(start, _)| &text[..*start]);
    (before, quotes.into_iter().map(|(_, phrase)| phrase).collect())
}

/// The text without its phrases in quotes.
pub(crate) fn unquoted(text: &str) -> Cow<'_, str> {
    QUOTED.replace_all(text, " ")
}

/// The words of a text, in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether words contain the words of a phrase in a row. An empty phrase is in no text.
pub(crate) fn has_phrase(words: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase)
}

/// The text with an upper-case first letter.
pub(crate) fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_phrases_are_found() {
        assert_eq!(quoted("Say hello"), ("Say hello", vec![]));
        assert_eq!(quoted("Say \"hello\", then “good bye ” and \"\"."), ("Say ", vec!["hello", "good bye"]));
        assert_eq!(quoted("\"\" and \"a\" but \"open"), ("\"\" and ", vec!["a"]));
        assert_eq!(quoted("“say \"hi\"” or \"say “ho”\""), ("", vec!["say \"hi\"", "say “ho”"]));
        assert_eq!(quoted("6\" wide, “a” at 9:30"), ("6\" wide, ", vec!["a"]), "an unclosed quote hides no phrase");
    }
}
