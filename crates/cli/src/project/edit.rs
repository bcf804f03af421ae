//! Edits resource files, and keeps their comments and order.

use std::ops::Range;

use serde_json::{Map, Value};

use super::load::{Resource, file_entry};
use super::node::{Node, NodeKind, Pointer};
use super::read::read;
use super::source::Source;
use super::yaml::{after_dash, after_key, block, key, to_yaml};

/// New contents of files, by their paths relative to the project.
pub(crate) type Files = Vec<(String, String)>;

/// The files of a resource with other content. Unchanged parts are kept as they are.
pub(crate) fn edited(resource: &Resource, wanted: &Value) -> Files {
    let mut editor = Editor { resource, edits: Vec::new(), files: Vec::new() };
    let is_done = editor.value(&resource.root, &resource.content, wanted, &Pointer::default()).is_some();
    let Editor { edits, mut files, .. } = editor;
    let expected = with_files(&resource.root, wanted, resource, &Pointer::default());
    let text = (is_done && !resource.source.path().ends_with(".json"))
        .then(|| apply(resource.source.text(), edits))
        .filter(|text| {
            read(&Source::new(resource.source.path(), text.clone())).is_ok_and(|node| node.to_value() == expected)
        });
    let text = text.unwrap_or_else(|| {
        if resource.source.path().ends_with(".json") { format!("{expected:#}\n") } else { to_yaml(&expected) }
    });
    if resource.root.to_value() != expected {
        files.push((resource.source.path().to_owned(), text));
    }
    files
}

/// The value as it is written in the resource file, with its `{ file: NAME }`.
fn with_files(node: &Node, wanted: &Value, resource: &Resource, at: &Pointer) -> Value {
    if resource.texts.contains_key(at) && wanted.is_string() {
        return node.to_value();
    }
    match (&node.kind, wanted) {
        (NodeKind::Map(_), Value::Object(fields)) => {
            let fields = fields.iter().map(|(name, value)| {
                let value = match node.get(name) {
                    Some(entry) => with_files(&entry.value, value, resource, &at.field(name)),
                    None => value.clone(),
                };
                (name.clone(), value)
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        (NodeKind::List(items), Value::Array(values)) if items.len() == values.len() => items
            .iter()
            .zip(values)
            .enumerate()
            .map(|(n, (item, value))| with_files(item, value, resource, &at.item(n)))
            .collect(),
        _ => wanted.clone(),
    }
}

fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut edited = String::new();
    let mut at = 0;
    for (range, replacement) in edits {
        if range.start < at {
            // The result is checked, so an edit that overlaps another one can be dropped.
            continue;
        }
        edited.push_str(&text[at..range.start]);
        edited.push_str(&replacement);
        at = range.end;
    }
    edited + &text[at..]
}

struct Editor<'e> {
    resource: &'e Resource,
    edits: Vec<(Range<usize>, String)>,
    files: Files,
}

impl Editor<'_> {
    fn text(&self) -> &str {
        self.resource.source.text()
    }

    /// Collects the edits that turn a value into another. `None` if the value has to be rewritten as a whole.
    fn value(&mut self, node: &Node, current: &Value, wanted: &Value, at: &Pointer) -> Option<()> {
        if current == wanted {
            return Some(());
        }
        if node.is_shared {
            return None;
        }
        if let (Some(source), Value::String(text), Some(_)) = (self.resource.texts.get(at), wanted, file_entry(node)) {
            self.files.push((source.path().to_owned(), format!("{text}\n")));
            return Some(());
        }
        let is_flow = self.text()[node.span.clone()].starts_with(['{', '[']);
        match (&node.kind, current, wanted) {
            (NodeKind::Map(_), Value::Object(current), Value::Object(wanted)) if !is_flow => {
                self.fields(node, current, wanted, at)
            }
            (NodeKind::List(items), Value::Array(current), Value::Array(wanted))
                if !is_flow && !items.is_empty() && wanted.len() >= current.len() =>
            {
                self.items(items, current, wanted, at)
            }
            _ => None,
        }
    }

    fn fields(
        &mut self,
        node: &Node,
        current: &Map<String, Value>,
        wanted: &Map<String, Value>,
        at: &Pointer,
    ) -> Option<()> {
        let first = node.entries().first()?;
        let indent = self.column(first.name_span.start);
        for entry in node.entries() {
            let value = wanted.get(&entry.name);
            let line_start = self.line_start(entry.name_span.start);
            let begins_line = self.text()[line_start..entry.name_span.start].trim().is_empty();
            match value {
                None if !begins_line => return None,
                None => {
                    let end = self.line_end(end_of(&entry.value, self.text()).max(entry.name_span.end));
                    self.edits.push((line_start..end, String::new()));
                }
                Some(value) => {
                    let mark = (self.edits.len(), self.files.len());
                    if self.value(&entry.value, &current[&entry.name], value, &at.field(&entry.name)).is_none() {
                        self.edits.truncate(mark.0);
                        self.files.truncate(mark.1);
                        let colon = self.text()[entry.name_span.end..].find(':')? + entry.name_span.end + 1;
                        let end = end_of(&entry.value, self.text()).max(colon);
                        self.edits.push((colon..end, after_key(value, indent)));
                    }
                }
            }
        }
        let added: Map<String, Value> = wanted
            .iter()
            .filter(|(name, _)| !current.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !added.is_empty() {
            let mut text = String::new();
            for (name, value) in &added {
                text.push_str(&format!("{}{}:{}\n", " ".repeat(indent), key(name), after_key(value, indent)));
            }
            self.append(end_of(node, self.text()), &text);
        }
        Some(())
    }

    fn items(&mut self, items: &[Node], current: &[Value], wanted: &[Value], at: &Pointer) -> Option<()> {
        let dash = self.text()[..items[0].span.start].rfind('-')?;
        let indent = self.column(dash);
        for (n, item) in items.iter().enumerate() {
            let mark = (self.edits.len(), self.files.len());
            if self.value(item, &current[n], &wanted[n], &at.item(n)).is_none() {
                self.edits.truncate(mark.0);
                self.files.truncate(mark.1);
                let dash = self.text()[..item.span.start].rfind('-')? + 1;
                self.edits.push((dash..end_of(item, self.text()), after_dash(&wanted[n], indent)));
            }
        }
        if wanted.len() > items.len() {
            let mut text = String::new();
            block(&Value::Array(wanted[items.len()..].to_vec()), indent, &mut text);
            self.append(end_of(items.last()?, self.text()), &text);
        }
        Some(())
    }

    /// Adds lines after the line of a byte.
    fn append(&mut self, byte: usize, lines: &str) {
        let end = self.line_end(byte);
        let lines =
            if self.text()[..end].ends_with('\n') || end == 0 { lines.to_owned() } else { format!("\n{lines}") };
        self.edits.push((end..end, lines));
    }

    fn line_start(&self, byte: usize) -> usize {
        self.text()[..byte].rfind('\n').map_or(0, |end| end + 1)
    }

    /// The start of the next line.
    fn line_end(&self, byte: usize) -> usize {
        // The end of a block scalar is already the start of a line.
        if byte > 0 && self.text()[..byte].ends_with('\n') {
            return byte;
        }
        self.text()[byte..].find('\n').map_or(self.text().len(), |end| byte + end + 1)
    }

    fn column(&self, byte: usize) -> usize {
        self.text()[self.line_start(byte)..byte].chars().count()
    }
}

/// The end of what belongs to a value, without the comments and empty lines after it.
fn end_of(node: &Node, text: &str) -> usize {
    let is_flow = text[node.span.clone()].starts_with(['{', '[']);
    let last = match &node.kind {
        NodeKind::Map(entries) if !is_flow => {
            entries.last().map(|entry| end_of(&entry.value, text).max(entry.name_span.end))
        }
        NodeKind::List(items) if !is_flow => items.last().map(|item| end_of(item, text)),
        _ => None,
    };
    last.unwrap_or_else(|| node.span.start + text[node.span.clone()].trim_end().len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn resource(text: &str) -> Resource {
        let source = Source::new("assistants/a.yaml", text);
        let root = read(&source).map_err(|error| error.message).expect("it is YAML");
        let content = root.to_value();
        Resource { source, root, content, texts: BTreeMap::new() }
    }

    const TEXT: &str = "# The desk.\nname: Desk # short\n\n# How it talks.\ninstructions: |\n  Be polite.\n  Be brief.\n\ntools: # all\n  # Ends the call.\n  - type: hangup\n    hangup: {}\n  - type: x\nvoice: { a: 1 }\n# The end.\n";

    #[test]
    fn changes_keep_comments_and_order() {
        let resource = resource(TEXT);
        let mut wanted = resource.content.clone();
        assert_eq!(edited(&resource, &wanted), []);
        wanted["name"] = "Help: desk".into();
        wanted["tools"][1]["x"] = json!({"b": [1]});
        wanted["voice"]["a"] = 2.into();
        wanted["model"] = "m".into();
        let files = edited(&resource, &wanted);
        assert_eq!(files[0].0, "assistants/a.yaml");
        assert_eq!(
            files[0].1,
            "# The desk.\nname: \"Help: desk\" # short\n\n# How it talks.\ninstructions: |\n  Be polite.\n  Be brief.\n\ntools: # all\n  # Ends the call.\n  - type: hangup\n    hangup: {}\n  - type: x\n    x:\n      b:\n        - 1\nvoice:\n  a: 2\nmodel: m\n# The end.\n"
        );
    }

    #[test]
    fn fields_and_items_are_added_and_removed() {
        let resource = resource(TEXT);
        let mut wanted = resource.content.clone();
        wanted.as_object_mut().expect("an object").shift_remove("instructions");
        wanted["tools"].as_array_mut().expect("a list").push(json!({"type": "z"}));
        let files = edited(&resource, &wanted);
        assert_eq!(
            files[0].1,
            "# The desk.\nname: Desk # short\n\n# How it talks.\n\ntools: # all\n  # Ends the call.\n  - type: hangup\n    hangup: {}\n  - type: x\n  - type: z\nvoice: { a: 1 }\n# The end.\n"
        );
        wanted["tools"].as_array_mut().expect("a list").remove(0);
        let files = edited(&resource, &wanted);
        assert_eq!(read(&Source::new("a.yaml", files[0].1.clone())).expect("YAML").to_value(), wanted);
    }
}
