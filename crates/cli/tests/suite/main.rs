//! Tests of the program: each starts it against an emulator.

mod apply;
mod drift;
mod interruptions;
mod rollout;
mod round_trip;
mod support;
mod validate;
