//! `derive(OpenEnum)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, LitStr};

use crate::attributes::{Wire, known_variants, snake_case};
use crate::serde_impls::{Target, serde_impls};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let known = known_variants(input, "OpenEnum", "`Unknown(UnknownValue)`, which keeps unknown values")?;
    let idents: Vec<_> = known.iter().map(|v| &v.ident).collect();
    let wires = known
        .iter()
        .map(|v| Ok(Wire::of(&v.attrs)?.name_or(snake_case(&v.ident.to_string()))))
        .collect::<syn::Result<Vec<_>>>()?;

    if idents.is_empty() {
        return Err(syn::Error::new(name.span(), "an `OpenEnum` must have at least one known value"));
    }
    let text = text(name, &idents, &wires);
    let serde = serde_impls(
        &Target { name, parameters: &[] },
        &quote! {
            match self {
                Self::Unknown(value) => ::telnyx_ai_core::__private::serde::Serialize::serialize(value, serializer),
                known => serializer.serialize_str(known.as_str()),
            }
        },
        &quote! {
            ::core::result::Result::Ok(match ::telnyx_ai_core::__private::read_enum(Self::known(), deserializer)? {
                ::core::result::Result::Ok(index) => Self::of_index(index),
                ::core::result::Result::Err(unknown) => Self::Unknown(unknown),
            })
        },
    );
    Ok(quote!(#text #serde))
}

/// The conversions from and to text.
fn text(name: &Ident, idents: &[&Ident], wires: &[LitStr]) -> TokenStream {
    let (first, numbers, others) = (idents.first(), 1..idents.len(), idents.iter().skip(1));
    quote! {
        #[automatically_derived]
        impl #name {
            /// The wire value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#idents => #wires,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }

            /// The wire values that this version knows.
            #[must_use]
            pub const fn known() -> &'static [&'static str] {
                &[#(#wires),*]
            }

            /// The value at an index of `known`.
            const fn of_index(index: usize) -> Self {
                match index {
                    #(#numbers => Self::#others,)*
                    _ => Self::#first,
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                match Self::known().iter().position(|known| *known == value) {
                    ::core::option::Option::Some(index) => Self::of_index(index),
                    ::core::option::Option::None => {
                        Self::Unknown(::telnyx_ai_core::__private::unknown_value(value))
                    }
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<::std::string::String> for #name {
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        #[automatically_derived]
        impl ::core::str::FromStr for #name {
            type Err = ::core::convert::Infallible;

            fn from_str(value: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(value))
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}
