//! `derive(Union)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr, Type};

use crate::attributes::{Wire, arguments_of, snake_case};

struct Member<'v> {
    ident: &'v syn::Ident,
    ty: &'v Type,
    boxed: bool,
    tag: LitStr,
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new(name.span(), "Union is for enums"));
    };
    let wire = Wire::of(&input.attrs)?;
    let Some(tag) = &wire.tag else {
        return Err(syn::Error::new(name.span(), "a Union names its tag: `#[wire(tag = \"type\")]`"));
    };
    if data.variants.last().is_none_or(|v| v.ident != "Unknown") {
        return Err(syn::Error::new(
            name.span(),
            "the last variant of a Union is `Unknown(UnknownMember)`, where unknown members are kept",
        ));
    }
    let members = data
        .variants
        .iter()
        .take(data.variants.len() - 1)
        .map(|variant| {
            let ty = match &variant.fields {
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
                _ => return Err(syn::Error::new(variant.ident.span(), "a member holds one Object")),
            };
            let inner = arguments_of(ty, "Box").and_then(|a| a.first().copied());
            Ok(Member {
                ident: &variant.ident,
                ty: inner.unwrap_or(ty),
                boxed: inner.is_some(),
                tag: Wire::of(&variant.attrs)?.name_or(snake_case(&variant.ident.to_string())),
            })
        })
        .collect::<syn::Result<Vec<_>>>()?;

    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let types: Vec<_> = members.iter().map(|m| m.ty).collect();
    let tags: Vec<_> = members.iter().map(|m| &m.tag).collect();
    let wrap = members.iter().map(|m| if m.boxed { quote!(::std::boxed::Box::new(member)) } else { quote!(member) });
    let expecting = format!("an object with a `{}` ({name})", tag.value());
    let inside = wire.inside;
    let untagged = inside.then(|| {
        quote! {
            #(
                ::core::option::Option::None if map.has(<#types as ::telnyx_ai_core::Object>::REQUIRED) => {
                    ::core::result::Result::Ok(<#types as ::telnyx_ai_core::Object>::read(map)?.into())
                }
            )*
        }
    });
    let write = if inside {
        quote!(#(Self::#idents(member) => ::telnyx_ai_core::__private::serde::Serialize::serialize(member, serializer),)*)
    } else {
        quote! {
            #(Self::#idents(member) => {
                let member: &#types = member;
                ::telnyx_ai_core::__private::serialize_member(#tag, #tags, member, serializer)
            })*
        }
    };

    Ok(quote! {
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

        #[automatically_derived]
        impl ::telnyx_ai_core::__private::TaggedUnion for #name {
            const TAG: &'static str = #tag;
            const INSIDE: bool = #inside;
            const EXPECTING: &'static str = #expecting;

            fn read<'de, A>(
                tag: ::core::option::Option<&str>,
                map: ::telnyx_ai_core::__private::Entries<'de, A>,
            ) -> ::core::result::Result<Self, A::Error>
            where
                A: ::telnyx_ai_core::__private::serde::de::MapAccess<'de>,
            {
                match tag {
                    #(
                        ::core::option::Option::Some(#tags) => {
                            ::core::result::Result::Ok(<#types as ::telnyx_ai_core::Object>::read(map)?.into())
                        }
                    )*
                    #untagged
                    tag => ::core::result::Result::Ok(Self::Unknown(
                        ::telnyx_ai_core::__private::unknown_member(#tag, #inside, tag, map)?,
                    )),
                }
            }
        }

        #[automatically_derived]
        impl ::telnyx_ai_core::__private::serde::Serialize for #name {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::telnyx_ai_core::__private::serde::Serializer,
            {
                match self {
                    #write
                    Self::Unknown(member) => {
                        ::telnyx_ai_core::__private::serde::Serialize::serialize(member, serializer)
                    }
                }
            }
        }

        #[automatically_derived]
        impl<'de> ::telnyx_ai_core::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::telnyx_ai_core::__private::serde::Deserializer<'de>,
            {
                ::telnyx_ai_core::__private::deserialize_union(deserializer)
            }
        }
    })
}
