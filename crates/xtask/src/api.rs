//! The model of an API.

use std::collections::BTreeMap;

use crate::shape::{Field, Shape};

/// The operations of an API and the shapes that they use.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// The version.
    pub version: String,
    /// The operations by method and path, without the names of path parameters: `GET /ai/tools/{}`.
    pub operations: BTreeMap<String, Operation>,
    /// The shapes by name. Shapes that no operation uses are left out.
    pub shapes: BTreeMap<String, Shape>,
}

/// An operation.
#[derive(Debug, Clone, Default)]
pub struct Operation {
    /// The method in lower case, such as `get`.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The parameters by location (`query`, `header`) and name.
    pub parameters: BTreeMap<(String, String), Parameter>,
    /// The request body.
    pub request: Option<Request>,
    /// The responses by status code.
    pub responses: BTreeMap<String, Content>,
}

/// The shapes of a body by media type.
pub type Content = BTreeMap<String, Shape>;

/// The default media type.
pub const JSON: &str = "application/json";

/// A parameter of an operation, which is like a field of an object.
pub type Parameter = Field;

/// The body of a request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Whether the body is required.
    pub required: bool,
    /// The shapes of the body.
    pub content: Content,
}

impl Operation {
    /// The name, such as `GET /ai/tools/{tool_id}`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// The name without the names of path parameters.
    #[must_use]
    pub fn key(&self) -> String {
        let path: Vec<_> = self.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        format!("{} {}", self.method.to_uppercase(), path.join("/"))
    }

    /// The shapes of its parameters, request and responses.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let parameters = self.parameters.values().map(|parameter| &parameter.shape);
        let bodies = self.request.iter().map(|request| &request.content).chain(self.responses.values());
        parameters.chain(bodies.flat_map(BTreeMap::values))
    }

    /// The names of the path parameters, in order.
    #[must_use]
    pub fn path_parameters(&self) -> Vec<&str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
    }
}

impl Api {
    /// Resolves a named shape, and the names that it refers to.
    #[must_use]
    pub fn resolve<'s>(&'s self, mut shape: &'s Shape) -> &'s Shape {
        // A name that refers to itself resolves to nothing.
        for _ in 0..=self.shapes.len() {
            match shape {
                Shape::Named(name) => shape = self.shapes.get(name).unwrap_or(&Shape::Anything),
                other => return other,
            }
        }
        &Shape::Anything
    }
}
