#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod access;
mod app;
pub mod assumptions;
#[cfg(feature = "console")]
mod console;
mod dialogue;
mod domain;
mod emulator;
mod faults;
mod hooks;
mod http;
mod ids;
mod json;
mod outbound;
mod path_pattern;
mod phrases;
mod request_log;
mod scheduler;
mod scripts;
mod seed;
mod store;
mod time;

pub use assumptions::{Assumptions, TexmlContentType, ValidationShape};
pub use domain::{
    calls::{CallOutcome, PlacedCall},
    turn::{ToolAnswer, Turn},
};
pub use emulator::{Builder, Emulator, InProcess, StartError};
pub use faults::{Fault, Faults};
pub use hooks::{
    AnsweringCallee, Callee, Criterion, EchoResponder, Insight, Judge, PhraseJudge, Reply, Responder, ToolUse, Trial,
    Verdict,
};
pub use outbound::llm::Llm;
pub use request_log::{Direction, LoggedRequest};
pub use scheduler::{calls::Calls, clock::Clock};
pub use scripts::{ScriptProblem, Scripts};
pub use seed::{Seed, SeedError, SeedIssue};
pub use telnyx_ai_webhooks::Signer;
pub use time::TimeError;
