//! `derive(Union)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Fields, Ident, LitStr, Type, Variant};

use crate::attributes::{Wire, arguments_of, known_variants, snake_case};
use crate::serde_impls::{Target, serde_impls};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let wire = Wire::of(&input.attrs)?;
    let Some(tag) = &wire.tag else {
        return Err(syn::Error::new(name.span(), "a Union names its tag: `#[wire(tag = \"type\")]`"));
    };
    let members = known_variants(input, "a Union", "`Unknown(UnknownMember)`, where unknown members are kept")?
        .into_iter()
        .map(Member::of)
        .collect::<syn::Result<Vec<_>>>()?;

    let conversions = conversions(name, &members);
    let reader = reader(name, &members, tag, wire.inside);
    let serde = serde_impls(&Target { name, parameters: &[], fields: &[] }, &writer(&members, tag, wire.inside));
    Ok(quote!(#conversions #reader #serde))
}

/// A variant that holds one kind of object.
struct Member<'v> {
    ident: &'v Ident,
    ty: &'v Type,
    boxed: bool,
    tag: LitStr,
}

impl<'v> Member<'v> {
    fn of(variant: &'v Variant) -> syn::Result<Self> {
        let ty = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
            _ => return Err(syn::Error::new(variant.ident.span(), "a member holds one Object")),
        };
        let inner = arguments_of(ty, "Box").and_then(|a| a.first().copied());
        Ok(Self {
            ident: &variant.ident,
            ty: inner.unwrap_or(ty),
            boxed: inner.is_some(),
            tag: Wire::of(&variant.attrs)?.name_or(snake_case(&variant.ident.to_string())),
        })
    }
}

/// `tag`, and a `From` for each member.
fn conversions(name: &Ident, members: &[Member<'_>]) -> TokenStream {
    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let types = members.iter().map(|m| m.ty);
    let tags = members.iter().map(|m| &m.tag);
    let wrap = members.iter().map(|m| if m.boxed { quote!(::std::boxed::Box::new(member)) } else { quote!(member) });
    quote! {
        #[automatically_derived]
        impl #name {
            /// The tag on the wire that names the member.
            #[must_use]
            pub fn tag(&self) -> &str {
                match self {
                    #(Self::#idents(_) => #tags,)*
                    Self::Unknown(member) => member.tag(),
                }
            }
        }

        #(
            #[automatically_derived]
            impl ::core::convert::From<#types> for #name {
                fn from(member: #types) -> Self {
                    Self::#idents(#wrap)
                }
            }
        )*
    }
}

/// What core's `read_union` asks: which member a tag names, and how it is read.
fn reader(name: &Ident, members: &[Member<'_>], tag: &LitStr, inside: bool) -> TokenStream {
    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let tags = members.iter().map(|m| &m.tag);
    let expected = format!("an object with a `{}` ({name})", tag.value());
    let by_fields = members.iter().filter(|_| inside).map(|Member { ident, ty, .. }| {
        quote! {
            if has(<#ty as ::telnyx_ai_core::Object>::REQUIRED) {
                return Self::#ident(::telnyx_ai_core::json::Field::blank());
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl ::telnyx_ai_core::__private::TaggedUnion for #name {
            const TAG: &'static str = #tag;
            const INSIDE: bool = #inside;
            const EXPECTED: &'static str = #expected;

            fn of_tag(tag: ::core::option::Option<&str>) -> Self {
                match tag {
                    #(::core::option::Option::Some(#tags) => Self::#idents(::telnyx_ai_core::json::Field::blank()),)*
                    _ => Self::Unknown(::telnyx_ai_core::__private::unknown_member(#tag)),
                }
            }

            fn of_fields(has: &dyn Fn(&[&str]) -> bool) -> Self {
                #(#by_fields)*
                let _ = has;
                Self::of_tag(::core::option::Option::None)
            }

            fn read_member(
                &mut self,
                json: &mut ::telnyx_ai_core::json::Reader<'_>,
            ) -> ::core::result::Result<(), ::telnyx_ai_core::json::Fault> {
                match self {
                    #(Self::#idents(member) => ::telnyx_ai_core::json::Field::read(member, json),)*
                    Self::Unknown(member) => ::telnyx_ai_core::__private::read_unknown_member(member, json),
                }
            }
        }

        #[automatically_derived]
        impl ::telnyx_ai_core::json::FromJson for #name {
            fn from_json(
                json: &mut ::telnyx_ai_core::json::Reader<'_>,
            ) -> ::core::result::Result<Self, ::telnyx_ai_core::json::Fault> {
                ::telnyx_ai_core::__private::read_blank(json)
            }
        }

        #[automatically_derived]
        impl ::telnyx_ai_core::json::Field for #name {
            const IN_PLACE: bool = true;

            fn blank() -> Self {
                ::telnyx_ai_core::__private::TaggedUnion::of_tag(::core::option::Option::None)
            }

            fn read(
                &mut self,
                json: &mut ::telnyx_ai_core::json::Reader<'_>,
            ) -> ::core::result::Result<(), ::telnyx_ai_core::json::Fault> {
                ::telnyx_ai_core::__private::read_union(self, json)
            }
        }
    }
}

/// Writes whichever member it is, its tag first where the member itself has none.
fn writer(members: &[Member<'_>], tag: &LitStr, inside: bool) -> TokenStream {
    let arms = members.iter().map(|Member { ident, ty, tag: own_tag, .. }| {
        if inside {
            quote! {
                Self::#ident(member) => {
                    ::telnyx_ai_core::__private::serde::Serialize::serialize(member, serializer)
                }
            }
        } else {
            quote! {
                Self::#ident(member) => {
                    let member: &#ty = member;
                    ::telnyx_ai_core::__private::serialize_member(#tag, #own_tag, member, serializer)
                }
            }
        }
    });
    quote! {
        match self {
            #(#arms)*
            Self::Unknown(member) => ::telnyx_ai_core::__private::serde::Serialize::serialize(member, serializer),
        }
    }
}
