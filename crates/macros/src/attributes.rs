//! The `#[wire(…)]` attribute, and helpers for names and types.

use proc_macro2::Span;
use syn::{
    Attribute, Data, DeriveInput, Expr, GenericArgument, Ident, LitStr, PathArguments, Token, Type, Variant,
    parse::{Parse, ParseStream},
};

/// The contents of `#[wire(…)]` on a field, a variant or an enum.
#[derive(Default)]
pub(crate) struct Wire {
    pub(crate) name: Option<LitStr>,
    pub(crate) initial: Option<Expr>,
    pub(crate) tag: Option<LitStr>,
    pub(crate) inside: bool,
    pub(crate) open: bool,
    pub(crate) into: bool,
}

impl Wire {
    pub(crate) fn of(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = attributes.iter().filter(|a| a.path().is_ident("wire"));
        match (found.next(), found.next()) {
            (Some(attribute), None) => attribute.parse_args(),
            (_, Some(second)) => Err(syn::Error::new_spanned(second, "put all settings into one `#[wire(…)]`")),
            (None, None) => Ok(Self::default()),
        }
    }

    /// The wire name: that of the attribute, else `default`.
    pub(crate) fn name_or(&self, default: String) -> LitStr {
        self.name.clone().unwrap_or_else(|| LitStr::new(&default, Span::call_site()))
    }
}

impl Parse for Wire {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut wire = Self::default();
        while !input.is_empty() {
            if input.peek(LitStr) {
                wire.name = Some(input.parse()?);
            } else {
                let key: Ident = input.parse()?;
                match key.to_string().as_str() {
                    "inside" => wire.inside = true,
                    "open" => wire.open = true,
                    "into" => wire.into = true,
                    "initial" => {
                        input.parse::<Token![=]>()?;
                        wire.initial = Some(input.parse()?);
                    }
                    "tag" => {
                        input.parse::<Token![=]>()?;
                        wire.tag = Some(input.parse()?);
                    }
                    _ => {
                        return Err(syn::Error::new(
                            key.span(),
                            "expected a name in quotes, `initial = …`, `into`, `tag = …`, `inside` or `open`",
                        ));
                    }
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(wire)
    }
}

/// The variants of an enum without the last one, which must be `Unknown`.
pub(crate) fn known_variants<'i>(input: &'i DeriveInput, kind: &str, last: &str) -> syn::Result<Vec<&'i Variant>> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), format!("`{kind}` can only be derived for enums")));
    };
    let mut variants: Vec<&Variant> = data.variants.iter().collect();
    match variants.pop() {
        Some(unknown) if unknown.ident == "Unknown" => Ok(variants),
        _ => Err(syn::Error::new(input.ident.span(), format!("the last variant must be {last}"))),
    }
}

/// Converts `PhoneCall` to `phone_call`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The type arguments of `ty` if it is `outer<…>`.
pub(crate) fn arguments_of<'t>(ty: &'t Type, outer: &str) -> Option<Vec<&'t Type>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    (last.ident == outer).then(|| {
        arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect()
    })
}

/// Whether `ty` is one of these plain names.
pub(crate) fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    matches!(ty, Type::Path(path) if names.iter().any(|name| path.path.is_ident(name)))
}
