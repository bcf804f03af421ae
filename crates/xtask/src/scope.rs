//! The part of the API that is covered.

use std::fmt;

/// Prefixes of paths.
#[derive(Debug)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Parses a scope: one prefix per line. Empty lines and lines that start with `#` are ignored.
    ///
    /// # Errors
    /// The number of a line that is not a path, or of the last line if there is no prefix, and the message.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut prefixes = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if !line.starts_with('/') {
                return Err((number, format!("`{line}` is not a path; write a prefix such as `/ai/tools`")));
            }
            prefixes.push(line.trim_end_matches('/').to_owned());
        }
        if prefixes.is_empty() {
            return Err((text.lines().count().max(1), "no paths; write a prefix such as `/ai/tools`".to_owned()));
        }
        Ok(Self(prefixes))
    }

    /// Whether a path equals a prefix or is below one. Path parameters can have any name.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        self.0.iter().any(|prefix| {
            let mut steps = path.split('/');
            prefix.split('/').all(|step| {
                steps.next().is_some_and(|other| step == other || (step.starts_with('{') && other.starts_with('{')))
            })
        })
    }
}

/// Writes the prefixes, separated by commas.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn scope_covers_whole_path_segments() {
        let scope = Scope::parse("# Ours.\n/ai/tools\n\n/ai/assistants/{assistant_id}/tags/\n").expect("two paths");
        for path in ["/ai/tools", "/ai/tools/{id}", "/ai/assistants/{id}/tags", "/ai/assistants/{id}/tags/{tag}"] {
            assert!(scope.covers(path), "{path}");
        }
        for path in ["/ai", "/ai/toolsets", "/ai/assistants/{id}", "/ai/assistants/tests/tags", "/v2/ai/tools"] {
            assert!(!scope.covers(path), "{path}");
        }
        assert_eq!(scope.to_string(), "/ai/tools, /ai/assistants/{assistant_id}/tags");
    }

    #[test]
    fn invalid_or_empty_scope_is_an_error() {
        assert_eq!(Scope::parse("/ai\nai/tools").expect_err("no slash").0, 2);
        assert_eq!(Scope::parse("# Nothing.\n").expect_err("no path").0, 1);
    }
}
