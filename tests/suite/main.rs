//! Everything that crosses the crates of telnyx-ai, over real HTTP to servers on this machine, or over transports that
//! have no network at all.
#![allow(clippy::unwrap_used)]

mod contract;
mod wire;
