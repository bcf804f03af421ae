//! Import: bring assistants over from another provider.
//!
//! ```sh
//! cargo run --example import
//! ```
//!
//! Calls: `POST /ai/assistants/import`.
//!
//! The service reads them there with your key for that provider, which it finds in an integration secret. The
//! emulator makes some up.

use std::process::ExitCode;

use telnyx_ai::assistants::ImportAssistants;
use telnyx_ai::assistants::types::{ImportProvider, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Import: bring assistants over from another provider.").run(import).await
}

async fn import(stage: &Stage) -> Outcome {
    let assistants = stage.telnyx.assistants();

    stage.step("Import all assistants of a provider");
    for imported in assistants.import(ImportAssistants::new(ImportProvider::ElevenLabs, "elevenlabs_key")).await? {
        note!("{}: {}", imported.id, imported.name);
    }

    stage.step("Import one of another, and see what came along");
    let one = ImportAssistants::new(ImportProvider::Retell, "retell_key").with_import_ids(["front-desk"]);
    let imported = assistants.import(one.clone()).await?.into_iter().next().ok_or("nothing was imported")?;
    let origin = imported.import_metadata.as_ref().ok_or("an import tells where it is from")?;
    note!("{} at {}", or_none(origin.import_id.as_ref()), or_none(origin.import_provider.as_ref()));
    note!("tools: {:?}", imported.tools.iter().flatten().map(|tool| tool.tag()).collect::<Vec<_>>());

    stage.step("Change it, and import it again: what the provider has wins");
    assistants.update(&imported.id, UpdateAssistant::new().with_greeting("Changed here.")).await?;
    for again in assistants.import(one).await? {
        note!("the same assistant: {}, greeting: {}", again.id == imported.id, or_none(again.greeting));
    }
    Ok(())
}
