//! Path patterns.

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};

/// The prefix of all paths of the API, which patterns may omit.
const VERSION: &str = "/v2";

/// The maximum length of a pattern, in bytes.
const MAX_LENGTH: usize = 256;

/// A path pattern: `*` and `{name}` match any text without a slash, `**` any text.
#[derive(Debug, Clone)]
pub(crate) struct PathPattern {
    text: String,
    /// `None` for a pattern that is too long, which matches nothing.
    regex: Option<Regex>,
}

impl PathPattern {
    pub(crate) fn new(pattern: impl Into<String>) -> Self {
        let text = pattern.into();
        let regex = (text.len() <= MAX_LENGTH).then(|| compile(without_last_slash(&text))).flatten();
        Self { text, regex }
    }

    /// The error message for a pattern that is not valid.
    pub(crate) fn problem(&self) -> String {
        format!("The pattern has {} bytes; it can have at most {MAX_LENGTH}.", self.text.len())
    }

    /// Whether the pattern is short enough to be used.
    pub(crate) fn is_valid(&self) -> bool {
        self.regex.is_some()
    }

    /// Whether a path matches, with or without the prefix `/v2`, in linear time.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let Some(regex) = &self.regex else { return false };
        let path = without_last_slash(path);
        let unversioned = path.strip_prefix(VERSION).filter(|path| path.starts_with('/'));
        regex.is_match(path.as_bytes()) || unversioned.is_some_and(|path| regex.is_match(path.as_bytes()))
    }
}

impl PartialEq for PathPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

fn without_last_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

fn compile(pattern: &str) -> Option<Regex> {
    static WILDCARD: LazyLock<regex::Regex> =
        LazyLock::new(|| regex::Regex::new(r"\*+|\{[A-Za-z0-9_]*\}").expect("a valid pattern"));

    let mut regex = String::from(r"\A");
    let mut end = 0;
    for wildcard in WILDCARD.find_iter(pattern) {
        regex.push_str(&regex::escape(&pattern[end..wildcard.start()]));
        regex.push_str(if wildcard.as_str().starts_with("**") { ".*" } else { "[^/]*" });
        end = wildcard.end();
    }
    regex.push_str(&regex::escape(&pattern[end..]));
    regex.push_str(r"\z");
    RegexBuilder::new(&regex).unicode(false).dot_matches_new_line(true).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        PathPattern::new(pattern).matches(path)
    }

    #[test]
    fn wildcards_match_segments_or_everything() {
        assert!(matches("/ai/assistants/*", "/v2/ai/assistants/assistant-1"));
        assert!(matches("/v2/ai/assistants/*", "/v2/ai/assistants/assistant-1"));
        assert!(!matches("/ai/assistants/*", "/v2/ai/assistants/assistant-1/chat"));
        assert!(!matches("/ai/assistants/*", "/v2/ai/assistants"));
        assert!(matches("/ai/assistants/**", "/v2/ai/assistants/assistant-1/chat"));
        assert!(matches("/ai/*/x-*/chat", "/v2/ai/assistants/x-1/chat"));
        assert!(matches("**", "/v2/ai/tools"));
        assert!(matches("**é**", "/v2/ai/é"));
        assert!(matches("/ai/assistants/{assistant_id}", "/v2/ai/assistants/assistant-1"));
        assert!(matches("/ai/assistants/{assistant_id}/versions/{version_id}", "/v2/ai/assistants/a/versions/b"));
        assert!(!matches("/ai/assistants/{assistant_id}", "/v2/ai/assistants/assistant-1/chat"));
        assert!(matches("/a/{b-c/{", "/a/{b-c/{"));
        assert!(!matches("/ai/tools", "/v2/ai/tools/1"));
        assert!(!matches("/ai/tools.", "/v2/ai/toolsx"));
    }

    #[test]
    fn long_pattern_is_invalid() {
        let stars = "*a".repeat(MAX_LENGTH / 2);
        assert!(PathPattern::new(&*stars).is_valid());
        assert!(!PathPattern::new(format!("{stars}b")).is_valid());
    }

    /// Backtracking would take exponential time.
    #[test]
    fn hostile_pattern_takes_linear_time() {
        assert!(!matches(&format!("/{}b", "*a".repeat(100)), &format!("/{}", "a".repeat(4_000))));
        assert!(matches("/v2/**************", "/v2/ai/tools"));
    }
}
