//! Reads YAML and JSON into nodes with positions.

use std::collections::HashMap;
use std::ops::Range;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde::de::IgnoredAny;
use serde_json::Number;

use super::node::{Entry, Node, NodeKind};
use super::source::Source;
use crate::output::Diagnostic;

/// The maximum depth of nested lists and objects. serde_json reads up to 127.
const MAX_DEPTH: usize = 100;

/// The maximum number of nodes of a file after its aliases are expanded.
const MAX_NODES: usize = 200_000;

/// A syntax error, or something that project files cannot contain.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
}

impl SyntaxError {
    pub(super) fn of(self, source: &Source) -> Diagnostic {
        Diagnostic::error((source.clone(), self.span), self.message)
    }
}

/// Reads one document. The name of the file decides between JSON and YAML. An empty document is `null`.
pub(crate) fn read(source: &Source) -> Result<Node, Diagnostic> {
    let text = source.text();
    let parse = if source.path().ends_with(".json") { read_json } else { read_yaml };
    conflict(text).map_or_else(|| parse(text), Err).map_err(|error| error.of(source))
}

/// An error at the first line that a merge with conflicts has written.
pub(crate) fn conflict(text: &str) -> Option<SyntaxError> {
    let start = if text.starts_with("<<<<<<< ") { 0 } else { text.find("\n<<<<<<< ")? + 1 };
    let length = text[start..].find(['\r', '\n']).unwrap_or(text.len() - start);
    let message = "this is a conflict mark of a merge; keep one of the sides, and remove the marks";
    Some(error(start..start + length, message))
}

fn error(span: Range<usize>, message: impl Into<String>) -> SyntaxError {
    SyntaxError { span, message: message.into() }
}

// JSON

fn read_json(text: &str) -> Result<Node, SyntaxError> {
    let options = jsonc_parser::ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_extended_string_escapes: false,
        allow_non_finite_numbers: false,
    };
    let parsed =
        jsonc_parser::parse_to_ast(text, &jsonc_parser::CollectOptions::default(), &options).map_err(|failed| {
            error(failed.range().start..failed.range().end, format!("this is not JSON: {}", failed.kind()))
        })?;
    parsed
        .value
        .map_or_else(|| Ok(Node { span: 0..0, kind: NodeKind::Null, is_shared: false }), |value| json_node(&value, 0))
}

fn json_node(value: &ast::Value<'_>, depth: usize) -> Result<Node, SyntaxError> {
    let span = value.range().start..value.range().end;
    if depth > MAX_DEPTH {
        return Err(error(span, format!("this is nested more than {MAX_DEPTH} levels deep")));
    }
    let kind = match value {
        ast::Value::NullKeyword(_) => NodeKind::Null,
        ast::Value::BooleanLit(literal) => NodeKind::Bool(literal.value),
        ast::Value::NumberLit(literal) => {
            NodeKind::Number(number(literal.value).map_err(|why| error(span.clone(), why))?)
        }
        ast::Value::StringLit(literal) => NodeKind::Text(literal.value.to_string()),
        ast::Value::Array(list) => {
            let items = list.elements.iter().map(|item| json_node(item, depth + 1));
            NodeKind::List(items.collect::<Result<_, _>>()?)
        }
        ast::Value::Object(object) => {
            let mut entries: Vec<Entry> = Vec::new();
            for property in &object.properties {
                let range = property.name.range();
                let name_span = range.start..range.end;
                let value = json_node(&property.value, depth + 1)?;
                add(&mut entries, Entry { name: property.name.as_str().to_owned(), name_span, value })?;
            }
            NodeKind::Map(entries)
        }
    };
    Ok(Node { span, kind, is_shared: false })
}

fn add(entries: &mut Vec<Entry>, entry: Entry) -> Result<(), SyntaxError> {
    if entries.iter().any(|present| present.name == entry.name) {
        return Err(error(entry.name_span, format!("the field `{}` occurs twice; remove one of them", entry.name)));
    }
    entries.push(entry);
    Ok(())
}

// YAML

fn read_yaml(text: &str) -> Result<Node, SyntaxError> {
    // The parser counts characters.
    let bytes = Bytes::of(text);
    let mut reader =
        Reader { events: Parser::new_from_str(text), bytes: &bytes, anchors: HashMap::new(), nodes: 0, depth: 0 };
    let mut document = None;
    while let Some(event) = reader.events.next() {
        let (event, span) = event.map_err(|failed| reader.scan_error(&failed))?;
        match event {
            Event::DocumentStart(_) if document.is_some() => {
                return Err(error(
                    reader.range(span),
                    "a file has one document; remove this `---` or move what follows into its own file",
                ));
            }
            Event::DocumentStart(_) => document = Some(reader.node()?),
            _ => {}
        }
    }
    Ok(document.unwrap_or(Node { span: 0..0, kind: NodeKind::Null, is_shared: false }))
}

/// The bytes at which characters start.
struct Bytes<'t> {
    text: &'t str,
    starts: Option<Vec<usize>>,
}

impl<'t> Bytes<'t> {
    fn of(text: &'t str) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(start, _)| start).collect());
        Self { text, starts }
    }

    fn of_marker(&self, marker: Marker) -> usize {
        let byte = match &self.starts {
            Some(starts) => starts.get(marker.index()).copied().unwrap_or(self.text.len()),
            None => marker.index(),
        };
        byte.min(self.text.len())
    }
}

struct Reader<'t> {
    events: Parser<'t, StrInput<'t>>,
    bytes: &'t Bytes<'t>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn range(&self, span: Span) -> Range<usize> {
        let start = self.bytes.of_marker(span.start);
        start..self.bytes.of_marker(span.end).max(start)
    }

    /// The end of a list or an object. The parser's end of `{a: 1}` includes the comment behind it, and that of `{a: 1, }` is the comma.
    fn end(&self, start: usize, last: &Range<usize>) -> usize {
        let text = self.bytes.text;
        if !is_flow(&text[start..]) {
            return last.end;
        }
        let mut rest = text[last.start..].trim_start_matches([' ', '\t', '\r', '\n', ',']);
        while rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, lines)| lines.trim_start());
        }
        text.len() - rest.len() + usize::from(!rest.is_empty())
    }

    fn scan_error(&self, failed: &ScanError) -> SyntaxError {
        let at = self.bytes.of_marker(*failed.marker());
        if failed.info().contains("tab") {
            // The parser reports the position of the value before the tab.
            let text = self.bytes.text;
            let indent = |line: &str| line.len() - line.trim_start().len();
            let lines = text.split_inclusive('\n').scan(0, |end, line| {
                *end += line.len();
                Some((*end - line.len(), line))
            });
            let mut tabs = lines.filter_map(|(start, line)| Some(start + line[..indent(line)].find('\t')?));
            if let Some(tab) = tabs.find(|tab| *tab >= at) {
                return error(tab..tab + 1, "this is not YAML: lines are indented with spaces, not with tabs");
            }
        }
        error(at..at, format!("this is not YAML: {}", failed.info()))
    }

    fn next(&mut self) -> Result<(Event<'t>, Range<usize>), SyntaxError> {
        match self.events.next() {
            Some(Ok((event, span))) => Ok((event, self.range(span))),
            Some(Err(failed)) => Err(self.scan_error(&failed)),
            None => Err(error(self.bytes.text.len()..self.bytes.text.len(), "the file ends too early")),
        }
    }

    fn node(&mut self) -> Result<Node, SyntaxError> {
        let (event, span) = self.next()?;
        self.node_of(event, span)
    }

    fn node_of(&mut self, event: Event<'t>, mut span: Range<usize>) -> Result<Node, SyntaxError> {
        self.count(&span, 1)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(error(span, format!("this is nested more than {MAX_DEPTH} levels deep")));
        }
        let (kind, end, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.as_ref().is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let kind = if style == ScalarStyle::Plain && !is_text {
                    plain(&text).map_err(|why| error(span.clone(), why))?
                } else {
                    NodeKind::Text(text.into_owned())
                };
                if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
                    span.end = quoted_end(self.bytes.text, &span);
                }
                (kind, span.end, anchor, tag)
            }
            Event::SequenceStart(anchor, tag) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, end) => {
                            break (NodeKind::List(items), self.end(span.start, &end), anchor, tag);
                        }
                        (event, span) => items.push(self.node_of(event, span)?),
                    }
                }
            }
            Event::MappingStart(anchor, tag) => {
                let mut entries = Vec::new();
                loop {
                    match self.next()? {
                        (Event::MappingEnd, end) => {
                            break (NodeKind::Map(entries), self.end(span.start, &end), anchor, tag);
                        }
                        (Event::Scalar(name, _, _, tag), name_span) => {
                            let name_kind = NodeKind::Text(name.to_string());
                            self.check_tag(tag.as_deref(), &name_kind, &name_span)?;
                            let value = self.node()?;
                            if name == "<<" {
                                return Err(error(name_span, "merge keys are not supported; write the fields out"));
                            }
                            add(&mut entries, Entry { name: name.into_owned(), name_span, value })?;
                        }
                        (_, span)
                            if self.bytes.text[..span.start].ends_with('{')
                                && self.bytes.text[span.start..].starts_with('{') =>
                        {
                            return Err(error(span.start - 1..span.end, "put a text that begins with `{{` in quotes"));
                        }
                        (_, span) => return Err(error(span, "the name of a field must be a text")),
                    }
                }
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err(error(span, "this alias has no anchor before it"));
                };
                let node = Node { span: span.clone(), is_shared: true, ..moved(node, &span) };
                self.count(&span, size(&node))?;
                self.depth -= 1;
                return Ok(node);
            }
            _ => return Err(error(span, "a value is missing here")),
        };
        self.depth -= 1;
        self.check_tag(tag.as_deref(), &kind, &span)?;
        let node = Node { span: span.start..end.max(span.end), kind, is_shared: anchor > 0 };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// Fails if a value has a tag that means another value.
    fn check_tag(&self, tag: Option<&Tag>, kind: &NodeKind, span: &Range<usize>) -> Result<(), SyntaxError> {
        let Some(tag) = tag else { return Ok(()) };
        let is_its_type = match kind {
            NodeKind::Null => tag.suffix == "null",
            NodeKind::Bool(_) => tag.suffix == "bool",
            NodeKind::Number(_) => matches!(tag.suffix.as_str(), "int" | "float"),
            NodeKind::Text(_) => tag.suffix == "str",
            NodeKind::List(_) => tag.suffix == "seq",
            NodeKind::Map(_) => tag.suffix == "map",
        };
        let is_core = tag.is_yaml_core_schema();
        if is_core && is_its_type {
            return Ok(());
        }
        let shown = if is_core { format!("!!{}", tag.suffix) } else { tag.to_string() };
        let advice = match kind {
            NodeKind::Text(name) if !is_core && name.contains('.') && !name.contains(char::is_whitespace) => {
                format!("; for the text of a file, write `{{ file: {name} }}`")
            }
            _ => String::new(),
        };
        let before = &self.bytes.text[..span.start];
        let start = before.rfind('!').map_or(span.start, |last| before[..=last].trim_end_matches('!').len());
        Err(error(start..span.end, format!("the tag `{shown}` is not supported here{advice}")))
    }

    fn count(&mut self, span: &Range<usize>, nodes: usize) -> Result<(), SyntaxError> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(error(span.clone(), format!("this file has more than {MAX_NODES} values")));
        }
        Ok(())
    }
}

/// Whether the text of an object or a list begins with `{` or `[`, behind its anchor and its tag.
pub(super) fn is_flow(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.find(|word| !word.starts_with(['&', '!'])).is_some_and(|word| word.starts_with(['{', '[']))
}

/// The end of a quoted text. The parser's end of `"a"` includes the comment behind it.
fn quoted_end(text: &str, span: &Range<usize>) -> usize {
    let quoted = &text[span.clone()];
    let mut rest = quoted.char_indices();
    let quote = rest.next().map(|(_, quote)| quote);
    while let Some((at, c)) = rest.next() {
        let is_escape = match quote {
            Some('"') => c == '\\',
            _ => c == '\'' && quoted[at + 1..].starts_with('\''),
        };
        if is_escape {
            rest.next();
        } else if Some(c) == quote {
            return span.start + at + 1;
        }
    }
    span.end
}

/// A copy of a node for an alias, at the position of the alias.
fn moved(node: &Node, to: &Range<usize>) -> Node {
    let kind = match &node.kind {
        NodeKind::List(items) => NodeKind::List(items.iter().map(|item| moved(item, to)).collect()),
        NodeKind::Map(entries) => NodeKind::Map(
            entries
                .iter()
                .map(|entry| Entry { name: entry.name.clone(), name_span: to.clone(), value: moved(&entry.value, to) })
                .collect(),
        ),
        other => other.clone(),
    };
    Node { span: to.clone(), kind, is_shared: true }
}

fn size(node: &Node) -> usize {
    1 + node.children().map(size).sum::<usize>()
}

/// The value of a plain scalar: `null`, a boolean, a JSON number, or a text. `+15550100` and `007` are texts.
pub(crate) fn plain(text: &str) -> Result<NodeKind, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Bool(true),
        "false" | "False" | "FALSE" => NodeKind::Bool(false),
        _ if is_number(text) => NodeKind::Number(number(text)?),
        _ => NodeKind::Text(text.to_owned()),
    })
}

/// Whether the text is a number in JSON, also one that is too large to be parsed.
fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Parses a number. Fails if digits would be lost.
fn number(text: &str) -> Result<Number, String> {
    let number: Number =
        text.parse().map_err(|_| format!("the number {text} is too large; put it in quotes to make it a text"))?;
    let is_whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_whole && number.as_i64().is_none() && number.as_u64().is_none() {
        return Err(format!(
            "the number {text} has too many digits and would lose some; put it in quotes to make it a text"
        ));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn yaml(text: &str) -> Node {
        read(&Source::new("a.yaml", text)).expect("it is YAML")
    }

    fn slice<'t>(text: &'t str, node: &Node) -> &'t str {
        &text[node.span.clone()]
    }

    #[test]
    fn yaml_and_json_give_the_same_values() {
        let text = "a: &x [1, 2.5, 'no', yes, null]\nb: *x\nphone: +15550100\nid: 007\nc: {d: \"true\", e: true}\n";
        let expected = json!({
            "a": [1, 2.5, "no", "yes", null],
            "b": [1, 2.5, "no", "yes", null],
            "phone": "+15550100",
            "id": "007",
            "c": {"d": "true", "e": true},
        });
        assert_eq!(yaml(text).to_value(), expected);
        let json = read(&Source::new("a.json", expected.to_string())).expect("it is JSON");
        assert_eq!(json.to_value(), expected);
        let surrogates = read(&Source::new("a.json", r#"{"a": "\ud83d\ude00"}"#)).expect("it is JSON");
        assert_eq!(surrogates.to_value(), json!({"a": "😀"}));
    }

    #[test]
    fn tag_of_the_type_is_accepted() {
        let text = "a: !!str 5\nb: !!int 5\nc: !!seq [1]\nd: !!map\n  e: !!bool true\n!!str f: !!null ~\n";
        assert_eq!(yaml(text).to_value(), json!({"a": "5", "b": 5, "c": [1], "d": {"e": true}, "f": null}));
    }

    #[test]
    fn spans_cover_the_source_of_values() {
        let text = "näme: 'Ärger'\nlist:\n  - one\n  - {two: 2} # flow\ntext: |\n  line 1\n  line 2\n\n# comment\nlast: x # end\n";
        let node = yaml(text);
        let value = |name: &str| &node.get(name).expect("it is there").value;
        assert_eq!(slice(text, value("näme")), "'Ärger'");
        assert_eq!(slice(text, value("last")), "x");
        let NodeKind::List(items) = &value("list").kind else { panic!("a list") };
        assert_eq!((slice(text, &items[0]), slice(text, &items[1])), ("one", "{two: 2}"));
        assert!(slice(text, value("text")).starts_with("line 1\n  line 2\n"), "{:?}", slice(text, value("text")));
    }

    #[test]
    fn errors_have_places() {
        for (name, text, position, message) in [
            ("a.yaml", "a: 1\nb: [1, 2\nc: 3\n", "3:2", "this is not YAML"),
            ("a.yaml", "a: 1\nb: 2\na: 3\n", "3:1", "the field `a` occurs twice"),
            ("a.yaml", "a: 1\nb:\n  - 12345678901234567890123\n", "3:5", "has too many digits"),
            ("a.yaml", "a: -1e999\n", "1:4", "the number -1e999 is too large"),
            ("a.yaml", "a: 1\n---\nb: 2\n", "2:1", "one document"),
            ("a.yaml", "a: *b\n", "1:4", ""),
            ("a.yaml", "a: 1\n\tb: 2\n", "2:1", "not with tabs"),
            ("a.yaml", "a:\n  - 1\n \t- 2\n", "3:2", "not with tabs"),
            ("a.yaml", "? [a]\n: 1\n", "1:3", "must be a text"),
            (
                "a.yaml",
                "a: !include b.md\n",
                "1:4",
                "the tag `!include` is not supported here; for the text of a file, write `{ file: b.md }`",
            ),
            ("a.yaml", "a: 1\nb: !env KEY\n", "2:4", "the tag `!env` is not supported here"),
            ("a.yaml", "a: !!int A\n", "1:4", "the tag `!!int` is not supported here"),
            ("a.yaml", "a: [1, !important 2]\n", "1:8", "the tag `!important`"),
            ("a.yaml", "a: !x [1]\n", "1:4", "the tag `!x`"),
            ("a.yaml", "!x a: 1\n", "1:1", "the tag `!x`"),
            ("a.json", "{\"a\": 1,\n \"a\": 2}", "2:2", "the field `a` occurs twice"),
            ("a.json", "{\"a\": 1,\n \"b\": }", "2:7", ""),
            ("a.json", "{\"a\": 1 // no\n}", "1:9", ""),
        ] {
            let source = Source::new(name, text);
            let failed = read(&source).expect_err(text);
            assert_eq!(source.position(failed.span.start).to_string(), position, "{text}: {}", failed.message);
            assert!(failed.message.contains(message), "{text}: {}", failed.message);
        }
    }

    #[test]
    fn aliases_cannot_exhaust_the_memory() {
        let mut text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for letter in 'b'..='h' {
            let before = char::from_u32(u32::from(letter) - 1).expect("a letter");
            text += &format!("{letter}: &{letter} [{}]\n", vec![format!("*{before}"); 10].join(", "));
        }
        assert!(read(&Source::new("a.yaml", text)).is_err());
    }
}
