//! `derive(Object)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Field, Fields, Ident};

use crate::member::{Member, Presence};
use crate::serde_impls::{Target, serde_impls};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let members: Vec<Member<'_>> = fields(input)?.into_iter().map(Member::of).collect::<syn::Result<_>>()?;
    let parameters: Vec<&Ident> = input.generics.type_params().map(|p| &p.ident).collect();
    let target = Target { name, parameters: &parameters };

    let constructor = constructor(&target, &members);
    let object = object(&target, &members);
    let serde = serde_impls(
        &target,
        &quote!(::telnyx_ai_core::__private::serialize_object(self, serializer)),
        &quote!(deserialize_object),
    );
    Ok(quote!(#constructor #object #serde))
}

/// The fields but for the last one, `extra`.
fn fields(input: &DeriveInput) -> syn::Result<Vec<&Field>> {
    let refuse = |why| Err(syn::Error::new(input.ident.span(), why));
    let Data::Struct(data) = &input.data else {
        return refuse("Object is for structs");
    };
    let Fields::Named(named) = &data.fields else {
        return refuse("Object is for structs with named fields");
    };
    let mut fields: Vec<&Field> = named.named.iter().collect();
    match fields.pop() {
        Some(last) if last.ident.as_ref().is_some_and(|ident| ident == "extra") => Ok(fields),
        _ => refuse("the last field of an Object is `pub extra: Extra`, where unknown fields are kept"),
    }
}

/// The trait `Object`, which reads and writes the entries of a map.
fn object(target: &Target<'_>, members: &[Member<'_>]) -> TokenStream {
    let (name, parameters, bounds) = (target.name(), target.parameters, target.bounds());
    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let required = members.iter().filter(|m| m.required()).map(|m| &m.wire);
    let slots = members.iter().map(slot);
    let arms = members.iter().map(|m| {
        let (ident, wire, read) = (m.ident, &m.wire, m.read());
        if m.required() {
            quote!(#wire => #ident = ::core::option::Option::Some(#read),)
        } else {
            quote!(#wire => #ident = #read,)
        }
    });
    let unwraps = members.iter().filter(|m| m.required()).map(unwrap);
    let writes = members.iter().map(Member::write);
    let expecting = format!("an object ({})", target.name);

    quote! {
        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::Object for #name #bounds {
            const REQUIRED: &'static [&'static str] = &[#(#required),*];
            const EXPECTING: &'static str = #expecting;

            fn read<'de, A>(mut map: A) -> ::core::result::Result<Self, A::Error>
            where
                A: ::telnyx_ai_core::__private::serde::de::MapAccess<'de>,
            {
                #(#slots)*
                let mut extra = ::telnyx_ai_core::Extra::default();
                while let ::core::option::Option::Some(key) =
                    map.next_key::<::telnyx_ai_core::__private::Key<'de>>()?
                {
                    match &*key {
                        #(#arms)*
                        _ => ::telnyx_ai_core::__private::read_extra(&mut extra, key, &mut map)?,
                    }
                }
                #(#unwraps)*
                ::core::result::Result::Ok(Self { #(#idents,)* extra })
            }

            fn write<M>(&self, map: &mut M) -> ::core::result::Result<(), M::Error>
            where
                M: ::telnyx_ai_core::__private::serde::ser::SerializeMap,
            {
                #(#writes)*
                ::telnyx_ai_core::__private::write_extra(&self.extra, map)
            }
        }
    }
}

/// The variable that a field is read into.
fn slot(member: &Member<'_>) -> TokenStream {
    let (ident, ty) = (member.ident, member.ty);
    match member.presence {
        Presence::Required(_) => quote! {
            let mut #ident: ::core::option::Option<#ty> = ::core::option::Option::None;
        },
        _ => quote!(let mut #ident: #ty = ::core::default::Default::default();),
    }
}

/// What a required field ends the read with where it was missing.
fn unwrap(member: &Member<'_>) -> TokenStream {
    let (ident, wire) = (member.ident, &member.wire);
    quote! {
        let #ident = #ident.ok_or_else(|| {
            <A::Error as ::telnyx_ai_core::__private::serde::de::Error>::missing_field(#wire)
        })?;
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
