//! Shapes of JSON values.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

/// The shape of a JSON value.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A reference to a named shape.
    Named(String),
    /// Any JSON.
    Anything,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// An integer.
    Integer(Limits),
    /// A number.
    Number(Limits),
    /// A string.
    Text(Limits),
    /// One of these values, each as JSON text.
    Enum(BTreeSet<String>),
    /// An array.
    List(Box<Shape>, Limits),
    /// An object.
    Object(Object),
    /// A union of at least two shapes, which are not unions themselves.
    AnyOf(Vec<Shape>),
}

/// Constraints of a schema: `minimum`, `maxLength`, `default` and so on. A change does not count as drift.
pub type Limits = BTreeMap<String, Value>;

/// The keywords that are kept as [`Limits`] of a shape. `default` is kept with the field.
pub const LIMITS: [&str; 14] = [
    "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength", "maxProperties", "maximum", "minItems",
    "minLength", "minProperties", "minimum", "multipleOf", "pattern", "uniqueItems",
];

/// A JSON object.
#[derive(Debug, Clone, Default)]
pub struct Object {
    /// The named fields.
    pub fields: BTreeMap<String, Field>,
    /// The shape of other fields, if it is specified.
    pub others: Option<Box<Shape>>,
    /// The limits on the number of fields.
    pub limits: Limits,
}

/// A field of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// The shape of the value.
    pub shape: Shape,
    /// Whether the field is required.
    pub required: bool,
    /// The `default`, if any.
    pub limits: Limits,
}

impl Shape {
    /// An array of items without limits.
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List(Box::new(item), Limits::new())
    }

    /// The limits, if a value of this kind can have any.
    #[must_use]
    pub const fn limits(&self) -> Option<&Limits> {
        match self {
            Self::Integer(limits) | Self::Number(limits) | Self::Text(limits) | Self::List(_, limits) => Some(limits),
            Self::Object(object) => Some(&object.limits),
            _ => None,
        }
    }

    /// A string without limits.
    #[must_use]
    pub fn text() -> Self {
        Self::Text(Limits::new())
    }

    /// An enum of strings.
    #[must_use]
    pub fn one_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::Enum(texts.into_iter().map(|text| Value::from(text).to_string()).collect())
    }

    /// A union of shapes. Nested unions and enums are merged.
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

    /// The value of an enum with a single value.
    #[must_use]
    pub fn constant(&self) -> Option<&str> {
        match self {
            Self::Enum(values) if values.len() == 1 => values.first().map(String::as_str),
            _ => None,
        }
    }

    /// Collects the names that the shape refers to, at any depth.
    pub fn names(&self, found: &mut BTreeSet<String>) {
        match self {
            Self::Named(name) => drop(found.insert(name.clone())),
            Self::List(item, _) => item.names(found),
            Self::Object(object) => {
                let others = object.others.as_deref();
                object.fields.values().map(|field| &field.shape).chain(others).for_each(|shape| shape.names(found));
            }
            Self::AnyOf(members) => members.iter().for_each(|member| member.names(found)),
            _ => {}
        }
    }
}

/// Writes the shape, such as `string, required`.
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.shape, if self.required { ", required" } else { "" })
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
            Self::List(item, _) => write!(f, "[{item}]"),
            Self::Object(Object { fields, others: None, .. }) if fields.is_empty() => f.write_str("object"),
            Self::Object(Object { fields, others: Some(others), .. }) if fields.is_empty() => {
                write!(f, "map of {others}")
            }
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
