//! Reads the data types that a file defines.

use std::collections::BTreeMap;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Fields, Item, ItemEnum, Lit, Meta, Token, Type};

use super::{CodeError, Definitions, macros};

/// A data type.
#[derive(Clone)]
pub(super) struct Definition {
    /// The names of its type parameters.
    pub(super) parameters: Vec<String>,
    pub(super) kind: Kind,
    /// Its doc comment.
    pub(super) doc: String,
}

/// A field of an object.
#[derive(Clone)]
pub(super) struct Member {
    /// Its name on the wire.
    pub(super) name: String,
    pub(super) ty: Type,
    /// Its doc comment.
    pub(super) doc: String,
}

#[derive(Clone)]
pub(super) enum Kind {
    /// The fields. An `open` object can have other fields.
    Object { fields: Vec<Member>, open: bool },
    /// The strings of an enum.
    OpenEnum(Vec<String>),
    /// The members of a union by tag. With `inside`, the tag is a field of the members.
    Union { tag: String, inside: bool, members: Vec<(String, Type)> },
    /// Alternatives that differ in their JSON type.
    Choice(Vec<Type>),
}

/// Collects the definitions of a file, except those of tests.
pub(super) fn collect(file: &syn::File, package: &str, place: &str, found: &mut Definitions) -> Result<(), CodeError> {
    let macros = macros::fields(&file.items);
    collect_items(&file.items, package, place, &macros, found)
}

fn collect_items(
    items: &[Item],
    package: &str,
    place: &str,
    macros: &BTreeMap<String, Vec<syn::Field>>,
    found: &mut Definitions,
) -> Result<(), CodeError> {
    let mut add = |name: String, parameters: Vec<String>, kind: Kind, attributes: &[Attribute]| {
        found.insert((package.to_owned(), name), Definition { parameters, kind, doc: doc(attributes) });
    };
    for item in items {
        match item {
            Item::Struct(item) if derives(&item.attrs, "Object") => {
                if let Fields::Named(fields) = &item.fields {
                    let kind = object(fields.named.iter(), place)?;
                    add(item.ident.to_string(), parameters(&item.generics), kind, &item.attrs);
                }
            }
            Item::Enum(item) => {
                if let Some(kind) = enumeration(item, place)? {
                    add(item.ident.to_string(), parameters(&item.generics), kind, &item.attrs);
                }
            }
            Item::Macro(item) => {
                for (name, fields) in macros::structs(item, macros) {
                    add(name, Vec::new(), object(fields.iter(), place)?, &[]);
                }
            }
            _ => {}
        }
    }
    for item in items {
        if let Item::Mod(module) = item
            && !is_test(&module.attrs)
            && let Some((_, items)) = &module.content
        {
            collect_items(items, package, place, macros, found)?;
        }
    }
    Ok(())
}

fn object<'f>(fields: impl Iterator<Item = &'f syn::Field>, place: &str) -> Result<Kind, CodeError> {
    let mut read = Vec::new();
    let mut open = false;
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        if ident == "extra" {
            open = field.attrs.iter().any(|attribute| attribute.path().is_ident("wire"));
            continue;
        }
        let name = wire(&field.attrs, place)?.name.unwrap_or_else(|| ident.to_string());
        read.push(Member { name, ty: field.ty.clone(), doc: doc(&field.attrs) });
    }
    Ok(Kind::Object { fields: read, open })
}

fn enumeration(item: &ItemEnum, place: &str) -> Result<Option<Kind>, CodeError> {
    let held = |fields: &Fields| match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Some(fields.unnamed[0].ty.clone()),
        _ => None,
    };
    let known = || item.variants.iter().filter(|variant| variant.ident != "Unknown");
    let named = || {
        known().map(|variant| {
            let name = wire(&variant.attrs, place)?.name;
            Ok((name.unwrap_or_else(|| snake_case(&variant.ident.to_string())), held(&variant.fields)))
        })
    };
    if derives(&item.attrs, "OpenEnum") {
        let names = named().map(|variant| variant.map(|(name, _)| name));
        return Ok(Some(Kind::OpenEnum(names.collect::<Result<_, CodeError>>()?)));
    }
    if derives(&item.attrs, "Union") {
        let Wire { tag: Some(tag), inside, .. } = wire(&item.attrs, place)? else {
            return Err(CodeError::new(place, format!("the union {} has no tag", item.ident)));
        };
        let members = named().filter_map(|variant| variant.map(|(name, ty)| Some((name, ty?))).transpose());
        return Ok(Some(Kind::Union { tag, inside, members: members.collect::<Result<_, CodeError>>()? }));
    }
    let choice: Option<Vec<_>> = item.variants.iter().map(|variant| held(&variant.fields)).collect();
    Ok(choice.filter(|members| members.len() > 1).map(Kind::Choice))
}

/// The settings in `#[wire(…)]`.
#[derive(Default)]
struct Wire {
    name: Option<String>,
    tag: Option<String>,
    inside: bool,
}

fn wire(attributes: &[Attribute], place: &str) -> Result<Wire, CodeError> {
    let mut wire = Wire::default();
    let Some(attribute) = attributes.iter().find(|attribute| attribute.path().is_ident("wire")) else {
        return Ok(wire);
    };
    let not_understood = || {
        let line = attribute.span().start().line;
        CodeError::new(
            format!("{place}:{line}"),
            "`#[wire(…)]` accepts a name, `initial`, `into`, `tag`, `inside` and `open`",
        )
    };
    let arguments = attribute.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated);
    for argument in arguments.map_err(|_| not_understood())? {
        match &argument {
            Expr::Lit(_) => wire.name = text(&argument),
            Expr::Path(path) if path.path.is_ident("inside") => wire.inside = true,
            // How a setter converts its argument does not change the data.
            Expr::Path(path) if path.path.is_ident("into") => {}
            Expr::Assign(assign) => match &*assign.left {
                Expr::Path(path) if path.path.is_ident("tag") => wire.tag = text(&assign.right),
                Expr::Path(path) if path.path.is_ident("initial") => {}
                _ => return Err(not_understood()),
            },
            _ => return Err(not_understood()),
        }
    }
    Ok(wire)
}

/// The doc comment, with one line break between its lines.
fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => text(&pair.value),
        _ => None,
    });
    lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect::<Vec<_>>().join("\n")
}

/// The value of a string literal.
pub(super) fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an item is compiled for tests only.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    })
}

fn derives(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let derived = attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
        derived.is_ok_and(|derived| derived.iter().any(|path| path.segments.last().is_some_and(|s| s.ident == name)))
    })
}

fn parameters(generics: &syn::Generics) -> Vec<String> {
    generics.type_params().map(|parameter| parameter.ident.to_string()).collect()
}

/// Converts `PhoneCall` into `phone_call`.
pub(super) fn snake_case(name: &str) -> String {
    let words = name.char_indices().map(|(n, letter)| {
        let separator = if n > 0 && letter.is_uppercase() { "_" } else { "" };
        format!("{separator}{}", letter.to_lowercase())
    });
    words.collect()
}
