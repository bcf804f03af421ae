//! The form of a JSON value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

/// What a JSON value may be.
#[derive(Debug, Clone)]
pub enum Shape {
    /// The shape of that name.
    Named(String),
    /// Any JSON.
    Anything,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer(Limits),
    /// A number.
    Number(Limits),
    /// A text.
    Text(Limits),
    /// One of these values; each as JSON text.
    Enum(BTreeSet<String>),
    /// A list of items of one shape.
    List(Box<Shape>),
    /// An object.
    Object(Object),
    /// One of these; never a choice itself, and never fewer than two.
    AnyOf(Vec<Shape>),
}

/// `minimum`, `maximum` and `pattern`: kept for those who make values, and no part of a comparison.
pub type Limits = BTreeMap<String, Value>;

/// A JSON object.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// The fields that have a name.
    pub fields: BTreeMap<String, Field>,
    /// What may stand under other names, where the document tells.
    pub others: Option<Box<Shape>>,
}

/// A field of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// What it holds.
    pub shape: Shape,
    /// Whether it is always there.
    pub required: bool,
}

impl Shape {
    /// A text without limits.
    #[must_use]
    pub fn text() -> Self {
        Self::Text(Limits::new())
    }

    /// One of these texts.
    #[must_use]
    pub fn one_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::Enum(texts.into_iter().map(|text| Value::from(text).to_string()).collect())
    }

    /// One of these shapes: choices within choices become one, lists of values too.
    #[must_use]
    pub fn any_of(members: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        let mut values = BTreeSet::new();
        let mut null = false;
        for member in members {
            let inner = match member {
                Self::AnyOf(inner) => inner,
                other => vec![other],
            };
            for member in inner {
                match member {
                    Self::Null => null = true,
                    Self::Enum(more) => values.extend(more),
                    other => flat.push(other),
                }
            }
        }
        if !values.is_empty() {
            flat.push(Self::Enum(values));
        }
        if null {
            flat.push(Self::Null);
        }
        match flat.len() {
            0 => Self::Anything,
            1 => flat.remove(0),
            _ => Self::AnyOf(flat),
        }
    }

    /// Its only value, where it is an enum of one.
    #[must_use]
    pub fn constant(&self) -> Option<&str> {
        match self {
            Self::Enum(values) if values.len() == 1 => values.first().map(String::as_str),
            _ => None,
        }
    }

    /// The names that it speaks of, at any depth.
    pub fn names(&self, found: &mut BTreeSet<String>) {
        match self {
            Self::Named(name) => drop(found.insert(name.clone())),
            Self::List(item) => item.names(found),
            Self::Object(object) => {
                let others = object.others.as_deref();
                object.fields.values().map(|field| &field.shape).chain(others).for_each(|shape| shape.names(found));
            }
            Self::AnyOf(members) => members.iter().for_each(|member| member.names(found)),
            _ => {}
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Anything => f.write_str("anything"),
            Self::Null => f.write_str("null"),
            Self::Boolean => f.write_str("boolean"),
            Self::Integer(_) => f.write_str("integer"),
            Self::Number(_) => f.write_str("number"),
            Self::Text(_) => f.write_str("string"),
            Self::Enum(values) => joined(f, values),
            Self::List(item) => write!(f, "[{item}]"),
            Self::Object(Object { fields, others: None }) if fields.is_empty() => f.write_str("object"),
            Self::Object(Object { fields, others: Some(others) }) if fields.is_empty() => write!(f, "map of {others}"),
            Self::Object(object) => {
                let fields: Vec<_> = object.fields.keys().map(String::as_str).collect();
                write!(f, "{{{}}}", fields.join(", "))
            }
            Self::AnyOf(members) => joined(f, members),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, members: impl IntoIterator<Item = impl fmt::Display>) -> fmt::Result {
    for (n, member) in members.into_iter().enumerate() {
        f.write_str(if n == 0 { "" } else { " | " })?;
        member.fmt(f)?;
    }
    Ok(())
}
