//! `derive(OpenEnum)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use crate::attributes::{Wire, snake_case};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new(name.span(), "OpenEnum is for enums"));
    };
    if data.variants.last().is_none_or(|v| v.ident != "Unknown") {
        return Err(syn::Error::new(
            name.span(),
            "the last variant of an OpenEnum is `Unknown(UnknownValue)`, where unknown values are kept",
        ));
    }
    let known: Vec<_> = data.variants.iter().take(data.variants.len() - 1).collect();
    let idents: Vec<_> = known.iter().map(|v| &v.ident).collect();
    let wires = known
        .iter()
        .map(|v| Ok(Wire::of(&v.attrs)?.name_or(snake_case(&v.ident.to_string()))))
        .collect::<syn::Result<Vec<_>>>()?;

    Ok(quote! {
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

            fn of_known(value: &str) -> ::core::option::Option<Self> {
                match value {
                    #(#wires => ::core::option::Option::Some(Self::#idents),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                Self::of_known(value)
                    .unwrap_or_else(|| Self::Unknown(::telnyx_ai_core::__private::unknown_value(value)))
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

        #[automatically_derived]
        impl ::telnyx_ai_core::__private::serde::Serialize for #name {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::telnyx_ai_core::__private::serde::Serializer,
            {
                match self {
                    Self::Unknown(value) => {
                        ::telnyx_ai_core::__private::serde::Serialize::serialize(value, serializer)
                    }
                    known => serializer.serialize_str(known.as_str()),
                }
            }
        }

        #[automatically_derived]
        impl<'de> ::telnyx_ai_core::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::telnyx_ai_core::__private::serde::Deserializer<'de>,
            {
                ::telnyx_ai_core::__private::deserialize_str(deserializer)
            }
        }
    })
}
