//! Share a webhook tool between assistants, and try it.
//!
//! This is free of charge on the real API. The example deletes what it creates. The real API cannot reach a server on this
//! machine, so the trial fails there: set TOOL_URL to a public address.
//!
//! ```sh
//! cargo run --example tools
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! axum = { version = "0.8", default-features = false, features = ["http1", "tokio"] }
//! serde_json = "1"
//! tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
//! ```

use std::net::Ipv4Addr;

use axum::extract::Path;
use axum::{Router, routing::get};
use serde_json::json;
use telnyx_ai::assistants::types::{HttpMethod, ParameterSchema, Webhook, WebhookTool};
use telnyx_ai::assistants::{CreateAssistant, CreateSharedTool, ListTools, SharedToolType, TestTool, UpdateSharedTool};
use telnyx_ai::{Client, JsonObject, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let (tools, assistant_tools) = (telnyx.tools(), telnyx.assistant_tools());

    // The endpoint of the tool.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = std::env::var("TOOL_URL").unwrap_or(format!("http://{}/parcels/{{parcel_id}}", listener.local_addr()?));
    let app = Router::new().route("/parcels/{parcel_id}", get(track));
    tokio::spawn(axum::serve(listener, app).into_future());

    // The model sets the parameters of a tool. Their description is a JSON schema.
    let parameters = ParameterSchema::new()
        .with_properties(JsonObject::from([(
            "parcel_id",
            json!({"type": "string", "description": "For example SP-1"}),
        )]))
        .with_required(["parcel_id"]);
    let webhook = Webhook::new("track", "Returns where a parcel is.", url)
        .with_method(HttpMethod::Get)
        .with_path_parameters(parameters);
    let request = CreateSharedTool::from_tool("Track a parcel", WebhookTool::new(webhook).with_timeout_ms(4_000))?;
    let track = tools.create(request).await?;
    println!("created {}", track.id);

    let changed = tools.update(&track.id, UpdateSharedTool::new().with_timeout_ms(2_500)).await?;
    println!("timeout: {:?} -> {:?} ms", track.timeout_ms, changed.timeout_ms);
    let mut webhooks = tools.list(ListTools::new().with_tool_type(SharedToolType::Webhook)).page_size(50);
    while let Some(tool) = webhooks.try_next().await? {
        println!("found {}: {}", tool.id, tool.display_name.unwrap_or_default());
    }

    // Give the tool to an assistant.
    let desk = telnyx.assistants().create(CreateAssistant::new("Parcel desk", "You track parcels.")).await?;
    assistant_tools.add(&desk.id, &track.id).await?;

    // Try it with arguments as a model would set them. A webhook that fails is a result, not an error.
    let arguments = TestTool::new().with_arguments(JsonObject::from([("parcel_id", json!("SP-1001"))]));
    let result = assistant_tools.test(&desk.id, &track.id, arguments).await?;
    println!("success: {}, status {}: {}", result.success, result.status_code, result.response);

    // A missing argument is an error, which names the field.
    if let Err(error) = assistant_tools.test(&desk.id, &track.id, TestTool::new()).await {
        println!("{error}");
    }

    // Take the tool from the assistant. It still exists, until it is deleted.
    assistant_tools.remove(&desk.id, &track.id).await?;
    println!("{} still exists", tools.retrieve(&track.id).await?.id);
    tools.delete(&track.id).await?;
    telnyx.assistants().delete(&desk.id).await?;
    Ok(())
}

async fn track(Path(parcel_id): Path<String>) -> String {
    format!("{parcel_id} is out for delivery")
}
