//! `derive(Object)`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Field, Fields, Ident};

use crate::attributes::Wire;
use crate::member::Member;
use crate::serde_impls::{Target, serde_impls};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let (fields, extra) = fields(input)?;
    let members: Vec<Member<'_>> = fields.into_iter().map(Member::of).collect::<syn::Result<_>>()?;
    check_names(&members)?;
    let is_open = Wire::of(&extra.attrs)?.open;
    let parameters: Vec<&Ident> = input.generics.type_params().map(|p| &p.ident).collect();
    let target = Target { name, parameters: &parameters };

    let constructor = constructor(&target, &members);
    let object = object(&target, &members, is_open);
    let serde = serde_impls(
        &target,
        &quote!(::telnyx_ai_core::__private::serialize_object(self, serializer)),
        &deserialize_body(&target, &members),
    );
    Ok(quote!(#constructor #object #serde))
}

/// Splits off the last field, which is `extra`.
fn fields(input: &DeriveInput) -> syn::Result<(Vec<&Field>, &Field)> {
    let error = |why| Err(syn::Error::new(input.ident.span(), why));
    let Data::Struct(data) = &input.data else {
        return error("`Object` can only be derived for structs");
    };
    let Fields::Named(named) = &data.fields else {
        return error("`Object` can only be derived for structs with named fields");
    };
    let mut fields: Vec<&Field> = named.named.iter().collect();
    match fields.pop() {
        Some(last) if last.ident.as_ref().is_some_and(|ident| ident == "extra") => Ok((fields, last)),
        _ => error("the last field must be `pub extra: Extra`, which keeps unknown fields"),
    }
}

fn check_names(members: &[Member<'_>]) -> syn::Result<()> {
    for (number, Member { wire, .. }) in members.iter().enumerate() {
        if members[..number].iter().any(|before| before.wire.value() == wire.value()) {
            return Err(syn::Error::new(wire.span(), format!("two fields have the wire name `{}`", wire.value())));
        }
    }
    Ok(())
}

/// The implementation of the trait `Object`.
fn object(target: &Target<'_>, members: &[Member<'_>], is_open: bool) -> TokenStream {
    let (name, parameters, bounds) = (target.name(), target.parameters, target.serialize_bounds());
    let required = members.iter().filter(|m| m.required()).map(|m| &m.wire);
    let names: Vec<_> = members.iter().map(|m| &m.wire).collect();
    let are_set = members.iter().map(Member::is_set);
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
                let is_set = |name: &str| match name {
                    #(#names => #are_set,)*
                    _ => false,
                };
                ::telnyx_ai_core::__private::write_extra(&self.extra, &[#(#names),*], &is_set, #is_open, map)
            }
        }
    }
}

/// The body of `deserialize`: a visitor that reads the fields one by one.
fn deserialize_body(target: &Target<'_>, members: &[Member<'_>]) -> TokenStream {
    let (name, parameters, bounds) = (target.name(), target.parameters, target.deserialize_bounds());
    let count = members.len();
    let names: Vec<_> = members.iter().map(|m| &m.wire).collect();
    let locals: Vec<_> = members.iter().map(Member::local).collect();
    let reads = members.iter().map(Member::read);
    let indices: Vec<_> = (0..count).collect();
    let finished = members.iter().map(Member::finish);
    let idents = members.iter().map(|m| m.ident);
    let expected = format!("an object ({})", target.name);
    quote! {
        struct Visitor<#(#parameters),*>(::core::marker::PhantomData<(#(#parameters,)*)>);

        impl<'de, #(#parameters),*> ::telnyx_ai_core::__private::serde::de::Visitor<'de> for Visitor<#(#parameters),*>
        #bounds
        {
            type Value = #name;

            fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#expected)
            }

            fn visit_map<A>(self, map: A) -> ::core::result::Result<Self::Value, A::Error>
            where
                A: ::telnyx_ai_core::__private::serde::de::MapAccess<'de>,
            {
                let mut seen = [false; #count];
                let index_of = |name: &str| match name {
                    #(#names => ::core::option::Option::Some(#indices),)*
                    _ => ::core::option::Option::None,
                };
                let mut fields = ::telnyx_ai_core::__private::Fields::new(map, &[#(#names),*], index_of, &mut seen);
                #(let mut #locals = ::core::default::Default::default();)*
                while let ::core::option::Option::Some(index) = fields.next_index()? {
                    match index {
                        #(#indices => #locals = #reads,)*
                        _ => {}
                    }
                }
                ::core::result::Result::Ok(Self::Value {
                    #(#idents: #finished,)*
                    extra: fields.into_extra(),
                })
            }
        }

        deserializer.deserialize_map(Visitor(::core::marker::PhantomData))
    }
}

/// The constructor `new`, the setters, and `Default` if no field is required.
fn constructor(target: &Target<'_>, members: &[Member<'_>]) -> TokenStream {
    let (name, parameters, plain) = (target.name(), target.parameters, target.name);
    let required: Vec<_> = members.iter().filter(|m| m.required()).collect();
    let initials = members.iter().map(Member::initial);
    let setters = members.iter().map(Member::setter);
    let (required_fields, arguments, unpacked) = if required.iter().filter(|m| m.is_text()).count() > MAX_TEXT_ARGUMENTS
    {
        let struct_name = format_ident!("{plain}Required");
        let idents: Vec<_> = required.iter().map(|m| m.ident).collect();
        let fields = required_fields(&struct_name, plain, &required);
        (Some(fields), quote!(required: #struct_name), Some(quote!(let #struct_name { #(#idents),* } = required;)))
    } else {
        let arguments = required.iter().map(|m| {
            let (ident, (argument, _)) = (m.ident, m.argument());
            quote!(#ident: #argument)
        });
        (None, quote!(#(#arguments),*), None)
    };
    let doc = if required.is_empty() {
        format!("Creates an empty `{plain}`. No field is required.")
    } else {
        format!("Creates a `{plain}` from its required fields. Set the others with `with_…` or directly.")
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
        #required_fields

        #[automatically_derived]
        #[allow(clippy::too_many_arguments)]
        impl<#(#parameters),*> #name {
            #[doc = #doc]
            #[must_use]
            pub fn new(#arguments) -> Self {
                #unpacked
                Self { #(#initials,)* extra: ::telnyx_ai_core::Extra::default() }
            }

            #(#setters)*
        }
        #default
    }
}

/// The maximum number of text arguments of `new`. With more, it takes a struct, so that they cannot be confused.
const MAX_TEXT_ARGUMENTS: usize = 3;

/// The struct of the required fields, which `new` takes.
fn required_fields(struct_name: &Ident, plain: &Ident, required: &[&Member<'_>]) -> TokenStream {
    let fields = required.iter().map(|m| {
        let (ident, ty) = (m.ident, m.value());
        let doc = format!("See [`{plain}::{ident}`].");
        quote! {
            #[doc = #doc]
            pub #ident: #ty
        }
    });
    let doc = format!("The required fields of [`{plain}`], for [`{plain}::new`].");
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone)]
        #[allow(clippy::exhaustive_structs)]
        pub struct #struct_name {
            #(#fields,)*
        }
    }
}
