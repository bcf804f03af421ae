//! Tests that span the crates of telnyx-ai.
//!
//! They use HTTP to loopback servers, or transports without a network.
#![allow(clippy::unwrap_used)]

mod allocations;
mod auto_traits;
mod blocking;
mod calls;
mod config;
mod contract;
mod data_types;
mod deadlines;
mod emulator;
mod errors;
mod guide;
mod http2;
mod lenient;
mod memory;
mod mocks;
mod pager;
mod proxies;
mod rate_limit;
mod retries;
mod secrets;
mod streams;
mod survival;
mod tls;
mod tracing;
mod transports;
mod wire;
