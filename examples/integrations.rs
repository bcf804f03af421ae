//! Integrations: the catalogue, and how an assistant gets tools from it.
//!
//! ```sh
//! cargo run --example integrations              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET /ai/integrations`, `GET /ai/integrations/{integration_id}`.

use std::process::ExitCode;

use telnyx_ai::assistants::types::{AttachedIntegration, CreateAssistant};
use telnyx_ai::integrations::IntegrationStatus;
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Integrations: the catalogue, and tools from it.").or_live().run(integrations).await
}

async fn integrations(stage: &Stage) -> Outcome {
    let (assistants, integrations) = (stage.telnyx.assistants(), stage.telnyx.integrations());

    stage.step("List the catalogue");
    let catalogue = integrations.list().await?;
    for entry in &catalogue {
        note!("{} ({}): {}", entry.display_name, entry.status, entry.description);
    }

    stage.step("Read one entry: one that the account is connected to, if there is any");
    let connected = catalogue.iter().find(|entry| entry.status == IntegrationStatus::Connected);
    let Some(entry) = connected.or(catalogue.first()) else {
        note!("the catalogue is empty");
        return Ok(());
    };
    let entry = integrations.retrieve(&entry.id).await?;
    note!("{} has {:?}", entry.display_name, entry.available_tools);

    if entry.status != IntegrationStatus::Connected {
        note!("it is not connected: connections are made in the Telnyx portal");
        return Ok(());
    }
    stage.step("Let an assistant use one tool of it");
    let attached = AttachedIntegration::new(&entry.id).with_allowed_list(entry.available_tools.first());
    let request = CreateAssistant::new("Sales", "You talk to customers.").with_integrations([attached]);
    let sales = assistants.create(request).await?;
    stage.cleanup.at_the_end(&sales.id, assistants.delete(&sales.id));
    for attached in sales.integrations.iter().flatten() {
        note!("{} may use {:?} of {}", sales.name, attached.allowed_list, attached.integration_id);
    }
    Ok(())
}
