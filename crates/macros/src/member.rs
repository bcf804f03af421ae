//! A field of an object: how it is read, written, given to `new` and set.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Field, Ident, LitStr, Type, spanned::Spanned};

use crate::attributes::{Wire, arguments_of, is_one_of};

/// How a field may be missing.
pub(crate) enum Presence<'f> {
    Required(&'f Type),
    Optional(&'f Type),
    Nullable(&'f Type),
}

pub(crate) struct Member<'f> {
    pub(crate) ident: &'f Ident,
    pub(crate) wire: LitStr,
    pub(crate) initial: Option<syn::Expr>,
    pub(crate) presence: Presence<'f>,
}

impl<'f> Member<'f> {
    pub(crate) fn of(field: &'f Field) -> syn::Result<Self> {
        let wire = Wire::of(&field.attrs)?;
        if wire.open || wire.inside || wire.tag.is_some() {
            return Err(syn::Error::new(
                field.span(),
                "a field has a name and an `initial` value; `open` stands on `extra`",
            ));
        }
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
        Ok(Self { ident, wire: wire.name_or(ident.unraw().to_string()), initial: wire.initial, presence })
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

    /// The same without a `Box`.
    pub(crate) fn unboxed(&self) -> &'f Type {
        let value = self.value();
        arguments_of(value, "Box").and_then(|arguments| arguments.first().copied()).unwrap_or(value)
    }

    pub(crate) fn write(&self) -> TokenStream {
        let Self { ident, wire, .. } = self;
        match self.presence {
            Presence::Required(_) => quote!(::telnyx_ai_core::__private::write_field(map, #wire, &self.#ident)?;),
            Presence::Optional(_) => quote! {
                if let ::core::option::Option::Some(value) = &self.#ident {
                    ::telnyx_ai_core::__private::write_field(map, #wire, value)?;
                }
            },
            Presence::Nullable(_) => quote! {
                if !self.#ident.is_absent() {
                    ::telnyx_ai_core::__private::write_field(map, #wire, &self.#ident)?;
                }
            },
        }
    }

    /// The type that `new` and `with_…` take, and what makes a value of it.
    pub(crate) fn argument(&self) -> (TokenStream, TokenStream) {
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
        if let Some([boxed]) = arguments_of(ty, "Box").as_deref() {
            return (quote!(impl ::core::convert::Into<#boxed>), quote!(::std::boxed::Box::new(#ident.into())));
        }
        (quote!(impl ::core::convert::Into<#ty>), quote!(#ident.into()))
    }

    /// `with_…`, and what else there is to set the field by.
    pub(crate) fn setter(&self) -> TokenStream {
        let Self { ident, wire, .. } = self;
        let (argument, value) = self.argument();
        let (some, clear) = match self.presence {
            Presence::Required(_) => return TokenStream::new(),
            Presence::Optional(_) => (quote!(::core::option::Option::Some), None),
            Presence::Nullable(_) => (quote!(::telnyx_ai_core::Nullable::Value), Some(self.clearer())),
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
            #clear
        }
    }

    /// `clear_…`, for a field that may be `null`.
    fn clearer(&self) -> TokenStream {
        let Self { ident, wire, .. } = self;
        let name = format_ident!("clear_{}", ident);
        let doc =
            format!("Sets `{}` to `null`, which in an update clears it; see [the field](Self::{ident}).", wire.value());
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #name(mut self) -> Self {
                self.#ident = ::telnyx_ai_core::Nullable::Null;
                self
            }
        }
    }

    /// What `new` puts into the field.
    pub(crate) fn initial(&self) -> TokenStream {
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
