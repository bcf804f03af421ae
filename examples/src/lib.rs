//! What the examples share: where they run ([`Example`], [`Stage`]), how they print their steps ([`step!`], [`note!`]),
//! how they clean up ([`Cleanup`]), and a server for webhook tools to call ([`ParcelDesk`]).
//!
//! None of it is needed to use the SDK: a program of your own starts with `Telnyx::from_env()`.

mod cleanup;
mod parcel_desk;
mod print;
mod stage;
mod wire;

pub use cleanup::Cleanup;
pub use parcel_desk::ParcelDesk;
pub use print::{code, note, or_none};
pub use stage::{Example, Outcome, Stage};
