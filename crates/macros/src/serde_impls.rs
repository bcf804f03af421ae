//! The implementations of `Serialize` and `Deserialize` of all derives.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// The type to implement the traits for.
pub(crate) struct Target<'t> {
    pub(crate) name: &'t Ident,
    /// The type parameters of a generic envelope such as `Page<T>`.
    pub(crate) parameters: &'t [&'t Ident],
}

impl Target<'_> {
    /// The type with its parameters: `Name<T>`.
    pub(crate) fn name(&self) -> TokenStream {
        let Self { name, parameters } = self;
        quote!(#name<#(#parameters),*>)
    }

    /// The bounds of the type parameters for deserialization.
    pub(crate) fn deserialize_bounds(&self) -> TokenStream {
        let parameters = self.parameters;
        quote!(where #(#parameters: ::telnyx_ai_core::__private::serde::Deserialize<'de>),*)
    }

    /// The bounds of the type parameters for serialization.
    pub(crate) fn serialize_bounds(&self) -> TokenStream {
        let parameters = self.parameters;
        quote!(where #(#parameters: ::telnyx_ai_core::__private::serde::Serialize),*)
    }
}

/// Generates both implementations. `write` is the body of `serialize`, `read` that of `deserialize`.
pub(crate) fn serde_impls(target: &Target<'_>, write: &TokenStream, read: &TokenStream) -> TokenStream {
    let (name, parameters) = (target.name(), target.parameters);
    let (writable, readable) = (target.serialize_bounds(), target.deserialize_bounds());
    quote! {
        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::__private::serde::Serialize for #name #writable {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::telnyx_ai_core::__private::serde::Serializer,
            {
                #write
            }
        }

        #[automatically_derived]
        impl<'de, #(#parameters),*> ::telnyx_ai_core::__private::serde::Deserialize<'de> for #name #readable {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::telnyx_ai_core::__private::serde::Deserializer<'de>,
            {
                #read
            }
        }
    }
}
