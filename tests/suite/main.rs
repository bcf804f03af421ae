//! Everything that crosses the crates of telnyx-ai, over real HTTP to servers on this machine, or over transports that
//! have no network at all.
#![allow(clippy::unwrap_used)]

mod allocations;
mod auto_traits;
mod blocking;
mod calls;
mod config;
mod contract;
mod emulator;
mod errors;
mod guide;
mod json;
mod memory;
mod mocks;
mod pager;
mod rate_limit;
mod retries;
mod secrets;
mod streams;
mod survival;
mod tls;
mod tracing;
mod transports;
mod wire;
