//! What the tests of this package share: the wire contract, bodies built from it, servers that play the API, a
//! table of all operations with their types, and what a process uses.
//!
//! The tests themselves are in `suite/`.

mod answer;
pub mod contract;
pub mod examples;
pub mod fixed_server;
pub mod operations;
pub mod process;
pub mod scripted;
pub mod server;

pub use answer::Answer;

/// The code of README.md is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
