//! Connections: what the account is connected to, and how to disconnect.
//!
//! ```sh
//! cargo run --example connections
//! ```
//!
//! Calls: `GET /ai/integrations/connections`, `GET` and `DELETE /ai/integrations/connections/{user_connection_id}`.
//!
//! Connections are made in the Telnyx portal; the emulator has some from the start.

use std::process::ExitCode;

use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Connections: what the account is connected to, and how to disconnect.").run(connections).await
}

async fn connections(stage: &Stage) -> Outcome {
    let (integrations, connections) = (stage.telnyx.integrations(), stage.telnyx.connections());

    stage.step("List the connections");
    let all = connections.list().await?;
    for connection in &all {
        note!("{} leads to integration {}", connection.id, connection.integration_id);
    }
    let Some(first) = all.first() else {
        note!("there is none");
        return Ok(());
    };

    stage.step("Read one, and the integration it leads to");
    let connection = connections.retrieve(&first.id).await?;
    let integration = integrations.retrieve(&connection.integration_id).await?;
    note!("{} ({}): may use {:?}", integration.display_name, integration.status, connection.allowed_tools);

    stage.step("Disconnect");
    connections.delete(&connection.id).await?;
    let integration = integrations.retrieve(&connection.integration_id).await?;
    note!("{} ({})", integration.display_name, integration.status);

    stage.step("What is gone is a 404");
    if let Err(error) = connections.retrieve(&connection.id).await {
        note!("{error}");
    }
    Ok(())
}
