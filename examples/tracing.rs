//! Log the calls of the client with `tracing`, including a retry.
//!
//! On the real API, the example sends one request, which is free of charge.
//!
//! ```sh
//! cargo run --example tracing
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = { version = "0.1", features = ["tracing"] }
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! tracing-subscriber = "0.3"
//! ```

use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::{Emulator, Fault};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Each call logs one event at its end, and one for each retry. Neither has secrets or bodies.
    tracing_subscriber::fmt().with_writer(std::io::stdout).init();

    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let (telnyx, emulator) = if std::env::var_os("TELNYX_API_KEY").is_some() {
        (Telnyx::from_env()?, None)
    } else {
        let emulator = Emulator::in_process()?;
        (Telnyx::new(Client::builder().api_key("any").transport(emulator.clone()).build()?), Some(emulator))
    };

    // Only the emulator can inject a fault: the first attempt gets a 503, and the client repeats it.
    if let Some(emulator) = &emulator {
        emulator.faults().add(Fault::on("GET", "/ai/assistants").status(503).times(1));
    }
    println!("{} assistants", telnyx.assistants().list().await?.len());

    // A call that fails logs a warning.
    if let Err(error) = telnyx.assistants().retrieve("assistant-unknown").await {
        println!("{error}");
    }
    Ok(())
}
