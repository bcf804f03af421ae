//! Reads the schemas of an OpenAPI document.

use serde_json::{Map, Value};

use super::{OpenApiError, unresolved};
use crate::shape::{Field, LIMITS, Limits, Object, Shape};

/// The schemas of a document.
pub(super) struct Schemas<'d> {
    pub(super) document: &'d Value,
}

impl Schemas<'_> {
    /// Converts a schema. `merging` contains the references that are being inlined.
    pub(super) fn shape(&self, schema: &Value, place: &str, merging: &mut Vec<String>) -> Result<Shape, OpenApiError> {
        let Some(schema) = schema.as_object() else { return Ok(Shape::Anything) };
        let mut shape = self.not_nullable(schema, place, merging)?;
        if schema.get("nullable").is_some_and(|nullable| nullable == true) && !matches!(shape, Shape::Anything) {
            shape = Shape::any_of([shape, Shape::Null]);
        }
        Ok(shape)
    }

    fn not_nullable(
        &self,
        schema: &Map<String, Value>,
        place: &str,
        merging: &mut Vec<String>,
    ) -> Result<Shape, OpenApiError> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = reference.strip_prefix("#/components/schemas/").ok_or_else(|| unresolved(place, reference))?;
            return Ok(Shape::Named(name.replace("~1", "/").replace("~0", "~")));
        }
        let part = |name: &str| schema.get(name).and_then(Value::as_array).filter(|parts| !parts.is_empty());
        let own = self.own(schema, place, merging)?;
        let mut parts = Vec::new();
        for part in part("allOf").into_iter().flatten() {
            parts.push(self.shape(part, place, merging)?);
        }
        for choices in [part("anyOf"), part("oneOf")].into_iter().flatten() {
            let members = choices.iter().map(|choice| self.shape(choice, place, merging));
            let members = members.collect::<Result<Vec<_>, _>>()?;
            // Alternatives that only have `required` do not change the shape.
            if !members.iter().all(|member| matches!(member, Shape::Anything)) {
                parts.push(Shape::any_of(members));
            }
        }
        let bare = matches!(&own, Shape::Object(object) if object.fields.is_empty() && object.others.is_none());
        let mut shape = match parts.len() {
            0 => own,
            // In 3.0, `allOf` with one member adds a description to a reference.
            1 if bare || matches!(own, Shape::Anything) => parts.remove(0),
            _ => {
                let mut whole = own;
                for part in parts {
                    whole = self.merged(whole, part, place, merging)?;
                }
                whole
            }
        };
        let mut required = Vec::new();
        required_names(schema, &mut required);
        if let (Shape::Named(name), false) = (&shape, required.is_empty()) {
            shape = self.inlined(&name.clone(), place, merging)?;
        }
        require(&mut shape, &required);
        Ok(shape)
    }

    /// The shape of a schema without its `allOf`, `anyOf` and `oneOf`.
    fn own(&self, schema: &Map<String, Value>, place: &str, merging: &mut Vec<String>) -> Result<Shape, OpenApiError> {
        if let Some(constant) = schema.get("const") {
            return Ok(values([constant]));
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            return Ok(values(allowed));
        }
        let limits = || limits(schema, &LIMITS);
        let kind = |kind: &str, merging: &mut Vec<String>| {
            Ok(match kind {
                "null" => Shape::Null,
                "boolean" => Shape::Boolean,
                "integer" => Shape::Integer(limits()),
                "number" => Shape::Number(limits()),
                "string" => Shape::Text(limits()),
                "array" => match schema.get("items") {
                    Some(item) => Shape::List(Box::new(self.shape(item, place, merging)?), limits()),
                    None => Shape::List(Box::new(Shape::Anything), limits()),
                },
                "object" => self.object(schema, place, merging)?,
                _ => Shape::Anything,
            })
        };
        match schema.get("type") {
            Some(Value::String(name)) => kind(name, merging),
            Some(Value::Array(kinds)) => {
                let kinds = kinds.iter().filter_map(Value::as_str).map(|name| kind(name, merging));
                Ok(Shape::any_of(kinds.collect::<Result<Vec<_>, _>>()?))
            }
            _ if schema.contains_key("properties") => self.object(schema, place, merging),
            _ if schema.contains_key("items") => kind("array", merging),
            _ => Ok(Shape::Anything),
        }
    }

    fn object(
        &self,
        schema: &Map<String, Value>,
        place: &str,
        merging: &mut Vec<String>,
    ) -> Result<Shape, OpenApiError> {
        let mut object = Object { limits: limits(schema, &LIMITS), ..Object::default() };
        for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let shape = self.shape(field, place, merging)?;
            let limits = default_of(field);
            object.fields.insert(name.clone(), Field { shape, required: false, limits });
        }
        if let Some(others @ Value::Object(_)) = schema.get("additionalProperties") {
            object.others = Some(Box::new(self.shape(others, place, merging)?));
        }
        Ok(Shape::Object(object))
    }

    /// Merges two shapes of an `allOf`.
    fn merged(&self, one: Shape, other: Shape, place: &str, merging: &mut Vec<String>) -> Result<Shape, OpenApiError> {
        Ok(match (one, other) {
            (Shape::Anything, shape) | (shape, Shape::Anything) => shape,
            (Shape::Named(name), shape) => {
                let inlined = self.inlined(&name, place, merging)?;
                self.merged(inlined, shape, place, merging)?
            }
            (shape, Shape::Named(name)) => {
                let inlined = self.inlined(&name, place, merging)?;
                self.merged(shape, inlined, place, merging)?
            }
            (Shape::AnyOf(members), shape) => {
                let members = members.into_iter().map(|member| self.merged(member, shape.clone(), place, merging));
                Shape::any_of(members.collect::<Result<Vec<_>, _>>()?)
            }
            (shape, Shape::AnyOf(members)) => {
                let members = members.into_iter().map(|member| self.merged(shape.clone(), member, place, merging));
                Shape::any_of(members.collect::<Result<Vec<_>, _>>()?)
            }
            (Shape::Object(mut one), Shape::Object(other)) => {
                for (name, field) in other.fields {
                    let required = field.required || one.fields.get(&name).is_some_and(|field| field.required);
                    one.fields.insert(name, Field { required, ..field });
                }
                one.others = one.others.or(other.others);
                one.limits.extend(other.limits);
                Shape::Object(one)
            }
            (_, shape) => shape,
        })
    }

    /// The schema with this name, for inlining.
    pub(super) fn inlined(&self, name: &str, place: &str, merging: &mut Vec<String>) -> Result<Shape, OpenApiError> {
        let schema = &self.document["components"]["schemas"][name];
        if schema.is_null() {
            return Err(unresolved(place, &format!("#/components/schemas/{name}")));
        }
        if merging.iter().any(|outer| outer == name) {
            return Ok(Shape::Anything);
        }
        merging.push(name.to_owned());
        let shape = match self.shape(schema, place, merging)? {
            Shape::Named(alias) => self.inlined(&alias, place, merging)?,
            shape => shape,
        };
        merging.pop();
        Ok(shape)
    }
}

/// The keywords of a list that a schema has.
fn limits(schema: &Map<String, Value>, keywords: &[&str]) -> Limits {
    let kept = keywords.iter().filter_map(|name| schema.get_key_value(*name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The default of a field or parameter with this schema.
pub(super) fn default_of(schema: &Value) -> Limits {
    schema.as_object().map(|schema| limits(schema, &["default"])).unwrap_or_default()
}

/// The fields that a schema requires. They can belong to another part of an `allOf`.
fn required_names<'s>(schema: &'s Map<String, Value>, names: &mut Vec<&'s str>) {
    let list = |name: &str| schema.get(name).and_then(Value::as_array).into_iter().flatten();
    names.extend(list("required").filter_map(Value::as_str));
    list("allOf").filter_map(Value::as_object).for_each(|part| required_names(part, names));
}

fn require(shape: &mut Shape, names: &[&str]) {
    match shape {
        Shape::Object(object) => {
            for name in names {
                if let Some(field) = object.fields.get_mut(*name) {
                    field.required = true;
                }
            }
        }
        Shape::AnyOf(members) => members.iter_mut().for_each(|member| require(member, names)),
        _ => {}
    }
}

/// An enum of these values. `null` becomes a separate alternative.
fn values<'v>(allowed: impl IntoIterator<Item = &'v Value>) -> Shape {
    let (null, values): (Vec<_>, Vec<_>) = allowed.into_iter().partition(|value| value.is_null());
    let values = Shape::Enum(values.into_iter().map(Value::to_string).collect());
    if null.is_empty() { values } else { Shape::any_of([values, Shape::Null]) }
}
