#![doc = include_str!("../README.md")]

mod attributes;
mod member;
mod object;
mod open_enum;
mod serde_impls;
mod union;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Reads and writes a struct as a JSON object, keeping unknown fields in its last field, `extra: Extra`.
///
/// Writes `FromJson` and `Field`, `Serialize`, `Deserialize`, `telnyx_ai_core::Object`, `new` (the required fields in order), a
/// `with_…` for each `Option` and `Nullable` field and a `clear_…` for each `Nullable` one; `Default` too where nothing is required.
///
/// `#[wire("name")]` gives a field's name on the wire; `#[wire(initial = value)]` what `new` puts into an
/// optional field; `#[wire(open)]` on `extra` says that the API lets any field stand there, so that none counts as unknown.
#[proc_macro_derive(Object, attributes(wire))]
pub fn object(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), object::derive)
}

/// Reads and writes an enum of strings, keeping a value it does not know in its last variant, `Unknown(UnknownValue)`.
///
/// A variant's name on the wire is its own in snake case, or what `#[wire("name")]` says.
#[proc_macro_derive(OpenEnum, attributes(wire))]
pub fn open_enum(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), open_enum::derive)
}

/// Reads and writes an enum of objects told apart by a tag, keeping a member it does not know in its last
/// variant, `Unknown(UnknownMember)`.
///
/// `#[wire(tag = "type")]` on the enum names the tag; with `inside` the tag is an optional field of the members
/// themselves, and where it is absent the first member whose required fields are all there is read.
#[proc_macro_derive(Union, attributes(wire))]
pub fn union(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), union::derive)
}

fn expand(input: DeriveInput, derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    derive(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
