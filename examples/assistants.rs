//! Assistants: list, create, read, change, copy and delete them.
//!
//! ```sh
//! cargo run --example assistants              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET` and `POST /ai/assistants`; `GET`, `POST` and `DELETE /ai/assistants/{assistant_id}`, `POST …/clone`,
//! `GET …/texml`.

use std::process::ExitCode;
use std::time::Duration;

use telnyx_ai::assistants::RetrieveAssistant;
use telnyx_ai::assistants::types::{CreateAssistant, EnabledFeature, Hangup, UpdateAssistant, VoiceSettings};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Assistants: list, create, read, change, copy and delete them.").or_live().run(assistants).await
}

async fn assistants(stage: &Stage) -> Outcome {
    let assistants = stage.telnyx.assistants();

    stage.step("Create one");
    let request = CreateAssistant::new("Reception", "You answer for {{company}}. Be brief.")
        .with_greeting("Hello, this is {{company}}.")
        .with_enabled_features([EnabledFeature::Telephony, EnabledFeature::Messaging])
        .with_voice_settings(VoiceSettings::new("Telnyx.KokoroTTS.af_heart"))
        .with_tools([Hangup::new().with_description("When the caller says goodbye.").into()]);
    let reception = assistants.create(request).await?;
    stage.cleanup.at_the_end(&reception.id, assistants.delete(&reception.id));
    note!("{}: {}", reception.id, reception.name);

    stage.step("List all; options of a call stand before its await");
    for found in assistants.list().timeout(Duration::from_secs(10)).max_retries(1).await? {
        note!("{}: {}", found.id, found.name);
    }

    stage.step("Read it");
    let read = assistants.retrieve(&reception.id).await?;
    note!("made at {}, version {}", read.created_at, or_none(read.version_id));

    stage.step("Read it as it is for a certain call");
    let call = RetrieveAssistant::new()
        .with_fetch_dynamic_variables_from_webhook(true)
        .with_from("+13125550199")
        .with_to("+13125550100");
    let read = assistants.retrieve_with(&reception.id, call).await?;
    note!("greeting: {}", or_none(read.greeting));

    stage.step("Change one field, and leave all others as they are");
    let change = UpdateAssistant::new().with_greeting("Good morning, this is {{company}}.");
    let changed = assistants.update(&reception.id, change).await?;
    note!("greeting: {}", or_none(changed.greeting));

    stage.step("Send a field by its name, as you would one that the SDK has no type for yet");
    let change = UpdateAssistant::new().with_description("Answers the phone.");
    let changed = assistants.update(&reception.id, change).extra_body("version_name", "Named by hand").await?;
    note!("version: {}", or_none(changed.version_name));

    stage.step("Copy it");
    let copy = assistants.clone_assistant(&reception.id).await?;
    stage.cleanup.at_the_end(&copy.id, assistants.delete(&copy.id));
    note!("{}: {}", copy.id, copy.name);

    stage.step("Get the TeXML that connects a call to it");
    note!("{}", assistants.texml(&reception.id).await?);

    stage.step("Delete both");
    for id in [&reception.id, &copy.id] {
        note!("{id} is deleted: {}", assistants.delete(id).await?.deleted);
    }
    Ok(())
}
