//! Reads an OpenAPI 3 document.

mod schemas;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::api::{Api, Content, Operation, Parameter, Request};
use crate::shape::{Field, Shape};
use schemas::Schemas;

/// Why a document is no OpenAPI document that can be read.
#[derive(Debug, thiserror::Error)]
pub enum OpenApiError {
    /// It says no version of OpenAPI, or another.
    #[error("this is no OpenAPI 3 document: `openapi` is {0}, not \"3.0…\" or \"3.1…\"")]
    Version(String),
    /// It lacks what each such document has.
    #[error("this is no OpenAPI 3 document: it has no object `{0}`")]
    Lacks(&'static str),
    /// Something refers to what is not there.
    #[error("{place}: `{reference}` is not in the document (what stands in other files has to be bundled first)")]
    Dangling {
        /// Where the reference is.
        place: String,
        /// What it refers to.
        reference: String,
    },
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What an OpenAPI document tells, as facts alone; `keep` says of which paths.
///
/// Forms that mean the same become the same: `oneOf` and `anyOf`, `nullable` and a choice with `null`, `const` and an
/// `enum` of one value, `allOf` and the object that it adds up to, and a query parameter that is an object and the
/// parameters that it is sent as.
///
/// # Errors
/// Where it is no OpenAPI 3 document, or refers to what it does not have.
pub fn read(document: &Value, keep: impl Fn(&str) -> bool) -> Result<Api, OpenApiError> {
    match &document["openapi"] {
        // YAML takes 3.0 for a number.
        version if text(version).starts_with('3') || version.as_f64().is_some_and(|n| (3.0..4.0).contains(&n)) => {}
        Value::Null => return Err(OpenApiError::Version("missing".to_owned())),
        other => return Err(OpenApiError::Version(other.to_string())),
    }
    let paths = document["paths"].as_object().ok_or(OpenApiError::Lacks("paths"))?;
    let mut reader = Reader { document, shapes: BTreeMap::new(), open: Vec::new() };
    let mut api = Api { version: text(&document["info"]["version"]), ..Api::default() };
    for (path, item) in paths {
        // The vendor's servers end in /v2; a document may say it in its paths instead.
        let path = path.strip_prefix("/v2/").map_or_else(|| path.clone(), |rest| format!("/{rest}"));
        if !keep(&path) {
            continue;
        }
        let item = reader.referred(item, &path)?;
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
    /// The schemas that are still to be read, and where they are named.
    open: Vec<(String, String)>,
}

impl<'d> Reader<'d> {
    /// What a `$ref` refers to; anything else is itself.
    fn referred(&self, mut value: &'d Value, place: &str) -> Result<&'d Value, OpenApiError> {
        // A chain that goes round in circles ends at its own length.
        for _ in 0..32 {
            let Some(reference) = value["$ref"].as_str() else { break };
            let found = reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
            value = found.ok_or_else(|| dangling(place, reference))?;
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
            let parameter = self.referred(parameter, &name)?;
            self.parameter(parameter, &name, &mut read)?;
        }
        if let Some(request) = operation.get("requestBody") {
            let request = self.referred(request, &name)?;
            let required = request["required"] == true;
            read.request = Some(Request { required, content: self.content(request, &format!("{name} › request"))? });
        }
        for (code, response) in operation["responses"].as_object().into_iter().flatten() {
            let place = format!("{name} › response {code}");
            let response = self.referred(response, &place)?;
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
        let shape = schema.map_or(Ok(Shape::Anything), |schema| self.shape(schema, &place))?;
        let required = parameter["required"] == true;
        let name = if place_in == "header" { canonical_header(&name) } else { name };
        let deep = parameter["style"] == "deepObject";
        for (name, parameter) in self.sent_as(name, Parameter { shape, required }, deep, &place)? {
            operation.parameters.insert((place_in.clone(), name), parameter);
        }
        Ok(())
    }

    /// The parameters that a parameter is sent as: `page` that is an object goes as `page[number]` and `page[size]`.
    fn sent_as(
        &self,
        name: String,
        parameter: Parameter,
        deep: bool,
        place: &str,
    ) -> Result<Vec<(String, Parameter)>, OpenApiError> {
        let object = match &parameter.shape {
            Shape::Object(object) => object.clone(),
            Shape::Named(schema) if deep => {
                match (Schemas { document: self.document }).inlined(schema, place, &mut Vec::new())? {
                    Shape::Object(object) => object,
                    _ => return Ok(vec![(name, parameter)]),
                }
            }
            _ => return Ok(vec![(name, parameter)]),
        };
        if !deep || object.fields.is_empty() {
            return Ok(vec![(name, parameter)]);
        }
        let mut sent = Vec::new();
        for (field, Field { shape, required }) in object.fields {
            let inner = Parameter { shape, required: required && parameter.required };
            sent.extend(self.sent_as(format!("{name}[{field}]"), inner, deep, place)?);
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

    /// A schema, and a note to read the schemas that it names.
    fn shape(&mut self, schema: &Value, place: &str) -> Result<Shape, OpenApiError> {
        let shape = Schemas { document: self.document }.shape(schema, place, &mut Vec::new())?;
        let mut names = BTreeSet::new();
        shape.names(&mut names);
        self.open.extend(names.into_iter().map(|name| (name, place.to_owned())));
        Ok(shape)
    }

    fn component(&mut self, name: &str, place: &str) -> Result<Shape, OpenApiError> {
        let schema = &self.document["components"]["schemas"][name];
        if schema.is_null() {
            return Err(dangling(place, &format!("#/components/schemas/{name}")));
        }
        self.shape(schema, &format!("schema {name}"))
    }
}

/// Headers are the same in whatever case: `Idempotency-Key`.
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

fn dangling(place: &str, reference: &str) -> OpenApiError {
    OpenApiError::Dangling { place: place.to_owned(), reference: reference.to_owned() }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
