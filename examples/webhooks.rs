//! Serve the webhooks of an assistant, and reject requests that Telnyx did not sign.
//!
//! On the real API, set TELNYX_PUBLIC_KEY to the public key of your account, and WEBHOOK_URL to a public address that leads
//! to 127.0.0.1:8080. Chats cost money.
//!
//! ```sh
//! cargo run --example webhooks
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! telnyx-ai-webhooks = { version = "0.1", features = ["axum"] }
//! axum = { version = "0.8", default-features = false, features = ["http1", "json", "tokio"] }
//! serde_json = "1"
//! tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
//! ```

use std::net::Ipv4Addr;

use axum::{Json, Router, routing::post};
use serde_json::{Value, json};
use telnyx_ai::assistants::types::{ParameterSchema, Webhook};
use telnyx_ai::assistants::{ChatRequest, CreateAssistant, CreateConversation, TestTool};
use telnyx_ai::{Client, JsonObject, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;
use telnyx_ai_webhooks::{EventData, InitializationReply, ToolCallRequest, Verified, Verifier, WebhookEvent};
use tokio::net::TcpListener;

/// A conversation starts: returns its variables.
async fn start(Verified(event): Verified<WebhookEvent>) -> InitializationReply {
    if let EventData::Initialization(start) = &event.data {
        println!("webhook: a conversation starts on {:?}", start.payload.telnyx_conversation_channel);
    }
    InitializationReply::new().with_variable("customer", "Ada")
}

/// The assistant calls its tool: returns the result.
async fn order_status(Verified(call): Verified<ToolCallRequest>) -> Json<Value> {
    println!("webhook: the tool is called with {:?}", call.arguments);
    Json(json!({"order": call.arguments["order"], "status": "out for delivery"}))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let (telnyx, public_key, port) = if std::env::var_os("TELNYX_API_KEY").is_some() {
        (Telnyx::from_env()?, std::env::var("TELNYX_PUBLIC_KEY")?, 8080)
    } else {
        let emulator = Emulator::in_process()?;
        let public_key = emulator.webhook_public_key();
        (Telnyx::new(Client::builder().api_key("any").transport(emulator).build()?), public_key, 0)
    };

    // `Verified` checks the signature of a request with the `Verifier`. Without a valid one, the response is 401.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let url = std::env::var("WEBHOOK_URL").unwrap_or(format!("http://{}", listener.local_addr()?));
    let app = Router::new()
        .route("/start", post(start))
        .route("/orders", post(order_status))
        .with_state(Verifier::new(&public_key)?);
    tokio::spawn(axum::serve(listener, app).into_future());

    let parameters = JsonObject::from([("order", json!({"type": "string"}))]);
    let lookup = Webhook::new("order_status", "Looks up an order.", format!("{url}/orders"))
        .with_body_parameters(ParameterSchema::new().with_properties(parameters).with_required(["order"]));
    let request = CreateAssistant::new("Orders", "You know where orders are.")
        .with_greeting("Hello {{customer}}! Which order is it?")
        .with_dynamic_variables_webhook_url(format!("{url}/start"))
        .with_tools([lookup.into()]);
    let assistant = telnyx.assistants().create(request).await?;

    // The greeting has the variable of the first webhook.
    let conversation = telnyx.conversations().create(CreateConversation::new()).await?;
    let reply = telnyx.assistants().chat(&assistant.id, ChatRequest::new(&conversation.id, "Hi!")).await?;
    println!("{}", reply.content);

    // Call the tool as the assistant would.
    let arguments = TestTool::new().with_arguments(JsonObject::from([("order", json!("4711"))]));
    let result = telnyx.assistant_tools().test(&assistant.id, "order_status", arguments).await?;
    println!("{} {}", result.status_code, result.response);

    telnyx.assistants().delete(&assistant.id).await?;
    Ok(())
}
