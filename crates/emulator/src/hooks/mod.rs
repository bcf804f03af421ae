//! The traits that users implement to customize the emulator.

mod callee;
mod insight;
mod judge;
mod responder;

pub use callee::{AnsweringCallee, Callee};
pub use insight::Insight;
pub use judge::{Criterion, Judge, PhraseJudge, Trial, Verdict};
pub use responder::{EchoResponder, Reply, Responder, ToolUse};
