#![doc = include_str!("../README.md")]

mod app;
pub mod assumptions;
mod clock;
mod domain;
mod emulator;
mod http;
mod judge;
mod outgoing;
mod quotes;
mod responder;
mod runner;
mod store;

pub use assumptions::{Assumptions, TexmlContentType, ValidationShape};
pub use emulator::{Builder, Emulator, InProcess, InProcessFuture, StartError};
pub use judge::{Criterion, Judge, PhraseJudge, Trial, Verdict};
pub use responder::{EchoResponder, Reply, Responder, Turn};
