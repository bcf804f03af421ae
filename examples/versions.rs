//! Versions: try a change out beside the main version, then promote it.
//!
//! ```sh
//! cargo run --example versions              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET /ai/assistants/{assistant_id}/versions`; `GET`, `POST` and `DELETE …/versions/{version_id}`,
//! `POST …/versions/{version_id}/promote`.

use std::process::ExitCode;

use telnyx_ai::assistants::types::{CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{RetrieveVersion, UpdateVersion};
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Versions: try a change out, then promote it.").or_live().run(versions).await
}

async fn versions(stage: &Stage) -> Outcome {
    let (assistants, versions) = (stage.telnyx.assistants(), stage.telnyx.versions());
    let request = CreateAssistant::new("Reception", "You answer the phone.").with_greeting("Hello!");
    let reception = assistants.create(request).await?;
    stage.cleanup.at_the_end(&reception.id, assistants.delete(&reception.id));
    let old = reception.version_id.ok_or("an assistant has a version")?;

    stage.step("An update makes a version; this one does not take over");
    let change =
        UpdateAssistant::new().with_greeting("Good morning!").with_version_name("Morning").with_promote_to_main(false);
    let morning = assistants.update(&reception.id, change).await?.version_id.ok_or("an update makes a version")?;
    note!("{morning}");

    stage.step("List all versions, the newest first");
    for version in versions.list(&reception.id).await? {
        note!("{}: {}", or_none(version.version_name), or_none(version.greeting));
    }

    stage.step("Read one; change it as long as it is not the main version");
    let read = versions.retrieve(&reception.id, &morning).await?;
    let change = UpdateVersion::from(read).with_greeting("Good morning, how can I help?");
    let changed = versions.update(&reception.id, &morning, change).await?;
    note!("{}", or_none(changed.greeting));

    stage.step("Read one with its MCP servers");
    let options = RetrieveVersion::new().with_include_mcp_servers(true);
    let read = versions.retrieve_with(&reception.id, &morning, options).await?;
    note!("{} MCP servers", read.mcp_servers.map_or(0, |servers| servers.len()));

    stage.step("Promote it: from now on it is what callers get");
    versions.promote(&reception.id, &morning).await?;
    note!("main version: {}", or_none(assistants.retrieve(&reception.id).await?.greeting));

    stage.step("Delete the old one; the main one can not be deleted");
    versions.delete(&reception.id, &old).await?;
    if let Err(error) = versions.delete(&reception.id, &morning).await {
        note!("{error}");
    }

    stage.step("Delete the assistant, with all its versions");
    assistants.delete(&reception.id).await?;
    Ok(())
}
