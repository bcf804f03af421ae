//! Spans of calls and attempts, with OpenTelemetry's names for HTTP.
//!
//! ```sh
//! cargo run --example tracing
//! ```
//!
//! With the feature `tracing`, each call is a span and each attempt a span in it. No body and no secret is ever part
//! of one. Any subscriber takes them; this one prints each span when it closes.

use std::process::ExitCode;

use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Telnyx};
use telnyx_ai_emulator::{Emulator, Fault};
use telnyx_ai_examples::{Outcome, note};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

#[tokio::main]
async fn main() -> ExitCode {
    let printed = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(std::io::stdout)
        .without_time()
        .with_ansi(false)
        .with_target(false)
        // The SDK's own spans, without those of the HTTP client below and of the emulator.
        .with_filter(Targets::new().with_target("telnyx_ai_core", LevelFilter::DEBUG));
    tracing_subscriber::registry().with(printed).init();
    match traced_calls().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn traced_calls() -> Outcome {
    let emulator = Emulator::start().await?;
    let client = Client::builder().base_url(emulator.base_url()).api_key("any").build()?;
    let assistants = Telnyx::new(client).assistants();

    note!("A call that succeeds: one attempt, and a key that makes the create safe to repeat.");
    let assistant = assistants.create(CreateAssistant::new("Reception", "You answer the phone.")).await?;

    note!("A call that the server fails once: two attempts, the second with a resend count of 1.");
    emulator.faults().add(Fault::on("GET", "/ai/assistants/*").status(503).times(1));
    assistants.retrieve(&assistant.id).await?;

    note!("A call that fails for good: its span has the error's type.");
    if let Err(error) = assistants.retrieve("assistant-of-nobody").await {
        note!("{error}");
    }
    Ok(())
}
