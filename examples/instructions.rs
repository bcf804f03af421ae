//! Instructions: have a model improve them, and put the better ones to use.
//!
//! ```sh
//! cargo run --example instructions
//! ```
//!
//! Calls: `POST /ai/assistants/{assistant_id}/instructions/enhance`, whole and piece by piece.

use std::process::ExitCode;

use telnyx_ai::assistants::EnhanceInstructions;
use telnyx_ai::assistants::types::{CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Instructions: have a model improve them.").run(instructions).await
}

async fn instructions(stage: &Stage) -> Outcome {
    let (assistants, instructions) = (stage.telnyx.assistants(), stage.telnyx.instructions());
    let reception = assistants.create(CreateAssistant::new("Reception", "You answer the phone.")).await?;

    stage.step("Have the assistant's own instructions improved");
    let better = instructions.enhance(&reception.id, EnhanceInstructions::new()).await?;
    note!("{better}");

    stage.step("Have a draft improved in a certain way, and read it while it is written");
    let draft = EnhanceInstructions::new()
        .with_instructions("You answer the phone of a dentist.")
        .with_enhancement_prompt("Never give medical advice.");
    let mut text = instructions.enhance_stream(&reception.id, draft).await?;
    while let Some(piece) = text.try_next().await? {
        note!("{piece:?}");
    }

    stage.step("Nothing has changed so far: put the better instructions into a version to try out");
    let change = UpdateAssistant::new()
        .with_instructions(better)
        .with_version_name("Better instructions")
        .with_promote_to_main(false);
    let version = assistants.update(&reception.id, change).await?;
    note!("version {}: {}", or_none(version.version_id), or_none(version.version_name));
    note!("the main version says: {}", assistants.retrieve(&reception.id).await?.instructions);
    Ok(())
}
