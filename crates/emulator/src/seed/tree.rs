//! A parser for YAML (and therefore JSON) with line numbers.

use std::{collections::HashMap, iter::Peekable, sync::LazyLock};

use regex::{Captures, Regex};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Number, Value};

use super::MAX_DEPTH;
use crate::json;

/// The maximum number of nodes in a file with expanded aliases.
const MAX_NODES: usize = 1_000_000;

/// A node and the line of its start.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    line: usize,
    node: Node,
}

#[derive(Debug, Clone)]
enum Node {
    Scalar(Value),
    List(Vec<Tree>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    line: usize,
    value: Tree,
}

/// The error for text that is not YAML or has no equivalent in JSON.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) line: usize,
    pub(super) message: String,
}

impl From<ScanError> for SyntaxError {
    fn from(error: ScanError) -> Self {
        let marker = error.marker();
        let (line, column) = (marker.line(), marker.col() + 1);
        Self { line, message: format!("{} (column {column})", error.info()) }
    }
}

impl Tree {
    /// Parses a document. An empty text is an empty document.
    pub(super) fn parse(text: &str) -> Result<Self, SyntaxError> {
        Self::read(text, true)
    }

    /// Parses a document to find lines in it. Accepts numbers that would lose digits.
    pub(super) fn lines(text: &str) -> Option<Self> {
        Self::read(text, false).ok()
    }

    fn read(text: &str, checks_numbers: bool) -> Result<Self, SyntaxError> {
        match Self::read_strictly(text, checks_numbers) {
            // The parser rejects a tab between a name and its value, which YAML allows.
            Err(_) if text.contains(":\t") => Self::read_strictly(&without_tabs(text), checks_numbers),
            tree => tree,
        }
    }

    fn read_strictly(text: &str, checks_numbers: bool) -> Result<Self, SyntaxError> {
        let mut reader = Reader {
            events: Parser::new_from_str(text).peekable(),
            anchors: HashMap::new(),
            nodes: 0,
            depth: 0,
            checks_numbers,
        };
        let mut tree = None;
        while let Some(event) = reader.events.next() {
            match event? {
                (Event::DocumentStart(_), span) if tree.is_some() => {
                    return Err(at(&span, "The file has more than one document."));
                }
                (Event::DocumentStart(_), _) => tree = Some(reader.node()?),
                _ => {}
            }
        }
        Ok(tree.unwrap_or(Self { line: 1, node: Node::Map(Vec::new()) }))
    }

    pub(super) fn to_value(&self) -> Value {
        match &self.node {
            Node::Scalar(value) => value.clone(),
            Node::List(items) => items.iter().map(Self::to_value).collect(),
            Node::Map(entries) => {
                let fields = entries.iter().map(|entry| (entry.name.clone(), entry.value.to_value()));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        }
    }

    /// The line of the value at a JSON pointer.
    ///
    /// If it does not exist, the line of the nearest enclosing value.
    pub(super) fn line_of(&self, pointer: &str) -> usize {
        let (mut tree, mut line) = (self, self.line);
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let found = match &tree.node {
                Node::Scalar(_) => None,
                Node::List(items) => {
                    step.parse::<usize>().ok().and_then(|n| items.get(n)).map(|item| (item, item.line))
                }
                Node::Map(entries) => {
                    entries.iter().find(|entry| entry.name == step).map(|entry| (&entry.value, entry.line))
                }
            };
            let Some(found) = found else { break };
            (tree, line) = found;
        }
        line
    }
}

struct Reader<'a> {
    events: Peekable<Parser<'a, StrInput<'a>>>,
    anchors: HashMap<usize, Tree>,
    nodes: usize,
    depth: usize,
    /// Whether a number that would lose digits is an error.
    checks_numbers: bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), SyntaxError> {
        match self.events.next() {
            Some(event) => Ok(event?),
            None => Err(SyntaxError { line: 1, message: "The file ends unexpectedly.".to_owned() }),
        }
    }

    /// Consumes the next event if it is this end event. Returns whether it was.
    fn ends(&mut self, end: &Event<'_>) -> bool {
        let ends = matches!(self.events.peek(), Some(Ok((event, _))) if event == end);
        if ends {
            self.events.next();
        }
        ends
    }

    fn node(&mut self) -> Result<Tree, SyntaxError> {
        let (event, span) = self.next()?;
        let line = span.start.line();
        self.count(&span, 1)?;
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.suffix == "str");
                let value = if style == ScalarStyle::Plain && !is_text {
                    plain(&text, self.checks_numbers).map_err(|message| at(&span, &message))?
                } else {
                    text.as_ref().into()
                };
                (Node::Scalar(value), anchor)
            }
            Event::SequenceStart(anchor, _) => {
                self.check_depth(&span)?;
                let mut items = Vec::new();
                while !self.ends(&Event::SequenceEnd) {
                    items.push(self.node()?);
                }
                self.depth -= 1;
                (Node::List(items), anchor)
            }
            Event::MappingStart(anchor, _) => {
                self.check_depth(&span)?;
                let entries = self.entries()?;
                self.depth -= 1;
                (Node::Map(entries), anchor)
            }
            Event::Alias(anchor) => {
                let Some(tree) = self.anchors.get(&anchor).cloned() else {
                    return Err(at(&span, "This alias refers to an unknown anchor."));
                };
                self.count(&span, size(&tree))?;
                return Ok(tree);
            }
            _ => return Err(at(&span, "A value is missing here.")),
        };
        let tree = Tree { line, node };
        if anchor > 0 {
            self.anchors.insert(anchor, tree.clone());
        }
        Ok(tree)
    }

    fn entries(&mut self) -> Result<Vec<Entry>, SyntaxError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged: Vec<Entry> = Vec::new();
        while !self.ends(&Event::MappingEnd) {
            let (event, span) = self.next()?;
            let Event::Scalar(name, style, _, _) = event else {
                return Err(at(&span, "The name of a field must be a string."));
            };
            let value = self.node()?;
            if name == "<<" && style == ScalarStyle::Plain {
                match value.node {
                    Node::Map(more) => merged.extend(more),
                    _ => return Err(at(&span, "Only a mapping can be merged with '<<'.")),
                }
            } else if entries.iter().any(|entry| entry.name == name) {
                return Err(at(&span, &format!("The field '{name}' occurs twice.")));
            } else {
                entries.push(Entry { name: name.into_owned(), line: span.start.line(), value });
            }
        }
        for entry in merged {
            if !entries.iter().any(|present| present.name == entry.name) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    fn count(&mut self, span: &Span, nodes: usize) -> Result<(), SyntaxError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            Err(at(span, &format!("The file has more than {MAX_NODES} values.")))
        } else {
            Ok(())
        }
    }

    fn check_depth(&mut self, span: &Span) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            Err(at(span, &format!("The value is nested more than {MAX_DEPTH} levels deep.")))
        } else {
            Ok(())
        }
    }
}

fn size(tree: &Tree) -> usize {
    match &tree.node {
        Node::Scalar(_) => 1,
        Node::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Node::Map(entries) => 1 + entries.iter().map(|entry| size(&entry.value)).sum::<usize>(),
    }
}

fn at(span: &Span, message: &str) -> SyntaxError {
    SyntaxError { line: span.start.line(), message: message.to_owned() }
}

/// Replaces the tabs after a colon by spaces, except in scalars.
fn without_tabs(text: &str) -> String {
    static TABS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r":\t+").expect("a valid pattern"));

    let spaced = TABS.replace_all(text, |tabs: &Captures<'_>| tabs[0].replace('\t', " "));
    let before: Vec<char> = text.chars().collect();
    let mut after: Vec<char> = spaced.chars().collect();
    for (event, span) in Parser::new_from_str(&spaced).map_while(Result::ok) {
        if matches!(event, Event::Scalar(..)) {
            let end = span.end.index().min(before.len());
            let scalar = span.start.index().min(end)..end;
            after[scalar.clone()].copy_from_slice(&before[scalar]);
        }
    }
    after.into_iter().collect()
}

/// Parses an unquoted scalar.
///
/// It is `null`, a boolean, a number in the form of JSON, or a string such as `+15550100` and `007`. A number that would
/// lose digits is an error.
fn plain(text: &str, checks_numbers: bool) -> Result<Value, String> {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$").expect("a valid pattern"));

    if checks_numbers && NUMBER.is_match(text) && !json::is_readable(text) {
        return Err(json::loses_digits(text));
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => text.parse::<Number>().map_or_else(|_| text.into(), Value::Number),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_and_lines_are_read() {
        let text = "# first\ndefaults: &d\n  model: m\n  n: 2\nlist:\n  - <<: *d\n    n: 3\n    to: +15550100\n  - \"7\"\n  - [1.5, ~, yes]\n";
        let tree = Tree::parse(text).expect("a tree");
        assert_eq!(
            tree.to_value(),
            json!({
                "defaults": { "model": "m", "n": 2 },
                "list": [{ "n": 3, "to": "+15550100", "model": "m" }, "7", [1.5, null, "yes"]],
            })
        );
        assert_eq!(tree.line_of("/list/0/to"), 8);
        assert_eq!(tree.line_of("/list/0/missing"), 6);
        assert_eq!(tree.line_of("/list/2/0"), 10);
        assert_eq!(tree.line_of("/nothing"), 2);
    }

    #[test]
    fn tab_may_follow_a_colon() {
        let tree = Tree::parse("a:\tb\nc:\t\t-1\nd: |\n  e:\tf\ng:\t\n  h\ni: [{j:\tk}]\n").expect("a tree");
        let expected = json!({ "a": "b", "c": -1, "d": "e:\tf\n", "g": "h", "i": [{ "j": "k" }] });
        assert_eq!(tree.to_value(), expected);
        // Tabs in scalars are kept.
        let tree = Tree::parse("# é:\tü\n\"ä:\tö\":\t'x:\ty'\nb:\té\n  f\tg\nc:\t>\n  h:\ti\n").expect("a tree");
        assert_eq!(tree.to_value(), json!({ "ä:\tö": "x:\ty", "b": "é f\tg", "c": "h:\ti\n" }));
    }

    #[test]
    fn thousands_of_tabs_are_read() {
        let text = "- a:\tb\n".repeat(20_000);
        assert_eq!(Tree::parse(&text).expect("a tree").to_value().as_array().map(Vec::len), Some(20_000));
    }

    #[test]
    fn errors_have_a_line_and_a_reason() {
        let line = |text: &str| Tree::parse(text).expect_err("an error").line;
        assert_eq!(line("a: 1\nb: [1, 2\nc: 3\n"), 3);
        assert_eq!(line("a: 1\na: 2\n"), 2);
        assert_eq!(line("a: 1\nb: 12345678901234567890123\n"), 2);
        assert_eq!(line("a: [1,\n1e400]\n"), 2);
        assert_eq!(line("a: 1\n---\nb: 2\n"), 2);
        let bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned()
            + &('b'..='h')
                .map(|c| {
                    let before = char::from_u32(u32::from(c) - 1).expect("a letter");
                    format!("{c}: &{c} [{}]\n", vec![format!("*{before}"); 10].join(", "))
                })
                .collect::<String>();
        assert!(Tree::parse(&bomb).expect_err("an error").message.contains("more than 1000000 values"));
    }
}
