//! Reads JSON and YAML.

use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Number, Value};

/// The maximum nesting depth of a document.
const MAX_DEPTH: usize = 128;

/// The maximum number of values that aliases add to a document.
const MAX_ALIASED: usize = 1_000_000;

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
    let mut reader = Reader { events: Parser::new_from_str(text), anchors: HashMap::new(), depth: 0, aliased: 0 };
    let mut document = None;
    while let Some(event) = reader.events.next() {
        match event.map_err(scan_error)? {
            (Event::DocumentStart(_), span) if document.is_some() => {
                return Err((span.start.line(), "a second document starts here".to_owned()));
            }
            (Event::DocumentStart(_), _) => document = Some(reader.value()?),
            _ => {}
        }
    }
    document.ok_or_else(|| (1, "the text is empty".to_owned()))
}

fn scan_error(error: ScanError) -> (usize, String) {
    let marker = error.marker();
    (marker.line(), format!("{} (column {})", error.info(), marker.col() + 1))
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Value>,
    depth: usize,
    aliased: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), (usize, String)> {
        match self.events.next() {
            Some(event) => event.map_err(scan_error),
            None => Err((1, "the text ends too early".to_owned())),
        }
    }

    fn value(&mut self) -> Result<Value, (usize, String)> {
        let (event, span) = self.next()?;
        self.value_of(event, &span)
    }

    fn value_of(&mut self, event: Event<'t>, span: &Span) -> Result<Value, (usize, String)> {
        let line = span.start.line();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err((line, format!("the document is nested more than {MAX_DEPTH} levels deep")));
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let value = if style == ScalarStyle::Plain { plain(&text) } else { Value::from(text.as_ref()) };
                (value, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, span) => items.push(self.value_of(event, &span)?),
                    }
                }
                (Value::Array(items), anchor)
            }
            Event::MappingStart(anchor, _) => {
                let mut entries = Map::new();
                loop {
                    let name = match self.next()? {
                        (Event::MappingEnd, _) => break,
                        (Event::Scalar(name, ..), span) => (name.into_owned(), span.start.line()),
                        (_, span) => return Err((span.start.line(), "the name must be a string".to_owned())),
                    };
                    let (name, line) = name;
                    let value = self.value()?;
                    if entries.insert(name.clone(), value).is_some() {
                        return Err((line, format!("the name `{name}` occurs twice")));
                    }
                }
                (Value::Object(entries), anchor)
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned();
                let value = value.ok_or_else(|| (line, "the alias refers to a value that contains it".to_owned()))?;
                self.aliased += size(&value);
                if self.aliased > MAX_ALIASED {
                    return Err((line, format!("aliases add more than {MAX_ALIASED} values")));
                }
                (value, 0)
            }
            _ => return Err((line, "the value is missing".to_owned())),
        };
        self.depth -= 1;
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(entries) => entries.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

/// Parses an unquoted scalar: `null`, a boolean, a number, or a string.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    Number::from_f64(text.parse().ok()?)
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
            ("a: 1\na: 2", 2, "the name `a` occurs twice"),
            ("a: 1\n---\nb: 2", 2, "a second document"),
            ("", 1, "empty"),
        ] {
            let (found, message) = parse(text).expect_err(text);
            assert_eq!(found, line, "{text}: {message}");
            assert!(message.contains(why), "{text}: {message}");
        }
    }
}
