//! Deleted assistants: list, read, restore and erase them.
//!
//! ```sh
//! cargo run --example deleted_assistants              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET /ai/assistants/deleted`, `GET /ai/assistants/{assistant_id}/deleted`, `POST …/restore`, and
//! `DELETE /ai/assistants/{assistant_id}` in both of its forms.

use std::process::ExitCode;

use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::assistants::{DeleteAssistant, DeletedAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Deleted assistants: list, read, restore and erase them.").or_live().run(deleted_assistants).await
}

async fn deleted_assistants(stage: &Stage) -> Outcome {
    let assistants = stage.telnyx.assistants();
    let erase = DeleteAssistant::new().with_hard_delete(true);
    let reception = assistants.create(CreateAssistant::new("Reception", "You answer the phone.")).await?;
    stage.cleanup.at_the_end(&reception.id, assistants.delete_with(&reception.id, erase.clone()));

    stage.step("Delete an assistant: it can be restored for 30 days");
    assistants.delete(&reception.id).await?;

    stage.step("List the deleted assistants");
    let mut deleted = assistants.list_deleted();
    while let Some(DeletedAssistant { id, name, permanently_deleted_at, .. }) = deleted.try_next().await? {
        note!("{id}: {name}, erased at {permanently_deleted_at}");
    }

    stage.step("Read one of them");
    let read = assistants.retrieve_deleted(&reception.id).await?;
    note!("deleted at {}", read.deleted_at);

    stage.step("Restore it");
    let restored = assistants.restore(&reception.id).await?;
    note!("{}: {}", restored.id, restored.name);

    stage.step("Erase it at once: this cannot be undone");
    assistants.delete_with(&reception.id, erase).await?;
    Ok(())
}
