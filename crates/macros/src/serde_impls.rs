//! `Serialize` and `Deserialize`, which all derives write.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// The type that the implementations are for.
pub(crate) struct Target<'t> {
    pub(crate) name: &'t Ident,
    /// Its type parameters: those of a generic envelope such as `Page<T>`.
    pub(crate) parameters: &'t [&'t Ident],
    /// Those of them that a field has as its type, not as a part of it.
    pub(crate) fields: &'t [&'t Ident],
}

impl Target<'_> {
    /// `Name<T>`.
    pub(crate) fn name(&self) -> TokenStream {
        let Self { name, parameters, .. } = self;
        quote!(#name<#(#parameters),*>)
    }

    /// What a generic envelope asks of its parameters to be read.
    pub(crate) fn readable(&self) -> TokenStream {
        let bounds = self.parameters.iter().map(|parameter| {
            let read = if self.fields.contains(parameter) { quote!(Field) } else { quote!(FromJson) };
            quote!(#parameter: ::telnyx_ai_core::json::#read)
        });
        quote!(where #(#bounds),*)
    }

    /// What it asks of them to be written.
    pub(crate) fn writable(&self) -> TokenStream {
        let parameters = self.parameters;
        quote!(where #(#parameters: ::telnyx_ai_core::__private::serde::Serialize),*)
    }
}

/// Both implementations: `write` is the body of `serialize`.
pub(crate) fn serde_impls(target: &Target<'_>, write: &TokenStream) -> TokenStream {
    let (name, parameters) = (target.name(), target.parameters);
    let (writable, readable) = (target.writable(), target.readable());
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
                ::telnyx_ai_core::json::deserialize(deserializer)
            }
        }
    }
}
