//! The shared tools of one assistant: give it one, try it, take it away.
//!
//! ```sh
//! cargo run --example assistant_tools
//! ```
//!
//! Calls: `PUT` and `DELETE /ai/assistants/{assistant_id}/tools/{tool_id}`, `POST …/test`.

use std::process::ExitCode;

use serde_json::json;
use telnyx_ai::JsonObject;
use telnyx_ai::assistants::types::{CreateAssistant, Webhook};
use telnyx_ai::assistants::{CreateSharedTool, TestTool};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, ParcelDesk, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("The shared tools of one assistant: give it one, try it, take it away.").run(assistant_tools).await
}

async fn assistant_tools(stage: &Stage) -> Outcome {
    let tools = stage.telnyx.assistant_tools();
    let webhooks = ParcelDesk::start().await?;
    let definition = include_str!("data/track_parcel.json").replace("${WEBHOOK_SERVER}", &webhooks.url);
    let definition: Webhook = serde_json::from_str(&definition)?;
    let request = CreateSharedTool::from_tool("Track a parcel", definition)?;
    let tool = stage.telnyx.tools().create(request).await?;
    let desk = stage.telnyx.assistants().create(CreateAssistant::new("Desk", "Track parcels.")).await?;

    stage.step("Give the assistant a shared tool");
    tools.add(&desk.id, &tool.id).await?;
    let shown = stage.telnyx.assistants().retrieve(&desk.id).await?;
    note!("{} tool(s)", shown.tools.map_or(0, |tools| tools.len()));

    stage.step("Try it: the webhook is called for real, with the arguments that a model would come up with");
    let trial = TestTool::new().with_arguments(JsonObject::from([("parcel_id", json!("SP-1001"))]));
    let result = tools.test(&desk.id, &tool.id, trial).await?;
    note!("success: {}, status {}, {}", result.success, result.status_code, result.content_type);
    note!("{}", result.response);

    stage.step("A webhook that can not be reached is a result, not an error");
    drop(webhooks);
    let trial = TestTool::new().with_arguments(JsonObject::from([("parcel_id", json!("SP-1001"))]));
    let result = tools.test(&desk.id, &tool.id, trial).await?;
    note!("success: {}, status {}, {}", result.success, result.status_code, result.response);

    stage.step("A required argument that is missing is an error, and says where");
    if let Err(error) = tools.test(&desk.id, &tool.id, TestTool::new()).await {
        note!("{error}");
        note!("at {:?}", error.errors().iter().filter_map(|error| error.pointer()).collect::<Vec<_>>());
    }

    stage.step("Take it away; the tool itself stays");
    tools.remove(&desk.id, &tool.id).await?;
    note!("{}", stage.telnyx.tools().retrieve(&tool.id).await?.id);
    Ok(())
}
