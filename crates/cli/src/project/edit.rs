//! Edits resource files, and keeps their comments and order.

use std::ops::Range;

use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use super::load::Resource;
use super::node::{Node, NodeKind, Pointer};
use super::read::{is_flow, read};
use super::source::Source;
use super::yaml::{after_dash, after_key, block, flow, to_yaml};
use crate::compare::identity;

/// New contents of files, by their paths relative to the project.
pub(crate) type Files = Vec<(String, String)>;

/// The files of a resource with other content.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Edited {
    pub(crate) files: Files,
    /// Whether the resource file loses comments, or is written as a whole and loses its anchors.
    pub(crate) loses_comments: bool,
    /// The places of texts that move from a file that others use into the resource file, with the paths of these files.
    pub(crate) moved_texts: Vec<(Pointer, String)>,
}

/// The files of a resource with other content. Unchanged parts are kept as they are.
///
/// A text that changes moves into the resource file if its file `is_shared` with other fields.
pub(crate) fn edited(resource: &Resource, wanted: &Value, is_shared: &dyn Fn(&Source) -> bool) -> Edited {
    let mut edited = Edited::default();
    let wanted = with_files(&resource.root, wanted, resource, &Pointer::default(), is_shared, &mut edited);
    if resource.root.to_value() == wanted {
        return edited;
    }
    let path = resource.source.path();
    let text = if path.ends_with(".json") {
        format!("{wanted:#}\n")
    } else {
        // Aliases are replaced by their values only if a value with an anchor changes.
        let in_place = [false, true].into_iter().find_map(|expands| edited_yaml(resource, &wanted, expands));
        let (text, loses_comments) =
            in_place.unwrap_or_else(|| (to_yaml(&wanted), resource.source.text().contains(['#', '&'])));
        edited.loses_comments = loses_comments;
        text
    };
    edited.files.push((path.to_owned(), with_breaks_of(&resource.source, text)));
    edited
}

/// The text of a resource file with other content, and whether it loses comments. `None` if it cannot be edited in place.
fn edited_yaml(resource: &Resource, wanted: &Value, expands_aliases: bool) -> Option<(String, bool)> {
    let mut editor = Editor { source: &resource.source, expands_aliases, edits: Vec::new() };
    editor.value(&resource.root, &resource.root.to_value(), wanted)?;
    let text = with_breaks_of(&resource.source, apply(resource.source.text(), editor.edits));
    let source = Source::new(resource.source.path(), text.clone());
    let root = read(&source).ok()?;
    let mut left = comments(&source, &root);
    let mut before = comments(&resource.source, &resource.root).into_iter();
    let loses_comments =
        before.any(|comment| left.iter().position(|it| *it == comment).map(|at| left.swap_remove(at)).is_none());
    (root.to_value() == *wanted).then_some((text, loses_comments))
}

/// The comments of a file. A `#` in a value begins none.
fn comments<'s>(source: &'s Source, root: &Node) -> Vec<&'s str> {
    fn scalars(node: &Node, spans: &mut Vec<Range<usize>>) {
        match &node.kind {
            NodeKind::List(items) => items.iter().for_each(|item| scalars(item, spans)),
            NodeKind::Map(entries) => {
                for entry in entries {
                    spans.push(entry.name_span.clone());
                    scalars(&entry.value, spans);
                }
            }
            _ => spans.push(node.span.clone()),
        }
    }
    let (text, mut spans) = (source.text(), Vec::new());
    scalars(root, &mut spans);
    let is_comment = |at: usize| {
        let before = spans.partition_point(|span| span.start <= at);
        let is_in_value = before > 0 && spans[before - 1].contains(&at);
        (at == 0 || text[..at].ends_with(char::is_whitespace)) && !is_in_value
    };
    let starts = text.match_indices('#').map(|(at, _)| at).filter(|at| is_comment(*at));
    starts.map(|at| text[at..].lines().next().unwrap_or_default().trim_end()).collect()
}

/// The value as it is written in the resource file, with its `{ file: NAME }`.
///
/// Collects the text files that change and the texts that move.
fn with_files(
    node: &Node,
    wanted: &Value,
    resource: &Resource,
    at: &Pointer,
    is_shared: &dyn Fn(&Source) -> bool,
    edited: &mut Edited,
) -> Value {
    if let (Some(source), Value::String(text)) = (resource.texts.get(at), wanted) {
        let path = || source.path().to_owned();
        if at.look_up(&resource.content) == Some(wanted) {
            return node.to_value();
        }
        if is_shared(source) {
            edited.moved_texts.push((at.clone(), path()));
            return wanted.clone();
        }
        edited.files.push((path(), with_breaks_of(source, text_file(text))));
        return node.to_value();
    }
    match (&node.kind, wanted) {
        (NodeKind::Map(_), Value::Object(fields)) => {
            let fields = fields.iter().map(|(name, value)| {
                let value = match node.get(name) {
                    Some(entry) => with_files(&entry.value, value, resource, &at.field(name), is_shared, edited),
                    None => value.clone(),
                };
                (name.clone(), value)
            });
            fields.collect()
        }
        (NodeKind::List(items), Value::Array(values)) => {
            let current = at.look_up(&resource.content).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let mut written = values.clone();
            for operation in operations(current, values).into_iter().filter(is_in_place) {
                for (n, m) in operation.old_range().zip(operation.new_range()) {
                    written[m] = with_files(&items[n], &values[m], resource, &at.item(n), is_shared, edited);
                }
            }
            written.into()
        }
        _ => wanted.clone(),
    }
}

/// The content of a file with this text. Readers remove a byte order mark at its start and a line break at its end.
pub(crate) fn text_file(text: &str) -> String {
    let mark = if text.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let end = if text.ends_with('\r') { "\r\n" } else { "\n" };
    format!("{mark}{text}{end}")
}

/// A new text of a file, with the line breaks of Windows if the file has them.
fn with_breaks_of(source: &Source, text: String) -> String {
    let has_windows_breaks = source.text().split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    if has_windows_breaks { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
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
    source: &'e Source,
    /// Whether all values with anchors and all aliases are written out.
    expands_aliases: bool,
    edits: Vec<(Range<usize>, String)>,
}

impl Editor<'_> {
    fn text(&self) -> &str {
        self.source.text()
    }

    /// Collects the edits that turn a value into another. `None` if the value has to be rewritten as a whole.
    fn value(&mut self, node: &Node, current: &Value, wanted: &Value) -> Option<()> {
        if current == wanted && !(self.expands_aliases && has_shared(node)) {
            return Some(());
        }
        if node.is_shared {
            return None;
        }
        match (&node.kind, current, wanted) {
            (NodeKind::Map(_), Value::Object(current), Value::Object(wanted)) => self.fields(node, current, wanted),
            (NodeKind::List(items), Value::Array(current), Value::Array(wanted)) => {
                self.items(node, items, current, wanted)
            }
            _ => None,
        }
    }

    fn fields(&mut self, node: &Node, current: &Map<String, Value>, wanted: &Map<String, Value>) -> Option<()> {
        let first = node.entries().first()?;
        let is_flow = is_flow(&self.text()[node.span.clone()]);
        let has_same_names = || current.len() == wanted.len() && wanted.keys().all(|name| current.contains_key(name));
        if wanted.is_empty() || is_flow && !has_same_names() {
            return None;
        }
        let indent = self.column(first.name_span.start);
        for entry in node.entries() {
            match wanted.get(&entry.name) {
                None => self.remove(entry.name_span.start, &entry.value)?,
                Some(value) => {
                    let colon = self.text()[entry.name_span.end..].find(':')? + entry.name_span.end + 1;
                    let text =
                        |value: &Value| if is_flow { format!(" {}", flow(value)) } else { after_key(value, indent) };
                    self.value_or_replace(colon, &entry.value, &current[&entry.name], value, text);
                }
            }
        }
        let added = wanted.iter().filter(|(name, _)| !current.contains_key(*name));
        let mut text = String::new();
        block(&added.map(|(name, value)| (name.clone(), value.clone())).collect(), indent, &mut text);
        let last = node.entries().last()?;
        self.append(self.end_with_comments(last.name_span.start, &last.value), &text);
        Some(())
    }

    fn items(&mut self, node: &Node, items: &[Node], current: &[Value], wanted: &[Value]) -> Option<()> {
        let text = &self.text()[node.span.clone()];
        let is_flow = is_flow(text);
        let start =
            |item: &Node| if is_flow { Some(item.span.start) } else { self.text()[..item.span.start].rfind('-') };
        let starts = items.iter().map(start).collect::<Option<Vec<_>>>()?;
        let indent = self.column(*starts.first()?);
        let operations = if is_flow && current.len() == wanted.len() && !text.contains('#') {
            vec![DiffOp::Equal { old_index: 0, new_index: 0, len: current.len() }]
        } else {
            operations(current, wanted)
        };
        if wanted.is_empty() || is_flow && !operations.iter().all(is_in_place) {
            return None;
        }
        for operation in operations {
            let (old, new) = (operation.old_range(), operation.new_range());
            if is_in_place(&operation) {
                for (n, m) in old.zip(new) {
                    let text =
                        |value: &Value| if is_flow { flow(value) } else { format!("-{}", after_dash(value, indent)) };
                    self.value_or_replace(starts[n], &items[n], &current[n], &wanted[m], text);
                }
                continue;
            }
            for n in old.clone() {
                self.remove(starts[n], &items[n])?;
            }
            let mut text = String::new();
            block(&Value::Array(wanted[new].to_vec()), indent, &mut text);
            match old.start.checked_sub(1) {
                Some(before) => self.append(self.end_with_comments(starts[before], &items[before]), &text),
                None => {
                    let start = self.start_with_comments(starts[0]);
                    self.edits.push((start..start, text));
                }
            }
        }
        Some(())
    }

    /// Edits a value in place, or replaces it as a whole from `start` on.
    fn value_or_replace(
        &mut self,
        start: usize,
        node: &Node,
        current: &Value,
        wanted: &Value,
        text: impl FnOnce(&Value) -> String,
    ) {
        let mark = self.edits.len();
        if self.value(node, current, wanted).is_none() {
            self.edits.truncate(mark);
            let end = end_of(node, self.text()).max(start);
            self.replace(start..end, node, &text(wanted));
        }
    }

    /// Removes the lines of a field or an item, which begins at `start`. `None` if its first line has something before it.
    fn remove(&mut self, start: usize, node: &Node) -> Option<()> {
        let begins_line = self.text()[self.line_start(start)..start].trim().is_empty();
        self.edits.push((self.start_with_comments(start)..self.end_with_comments(start, node), String::new()));
        begins_line.then_some(())
    }

    /// The start of the comments above a field or an item, which begins at `start`.
    ///
    /// A comment at the start of the file is that of the file.
    fn start_with_comments(&self, start: usize) -> usize {
        let mut begin = self.line_start(start);
        let above = self.text()[..begin].split_inclusive('\n').rev();
        for comment in above.take_while(|line| comment_column(line) == Some(self.column(start))) {
            begin -= comment.len();
        }
        let is_head = |line: &str| line.trim().is_empty() || line.starts_with("---") || line.starts_with('%');
        if self.text()[..begin].lines().all(is_head) { self.line_start(start) } else { begin }
    }

    /// The end of the lines of a field or an item, which begins at `start`, with the comments below that are indented more.
    fn end_with_comments(&self, start: usize, node: &Node) -> usize {
        let end = self.line_end(end_of(node, self.text()).max(start + 1));
        let comments = self.text()[end..].split_inclusive('\n');
        let comments = comments.take_while(|line| comment_column(line).is_some_and(|it| it > self.column(start)));
        end + comments.map(str::len).sum::<usize>()
    }

    /// Replaces a value. The comments before and behind it stay in the first line.
    fn replace(&mut self, range: Range<usize>, node: &Node, value: &str) {
        let before = &self.text()[range.start..node.span.start.max(range.start)];
        let before = before.lines().next().and_then(|line| line.find('#').map(|at| line[at..].trim()));
        let (first, lines) = value.split_at(value.find('\n').unwrap_or(value.len()));
        let behind = self.text()[range.end..].split('\n').next().unwrap_or_default();
        let behind = Some(behind).filter(|rest| !lines.is_empty() && rest.trim_start().starts_with('#'));
        let comments = before.into_iter().chain(behind).map(|comment| format!(" {}", comment.trim()));
        let text = format!("{first}{}{lines}", comments.collect::<String>());
        let old = &self.text()[node.span.clone()];
        let is_in_lines =
            matches!(node.kind, NodeKind::List(_) | NodeKind::Map(_)) && !is_flow(old) && !old.starts_with('*');
        // The comments behind the last item are those of the item.
        let end = if is_in_lines {
            self.text()[..self.end_with_comments(node.span.start, node)].trim_end().len()
        } else {
            range.end + behind.map_or(0, str::len)
        };
        self.edits.push((range.start..end, text));
    }

    /// Adds lines after the line of a byte.
    fn append(&mut self, byte: usize, lines: &str) {
        if lines.is_empty() {
            return;
        }
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

/// The changes that turn a list into another. In place are those of items that are equal, or have the same type and name.
fn operations(current: &[Value], wanted: &[Value]) -> Vec<DiffOp> {
    fn keys<'v>(items: &'v [Value], others: &[Value]) -> Vec<Result<(&'v str, &'v str), &'v Value>> {
        items.iter().map(|item| identity(item).filter(|_| !others.contains(item)).ok_or(item)).collect()
    }
    let (old_keys, new_keys) = (keys(current, wanted), keys(wanted, current));
    // An item with a new name is the same one if something else of it has stayed the same.
    let is_renamed = |(n, m): (usize, usize)| {
        let (old, new) = (&current[n], &wanted[m]);
        let [old_fields, new_fields] = [old, new].map(|item| item["type"].as_str().map_or(item, |kind| &item[kind]));
        let mut fields = old_fields.as_object().into_iter().flatten();
        old.get("type") == new.get("type")
            && !old_keys.contains(&new_keys[m])
            && !new_keys.contains(&old_keys[n])
            && fields.any(|(name, value)| new_fields.get(name) == Some(value))
    };
    let operations = capture_diff_slices(Algorithm::Myers, &old_keys, &new_keys);
    let in_place = operations.into_iter().map(|operation| match operation {
        DiffOp::Replace { old_index, old_len, new_index, new_len }
            if old_len == new_len && operation.old_range().zip(operation.new_range()).all(is_renamed) =>
        {
            DiffOp::Equal { old_index, new_index, len: new_len }
        }
        operation => operation,
    });
    in_place.collect()
}

/// Whether an operation keeps its items, which may have changed.
fn is_in_place(operation: &DiffOp) -> bool {
    operation.tag() == DiffTag::Equal
}

/// The column of a line that is a comment.
fn comment_column(line: &str) -> Option<usize> {
    let comment = line.trim_start_matches(' ');
    comment.starts_with('#').then(|| line.len() - comment.len())
}

/// The end of what belongs to a value, without the comments and empty lines after it.
fn end_of(node: &Node, text: &str) -> usize {
    let last = match &node.kind {
        _ if is_flow(&text[node.span.clone()]) => None,
        NodeKind::Map(entries) => entries.last().map(|entry| end_of(&entry.value, text).max(entry.name_span.end)),
        NodeKind::List(items) => items.last().map(|item| end_of(item, text)),
        _ => None,
    };
    last.unwrap_or_else(|| node.span.start + text[node.span.clone()].trim_end().len())
}

/// Whether the value has an anchor or is an alias, or contains such a value.
fn has_shared(node: &Node) -> bool {
    node.is_shared || node.children().any(has_shared)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn edited(resource: &Resource, wanted: &Value) -> Edited {
        super::edited(resource, wanted, &|_| false)
    }

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
        assert_eq!(edited(&resource, &wanted), Edited::default());
        wanted["name"] = "Help: desk".into();
        wanted["tools"][1]["x"] = json!({"b": [1]});
        wanted["voice"]["a"] = 2.into();
        wanted["model"] = "m".into();
        let files = edited(&resource, &wanted).files;
        assert_eq!(files[0].0, "assistants/a.yaml");
        assert_eq!(
            files[0].1,
            "# The desk.\nname: \"Help: desk\" # short\n\n# How it talks.\ninstructions: |\n  Be polite.\n  Be brief.\n\ntools: # all\n  # Ends the call.\n  - type: hangup\n    hangup: {}\n  - type: x\n    x:\n      b:\n        - 1\nvoice: { a: 2 }\nmodel: m\n# The end.\n"
        );
    }

    #[test]
    fn fields_and_items_are_added_and_removed() {
        let resource = resource(TEXT);
        let mut wanted = resource.content.clone();
        wanted.as_object_mut().expect("an object").shift_remove("instructions");
        wanted["tools"].as_array_mut().expect("a list").push(json!({"type": "z"}));
        let files = edited(&resource, &wanted).files;
        assert_eq!(
            files[0].1,
            "# The desk.\nname: Desk # short\n\n\ntools: # all\n  # Ends the call.\n  - type: hangup\n    hangup: {}\n  - type: x\n  - type: z\nvoice: { a: 1 }\n# The end.\n"
        );
    }

    /// The text of a list after its items have changed.
    fn list(before: &str, wanted: Value) -> (String, bool) {
        let resource = resource(&format!("a: 1\nlist:\n{before}z: 1\n"));
        let Edited { files, loses_comments, .. } = edited(&resource, &json!({"a": 1, "list": wanted, "z": 1}));
        let text = files[0].1.strip_prefix("a: 1\nlist:\n").and_then(|text| text.strip_suffix("z: 1\n"));
        (text.unwrap_or_else(|| panic!("{files:?}")).to_owned(), loses_comments)
    }

    #[test]
    fn comments_stay_with_their_items() {
        let before = "  # one\n  - type: x\n    name: a # a\n    # below\n  # two\n  - type: y\n  - b # b\n  - c # c\n";
        let (one, two) = (json!({"type": "x", "name": "a"}), json!({"type": "y"}));
        let (x, y) = ("  # one\n  - type: x\n    name: a # a\n    # below\n", "  # two\n  - type: y\n");
        for (wanted, after, is_lost) in [
            (json!([one, two, "b", "c", "d"]), format!("{before}  - d\n"), false),
            (json!(["d", one, two, "b", "c"]), format!("  - d\n{before}"), false),
            (json!([one, "d", two, "b", "c"]), format!("{x}  - d\n{y}  - b # b\n  - c # c\n"), false),
            (json!([two, "b", "c"]), format!("{y}  - b # b\n  - c # c\n"), true),
            (json!([one, "c"]), format!("{x}  - c # c\n"), true),
            (json!([one, two, "d"]), format!("{x}{y}  - d\n"), true),
            (json!([one, two, "c", "b"]), format!("{x}{y}  - c\n  - b # b\n"), true),
            (json!([two, one, "b", "c"]), format!("  - type: \"y\"\n{x}  - b # b\n  - c # c\n"), true),
            (json!([one, {"type": "y", "m": 1}, "c"]), format!("{x}{y}    m: 1\n  - c # c\n"), true),
            (
                json!([{"name": "d", "m": 1}, two, "b", "c"]),
                format!("  - name: d\n    m: 1\n{y}  - b # b\n  - c # c\n"),
                true,
            ),
            (json!([{"type": "z"}, two, "b", "c"]), format!("  - type: z\n{y}  - b # b\n  - c # c\n"), true),
        ] {
            assert_eq!(list(before, wanted.clone()), (after, is_lost), "{wanted}");
        }
    }

    #[test]
    fn comments_stay_with_renamed_items() {
        let before = "  # one\n  - type: x\n    x:\n      name: a\n      url: u # here\n";
        let after = |name: &str, url: &str| list(before, json!([{"type": "x", "x": {"name": name, "url": url}}]));
        assert_eq!(after("b", "u"), (before.replace("name: a", "name: b"), false));
        let other = "  - type: x\n    x:\n      name: b\n      url: v\n".to_owned();
        assert_eq!(after("b", "v"), (other, true));
    }

    #[test]
    fn comments_are_removed_with_their_fields() {
        let resource = resource("# The desk.\na: 1\n# two\nb:\n  c: 1\n  # in b\n# three\nd: 1\n\n# last\n");
        let Edited { files, loses_comments, .. } = edited(&resource, &json!({"d": 1, "e": 1}));
        assert_eq!((files[0].1.as_str(), loses_comments), ("# The desk.\n# three\nd: 1\ne: 1\n\n# last\n", true));
        let Edited { files, .. } = edited(&self::resource("---\n# The desk.\na: 1\nb: 1\n"), &json!({"b": 1}));
        assert_eq!(files[0].1, "---\n# The desk.\nb: 1\n");
        let Edited { files, .. } = edited(&resource, &json!({"a": 1, "b": {"c": 1, "x": 1}, "d": 1}));
        assert_eq!(files[0].1, resource.source.text().replace("  # in b", "  x: 1\n  # in b"));
    }

    #[test]
    fn comments_are_kept_when_a_value_with_an_anchor_changes() {
        let text = "# header\nname: Z   # name\ninstructions: &i be nice\ngreeting: *i # hello\ntags: &t\n  - a # first\nvoice: { x: *t }\n# trailer\n";
        let resource = resource(text);
        let mut wanted = resource.content.clone();
        wanted["instructions"] = "be brief".into();
        let edited = edited(&resource, &wanted);
        assert!(!edited.loses_comments);
        assert_eq!(
            edited.files[0].1,
            "# header\nname: Z   # name\ninstructions: be brief\ngreeting: be nice # hello\ntags: # first\n  - a\nvoice: { x: [\"a\"] }\n# trailer\n"
        );
    }

    #[test]
    fn line_breaks_of_windows_are_kept() {
        let resource = resource(&TEXT.replace('\n', "\r\n"));
        let mut wanted = resource.content.clone();
        wanted["name"] = json!({"a": 1});
        wanted["instructions"] = "Be polite.\nBe quick.\n".into();
        wanted["tools"].as_array_mut().expect("a list").push(json!({"type": "z"}));
        wanted["model"] = "m".into();
        let edited = edited(&resource, &wanted);
        let text = &edited.files[0].1;
        assert!(!edited.loses_comments && text.contains("name: # short\r\n  a: 1\r\n"), "{text:?}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{text:?}");
        assert_eq!(read(&Source::new("a.yaml", text.clone())).expect("YAML").to_value(), wanted);
    }

    #[test]
    fn lost_comments_are_noticed() {
        for (text, field, value, is_lost) in [
            ("a: \"x\" # it's\nb: 1\n", "a", json!("y"), false),
            ("a: 'x' # one\nb: 1\n", "a", json!(["y"]), false),
            ("a: 'it''s' # one\nb: 1\n", "a", json!("y"), false),
            ("a: \"\\\"x\" # one\nb: 1\n", "a", json!("y"), false),
            ("a: [\"x\", 'y'] # one\nb: 'z' # two\n", "a", json!("y"), false),
            ("a: | # one\n  x\nb: 1\n", "a", json!("y"), false),
            ("a: | # one\n  x\nb: 1\n", "a", json!("y\nz"), false),
            ("a: # one\n  x: 1\nb: 1\n", "a", json!("y"), false),
            ("a: | # one\n  x # two\nb: 1\n", "b", json!(2), false),
            ("a:\n  - x # one\n  - y # two\nb: 1\n", "a", json!(["x"]), true),
            ("a:\n  - x\n  - y # one\n  - z # two\nb: 1\n", "a", json!(["y", "z"]), false),
            ("a:\n  - x # one\n  - y\n  - z # two\nb: 1\n", "a", json!(["x", "z"]), false),
            ("a:\n  - x # one\n  - y # two\nb: 1\n", "a", json!(["z", "x", "y"]), false),
            ("a: [x, # one\n  y] # two\nb: 1\n", "a", json!(["z"]), true),
            ("a: [x, # one\n  y] # two\nb: 1\n", "a", json!(["x", "z, [1]"]), true),
            ("a: [x,\n  y] # two\nb: 1\n", "a", json!(["x", "z, [1]"]), false),
            ("a: { x: 1, # one\n  y: {z: 'q'} } # two\nb: 1\n", "a", json!({"x": 2, "y": {"z": "\u{2028}"}}), false),
            ("a: [x, # one\n  y] # two\nb: 1\n", "b", json!(2), false),
            ("a: x # one\nb: 1\n", "b", json!("# two"), false),
            ("a: # one\n  x: 1\nb: 1 # two\n", "a", json!({}), false),
            ("a: # one\n  - x\nb: 1 # two\n", "a", json!([]), false),
            ("a:\n  - x # one\n  - y # two\n    # three\nb: 1\n", "a", json!([]), true),
            ("a: x # one\nb: [1,\n  ] # two\n# three\n", "c", json!(2), false),
            ("a: x # one\nb: {c: 1,\n  } # two\n# three\n", "c", json!(2), false),
            ("a: x # one\nb: &b {c: 1,\n  } # two\n# three\n", "c", json!(2), false),
        ] {
            let resource = resource(text);
            let mut wanted = resource.content.clone();
            wanted[field] = value;
            let edited = edited(&resource, &wanted);
            let after = &edited.files[0].1;
            assert_eq!(edited.loses_comments, is_lost, "{text:?} became {after:?}");
            assert!(is_lost || after.matches('#').count() >= text.matches('#').count(), "{text:?} became {after:?}");
        }
    }

    #[test]
    fn file_that_can_only_be_written_as_a_whole_loses_its_comments() {
        let resource = resource("{ name: Desk } # short\n");
        let edited = edited(&resource, &json!({"name": "Desk", "model": "m"}));
        assert!(edited.loses_comments);
        assert_eq!(edited.files[0].1, "name: Desk\nmodel: m\n");
    }
}
