//! The derives behind the data types of the telnyx-ai crates. Depend on `telnyx-ai-core`, which re-exports them.
//!
//! | derive | for | what it keeps that serde's own derive would drop |
//! |---|---|---|
//! | [`Object`](derive@Object) | a JSON object | unknown fields, in `extra` |
//! | [`OpenEnum`](derive@OpenEnum) | a string from a list that grows | an unknown value, in `Unknown` |
//! | [`Union`](derive@Union) | an object told from others by a tag | an unknown member's JSON, in `Unknown` |
//!
//! They read a map entry by entry into the fields it names, without an intermediate value: `#[serde(flatten)]` would
//! buffer every object first.

mod attributes;
mod object;
mod open_enum;
mod union;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Reads and writes a struct as a JSON object, keeping unknown fields in its last field, `extra: Extra`.
///
/// Writes `Serialize`, `Deserialize`, `telnyx_ai_core::Object`, `new` (the required fields in order) and a
/// `with_…` for each `Option` and `Nullable` field; `Default` too where nothing is required.
///
/// `#[wire("name")]` gives a field's name on the wire; `#[wire(initial = value)]` what `new` puts into an
/// optional field.
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
