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
        return Err(syn::Error::new(name.span(), "a `Union` must name its tag: `#[wire(tag = \"type\")]`"));
    };
    let members = known_variants(input, "Union", "`Unknown(UnknownMember)`, which keeps unknown members")?
        .into_iter()
        .map(Member::of)
        .collect::<syn::Result<Vec<_>>>()?;

    if members.is_empty() {
        return Err(syn::Error::new(name.span(), "a `Union` must have at least one known member"));
    }

    let conversions = conversions(name, &members);
    let tagged_union = tagged_union(name, &members, tag, wire.inside);
    let serde = serde_impls(
        &Target { name, parameters: &[] },
        &serialize_body(&members, tag, wire.inside),
        &quote!(::telnyx_ai_core::__private::read_union(deserializer)),
    );
    Ok(quote!(#conversions #tagged_union #serde))
}

/// A variant, which contains one type of object.
struct Member<'v> {
    ident: &'v Ident,
    /// The type of the object, without its `Box`.
    ty: &'v Type,
    tag: LitStr,
}

impl<'v> Member<'v> {
    fn of(variant: &'v Variant) -> syn::Result<Self> {
        let ty = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => &fields.unnamed[0].ty,
            _ => {
                return Err(syn::Error::new(
                    variant.ident.span(),
                    "a variant of a `Union` must contain exactly one `Object`",
                ));
            }
        };
        Ok(Self {
            ident: &variant.ident,
            ty: arguments_of(ty, "Box").and_then(|a| a.first().copied()).unwrap_or(ty),
            tag: Wire::of(&variant.attrs)?.name_or(snake_case(&variant.ident.to_string())),
        })
    }
}

/// The method `tag`, and a `From` for each member.
fn conversions(name: &Ident, members: &[Member<'_>]) -> TokenStream {
    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let types = members.iter().map(|m| m.ty);
    let tags = members.iter().map(|m| &m.tag);
    quote! {
        #[automatically_derived]
        impl #name {
            /// The tag of the member on the wire.
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
                    Self::#idents(::core::convert::Into::into(member))
                }
            }
        )*
    }
}

/// The implementation of the trait `TaggedUnion`.
fn tagged_union(name: &Ident, members: &[Member<'_>], tag: &LitStr, inside: bool) -> TokenStream {
    let types: Vec<_> = members.iter().map(|m| m.ty).collect();
    let tags = members.iter().map(|m| &m.tag);
    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let (first, indices, others) = (idents.first(), 1..idents.len(), idents.iter().skip(1));
    let expected = format!("an object with a `{}` ({name})", tag.value());
    let required = if inside {
        quote!(::core::option::Option::Some(&[#(<#types as ::telnyx_ai_core::Object>::REQUIRED),*]))
    } else {
        quote!(::core::option::Option::None)
    };
    quote! {
        #[automatically_derived]
        impl ::telnyx_ai_core::__private::TaggedUnion for #name {
            const TAG: &'static str = #tag;
            const TAGS: &'static [&'static str] = &[#(#tags),*];
            const REQUIRED: ::core::option::Option<&'static [&'static [&'static str]]> = #required;
            const EXPECTED: &'static str = #expected;

            fn read<'de, D>(index: usize, member: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::telnyx_ai_core::__private::serde::Deserializer<'de>,
            {
                match index {
                    #(#indices => ::telnyx_ai_core::__private::serde::Deserialize::deserialize(member).map(Self::#others),)*
                    _ => ::telnyx_ai_core::__private::serde::Deserialize::deserialize(member).map(Self::#first),
                }
            }

            fn unknown(member: ::telnyx_ai_core::UnknownMember) -> Self {
                Self::Unknown(member)
            }

            fn extra(&self) -> ::core::option::Option<&::telnyx_ai_core::Extra> {
                match self {
                    #(Self::#idents(member) => ::core::option::Option::Some(&member.extra),)*
                    Self::Unknown(_) => ::core::option::Option::None,
                }
            }
        }
    }
}

/// The body of `serialize`. It serializes the member, after its tag unless the tag is a field of the member.
fn serialize_body(members: &[Member<'_>], tag: &LitStr, inside: bool) -> TokenStream {
    let arms = members.iter().map(|Member { ident, ty, tag: own_tag }| {
        let write = if inside {
            quote!(::telnyx_ai_core::__private::serde::Serialize::serialize(member, serializer))
        } else {
            quote!(::telnyx_ai_core::__private::serialize_member::<#ty, S>(#tag, #own_tag, member, serializer))
        };
        quote!(Self::#ident(member) => #write,)
    });
    quote! {
        match self {
            #(#arms)*
            Self::Unknown(member) => ::telnyx_ai_core::__private::serde::Serialize::serialize(member, serializer),
        }
    }
}
