//! `derive(Object)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Field, Fields, Ident};

use crate::attributes::{Wire, is_one_of};
use crate::member::Member;
use crate::serde_impls::{Target, serde_impls};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let (fields, extra) = fields(input)?;
    let members: Vec<Member<'_>> = fields.into_iter().map(Member::of).collect::<syn::Result<_>>()?;
    check_names(&members)?;
    let is_open = Wire::of(&extra.attrs)?.open;
    let parameters: Vec<&Ident> = input.generics.type_params().map(|p| &p.ident).collect();
    let is_field = |parameter: &&Ident| members.iter().any(|m| is_one_of(m.unboxed(), &[&parameter.to_string()]));
    let fields: Vec<&Ident> = parameters.iter().copied().filter(is_field).collect();
    let target = Target { name, parameters: &parameters, fields: &fields };

    let constructor = constructor(&target, &members);
    let object = object(&target, &members, is_open);
    let reader = reader(&target, &members);
    let serde = serde_impls(&target, &quote!(::telnyx_ai_core::__private::serialize_object(self, serializer)));
    Ok(quote!(#constructor #object #reader #serde))
}

/// The fields but for the last one, and that, which is `extra`.
fn fields(input: &DeriveInput) -> syn::Result<(Vec<&Field>, &Field)> {
    let refuse = |why| Err(syn::Error::new(input.ident.span(), why));
    let Data::Struct(data) = &input.data else {
        return refuse("Object is for structs");
    };
    let Fields::Named(named) = &data.fields else {
        return refuse("Object is for structs with named fields");
    };
    let mut fields: Vec<&Field> = named.named.iter().collect();
    if fields.len() > 64 {
        return refuse("an Object has no more than 64 fields");
    }
    match fields.pop() {
        Some(last) if last.ident.as_ref().is_some_and(|ident| ident == "extra") => Ok((fields, last)),
        _ => refuse("the last field of an Object is `pub extra: Extra`, where unknown fields are kept"),
    }
}

/// A field that comes is found by comparing its name with the text, so names must be free of what JSON escapes.
fn check_names(members: &[Member<'_>]) -> syn::Result<()> {
    for (number, Member { wire, .. }) in members.iter().enumerate() {
        let name = wire.value();
        if name.len() > 255 || name.contains(|c: char| matches!(c, '"' | '\\' | ':') || c.is_control()) {
            return Err(syn::Error::new(
                wire.span(),
                "a field's name has at the most 255 bytes and none of `\"`, `\\`, `:` and control characters",
            ));
        }
        if members[..number].iter().any(|before| before.wire.value() == name) {
            return Err(syn::Error::new(wire.span(), format!("two fields are called `{name}` on the wire")));
        }
    }
    Ok(())
}

/// The trait `Object`, which writes the entries of a map.
fn object(target: &Target<'_>, members: &[Member<'_>], is_open: bool) -> TokenStream {
    let (name, parameters, bounds) = (target.name(), target.parameters, target.writable());
    let required = members.iter().filter(|m| m.required()).map(|m| &m.wire);
    let writes = members.iter().map(Member::write);
    quote! {
        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::Object for #name #bounds {
            const REQUIRED: &'static [&'static str] = &[#(#required),*];

            fn write<M>(&self, map: &mut M) -> ::core::result::Result<(), M::Error>
            where
                M: ::telnyx_ai_core::__private::serde::ser::SerializeMap,
            {
                #(#writes)*
                ::telnyx_ai_core::__private::write_extra(&self.extra, #is_open, map)
            }
        }
    }
}

/// How the object is read: where it stands, field by field.
fn reader(target: &Target<'_>, members: &[Member<'_>]) -> TokenStream {
    let (name, parameters, bounds) = (target.name(), target.parameters, target.readable());
    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let numbers = 0..members.len();
    let text: String = members.iter().map(|m| format!("\"{}\":", m.wire.value())).collect();
    let required = members.iter().rev().fold(0_u64, |bits, m| bits << 1 | u64::from(m.required()));
    let places = members.len() + 1;
    let expected = format!("an object ({})", target.name);
    quote! {
        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::__private::Fields for #name #bounds {
            fn read_field(
                &mut self,
                number: usize,
                json: &mut ::telnyx_ai_core::json::Reader<'_>,
            ) -> ::core::result::Result<(), ::telnyx_ai_core::json::Fault> {
                match number {
                    #(#numbers => ::telnyx_ai_core::json::Field::read(&mut self.#idents, json),)*
                    _ => ::core::result::Result::Ok(()),
                }
            }

            fn extra_mut(&mut self) -> &mut ::telnyx_ai_core::Extra {
                &mut self.extra
            }
        }

        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::json::FromJson for #name #bounds {
            fn from_json(
                json: &mut ::telnyx_ai_core::json::Reader<'_>,
            ) -> ::core::result::Result<Self, ::telnyx_ai_core::json::Fault> {
                ::telnyx_ai_core::__private::read_blank(json)
            }
        }

        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::json::Field for #name #bounds {
            const IN_PLACE: bool = true;

            fn blank() -> Self {
                Self { #(#idents: ::telnyx_ai_core::json::Field::blank(),)* extra: ::telnyx_ai_core::Extra::default() }
            }

            #[inline(never)]
            fn read(
                &mut self,
                json: &mut ::telnyx_ai_core::json::Reader<'_>,
            ) -> ::core::result::Result<(), ::telnyx_ai_core::json::Fault> {
                static NAMES: ::telnyx_ai_core::__private::FieldNames<[::telnyx_ai_core::__private::Place; #places]> =
                    ::telnyx_ai_core::__private::FieldNames::new(#text, #required);
                json.object(&NAMES, #expected, self)
            }
        }
    }
}

/// `new`, the setters, and `Default` where nothing is required.
fn constructor(target: &Target<'_>, members: &[Member<'_>]) -> TokenStream {
    let (name, parameters, plain) = (target.name(), target.parameters, target.name);
    let required: Vec<_> = members.iter().filter(|m| m.required()).collect();
    let arguments = required.iter().map(|m| {
        let (ident, (argument, _)) = (m.ident, m.argument());
        quote!(#ident: #argument)
    });
    let initials = members.iter().map(Member::initial);
    let setters = members.iter().map(Member::setter);
    let doc = if required.is_empty() {
        format!("An empty `{plain}`: nothing is required.")
    } else {
        format!("A `{plain}` with what is required; the rest is set by `with_…` or on the fields.")
    };
    let default = required.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl<#(#parameters),*> ::core::default::Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(clippy::too_many_arguments)]
        impl<#(#parameters),*> #name {
            #[doc = #doc]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#initials,)* extra: ::telnyx_ai_core::Extra::default() }
            }

            #(#setters)*
        }
        #default
    }
}
