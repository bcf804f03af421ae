//! Patterns of paths.

/// The version that all paths of the API start with; patterns may leave it out.
const VERSION: &str = "/v2";

/// A path with wildcards: `*` stands for any text without a slash, `**` for any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(String);

impl Pattern {
    pub(crate) fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a path is meant, with or without its version.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let (pattern, path) = (self.0.as_bytes(), path.strip_suffix('/').unwrap_or(path));
        fits(pattern, path.as_bytes())
            || path.strip_prefix(VERSION).is_some_and(|path| path.starts_with('/') && fits(pattern, path.as_bytes()))
    }
}

fn fits(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => path.is_empty(),
        [b'*', b'*', rest @ ..] => (0..=path.len()).any(|n| fits(rest, &path[n..])),
        [b'*', rest @ ..] => {
            let end = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=end).any(|n| fits(rest, &path[n..]))
        }
        [first, rest @ ..] => path.split_first().is_some_and(|(byte, path)| byte == first && fits(rest, path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        let fits = |pattern: &str, path: &str| Pattern::new(pattern).matches(path);
        assert!(fits("/ai/assistants/*", "/v2/ai/assistants/assistant-1"));
        assert!(fits("/v2/ai/assistants/*", "/v2/ai/assistants/assistant-1"));
        assert!(!fits("/ai/assistants/*", "/v2/ai/assistants/assistant-1/chat"));
        assert!(!fits("/ai/assistants/*", "/v2/ai/assistants"));
        assert!(fits("/ai/assistants/**", "/v2/ai/assistants/assistant-1/chat"));
        assert!(fits("/ai/*/x-*/chat", "/v2/ai/assistants/x-1/chat"));
        assert!(fits("**", "/v2/ai/tools"));
        assert!(!fits("/ai/tools", "/v2/ai/tools/1"));
    }
}
