//! Shared parts of the tests in `suite/`.
//!
//! They include the wire contract, generated bodies, test servers, a table of all operations with their types, and the
//! resource usage of the process.

mod answer;
pub mod contract;
pub mod examples;
pub mod fixed_server;
pub mod operations;
pub mod process;
pub mod random_requests;
pub mod scripted;
pub mod server;

pub use answer::Answer;

/// The code of README.md is a doctest.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
