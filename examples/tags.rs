//! Tags: put them on an assistant, list them, take them off.
//!
//! ```sh
//! cargo run --example tags              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET /ai/assistants/tags`, `POST /ai/assistants/{assistant_id}/tags`, `DELETE …/tags/{tag}`.

use std::process::ExitCode;

use telnyx_ai::assistants::AddTag;
use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Tags: put them on an assistant, list them, take them off.").or_live().run(tags).await
}

async fn tags(stage: &Stage) -> Outcome {
    let (assistants, tags) = (stage.telnyx.assistants(), stage.telnyx.tags());

    stage.step("An assistant may have tags from the start");
    let request = CreateAssistant::new("Reception", "You answer the phone.").with_tags(["reception"]);
    let reception = assistants.create(request).await?;
    stage.cleanup.at_the_end(&reception.id, assistants.delete(&reception.id));
    note!("{:?}", reception.tags.unwrap_or_default());

    stage.step("Put one more on it");
    note!("{:?}", tags.add(&reception.id, AddTag::new("beta testers")).await?.tags);

    stage.step("List the tags of all assistants");
    note!("{:?}", tags.list().await?.tags);

    stage.step("Find assistants by a tag");
    for assistant in assistants.list().await? {
        if assistant.tags.iter().flatten().any(|tag| tag == "beta testers") {
            note!("{}: {}", assistant.id, assistant.name);
        }
    }

    stage.step("Take it off; any text is safe in a path");
    note!("{:?}", tags.remove(&reception.id, "beta testers").await?.tags);

    stage.step("A tag can not be any text");
    if let Err(error) = tags.add(&reception.id, AddTag::new("stage:beta")).await {
        note!("{error}");
    }

    stage.step("Delete the assistant");
    assistants.delete(&reception.id).await?;
    Ok(())
}
