//! The maintainer's tools.
//!
//! The vendor's API changes weekly, and the crates should know of it before their users do. Three things tell what the
//! API is, and here each is read into one model, an [`Api`](api::Api), so that any two can be compared:
//!
//! | what | read by |
//! |---|---|
//! | the vendor's OpenAPI document | [`openapi`] |
//! | the contract, `tests/contract/wire.json`, which is such a document without a sentence in it | [`openapi`] |
//! | the crates themselves: their types, and the calls that they make | [`code`] |
//!
//! `xtask drift` compares the document with the contract; a test of this package compares the contract with the code.
//!
//! Two more of its commands are gates: [`public_dependencies`] and [`oldest_rust`].

pub mod accepted;
pub mod api;
pub mod cargo;
pub mod code;
pub mod compare;
pub mod difference;
pub mod facts;
pub mod oldest_rust;
pub mod openapi;
pub mod public_dependencies;
pub mod report;
pub mod shape;
pub mod source;
