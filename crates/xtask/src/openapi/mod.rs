//! Reads an OpenAPI 3 document.

mod schemas;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::{Api, Content, Operation, Parameter, Request};
use crate::shape::{Field, Shape};
use schemas::{Schemas, default_of};

/// The error of a document that is not a valid OpenAPI document.
#[derive(Debug, thiserror::Error)]
pub enum OpenApiError {
    /// The version of OpenAPI is missing or unsupported.
    #[error("this is not an OpenAPI 3 document: `openapi` is {0}, not \"3.0…\" or \"3.1…\"")]
    Version(String),
    /// A required object is missing.
    #[error("this is not an OpenAPI 3 document: it has no object `{0}`")]
    Missing(&'static str),
    /// A reference cannot be resolved.
    #[error("{place}: `{reference}` is not in the document; bundle other files into it first")]
    Dangling {
        /// The place of the reference.
        place: String,
        /// The target of the reference.
        reference: String,
    },
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Reads the API of an OpenAPI document. `keep` selects the paths.
///
/// Equivalent forms are normalized: `oneOf` and `anyOf`, `nullable` and a union with `null`, `const` and an `enum` of
/// one value, `allOf` and the merged object, and a query parameter with an object and the parameters that it is sent
/// as.
///
/// # Errors
/// If it is not an OpenAPI 3 document, or has an unresolved reference.
pub fn read(document: &Value, keep: impl Fn(&str) -> bool) -> Result<Api, OpenApiError> {
    match &document["openapi"] {
        // YAML parses 3.0 as a number.
        version if text(version).starts_with('3') || version.as_f64().is_some_and(|n| (3.0..4.0).contains(&n)) => {}
        Value::Null => return Err(OpenApiError::Version("missing".to_owned())),
        other => return Err(OpenApiError::Version(other.to_string())),
    }
    let paths = document["paths"].as_object().ok_or(OpenApiError::Missing("paths"))?;
    let mut reader = Reader { document, shapes: BTreeMap::new(), open: Vec::new() };
    let mut api = Api { version: text(&document["info"]["version"]), ..Api::default() };
    for (path, item) in paths {
        // The vendor's servers end in /v2. A document can have it in its paths instead.
        let path = path.strip_prefix("/v2/").map_or_else(|| path.clone(), |rest| format!("/{rest}"));
        if !keep(&path) {
            continue;
        }
        let item = reader.resolve_ref(item, &path)?;
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let operation = reader.operation(method, &path, item, operation)?;
                api.operations.insert(operation.key(), operation);
            }
        }
    }
    while let Some((name, place)) = reader.open.pop() {
        if !reader.shapes.contains_key(&name) {
            let shape = reader.component(&name, &place)?;
            reader.shapes.insert(name, shape);
        }
    }
    api.shapes = reader.shapes;
    Ok(api)
}

struct Reader<'d> {
    document: &'d Value,
    shapes: BTreeMap<String, Shape>,
    /// The schemas that have not been read yet, and the places of their references.
    open: Vec<(String, String)>,
}

impl<'d> Reader<'d> {
    /// Resolves a `$ref`. Other values are returned unchanged.
    fn resolve_ref(&self, mut value: &'d Value, place: &str) -> Result<&'d Value, OpenApiError> {
        // A circular chain of references ends at this number of steps.
        for _ in 0..32 {
            let Some(reference) = value["$ref"].as_str() else { break };
            let found = reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
            value = found.ok_or_else(|| unresolved(place, reference))?;
        }
        Ok(value)
    }

    fn operation(
        &mut self,
        method: &str,
        path: &str,
        item: &'d Value,
        operation: &'d Value,
    ) -> Result<Operation, OpenApiError> {
        let mut read = Operation { method: method.to_owned(), path: path.to_owned(), ..Operation::default() };
        let name = read.name();
        for parameter in list(&item["parameters"]).chain(list(&operation["parameters"])) {
            let parameter = self.resolve_ref(parameter, &name)?;
            self.parameter(parameter, &name, &mut read)?;
        }
        if let Some(request) = operation.get("requestBody") {
            let request = self.resolve_ref(request, &name)?;
            let required = request["required"] == true;
            read.request = Some(Request { required, content: self.content(request, &format!("{name} › request"))? });
        }
        for (code, response) in operation["responses"].as_object().into_iter().flatten() {
            let place = format!("{name} › response {code}");
            let response = self.resolve_ref(response, &place)?;
            read.responses.insert(code.clone(), self.content(response, &place)?);
        }
        Ok(read)
    }

    fn parameter(&mut self, parameter: &'d Value, place: &str, operation: &mut Operation) -> Result<(), OpenApiError> {
        let (place_in, name) = (text(&parameter["in"]), text(&parameter["name"]));
        if place_in == "path" {
            return Ok(());
        }
        let place = format!("{place} › {place_in} › {name}");
        let schema = match &parameter["schema"] {
            Value::Null => parameter["content"].as_object().and_then(|content| content.values().next()),
            schema => Some(schema),
        };
        let schemas = Schemas { document: self.document };
        let shape = schema.map_or(Ok(Shape::Anything), |schema| schemas.shape(schema, &place, &mut Vec::new()))?;
        let limits = schema.map(default_of).unwrap_or_default();
        let required = parameter["required"] == true;
        let name = if place_in == "header" { canonical_header(&name) } else { name };
        for (name, parameter) in self.expand_parameter(name, Parameter { shape, required, limits }, &place)? {
            self.queue_names(&parameter.shape, &place);
            operation.parameters.insert((place_in.clone(), name), parameter);
        }
        Ok(())
    }

    /// The parameters that a parameter is sent as: an object `page` becomes `page[number]` and `page[size]`.
    ///
    /// The vendor's clients do so even if the document does not specify `deepObject`.
    fn expand_parameter(
        &self,
        name: String,
        parameter: Parameter,
        place: &str,
    ) -> Result<Vec<(String, Parameter)>, OpenApiError> {
        let shape = match &parameter.shape {
            Shape::Named(schema) => Schemas { document: self.document }.inlined(schema, place, &mut Vec::new())?,
            shape => shape.clone(),
        };
        let Shape::Object(object) = shape else { return Ok(vec![(name, parameter)]) };
        if object.fields.is_empty() {
            return Ok(vec![(name, parameter)]);
        }
        let mut sent = Vec::new();
        for (field, Field { shape, required, limits }) in object.fields {
            let inner = Parameter { shape, required: required && parameter.required, limits };
            sent.extend(self.expand_parameter(format!("{name}[{field}]"), inner, place)?);
        }
        Ok(sent)
    }

    fn content(&mut self, message: &'d Value, place: &str) -> Result<Content, OpenApiError> {
        let mut content = Content::new();
        for (media_type, body) in message["content"].as_object().into_iter().flatten() {
            // `application/json; charset=utf-8` is JSON.
            let media_type = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
            let shape = body.get("schema").map_or(Ok(Shape::Anything), |schema| self.shape(schema, place))?;
            content.insert(media_type, shape);
        }
        Ok(content)
    }

    /// Reads a schema, and queues the schemas that it refers to.
    fn shape(&mut self, schema: &Value, place: &str) -> Result<Shape, OpenApiError> {
        let shape = Schemas { document: self.document }.shape(schema, place, &mut Vec::new())?;
        self.queue_names(&shape, place);
        Ok(shape)
    }

    /// Queues the schemas that a shape refers to.
    fn queue_names(&mut self, shape: &Shape, place: &str) {
        let mut names = BTreeSet::new();
        shape.names(&mut names);
        self.open.extend(names.into_iter().map(|name| (name, place.to_owned())));
    }

    fn component(&mut self, name: &str, place: &str) -> Result<Shape, OpenApiError> {
        let schema = &self.document["components"]["schemas"][name];
        if schema.is_null() {
            return Err(unresolved(place, &format!("#/components/schemas/{name}")));
        }
        self.shape(schema, &format!("schema {name}"))
    }
}

/// Normalizes the case of a header: `Idempotency-Key`.
#[must_use]
pub fn canonical_header(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_ascii_uppercase().to_string() + &letters.as_str().to_ascii_lowercase()
        })
    };
    name.split('-').map(capital).collect::<Vec<_>>().join("-")
}

fn unresolved(place: &str, reference: &str) -> OpenApiError {
    OpenApiError::Dangling { place: place.to_owned(), reference: reference.to_owned() }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
