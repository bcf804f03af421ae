//! Code generation for a field of an object.
//!
//! The code reads and writes the field, and defines the argument of `new` and the setters.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Field, Ident, LitStr, Type, spanned::Spanned};

use crate::attributes::{Wire, arguments_of, is_one_of};

/// Whether a field can be absent or `null`.
pub(crate) enum Presence<'f> {
    Required(&'f Type),
    Optional(&'f Type),
    Nullable(&'f Type),
}

pub(crate) struct Member<'f> {
    pub(crate) ident: &'f Ident,
    pub(crate) wire: LitStr,
    pub(crate) initial: Option<syn::Expr>,
    /// Whether the items of a list are converted by `Into`.
    pub(crate) into: bool,
    pub(crate) presence: Presence<'f>,
}

impl<'f> Member<'f> {
    pub(crate) fn of(field: &'f Field) -> syn::Result<Self> {
        let wire = Wire::of(&field.attrs)?;
        if wire.open || wire.inside || wire.tag.is_some() {
            return Err(syn::Error::new(
                field.span(),
                "`#[wire(…)]` of a field accepts a name, `initial = …` and `into`; put `open` on `extra`",
            ));
        }
        let ident = field.ident.as_ref().ok_or_else(|| {
            syn::Error::new(field.span(), "`Object` can only be derived for structs with named fields")
        })?;
        let inner = |outer| arguments_of(&field.ty, outer).and_then(|a| a.first().copied());
        let presence = match (inner("Option"), inner("Nullable")) {
            (Some(ty), _) => Presence::Optional(ty),
            (_, Some(ty)) => Presence::Nullable(ty),
            _ => Presence::Required(&field.ty),
        };
        Ok(Self {
            ident,
            wire: wire.name_or(ident.unraw().to_string()),
            initial: wire.initial,
            into: wire.into,
            presence,
        })
    }

    pub(crate) fn required(&self) -> bool {
        matches!(self.presence, Presence::Required(_))
    }

    /// The type of one value, without its `Option` or `Nullable`.
    pub(crate) fn value(&self) -> &'f Type {
        match self.presence {
            Presence::Required(ty) | Presence::Optional(ty) | Presence::Nullable(ty) => ty,
        }
    }

    /// Whether the value is an integer, which services may send as `28.0`.
    fn is_integer(&self) -> bool {
        is_one_of(self.value(), &["u8", "u16", "u32", "u64", "i32", "i64"])
    }

    /// Whether the value is text.
    pub(crate) fn is_text(&self) -> bool {
        is_one_of(self.value(), &["String", "Timestamp", "Secret"])
    }

    /// The local variable that holds the value while the object is read.
    pub(crate) fn local(&self) -> Ident {
        format_ident!("field_{}", self.ident.unraw())
    }

    /// Reads the field from `fields`.
    pub(crate) fn read(&self) -> TokenStream {
        let method = match self.presence {
            Presence::Required(_) => quote!(required),
            Presence::Optional(_) => quote!(optional),
            Presence::Nullable(_) => quote!(nullable),
        };
        if self.is_integer() {
            quote!(fields.#method()?.map(|::telnyx_ai_core::__private::Whole(number)| number))
        } else {
            quote!(fields.#method()?)
        }
    }

    /// The value of the field after the object was read.
    pub(crate) fn finish(&self) -> TokenStream {
        let (local, wire) = (self.local(), &self.wire);
        match self.presence {
            Presence::Required(_) => quote!(::telnyx_ai_core::__private::required(#local, #wire)?),
            Presence::Optional(_) | Presence::Nullable(_) => quote!(#local),
        }
    }

    /// Whether the field has a value to serialize.
    pub(crate) fn is_set(&self) -> TokenStream {
        let ident = self.ident;
        match self.presence {
            Presence::Required(_) => quote!(true),
            Presence::Optional(_) => quote!(self.#ident.is_some()),
            Presence::Nullable(_) => quote!(!self.#ident.is_absent()),
        }
    }

    /// Serializes the field, if it has a value.
    pub(crate) fn write(&self) -> TokenStream {
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

    /// The parameter type of `new` and `with_…`, and the conversion of the argument.
    pub(crate) fn argument(&self) -> (TokenStream, TokenStream) {
        let Self { ident, .. } = self;
        let ty = self.value();
        if is_one_of(ty, &["bool", "u8", "u16", "u32", "u64", "i32", "i64", "f64"]) {
            return (quote!(#ty), quote!(#ident));
        }
        if let Some([item]) = arguments_of(ty, "Vec").as_deref() {
            // A concrete item type lets the compiler infer it for `[Hangup::new().into(), webhook.into()]` and `[]`.
            return if self.into || is_one_of(item, &["String"]) {
                (
                    quote!(impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<#item>>),
                    quote!(#ident.into_iter().map(::core::convert::Into::into).collect()),
                )
            } else {
                (quote!(impl ::core::iter::IntoIterator<Item = #item>), quote!(#ident.into_iter().collect()))
            };
        }
        if is_one_of(ty, &["JsonObject"]) {
            return (
                quote! {
                    impl ::core::iter::IntoIterator<Item = (
                        impl ::core::convert::Into<::std::string::String>,
                        impl ::core::convert::Into<::telnyx_ai_core::__private::Value>,
                    )>
                },
                quote!(#ident.into_iter().collect()),
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
        if let Some([boxed]) = arguments_of(ty, "Box").as_deref() {
            return (quote!(impl ::core::convert::Into<#boxed>), quote!(::std::boxed::Box::new(#ident.into())));
        }
        (quote!(impl ::core::convert::Into<#ty>), quote!(#ident.into()))
    }

    /// The setter `with_…`, and `clear_…` for a nullable field.
    pub(crate) fn setter(&self) -> TokenStream {
        let Self { ident, wire, .. } = self;
        let (argument, value) = self.argument();
        let (some, clear) = match self.presence {
            Presence::Required(_) => return TokenStream::new(),
            Presence::Optional(_) => (quote!(::core::option::Option::Some), None),
            Presence::Nullable(_) => (quote!(::telnyx_ai_core::Nullable::Value), Some(self.clear_method())),
        };
        let name = format_ident!("with_{}", ident);
        let doc = format!("Sets [`{}`](Self::{ident}).", wire.value());
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #name(mut self, #ident: #argument) -> Self {
                self.#ident = #some(#value);
                self
            }
            #clear
        }
    }

    /// The method `clear_…` of a nullable field.
    fn clear_method(&self) -> TokenStream {
        let Self { ident, wire, .. } = self;
        let name = format_ident!("clear_{}", ident);
        let doc = format!("Sets [`{}`](Self::{ident}) to `null`, which clears it in an update.", wire.value());
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #name(mut self) -> Self {
                self.#ident = ::telnyx_ai_core::Nullable::Null;
                self
            }
        }
    }

    /// The value that `new` sets.
    pub(crate) fn initial(&self) -> TokenStream {
        let ident = self.ident;
        let value = match (&self.presence, &self.initial) {
            (Presence::Required(_), _) => self.argument().1,
            (Presence::Optional(_), Some(value)) => quote!(::core::option::Option::Some(#value)),
            (Presence::Nullable(_), Some(value)) => quote!(::telnyx_ai_core::Nullable::Value(#value)),
            (_, None) => quote!(::core::default::Default::default()),
        };
        quote!(#ident: #value)
    }
}
