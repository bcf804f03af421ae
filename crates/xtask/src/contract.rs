//! Writes an API as an OpenAPI document without descriptions, in a fixed order.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api::{Api, Content, Operation};
use crate::shape::{Field, Limits, Object, Shape};

/// Returns the document as text.
#[must_use]
pub fn text(api: &Api) -> String {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in api.operations.values() {
        paths.entry(&operation.path).or_default().insert(operation.method.clone(), operation_of(operation));
    }
    let schemas: Map<String, Value> = api.shapes.iter().map(|(name, shape)| (name.clone(), schema(shape))).collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Telnyx AI assistants: wire facts (names, types, required fields, allowed values)",
            "version": api.version,
        },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    let mut text = String::new();
    write(&document, 0, &mut text);
    text.push('\n');
    text
}

fn operation_of(operation: &Operation) -> Value {
    let names = operation.path_parameters().into_iter();
    let path = names.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let others = operation.parameters.iter().map(|((place, name), parameter)| {
        json!({ "name": name, "in": place, "required": parameter.required, "schema": schema_of(parameter) })
    });
    let responses = operation.responses.iter().map(|(code, content)| (code.clone(), message(content)));
    let mut written = json!({
        "parameters": path.chain(others).collect::<Vec<_>>(),
        "responses": responses.collect::<Map<_, _>>(),
    });
    if let Some(request) = &operation.request {
        written["requestBody"] = message(&request.content);
        written["requestBody"]["required"] = request.required.into();
    }
    written
}

fn message(content: &Content) -> Value {
    if content.is_empty() {
        return json!({});
    }
    let content = content.iter().map(|(media_type, shape)| (media_type.clone(), json!({ "schema": schema(shape) })));
    json!({ "content": content.collect::<Map<_, _>>() })
}

fn schema(shape: &Shape) -> Value {
    let limited = |kind: &str, limits: &Limits| {
        let mut schema: Map<String, Value> = limits.clone().into_iter().collect();
        schema.insert("type".to_owned(), kind.into());
        Value::Object(schema)
    };
    match shape {
        Shape::Named(name) => {
            json!({ "$ref": format!("#/components/schemas/{}", name.replace('~', "~0").replace('/', "~1")) })
        }
        Shape::Anything => json!({}),
        Shape::Null => json!({"type": "null"}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Integer(limits) => limited("integer", limits),
        Shape::Number(limits) => limited("number", limits),
        Shape::Text(limits) => limited("string", limits),
        Shape::Enum(values) => json!({ "enum": values.iter().map(|value| parsed(value)).collect::<Vec<_>>() }),
        Shape::List(item, limits) => {
            let mut list = limited("array", limits);
            list["items"] = schema(item);
            list
        }
        Shape::Object(object) => object_of(object),
        Shape::AnyOf(members) => {
            let mut members: Vec<_> =
                members.iter().map(|member| (matches!(member, Shape::Null), schema(member))).collect();
            members.sort_by_cached_key(|(null, schema)| (*null, schema.to_string()));
            json!({ "anyOf": members.into_iter().map(|(_, schema)| schema).collect::<Vec<_>>() })
        }
    }
}

/// The schema of a field or parameter, with its default.
fn schema_of(field: &Field) -> Value {
    let mut schema = schema(&field.shape);
    for (name, value) in &field.limits {
        schema[name] = value.clone();
    }
    schema
}

fn object_of(object: &Object) -> Value {
    let mut written: Map<String, Value> = object.limits.clone().into_iter().collect();
    written.insert("type".to_owned(), "object".into());
    let mut written = Value::Object(written);
    if !object.fields.is_empty() {
        // A required field with a single value is written as a constant, because it distinguishes union members.
        let fields = object.fields.iter().map(|(name, field)| {
            let constant = field.shape.constant().filter(|_| field.required);
            let schema = constant.map_or_else(|| schema_of(field), |value| json!({ "const": parsed(value) }));
            (name.clone(), schema)
        });
        written["properties"] = Value::Object(fields.collect());
        let required = object.fields.iter().filter(|(_, field)| field.required).map(|(name, _)| name.as_str());
        let required: Vec<_> = required.collect();
        if !required.is_empty() {
            written["required"] = required.into();
        }
    }
    match &object.others {
        Some(others) => written["additionalProperties"] = schema(others),
        None if object.fields.is_empty() => written["additionalProperties"] = json!({}),
        None => {}
    }
    written
}

/// Parses a value that is stored as JSON text.
fn parsed(value: &str) -> Value {
    serde_json::from_str(value).unwrap_or_else(|_| value.into())
}

/// Writes JSON with one space per level, sorted names, and leaf objects on one line.
fn write(value: &Value, depth: usize, text: &mut String) {
    let line = |depth: usize, text: &mut String| {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', depth));
    };
    let (open, close, items): (_, _, Vec<(Option<&String>, &Value)>) = match value {
        Value::Array(items) => ('[', ']', items.iter().map(|item| (None, item)).collect()),
        Value::Object(entries) => {
            let entries: BTreeMap<_, _> = entries.iter().collect();
            ('{', '}', entries.into_iter().map(|(name, value)| (Some(name), value)).collect())
        }
        scalar => return text.push_str(&scalar.to_string()),
    };
    text.push(open);
    for (n, (name, item)) in items.iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        line(depth + 1, text);
        if let Some(name) = name {
            text.push_str(&Value::from(name.as_str()).to_string());
            text.push_str(": ");
        }
        write(item, depth + 1, text);
    }
    if !items.is_empty() {
        line(depth, text);
    }
    text.push(close);
}
