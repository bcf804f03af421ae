#![doc = include_str!("../README.md")]

mod attributes;
mod member;
mod object;
mod open_enum;
mod serde_impls;
mod union;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives serde for a struct of a JSON object and keeps unknown fields.
///
/// The last field must be `extra: Extra`, which keeps the unknown fields.
///
/// The derive implements `Serialize`, a streaming `Deserialize` and `telnyx_ai_core::Object`. It generates the constructor `new`, a
/// setter `with_…` for each `Option` and `Nullable` field, and `clear_…` for each `Nullable` field. If no field is required, it
/// implements `Default`. `new` takes the required fields in order. If more than three of them are text, it takes a struct of the
/// required fields, whose name is that of the type with `Required` appended.
///
/// | attribute | effect |
/// |---|---|
/// | `#[wire("name")]` | sets the wire name of a field |
/// | `#[wire(initial = value)]` | sets the value that `new` gives to an optional field |
/// | `#[wire(into)]` | the setter of a list converts the items by `Into` |
/// | `#[wire(open)]` on `extra` | the API accepts any field, so that none counts as unknown |
#[proc_macro_derive(Object, attributes(wire))]
pub fn object(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), object::derive)
}

/// Derives serde for an enum of strings that keeps unknown values.
///
/// The last variant must be `Unknown(UnknownValue)`, which keeps unknown values. The wire name of a variant is its Rust name in
/// snake case, or the name in `#[wire("name")]`.
#[proc_macro_derive(OpenEnum, attributes(wire))]
pub fn open_enum(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), open_enum::derive)
}

/// Derives serde for an enum of tagged objects that keeps unknown members.
///
/// The last variant must be `Unknown(UnknownMember)`, which keeps unknown members. `#[wire(tag = "type")]` on the enum sets the name
/// of the tag. With `inside`, the tag is an optional field of the members. If it is absent, the object becomes the first member
/// whose required fields are all present.
#[proc_macro_derive(Union, attributes(wire))]
pub fn union(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), union::derive)
}

fn expand(input: DeriveInput, derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
