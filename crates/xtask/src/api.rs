//! An API as bare facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::shape::Shape;

/// Operations, and the shapes that they name.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// What edition it is.
    pub version: String,
    /// By method and path, with the parameters of the path left blank: `GET /ai/tools/{}`.
    pub operations: BTreeMap<String, Operation>,
    /// By name; those that no operation leads to are not among them.
    pub shapes: BTreeMap<String, Shape>,
}

/// One operation.
#[derive(Debug, Clone, Default)]
pub struct Operation {
    /// `get`, `post` and so on.
    pub method: String,
    /// Its path template.
    pub path: String,
    /// By place (`query`, `header`) and name.
    pub parameters: BTreeMap<(String, String), Parameter>,
    /// What is sent.
    pub request: Option<Request>,
    /// What is answered, by status code, and the forms of that by media type.
    pub responses: BTreeMap<String, Content>,
}

/// The forms of a body, by media type.
pub type Content = BTreeMap<String, Shape>;

/// The media type that needs no mention.
pub const JSON: &str = "application/json";

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What it holds.
    pub shape: Shape,
    /// Whether the operation fails without.
    pub required: bool,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Whether the operation fails without.
    pub required: bool,
    /// Its forms.
    pub content: Content,
}

impl Operation {
    /// Like `GET /ai/tools/{tool_id}`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// What names it whatever the parameters of its path are called.
    #[must_use]
    pub fn key(&self) -> String {
        let path: Vec<_> = self.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        format!("{} {}", self.method.to_uppercase(), path.join("/"))
    }

    /// The names of the parameters of its path, in order.
    #[must_use]
    pub fn path_parameters(&self) -> Vec<&str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }
}

impl Api {
    /// What `name` stands for, names of names followed.
    #[must_use]
    pub fn resolve<'s>(&'s self, mut shape: &'s Shape) -> &'s Shape {
        // A name that in the end means itself means nothing.
        for _ in 0..=self.shapes.len() {
            match shape {
                Shape::Named(name) => shape = self.shapes.get(name).unwrap_or(&Shape::Anything),
                other => return other,
            }
        }
        &Shape::Anything
    }

    /// The part of the API that its operations belong to: the first two steps of their paths, like `/ai/tools`.
    #[must_use]
    pub fn parts(&self) -> BTreeSet<String> {
        self.operations.values().map(|operation| part_of(&operation.path)).collect()
    }
}

/// The first two steps of a path.
#[must_use]
pub fn part_of(path: &str) -> String {
    path.split('/').take(3).collect::<Vec<_>>().join("/")
}
