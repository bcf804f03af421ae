//! Tools that assistants share: list, create, read, change and delete them.
//!
//! ```sh
//! cargo run --example tools              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET` and `POST /ai/tools`; `GET`, `PATCH` and `DELETE /ai/tools/{tool_id}`.

use std::process::ExitCode;

use serde_json::json;
use telnyx_ai::JsonObject;
use telnyx_ai::assistants::types::{
    HttpMethod, ParameterSchema, UpdatableVariable, UpdateDynamicVariables, Webhook, WebhookTool,
};
use telnyx_ai::assistants::{CreateSharedTool, ListTools, SharedToolType, UpdateSharedTool};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Tools that assistants share.").or_live().run(tools).await
}

async fn tools(stage: &Stage) -> Outcome {
    let tools = stage.telnyx.tools();

    stage.step("Create a webhook");
    let order_id = JsonObject::from([("order_id", json!({"type": "string"}))]);
    let webhook = Webhook::new("order_status", "Looks up an order.", "https://shop.example.com/orders/{order_id}")
        .with_method(HttpMethod::Get)
        .with_path_parameters(ParameterSchema::new().with_properties(order_id));
    let request = CreateSharedTool::from_tool("Order status", WebhookTool::new(webhook).with_timeout_ms(4_000))?;
    let order_status = tools.create(request).await?;
    stage.cleanup.at_the_end(&order_status.id, tools.delete(&order_status.id));
    note!("{}: {}", order_status.id, or_none(order_status.display_name));

    stage.step("Create one that sets variables");
    let name = UpdatableVariable::new("customer_name").with_description("What the customer is called.");
    let remember = UpdateDynamicVariables::new("remember_name", "Call it once you know the name.", [name]);
    let remember = tools.create(CreateSharedTool::from_tool("Remember the name", remember)?).await?;
    stage.cleanup.at_the_end(&remember.id, tools.delete(&remember.id));
    note!("{}: {}", remember.id, or_none(remember.display_name));

    stage.step("List the webhooks");
    let mut webhooks = tools.list(ListTools::new().with_tool_type(SharedToolType::Webhook)).page_size(50);
    while let Some(tool) = webhooks.try_next().await? {
        note!("{}: {}", tool.id, or_none(tool.display_name));
    }

    stage.step("Read one, change its timeout, and read it again");
    let before = tools.retrieve(&order_status.id).await?;
    let after = tools.update(&order_status.id, UpdateSharedTool::new().with_timeout_ms(2_500)).await?;
    note!("{} -> {} ms", or_none(before.timeout_ms), or_none(after.timeout_ms));
    note!("the definition is as before: {}", before.tool_definition == after.tool_definition);

    stage.step("Delete both");
    tools.delete(&order_status.id).await?;
    tools.delete(&remember.id).await?;
    Ok(())
}
