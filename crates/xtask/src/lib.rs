//! Tools for maintainers.
//!
//! The vendor's API changes weekly. Three sources describe it. All are read into the same model, an [`Api`](api::Api),
//! so that any two can be compared:
//!
//! | source | read by |
//! |---|---|
//! | the vendor's OpenAPI document, as far as the [`scope`] covers it | [`openapi`] |
//! | the contract, `tests/contract/wire.json`, which is such a document without descriptions | [`openapi`] |
//! | the crates: their types and calls | [`code`] |
//!
//! `xtask drift` compares the document with the contract, and a test of this package compares the contract with the
//! code. `xtask tables` generates the tables of operations and names in docs and tests from the contract and the code.
//!
//! Two other commands check dependencies: [`public_dependencies`] and [`oldest_rust`].

pub mod accepted;
pub mod api;
pub mod cargo;
pub mod code;
pub mod compare;
pub mod contract;
pub mod details;
pub mod difference;
pub mod oldest_rust;
pub mod openapi;
pub mod public_dependencies;
pub mod report;
pub mod scope;
pub mod shape;
pub mod source;
pub mod tables;
