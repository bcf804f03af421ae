//! The shapes of resources: their fields and types, derived from the SDK's types by `xtask tables`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The JSON Schemas of the SDK's types.
pub(crate) static SCHEMAS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("schemas.json")).expect("xtask writes JSON"));

static SHAPES: LazyLock<HashMap<String, Shape>> = LazyLock::new(|| {
    let definitions = SCHEMAS["$defs"].as_object().expect("the schemas have definitions");
    let mut shapes: HashMap<_, _> =
        definitions.iter().map(|(name, schema)| (name.clone(), Shape::parse(schema))).collect();
    type_tool_definitions(&mut shapes);
    shapes
});

/// The type of a JSON value.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Any,
    Null,
    Bool,
    /// A number that is not negative, if `unsigned`.
    Integer {
        unsigned: bool,
    },
    Number,
    Text {
        is_secret: bool,
    },
    Enum(Vec<String>),
    List(Box<Shape>),
    Object(ObjectShape),
    /// An object whose field `tag` has one of these texts.
    Union {
        tag: String,
        members: Vec<(String, Shape)>,
    },
    AnyOf(Vec<Shape>),
    Reference(String),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct ObjectShape {
    pub(crate) fields: Vec<(String, Field)>,
    /// The shape of fields with other names, if they are expected.
    pub(crate) others: Option<Box<Shape>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
    /// Whether the API sets it and ignores it in requests.
    pub(crate) is_read_only: bool,
    pub(crate) default: Option<Value>,
}

/// The shape of a value, after references, unions and alternatives were resolved.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Concrete<'s> {
    /// Any shape without a variant of its own here.
    Plain(&'s Shape),
    List(&'s Shape),
    /// An object; in a union, with the name of its tag.
    Object(&'s ObjectShape, Option<&'s str>),
    /// An object with an unknown tag, or without one.
    UnknownMember {
        tag: &'s str,
        members: &'s [(String, Shape)],
    },
    /// None of these alternatives has the type of the value.
    NoneOf(&'s [Shape]),
}

impl Shape {
    pub(crate) fn named(name: &str) -> &'static Self {
        SHAPES.get(name).unwrap_or(&Self::Any)
    }

    fn parse(schema: &Value) -> Self {
        if let Some(discriminator) = schema.get("discriminator") {
            let mapping = discriminator["mapping"].as_object().into_iter().flatten();
            let members = mapping.map(|(tag, reference)| (tag.clone(), Self::reference(reference)));
            let tag = discriminator["propertyName"].as_str().unwrap_or_default().to_owned();
            return Self::Union { tag, members: members.collect() };
        }
        if let Some(reference) = schema.get("$ref") {
            return Self::reference(reference);
        }
        if let Some(members) = schema["anyOf"].as_array() {
            return Self::AnyOf(members.iter().map(Self::parse).collect());
        }
        if let Some(values) = schema["enum"].as_array() {
            return Self::Enum(values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect());
        }
        match schema["type"].as_str() {
            Some("null") => Self::Null,
            Some("boolean") => Self::Bool,
            Some("integer") => Self::Integer { unsigned: schema["minimum"] == 0 },
            Some("number") => Self::Number,
            Some("string") => Self::Text { is_secret: schema["format"] == "password" },
            Some("array") => Self::List(Box::new(Self::parse(&schema["items"]))),
            Some("object") => Self::Object(ObjectShape::parse(schema)),
            _ => Self::Any,
        }
    }

    fn reference(reference: &Value) -> Self {
        let name = reference.as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        Self::Reference(name.to_owned())
    }

    fn resolved(&self) -> &Self {
        match self {
            Self::Reference(name) => Self::named(name).resolved(),
            other => other,
        }
    }

    /// The shape that this value should have.
    pub(crate) fn concrete<'s>(&'s self, value: &Value) -> Concrete<'s> {
        match self.resolved() {
            Self::List(item) => Concrete::List(item),
            Self::Object(object) => Concrete::Object(object, None),
            Self::Union { tag, members } => {
                let found = match value.get(tag).and_then(Value::as_str) {
                    Some(text) => members.iter().find(|(known, _)| known == text),
                    None => members.iter().find(|(_, member)| member.has_tag(tag) && member.has_all_required(value)),
                };
                match found.map(|(_, member)| member.resolved()) {
                    Some(Self::Object(object)) => Concrete::Object(object, Some(tag)),
                    _ if value.is_object() => Concrete::UnknownMember { tag, members },
                    _ => Concrete::Object(&EMPTY, Some(tag)),
                }
            }
            Self::AnyOf(members) => match members.iter().find(|member| member.admits(value)) {
                Some(member) => member.concrete(value),
                None => Concrete::NoneOf(members),
            },
            plain => Concrete::Plain(plain),
        }
    }

    /// Whether it has the tag as a field of its own.
    fn has_tag(&self, tag: &str) -> bool {
        matches!(self.resolved(), Self::Object(object) if object.get(tag).is_some())
    }

    fn has_all_required(&self, value: &Value) -> bool {
        match self.resolved() {
            Self::Object(object) => {
                object.fields.iter().filter(|(_, field)| field.is_required).all(|(name, _)| value.get(name).is_some())
            }
            _ => false,
        }
    }

    /// Whether a value has the JSON type of this shape.
    pub(crate) fn admits(&self, value: &Value) -> bool {
        match self.resolved() {
            Self::Any | Self::Reference(_) => true,
            Self::Null => value.is_null(),
            Self::Bool => value.is_boolean(),
            Self::Integer { .. } | Self::Number => value.is_number(),
            Self::Text { .. } | Self::Enum(_) => value.is_string(),
            Self::List(_) => value.is_array(),
            Self::Object(_) | Self::Union { .. } => value.is_object(),
            Self::AnyOf(members) => members.iter().any(|member| member.admits(value)),
        }
    }

    /// Whether it is a text and no object.
    pub(crate) fn is_text(&self) -> bool {
        self.admits(&Value::String(String::new())) && !self.admits(&Value::Object(Map::new()))
    }

    /// The expected value, for messages: `a number`.
    pub(crate) fn what(&self) -> String {
        match self.resolved() {
            Self::Any | Self::Reference(_) => "any value".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Integer { .. } => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Text { .. } => "a text".to_owned(),
            Self::Enum(values) => format!("one of {}", values.join(", ")),
            Self::List(item) => match item.resolved() {
                Self::Text { .. } | Self::Enum(_) => "a list of texts".to_owned(),
                _ => "a list".to_owned(),
            },
            Self::Object(_) | Self::Union { .. } => "an object".to_owned(),
            Self::AnyOf(members) => members.iter().map(Self::what).collect::<Vec<_>>().join(" or "),
        }
    }
}

static EMPTY: ObjectShape = ObjectShape { fields: Vec::new(), others: None };

impl ObjectShape {
    fn parse(schema: &Value) -> Self {
        let required = schema["required"].as_array();
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|required| required == name));
        let fields = schema["properties"].as_object().into_iter().flatten().map(|(name, schema)| {
            let field = Field {
                shape: Shape::parse(schema),
                is_required: is_required(name),
                is_read_only: schema["readOnly"] == true,
                default: schema.get("default").cloned(),
            };
            (name.clone(), field)
        });
        let fields: Vec<_> = fields.collect();
        let others = match schema.get("additionalProperties") {
            Some(Value::Bool(_)) => Some(Shape::Any),
            Some(others) => Some(Shape::parse(others)),
            // An object whose fields are not listed may have any.
            None => schema.get("properties").is_none().then_some(Shape::Any),
        };
        Self { fields, others: others.map(Box::new) }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, field)| field)
    }

    /// The shape of a field. Unknown fields may have any value.
    pub(crate) fn shape(&self, name: &str) -> &Shape {
        self.get(name).map(|field| &field.shape).or(self.others.as_deref()).unwrap_or(&Shape::Any)
    }
}

/// The SDK keeps the definitions of shared tools as objects of any shape. They are the settings of the tools of assistants.
fn type_tool_definitions(shapes: &mut HashMap<String, Shape>) {
    // Its other fields are the keywords of JSON Schema.
    if let Some(Shape::Object(object)) = shapes.get_mut("ParameterSchema") {
        object.others = Some(Box::new(Shape::Any));
    }
    let Some(Shape::Union { members, .. }) = shapes.get("Tool").cloned() else { return };
    let settings: Vec<_> = members
        .iter()
        .filter_map(|(tag, member)| {
            let Shape::Reference(name) = member else { return None };
            let Some(Shape::Object(object)) = shapes.get(name) else { return None };
            Some((tag.clone(), object.get(tag)?.shape.clone()))
        })
        .collect();
    if let Some(Shape::Object(tool)) = shapes.get_mut("CreateSharedTool") {
        for (tag, shape) in settings {
            let field = Field { shape, is_required: false, is_read_only: false, default: None };
            match tool.fields.iter_mut().find(|(name, _)| *name == tag) {
                Some((_, present)) => present.shape = field.shape,
                None => tool.fields.push((tag, field)),
            }
        }
    }
}
