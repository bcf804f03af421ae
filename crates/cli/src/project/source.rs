//! The text of a file, and positions in it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A file of a project. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Relative to the project, with `/` between the parts.
    path: String,
    text: String,
}

/// A part of a file: its bytes.
pub(crate) type Place = (Source, Range<usize>);

/// A place in a file. Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self(Arc::new(Inner { path: path.into(), text: text.into() }))
    }

    pub(crate) fn path(&self) -> &str {
        &self.0.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    pub(crate) fn position(&self, byte: usize) -> Position {
        let text = self.text();
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &text[..byte];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    /// The part of a span that is in its first line.
    pub(crate) fn first_line(&self, span: &Range<usize>) -> Range<usize> {
        let end = span.end.min(self.text().len());
        let start = span.start.min(end);
        let line = self.text()[start..end].split('\n').next().unwrap_or_default();
        start..start + line.trim_end().len()
    }
}
