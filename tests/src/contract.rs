//! The wire contract of the API: its operations with their requests and responses.
//!
//! It is read from `contract/wire.json`, an OpenAPI document without descriptions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// All operations and the schemas that they refer to.
#[derive(Debug)]
pub struct Contract {
    /// The operations, in the order of the document.
    pub operations: Vec<Operation>,
    schemas: BTreeMap<String, Schema>,
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// The method and path template, such as `GET /ai/assistants/{assistant_id}`.
    pub name: String,
    /// The names of the query parameters.
    pub query: Vec<String>,
    /// Whether it takes an `Idempotency-Key`.
    pub idempotent: bool,
    /// The schema of the JSON request body.
    pub request: Option<Schema>,
    /// The schema of the JSON response.
    pub response: Option<Schema>,
}

impl Operation {
    /// The method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }

    /// The path template, relative to `/v2`.
    #[must_use]
    pub fn template(&self) -> &str {
        self.name.split(' ').nth(1).unwrap_or_default()
    }
}

/// The schema of a JSON value.
#[derive(Debug, Clone)]
pub enum Schema {
    /// The schema with this name.
    Named(String),
    /// A constant string.
    Constant(String),
    /// One of these strings.
    OneOf(Vec<String>),
    /// A value of one of these schemas.
    AnyOf(Vec<Schema>),
    /// An array.
    List(Box<Schema>),
    /// An object.
    Object {
        /// The named fields.
        fields: Vec<Field>,
        /// The schema of other fields.
        others: Option<Box<Schema>>,
    },
    /// A number in a range.
    Number {
        /// The minimum.
        least: i64,
        /// The maximum.
        greatest: i64,
    },
    /// Any string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// Any JSON.
    Anything,
}

/// A field of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The schema of the value.
    pub schema: Schema,
    /// Whether the field is required.
    pub required: bool,
}

impl Contract {
    /// Reads the contract of this package.
    ///
    /// # Panics
    /// If the document is invalid.
    #[must_use]
    pub fn load() -> Self {
        let document: Value =
            serde_json::from_str(include_str!("../contract/wire.json")).expect("the contract is JSON");
        let schemas = object(&document["components"]["schemas"]);
        let operations = object(&document["paths"]).iter().flat_map(|(path, methods)| {
            object(methods).iter().map(move |(method, operation)| operation_of(method, path, operation))
        });
        Self {
            operations: operations.collect(),
            schemas: schemas.iter().map(|(name, schema)| (name.clone(), schema_of(schema))).collect(),
        }
    }

    /// The operation with this name.
    ///
    /// # Panics
    /// If it does not exist.
    #[must_use]
    pub fn operation(&self, name: &str) -> &Operation {
        self.operations.iter().find(|operation| operation.name == name).unwrap_or_else(|| panic!("no operation {name}"))
    }

    /// The schema with this name.
    ///
    /// # Panics
    /// If it does not exist.
    #[must_use]
    pub fn schema(&self, name: &str) -> &Schema {
        self.schemas.get(name).unwrap_or_else(|| panic!("no schema {name}"))
    }

    /// Returns the paths in `value` at which the contract allows any string.
    ///
    /// Some of them are enums in the crates, because the vendor lists the values only in a description. An unknown
    /// value of such an enum is not a gap in the types.
    #[must_use]
    pub fn free_texts(&self, schema: &Schema, value: &Value) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.find_free_texts(schema, value, "", &mut found);
        found
    }

    fn find_free_texts(&self, schema: &Schema, value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match (schema, value) {
            (Schema::Named(name), _) => self.find_free_texts(self.schema(name), value, path, found),
            (Schema::Text, Value::String(_)) => drop(found.insert(path.to_owned())),
            (Schema::List(schema), Value::Array(items)) => {
                for (n, item) in items.iter().enumerate() {
                    self.find_free_texts(schema, item, &format!("{path}[{n}]"), found);
                }
            }
            (Schema::Object { fields, others }, Value::Object(object)) => {
                for (name, value) in object {
                    let named = fields.iter().find(|field| field.name == *name).map(|field| &field.schema);
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    if let Some(schema) = named.or(others.as_deref()) {
                        self.find_free_texts(schema, value, &path, found);
                    }
                }
            }
            (Schema::AnyOf(members), _) => {
                for member in members.iter().filter(|member| self.has_tag_of(member, value)) {
                    self.find_free_texts(member, value, path, found);
                }
            }
            _ => {}
        }
    }

    /// Whether the tag of a value matches this schema.
    fn has_tag_of(&self, schema: &Schema, value: &Value) -> bool {
        match schema {
            Schema::Named(name) => self.has_tag_of(self.schema(name), value),
            Schema::Object { fields, .. } => fields.iter().all(|field| match &field.schema {
                Schema::Constant(tag) => value[&field.name] == **tag,
                _ => true,
            }),
            _ => true,
        }
    }

    /// The field whose constant distinguishes this schema from others of a union.
    #[must_use]
    pub fn tag<'c>(&'c self, schema: &'c Schema) -> Option<&'c str> {
        match schema {
            Schema::Named(name) => self.tag(self.schema(name)),
            Schema::Object { fields, .. } => {
                fields.iter().find(|field| matches!(field.schema, Schema::Constant(_))).map(|field| &*field.name)
            }
            _ => None,
        }
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object of the contract")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text of the contract").to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn operation_of(method: &str, path: &str, operation: &Value) -> Operation {
    let parameters = |place: &'static str| {
        list(&operation["parameters"])
            .iter()
            .filter(move |parameter| parameter["in"] == place)
            .map(|parameter| text(&parameter["name"]))
    };
    let json = |message: &Value| message["content"]["application/json"].get("schema").map(schema_of);
    let success = object(&operation["responses"]).iter().find(|(code, _)| code.starts_with('2'));
    Operation {
        name: format!("{} {path}", method.to_uppercase()),
        query: parameters("query").collect(),
        idempotent: parameters("header").any(|name| name == "Idempotency-Key"),
        request: json(&operation["requestBody"]),
        response: success.and_then(|(_, message)| json(message)),
    }
}

fn schema_of(schema: &Value) -> Schema {
    if let Some(reference) = schema["$ref"].as_str() {
        return Schema::Named(reference.rsplit('/').next().unwrap_or_default().to_owned());
    }
    if let Some(constant) = schema["const"].as_str() {
        return Schema::Constant(constant.to_owned());
    }
    if schema["enum"].is_array() {
        return Schema::OneOf(list(&schema["enum"]).iter().map(text).collect());
    }
    if schema["anyOf"].is_array() {
        return Schema::AnyOf(list(&schema["anyOf"]).iter().map(schema_of).collect());
    }
    match schema["type"].as_str() {
        Some("array") => Schema::List(Box::new(schema_of(&schema["items"]))),
        Some("object") => object_of(schema),
        Some("number" | "integer") => Schema::Number {
            least: schema["minimum"].as_i64().unwrap_or(1),
            greatest: schema["maximum"].as_i64().unwrap_or(90),
        },
        Some("string") => Schema::Text,
        Some("boolean") => Schema::Boolean,
        Some("null") => Schema::Null,
        None => Schema::Anything,
        Some(other) => panic!("the contract has a schema of an unsupported type: {other}"),
    }
}

fn object_of(schema: &Value) -> Schema {
    let required = list(&schema["required"]);
    let fields = schema["properties"].as_object().into_iter().flatten();
    Schema::Object {
        fields: fields
            .map(|(name, field)| Field {
                name: name.clone(),
                schema: schema_of(field),
                required: required.iter().any(|required| required == name),
            })
            .collect(),
        others: schema.get("additionalProperties").filter(|others| others.is_object()).map(|s| Box::new(schema_of(s))),
    }
}
