//! Reads JSON and YAML.

use std::path::Path;
use std::{fs, io};

use serde_json::Value;

/// The error of a file that cannot be read as JSON or YAML.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// The error of the operating system.
        why: io::Error,
    },
    /// The text is malformed.
    #[error("{path}:{line}: {why}")]
    Broken {
        /// The file.
        path: String,
        /// The line number, from 1.
        line: usize,
        /// The problem.
        why: String,
    },
}

/// Reads a file: JSON if its first character is a brace, YAML otherwise.
///
/// # Errors
/// If the file cannot be read or is malformed.
pub fn read(path: &Path) -> Result<Value, SourceError> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|why| SourceError::Unreadable { path: name.clone(), why })?;
    parse(&text).map_err(|(line, why)| SourceError::Broken { path: name, line, why })
}

/// Parses a text like [`read`].
///
/// # Errors
/// If the text is malformed: the line number and the message.
pub fn parse(text: &str) -> Result<Value, (usize, String)> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| (error.line(), error.to_string()));
    }
    // The vendor's document has more nodes than the default budget allows.
    let options = serde_saphyr::options! { budget: None, strict_booleans: true, with_snippet: false };
    let mut documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        (usize::try_from(line).unwrap_or(1), error.render_with_formatter(&serde_saphyr::UserMessageFormatter))
    })?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document),
        (None, _) => Err((1, "the text is empty".to_owned())),
        (Some(_), false) => Err((1, "the text has more than one document".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_and_json_give_the_same_value() {
        let text = "a: &x [1, 2.5, 'no', yes, null]\nb: *x\n200: {c: \"true\", d: true, e: 1.2.3}\n";
        let expected = json!({
            "a": [1, 2.5, "no", "yes", null],
            "b": [1, 2.5, "no", "yes", null],
            "200": {"c": "true", "d": true, "e": "1.2.3"},
        });
        assert_eq!(parse(text), Ok(expected.clone()));
        assert_eq!(parse(&expected.to_string()), Ok(expected));
    }

    #[test]
    fn error_has_the_line() {
        for (text, line, why) in [
            ("{\"a\": 1,\n \"b\": }", 2, "expected value"),
            ("a: 1\nb: [1, 2\nc: 3", 3, ""),
            ("a: 1\na: 2", 2, "duplicate mapping key: a"),
            ("a: 1\n---\nb: 2", 1, "more than one document"),
            ("  a: 1\nb: 2", 2, ""),
            ("[1, 2] 3", 1, ""),
            ("", 1, "empty"),
        ] {
            let (found, message) = parse(text).expect_err(text);
            assert_eq!(found, line, "{text}: {message}");
            assert!(message.contains(why), "{text}: {message}");
        }
    }
}
