//! `derive(Object)`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Field, Fields, Ident, LitStr, Type, spanned::Spanned};

use crate::attributes::{Wire, arguments_of, is_one_of};

/// How a field may be missing.
enum Presence<'f> {
    Required(&'f Type),
    Optional(&'f Type),
    Nullable(&'f Type),
}

struct Member<'f> {
    ident: &'f Ident,
    ty: &'f Type,
    wire: LitStr,
    initial: Option<syn::Expr>,
    presence: Presence<'f>,
}

impl<'f> Member<'f> {
    fn of(field: &'f Field) -> syn::Result<Self> {
        let wire = Wire::of(&field.attrs)?;
        let ident = field
            .ident
            .as_ref()
            .ok_or_else(|| syn::Error::new(field.span(), "Object is for structs with named fields"))?;
        let inner = |outer| arguments_of(&field.ty, outer).and_then(|a| a.first().copied());
        let presence = match (inner("Option"), inner("Nullable")) {
            (Some(ty), _) => Presence::Optional(ty),
            (_, Some(ty)) => Presence::Nullable(ty),
            _ => Presence::Required(&field.ty),
        };
        Ok(Self { ident, ty: &field.ty, wire: wire.name_or(ident.to_string()), initial: wire.initial, presence })
    }

    fn required(&self) -> bool {
        matches!(self.presence, Presence::Required(_))
    }

    /// The type of one value, without its `Option` or `Nullable`.
    fn value(&self) -> &'f Type {
        match self.presence {
            Presence::Required(ty) | Presence::Optional(ty) | Presence::Nullable(ty) => ty,
        }
    }

    /// The next value of the map, as this field's type. Whole numbers may come as `28.0`.
    fn read(&self) -> TokenStream {
        let whole = is_one_of(self.value(), &["u8", "u16", "u32", "u64", "i32", "i64"]);
        let value = self.value();
        match (&self.presence, whole) {
            (_, false) => quote!(map.next_value()?),
            (Presence::Required(_), true) => {
                quote!(map.next_value::<::telnyx_ai_core::__private::Whole<#value>>()?.0)
            }
            (Presence::Optional(_), true) => quote! {
                map.next_value::<::core::option::Option<::telnyx_ai_core::__private::Whole<#value>>>()?.map(|n| n.0)
            },
            (Presence::Nullable(_), true) => quote! {
                map.next_value::<::telnyx_ai_core::Nullable<::telnyx_ai_core::__private::Whole<#value>>>()?.map(|n| n.0)
            },
        }
    }

    fn write(&self) -> TokenStream {
        let Self { ident, wire, .. } = self;
        match self.presence {
            Presence::Required(_) => quote!(map.serialize_entry(#wire, &self.#ident)?;),
            Presence::Optional(_) => quote! {
                if let ::core::option::Option::Some(value) = &self.#ident {
                    map.serialize_entry(#wire, value)?;
                }
            },
            Presence::Nullable(_) => quote! {
                if !self.#ident.is_absent() {
                    map.serialize_entry(#wire, &self.#ident)?;
                }
            },
        }
    }

    /// The type that `new` and `with_…` take, and what makes a value of it.
    fn argument(&self) -> (TokenStream, TokenStream) {
        let Self { ident, .. } = self;
        let ty = self.value();
        if is_one_of(ty, &["bool", "u8", "u16", "u32", "u64", "i32", "i64", "f64"]) {
            return (quote!(#ty), quote!(#ident));
        }
        if let Some([item]) = arguments_of(ty, "Vec").as_deref() {
            return (
                quote!(impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<#item>>),
                quote!(#ident.into_iter().map(::core::convert::Into::into).collect()),
            );
        }
        if let Some([key, value]) = arguments_of(ty, "BTreeMap").as_deref() {
            return (
                quote! {
                    impl ::core::iter::IntoIterator<
                        Item = (impl ::core::convert::Into<#key>, impl ::core::convert::Into<#value>)
                    >
                },
                quote!(#ident.into_iter().map(|(k, v)| (k.into(), v.into())).collect()),
            );
        }
        (quote!(impl ::core::convert::Into<#ty>), quote!(#ident.into()))
    }

    fn setter(&self) -> TokenStream {
        let Self { ident, wire, .. } = self;
        let (argument, value) = self.argument();
        let some = match self.presence {
            Presence::Required(_) => return TokenStream::new(),
            Presence::Optional(_) => quote!(::core::option::Option::Some),
            Presence::Nullable(_) => quote!(::telnyx_ai_core::Nullable::Value),
        };
        let name = format_ident!("with_{}", ident);
        let doc = format!("Sets `{}`; see [the field](Self::{ident}).", wire.value());
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #name(mut self, #ident: #argument) -> Self {
                self.#ident = #some(#value);
                self
            }
        }
    }

    /// What `new` puts into the field.
    fn initial(&self) -> TokenStream {
        let ident = self.ident;
        let value = match (&self.presence, &self.initial) {
            (Presence::Required(_), _) => self.argument().1,
            (Presence::Optional(_), Some(value)) => quote!(::core::option::Option::Some(#value)),
            (Presence::Nullable(_), Some(value)) => quote!(::telnyx_ai_core::Nullable::Value(#value)),
            (Presence::Optional(_), None) => quote!(::core::option::Option::None),
            (Presence::Nullable(_), None) => quote!(::telnyx_ai_core::Nullable::Absent),
        };
        quote!(#ident: #value)
    }
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => &fields.named,
            _ => return Err(syn::Error::new(name.span(), "Object is for structs with named fields")),
        },
        _ => return Err(syn::Error::new(name.span(), "Object is for structs")),
    };
    if fields.last().and_then(|f| f.ident.as_ref()).is_none_or(|i| i != "extra") {
        return Err(syn::Error::new(
            name.span(),
            "the last field of an Object is `pub extra: Extra`, where unknown fields are kept",
        ));
    }
    let members: Vec<Member<'_>> = fields.iter().take(fields.len() - 1).map(Member::of).collect::<syn::Result<_>>()?;

    // A generic envelope (`Data<T>`) asks of its parameter what serde asks.
    let (_, type_generics, _) = input.generics.split_for_impl();
    let bounds = |bound: TokenStream| {
        let parameters = input.generics.type_params().map(|p| &p.ident);
        quote!(where #(#parameters: #bound),*)
    };
    let parameters: Vec<_> = input.generics.type_params().map(|p| &p.ident).collect();
    let owned_bound = bounds(quote! {
        ::telnyx_ai_core::__private::serde::Serialize + ::telnyx_ai_core::__private::serde::de::DeserializeOwned
    });

    let constructor = constructor(name, &parameters, &type_generics, &members);
    let required = members.iter().filter(|m| m.required()).map(|m| &m.wire);
    let idents: Vec<_> = members.iter().map(|m| m.ident).collect();
    let slots = members.iter().map(|m| {
        let (ident, ty) = (m.ident, m.ty);
        match m.presence {
            Presence::Required(_) => quote! {
                let mut #ident: ::core::option::Option<#ty> = ::core::option::Option::None;
            },
            _ => quote!(let mut #ident: #ty = ::core::default::Default::default();),
        }
    });
    let arms = members.iter().map(|m| {
        let (ident, wire, read) = (m.ident, &m.wire, m.read());
        if m.required() {
            quote!(#wire => #ident = ::core::option::Option::Some(#read),)
        } else {
            quote!(#wire => #ident = #read,)
        }
    });
    let unwraps = members.iter().filter(|m| m.required()).map(|m| {
        let (ident, wire) = (m.ident, &m.wire);
        quote! {
            let #ident = #ident.ok_or_else(|| {
                <A::Error as ::telnyx_ai_core::__private::serde::de::Error>::missing_field(#wire)
            })?;
        }
    });
    let writes = members.iter().map(Member::write);
    let expecting = format!("an object ({name})");

    Ok(quote! {
        #constructor

        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::Object for #name #type_generics #owned_bound {
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
                        _ => extra.read(key, &mut map)?,
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
                self.extra.write(map)
            }
        }

        #[automatically_derived]
        impl<#(#parameters),*> ::telnyx_ai_core::__private::serde::Serialize for #name #type_generics #owned_bound {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: ::telnyx_ai_core::__private::serde::Serializer,
            {
                ::telnyx_ai_core::__private::serialize_object(self, serializer)
            }
        }

        #[automatically_derived]
        impl<'de, #(#parameters),*> ::telnyx_ai_core::__private::serde::Deserialize<'de> for #name #type_generics #owned_bound {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: ::telnyx_ai_core::__private::serde::Deserializer<'de>,
            {
                ::telnyx_ai_core::__private::deserialize_object(deserializer)
            }
        }
    })
}

/// `new`, the setters, and `Default` where nothing is required.
fn constructor(
    name: &Ident,
    parameters: &[&Ident],
    type_generics: &syn::TypeGenerics<'_>,
    members: &[Member<'_>],
) -> TokenStream {
    let required: Vec<_> = members.iter().filter(|m| m.required()).collect();
    let arguments = required.iter().map(|m| {
        let (ident, (argument, _)) = (m.ident, m.argument());
        quote!(#ident: #argument)
    });
    let initials = members.iter().map(Member::initial);
    let setters = members.iter().map(Member::setter);
    let doc = if required.is_empty() {
        format!("An empty `{name}`: nothing is required.")
    } else {
        format!("A `{name}` with what is required; the rest is set by `with_…` or on the fields.")
    };
    let default = required.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl<#(#parameters),*> ::core::default::Default for #name #type_generics {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(clippy::too_many_arguments)]
        impl<#(#parameters),*> #name #type_generics {
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
