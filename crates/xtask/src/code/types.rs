//! Converts types into shapes.

use std::collections::BTreeMap;

use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use super::definitions::{Definition, Kind, Member};
use super::{CodeError, Definitions, find};
use crate::shape::{Field, Limits, Object, Shape};

/// The crates whose types others use, in the order of lookup.
pub(super) const SHARED: [&str; 2] = ["types", "core"];

/// The shapes of all requested types.
pub(super) struct Types<'d> {
    definitions: &'d Definitions,
    shapes: BTreeMap<String, Shape>,
    /// The types of members of unions, by the names of their shapes.
    members: BTreeMap<String, String>,
}

/// The shapes of the type parameters of a definition.
type Arguments = BTreeMap<String, Shape>;

impl<'d> Types<'d> {
    pub(super) fn new(definitions: &'d Definitions) -> Self {
        Self { definitions, shapes: BTreeMap::new(), members: BTreeMap::new() }
    }

    pub(super) fn into_shapes(self) -> (BTreeMap<String, Shape>, BTreeMap<String, String>) {
        (self.shapes, self.members)
    }

    /// Writes a type with its crate: `assistants::CreateTag`, `Vec<types::Assistant>`. Types of core have no crate.
    pub(super) fn rust(&self, ty: &Type, package: &str) -> String {
        let (name, inner) = match ty {
            Type::Path(path) => name_and_arguments(path).unwrap_or_default(),
            _ => (String::new(), Vec::new()),
        };
        let inner: Vec<_> = inner.into_iter().map(|ty| self.rust(ty, package)).collect();
        let name = match find(self.definitions, &name, package) {
            Ok((owner, _)) if owner != "core" => format!("{owner}::{name}"),
            _ => name,
        };
        if inner.is_empty() { name } else { format!("{name}<{}>", inner.join(", ")) }
    }

    /// The shape of a type in the code of `package`.
    pub(super) fn shape(&mut self, ty: &Type, package: &str) -> Result<Shape, CodeError> {
        self.shape_in(ty, package, &Arguments::new())
    }

    /// The shape of a generic type of core, such as `Page`.
    pub(super) fn of_core(&mut self, name: &str, argument: Shape) -> Result<Shape, CodeError> {
        self.named(name, "core", vec![argument])
    }

    /// Resolves a named shape.
    pub(super) fn resolve<'s>(&'s self, shape: &'s Shape) -> &'s Shape {
        match shape {
            Shape::Named(name) => self.shapes.get(name).unwrap_or(shape),
            other => other,
        }
    }

    fn shape_in(&mut self, ty: &Type, package: &str, arguments: &Arguments) -> Result<Shape, CodeError> {
        let (name, inner) = match ty {
            Type::Reference(reference) => return self.shape_in(&reference.elem, package, arguments),
            Type::Path(path) => name_and_arguments(path),
            _ => None,
        }
        .ok_or_else(|| {
            let place = format!("{package}, line {}", ty.span().start().line);
            CodeError::new(place, "a data type must be a name, with optional types in angle brackets")
        })?;
        if let Some(argument) = arguments.get(&name) {
            return Ok(argument.clone());
        }
        let mut inner =
            inner.into_iter().map(|ty| self.shape_in(ty, package, arguments)).collect::<Result<Vec<_>, _>>()?;
        Ok(match (name.as_str(), inner.len()) {
            ("String" | "str" | "SecretString" | "Secret" | "Timestamp", 0) => Shape::text(),
            ("bool", 0) => Shape::Boolean,
            ("u8" | "u16" | "u32" | "u64" | "i32" | "i64", 0) => Shape::Integer(Limits::new()),
            ("f64" | "Number", 0) => Shape::Number(Limits::new()),
            ("Value", 0) => Shape::Anything,
            ("JsonObject", 0) => map_of(Shape::Anything),
            ("Option" | "Box", 1) => inner.remove(0),
            ("Nullable", 1) => Shape::any_of([inner.remove(0), Shape::Null]),
            ("Vec", 1) => Shape::list(inner.remove(0)),
            ("BTreeMap", 2) => map_of(inner.remove(1)),
            _ => self.named(&name, package, inner)?,
        })
    }

    fn named(&mut self, name: &str, package: &str, inner: Vec<Shape>) -> Result<Shape, CodeError> {
        let (owner, definition) = find(self.definitions, name, package)?;
        let shown: Vec<_> = inner.iter().map(Shape::to_string).collect();
        let mut full = if shown.is_empty() { name.to_owned() } else { format!("{name}<{}>", shown.join(", ")) };
        if !SHARED.contains(&owner) && self.is_elsewhere(name, owner) {
            full = format!("{owner}::{full}");
        }
        if !self.shapes.contains_key(&full) {
            // A type can contain itself.
            self.shapes.insert(full.clone(), Shape::Anything);
            let arguments = definition.parameters.iter().cloned().zip(inner).collect();
            let shape = self.defined(&full, definition, owner, &arguments)?;
            self.shapes.insert(full.clone(), shape);
        }
        Ok(Shape::Named(full))
    }

    /// Whether another crate has a type with the same name.
    fn is_elsewhere(&self, name: &str, owner: &str) -> bool {
        self.definitions.keys().any(|(other, other_name)| other_name == name && other != owner)
    }

    fn defined(
        &mut self,
        full: &str,
        definition: &Definition,
        owner: &str,
        arguments: &Arguments,
    ) -> Result<Shape, CodeError> {
        Ok(match &definition.kind {
            Kind::Object { fields, open } => {
                let others = open.then(|| Box::new(Shape::Anything));
                let mut object = Object { others, ..Object::default() };
                for Member { name, ty, .. } in fields {
                    let shape = self.shape_in(ty, owner, arguments)?;
                    let required = !is_one_of(ty, &["Option", "Nullable"]);
                    object.fields.insert(name.clone(), Field { shape, required, limits: Limits::new() });
                }
                Shape::Object(object)
            }
            Kind::OpenEnum(names) => Shape::one_of(names.iter().map(String::as_str)),
            Kind::Choice(members) => {
                let members = members.iter().map(|ty| self.shape_in(ty, owner, arguments));
                Shape::any_of(members.collect::<Result<Vec<_>, _>>()?)
            }
            Kind::Union { tag, inside, members } => {
                let mut shapes = Vec::new();
                for (text, ty) in members {
                    let shape = self.shape_in(ty, owner, arguments)?;
                    shapes.push(if *inside { shape } else { self.tagged(full, tag, text, &shape) });
                }
                Shape::any_of(shapes)
            }
        })
    }

    /// A member of a union, with its tag.
    fn tagged(&mut self, union: &str, tag: &str, text: &str, member: &Shape) -> Shape {
        let mut object = match self.resolve(member) {
            Shape::Object(object) => object.clone(),
            _ => Object::default(),
        };
        object
            .fields
            .insert(tag.to_owned(), Field { shape: Shape::one_of([text]), required: true, limits: Limits::new() });
        let name = format!("{union}::{text}");
        if let Shape::Named(member) = member {
            self.members.insert(name.clone(), member.clone());
        }
        self.shapes.insert(name.clone(), Shape::Object(object));
        Shape::Named(name)
    }
}

/// The object that `.data()` reads, which wraps a value in `data`.
pub(super) fn in_data(value: Shape) -> Shape {
    let field = Field { shape: value, required: true, limits: Limits::new() };
    Shape::Object(Object { fields: [("data".to_owned(), field)].into(), ..Object::default() })
}

fn map_of(value: Shape) -> Shape {
    Shape::Object(Object { others: Some(Box::new(value)), ..Object::default() })
}

/// The last segment of a path and the types in its angle brackets.
pub(super) fn name_and_arguments(path: &syn::TypePath) -> Option<(String, Vec<&Type>)> {
    let last = path.path.segments.last()?;
    let arguments = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => return Some((last.ident.to_string(), Vec::new())),
    };
    Some((last.ident.to_string(), arguments.collect()))
}

pub(super) fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    match ty {
        Type::Path(path) => name_and_arguments(path).is_some_and(|(name, _)| names.contains(&name.as_str())),
        _ => false,
    }
}
