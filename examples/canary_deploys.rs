//! Canary deploys: give a part of the traffic to another version.
//!
//! ```sh
//! cargo run --example canary_deploys              # add `-- --live` for the real API
//! ```
//!
//! Calls: `GET`, `POST`, `PUT` and `DELETE /ai/assistants/{assistant_id}/canary-deploys`.

use std::process::ExitCode;

use telnyx_ai::assistants::types::{CreateAssistant, UpdateAssistant};
use telnyx_ai::prelude::*;
use telnyx_ai::versions::{Canary, CanaryDeploy, Clause};
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Canary deploys: give a part of the traffic to another version.").or_live().run(canary_deploys).await
}

async fn canary_deploys(stage: &Stage) -> Outcome {
    let (assistants, deploys) = (stage.telnyx.assistants(), stage.telnyx.canary_deploys());
    let reception = assistants.create(CreateAssistant::new("Reception", "You answer the phone.")).await?;
    stage.cleanup.at_the_end(&reception.id, assistants.delete(&reception.id));
    let change = UpdateAssistant::new().with_instructions("You answer the phone, briefly.").with_promote_to_main(false);
    let brief = assistants.update(&reception.id, change).await?.version_id.ok_or("an update makes a version")?;

    stage.step("Build a configuration; mistakes are found before anything is sent");
    if let Err(error) = Canary::new().split([(&brief, 100.0)]).build() {
        note!("{error}");
    }
    let config = Canary::new().split([(&brief, 10.0)]).build()?;

    stage.step("Create the deploy: one caller in ten gets the new version");
    show(&deploys.create(&reception.id, config).await?);

    stage.step("Replace it: callers from Germany always get it, of all others one in four");
    let config = Canary::new()
        .serve_where([Clause::starts_with("telnyx_end_user_target", ["+49"])], &brief)
        .split([(&brief, 25.0)])
        .build()?;
    show(&deploys.update(&reception.id, config).await?);

    stage.step("Read it");
    show(&deploys.retrieve(&reception.id).await?);

    stage.step("End it: everyone gets the main version");
    deploys.delete(&reception.id).await?;

    stage.step("Put a configuration in force whether there is a deploy or not");
    show(&Canary::new().split([(&brief, 50.0)]).deploy(&deploys, &reception.id).await?);
    show(&Canary::new().split([(&brief, 75.0)]).deploy(&deploys, &reception.id).await?);

    stage.step("Promote the version: that ends the deploy, too");
    stage.telnyx.versions().promote(&reception.id, &brief).await?;
    if let Err(error) = deploys.retrieve(&reception.id).await {
        note!("{error}");
    }

    stage.step("Delete the assistant");
    assistants.delete(&reception.id).await?;
    Ok(())
}

fn show(deploy: &CanaryDeploy) {
    for rule in deploy.rules.iter().flatten() {
        let conditions = rule.clauses.as_ref().map_or(0, Vec::len);
        let weights: Vec<_> = rule.serve.rollout.iter().flatten().map(|slot| slot.weight).collect();
        note!("{conditions} condition(s): version {:?}, weights {weights:?}", rule.serve.version_id);
    }
}
