#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod agenda;
mod app;
pub mod assumptions;
mod calls;
mod clock;
#[cfg(feature = "console")]
mod console;
mod deliveries;
mod dialogue;
mod domain;
mod emulator;
mod faults;
mod flush;
mod http;
mod ids;
mod json;
mod judge;
mod masking;
mod outgoing;
mod pattern;
mod quotes;
mod request_log;
mod responder;
mod runner;
mod script;
mod seed;
mod server;
mod store;
mod webhooks;

pub use assumptions::{Assumptions, TexmlContentType, ValidationShape};
pub use calls::{CallOutcome, Callee, Calls, PicksUp, PlacedCall};
pub use clock::{Clock, NoTime};
pub use dialogue::llm::Llm;
pub use emulator::{Builder, Emulator, InProcess, InProcessFuture, StartError};
pub use faults::{Fault, Faults};
pub use judge::{Criterion, Judge, PhraseJudge, Trial, Verdict};
pub use request_log::{Direction, LoggedRequest};
pub use responder::{EchoResponder, Reply, Responder, ToolAnswer, ToolUse, Turn};
pub use script::{ScriptProblem, Scripts};
pub use seed::{Seed, SeedError, SeedIssue};
pub use telnyx_ai_webhooks::Signer;
