//! Extraction of phrases and words from text.

/// The text before the first phrase in `"…"` or `“…”`, and all such phrases.
pub(crate) fn quoted(text: &str) -> (&str, Vec<&str>) {
    let mut phrases = Vec::new();
    let mut before = text;
    let mut rest = text;
    while let Some((start, open)) = rest.char_indices().find(|(_, c)| matches!(c, '"' | '“')) {
        let close = if open == '“' { '”' } else { '"' };
        let inside = &rest[start + open.len_utf8()..];
        let Some(end) = inside.find(close) else { break };
        let phrase = inside[..end].trim();
        if !phrase.is_empty() {
            if phrases.is_empty() {
                before = &text[..text.len() - rest.len() + start];
            }
            phrases.push(phrase);
        }
        rest = &inside[end + close.len_utf8()..];
    }
    (before, phrases)
}

/// The words of a text, in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).map(str::to_owned).collect()
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
    }
}
