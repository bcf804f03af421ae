//! `derive(OpenEnum)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, LitStr};

use crate::attributes::{Wire, known_variants, snake_case};
use crate::serde_impls::{Target, serde_impls};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let known = known_variants(input, "an OpenEnum", "`Unknown(UnknownValue)`, where unknown values are kept")?;
    let idents: Vec<_> = known.iter().map(|v| &v.ident).collect();
    let wires = known
        .iter()
        .map(|v| Ok(Wire::of(&v.attrs)?.name_or(snake_case(&v.ident.to_string()))))
        .collect::<syn::Result<Vec<_>>>()?;

    let Some(first) = idents.first() else {
        return Err(syn::Error::new(name.span(), "an OpenEnum has a known value"));
    };
    let text = text(name, &idents, &wires);
    let serde = serde_impls(
        &Target { name, parameters: &[], fields: &[] },
        &quote! {
            match self {
                Self::Unknown(value) => ::telnyx_ai_core::__private::serde::Serialize::serialize(value, serializer),
                known => serializer.serialize_str(known.as_str()),
            }
        },
    );
    let reader = reader(name, first);
    Ok(quote!(#text #reader #serde))
}

/// How the value is read.
fn reader(name: &Ident, first: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::telnyx_ai_core::json::FromJson for #name {
            fn from_json(
                json: &mut ::telnyx_ai_core::json::Reader<'_>,
            ) -> ::core::result::Result<Self, ::telnyx_ai_core::json::Fault> {
                ::core::result::Result::Ok(match json.word(Self::known())? {
                    ::core::result::Result::Ok(number) => Self::of_number(number),
                    ::core::result::Result::Err(unknown) => Self::Unknown(unknown),
                })
            }
        }

        #[automatically_derived]
        impl ::telnyx_ai_core::json::Field for #name {
            fn blank() -> Self {
                Self::#first
            }
        }
    }
}

/// The conversions from and to text.
fn text(name: &Ident, idents: &[&Ident], wires: &[LitStr]) -> TokenStream {
    let (first, numbers, others) = (idents.first(), 1..idents.len(), idents.iter().skip(1));
    quote! {
        #[automatically_derived]
        impl #name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#idents => #wires,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }

            /// The values on the wire that this version knows.
            #[must_use]
            pub const fn known() -> &'static [&'static str] {
                &[#(#wires),*]
            }

            /// The value with that number in `known`.
            const fn of_number(number: usize) -> Self {
                match number {
                    #(#numbers => Self::#others,)*
                    _ => Self::#first,
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                match Self::known().iter().position(|known| *known == value) {
                    ::core::option::Option::Some(number) => Self::of_number(number),
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
