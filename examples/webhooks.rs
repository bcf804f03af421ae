//! Webhooks from Telnyx, served with axum: the variables of a conversation, and a webhook tool.
//!
//! ```sh
//! cargo run --example webhooks
//! ```
//!
//! The emulator plays Telnyx: it signs what it sends, and the handlers take nothing that is not signed.

use std::net::Ipv4Addr;
use std::process::ExitCode;

use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use telnyx_ai::JsonObject;
use telnyx_ai::assistants::types::{CreateAssistant, ParameterSchema, Webhook};
use telnyx_ai::assistants::{ChatRequest, CreateConversation};
use telnyx_ai::prelude::*;
use telnyx_ai_emulator::{Emulator, Reply, Signer, Turn};
use telnyx_ai_examples::{Example, Outcome, Stage, note};
use telnyx_ai_webhooks::{EventData, InitializationReply, ToolCallRequest, Verified, Verifier, WebhookEvent};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let telnyx = Signer::generate();
    let public_key = telnyx.public_key_base64();
    let emulator = Emulator::builder().webhook_signer(telnyx).responder(agent);
    Example::new("Webhooks from Telnyx, served with axum.")
        .on(emulator)
        .run(async |stage: &Stage| webhooks(stage, &public_key).await)
        .await
}

async fn webhooks(stage: &Stage, public_key: &str) -> Outcome {
    stage.step("Serve two webhooks; a request that Telnyx did not sign gets 401");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let app = Router::new()
        .route("/start", post(variables))
        .route("/orders", post(order_status))
        .with_state(Verifier::new(public_key)?);
    let server = tokio::spawn(axum::serve(listener, app).into_future());
    note!("on {url}, for the public key {public_key}");

    stage.step("An assistant that asks the first for its variables, and has the second as a tool");
    let order = JsonObject::from([("order", json!({"type": "string"}))]);
    let lookup = Webhook::new("order_status", "Looks up an order.", format!("{url}/orders"))
        .with_body_parameters(ParameterSchema::new().with_properties(order).with_required(["order"]));
    let request = CreateAssistant::new("Orders", "You know where orders are.")
        .with_greeting("Hello {{customer}}! Which order is it?")
        .with_dynamic_variables_webhook_url(format!("{url}/start"))
        .with_tools([lookup.into()]);
    let assistant = stage.telnyx.assistants().create(request).await?;

    stage.step("The conversation starts: the greeting has the variable of the first webhook");
    let talk = stage.telnyx.conversations().create(CreateConversation::new()).await?;
    let reply = stage.telnyx.assistants().chat(&assistant.id, ChatRequest::new(&talk.id, "Hi!")).await?;
    note!("{}", reply.content);

    stage.step("The assistant calls its tool: the answer of the second webhook is in the reply");
    let reply = stage.telnyx.assistants().chat(&assistant.id, ChatRequest::new(&talk.id, "Where is 4711?")).await?;
    note!("{}", reply.content);

    server.abort();
    Ok(())
}

/// The first webhook: a conversation starts.
async fn variables(Verified(event): Verified<WebhookEvent>) -> InitializationReply {
    if let EventData::Initialization(start) = &event.data {
        note!("webhook: a conversation starts on {:?}", start.payload.telnyx_conversation_channel);
    }
    InitializationReply::new().with_variable("customer", "Ada")
}

/// The second webhook: an assistant calls a tool.
async fn order_status(Verified(call): Verified<ToolCallRequest>) -> Json<Value> {
    note!("webhook: a tool is called with {:?}", call.arguments);
    Json(json!({"order": call.arguments["order"], "status": "out for delivery"}))
}

/// Stands in for the model: calls the tool when it is asked about an order, and tells what came back.
fn agent(turn: &Turn) -> Reply {
    if let Some(answer) = turn.answers.last() {
        return Reply::new(format!("I looked it up: {}", answer.content));
    }
    match turn.content.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty()) {
        Some(order) => Reply::calling("order_status", JsonObject::from([("order", order.into())]).into_map()),
        None => Reply::new(turn.greeting.clone().unwrap_or_default()),
    }
}
