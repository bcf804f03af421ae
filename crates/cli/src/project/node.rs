//! JSON values with their places in a file.

use std::ops::Range;

use serde_json::{Number, Value};

/// A value and the bytes of the file that it was read from.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) kind: NodeKind,
    /// Whether other nodes have the same source: it has an anchor, or is an alias.
    pub(crate) is_shared: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum NodeKind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) name_span: Range<usize>,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) fn get(&self, name: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.name == name)
    }

    /// The value of a field or an item. A field may have a number as its name.
    pub(crate) fn child(&self, step: &Step) -> Option<&Self> {
        match (&self.kind, step) {
            (NodeKind::List(items), Step::Item(index)) => items.get(*index),
            (_, Step::Item(index)) => self.get(&index.to_string()).map(|entry| &entry.value),
            (_, Step::Field(name)) => self.get(name).map(|entry| &entry.value),
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The values of fields, or the items.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Self> {
        let items = if let NodeKind::List(items) = &self.kind { items.as_slice() } else { &[] };
        items.iter().chain(self.entries().iter().map(|entry| &entry.value))
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The type of the value, for messages: `a list`.
    pub(crate) fn what(&self) -> &'static str {
        what(&self.to_value())
    }

    pub(crate) fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(value) => (*value).into(),
            NodeKind::Number(number) => Value::Number(number.clone()),
            NodeKind::Text(text) => text.as_str().into(),
            NodeKind::List(items) => items.iter().map(Self::to_value).collect(),
            NodeKind::Map(entries) => {
                entries.iter().map(|entry| (entry.name.clone(), entry.value.to_value())).collect()
            }
        }
    }
}

/// The type of a value, for messages: `a list`.
pub(crate) const fn what(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The path of a value in a document. As JSON Pointer: `/tools/0/webhook`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Pointer(pub(crate) Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Step {
    Field(String),
    Item(usize),
}

impl Step {
    /// The name of a field. Items have none.
    pub(crate) fn name(&self) -> Option<&str> {
        if let Self::Field(name) = self { Some(name) } else { None }
    }
}

impl Pointer {
    pub(crate) fn field(&self, name: &str) -> Self {
        self.and_step(Step::Field(name.to_owned()))
    }

    pub(crate) fn item(&self, index: usize) -> Self {
        self.and_step(Step::Item(index))
    }

    fn and_step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Reads a JSON Pointer. Whether a number is a field or an item depends on the document, so `look_up` accepts both.
    pub(crate) fn parse(text: &str) -> Self {
        let steps = text.split('/').skip(1).map(|step| {
            let name = step.replace("~1", "/").replace("~0", "~");
            name.parse().map_or(Step::Field(name), Step::Item)
        });
        Self(steps.collect())
    }

    /// The top-level field that the value is in.
    pub(crate) fn top(&self) -> Option<&str> {
        self.0.first()?.name()
    }

    /// The name of the field at this place. Items have none.
    pub(crate) fn name(&self) -> Option<&str> {
        self.0.last()?.name()
    }

    pub(crate) fn look_up<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, step| match (value, step) {
            (Value::Object(fields), Step::Field(name)) => fields.get(name),
            (Value::Object(fields), Step::Item(index)) => fields.get(&index.to_string()),
            (Value::Array(items), Step::Item(index)) => items.get(*index),
            _ => None,
        })
    }
}

/// `tools[0].webhook.url`, as the SDK writes paths.
impl std::fmt::Display for Pointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, step) in self.0.iter().enumerate() {
            match step {
                Step::Item(index) => write!(f, "[{index}]")?,
                Step::Field(name) if n == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}
