//! Tests of the program: each starts it against an emulator.

mod apply;
#[expect(dead_code, unreachable_pub, reason = "shared with the package of cross-crate tests")]
#[path = "../../../../tests/src/contract.rs"]
mod contract;
mod copies;
mod drift;
#[expect(dead_code, unreachable_pub, reason = "shared with the package of cross-crate tests")]
#[path = "../../../../tests/src/examples.rs"]
mod examples;
mod github_actions;
mod interruptions;
mod recreated;
mod rollout;
mod round_trip;
mod secrets;
mod support;
mod terminal;
mod testing;
mod validate;
