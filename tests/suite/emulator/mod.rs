//! The emulator through the SDK, over HTTP.

mod assistants;
mod canary_deploys;
mod chat;
mod errors;
mod every_operation;
mod idempotency;
mod integrations;
mod mcp_servers;
mod random_requests;
mod scheduled_events;
mod state;
mod testing;
mod tools;
mod versions;

use telnyx_ai::assistants::{Assistant, CreateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::{Client, Error, Telnyx};
use telnyx_ai_emulator::{Builder, Emulator};

/// An emulator with the SDK.
struct Api {
    emulator: Emulator,
    telnyx: Telnyx,
}

impl Api {
    async fn start() -> Self {
        Self::of(Emulator::builder()).await
    }

    async fn of(builder: Builder) -> Self {
        let emulator = builder.start().await.unwrap();
        let client = Client::builder().api_key("KEY").base_url(emulator.base_url()).build().unwrap();
        Self { emulator, telnyx: Telnyx::new(client) }
    }

    async fn assistant(&self) -> Assistant {
        self.telnyx.assistants().create(CreateAssistant::new("Support", "Help politely.")).await.unwrap()
    }
}

/// The status, the code and the pointer of an API error.
#[track_caller]
fn api_error<T: std::fmt::Debug>(result: Result<T, Error>) -> (u16, String, Option<String>) {
    let error = result.unwrap_err();
    let pointer = error.errors().first().and_then(|error| error.pointer()).map(str::to_owned);
    (error.status().unwrap().as_u16(), error.code().unwrap_or_default().to_owned(), pointer)
}
