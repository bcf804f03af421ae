//! Limit and log the requests of a client with tower layers, and send many requests at once.
//!
//! This is free of charge on the real API. The example only reads.
//!
//! ```sh
//! cargo run --example tower_layers
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = { version = "0.1", features = ["rate-limit"] }
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! http = "1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! tower = { version = "0.5", features = ["limit", "util"] }
//! ```

use std::time::Instant;

use telnyx_ai::{Body, Client, RateLimitLayer, Telnyx, TransportService, prelude::*};
use telnyx_ai_emulator::Emulator;
use tokio::task::JoinSet;
use tower::layer::layer_fn;
use tower::limit::ConcurrencyLimitLayer;
use tower::{ServiceExt as _, service_fn};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Layers see each attempt of a call. A layer that is added later wraps the layers before it.
    let mut client = Client::builder()
        .layer(layer_fn(|inner: TransportService| service_fn(move |request| log(inner.clone(), request))))
        .layer(RateLimitLayer::with_burst(20, 10)) // 20 requests per second, after 10 at once
        .layer(ConcurrencyLimitLayer::new(3)); // 3 requests at the same time

    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    if std::env::var_os("TELNYX_API_KEY").is_none() {
        client = client.api_key("any").transport(Emulator::in_process()?);
    }
    let telnyx = Telnyx::new(client.build()?);

    // A call is a future, so it can be spawned.
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        calls.spawn(telnyx.assistants().list());
    }
    while let Some(result) = calls.join_next().await {
        result??;
    }
    println!("20 requests in {:.1?}", start.elapsed());
    Ok(())
}

/// Sends a request and prints its status.
async fn log(
    inner: TransportService,
    request: http::Request<Body>,
) -> Result<http::Response<Body>, telnyx_ai::BoxError> {
    let line = format!("{} {}", request.method(), request.uri().path());
    let response = inner.oneshot(request).await?;
    println!("{line}: {}", response.status());
    Ok(response)
}
