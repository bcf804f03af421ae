//! Give a part of the traffic to another version.
//!
//! This is free of charge on the real API. The example deletes the assistant that it creates.
//!
//! ```sh
//! cargo run --example canary_deploys
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```

use telnyx_ai::assistants::{CreateAssistant, UpdateAssistant};
use telnyx_ai::versions::{Canary, Clause};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let (assistants, deploys) = (telnyx.assistants(), telnyx.canary_deploys());
    let reception = assistants.create(CreateAssistant::new("Reception", "You answer the phone.")).await?;
    let change = UpdateAssistant::new().with_instructions("You answer the phone, briefly.").with_promote_to_main(false);
    let brief = assistants.update(&reception.id, change).await?.version_id.ok_or("the API returned no version")?;

    // `build` validates the configuration before anything is sent.
    if let Err(error) = Canary::new().split([(&brief, 120.0)]).build() {
        println!("{error}");
    }

    // 10 percent of the callers get the new version.
    let deploy = deploys.create(&reception.id, Canary::new().split([(&brief, 10.0)]).build()?).await?;
    println!("created at {}", deploy.created_at);

    // Callers from Germany always get it, and 25 percent of the others.
    let config = Canary::new()
        .serve_where([Clause::starts_with("telnyx_end_user_target", ["+49"])], &brief)
        .split([(&brief, 25.0)])
        .build()?;
    deploys.update(&reception.id, config).await?;
    for rule in deploys.retrieve(&reception.id).await?.rules.unwrap_or_default() {
        println!("conditions: {:?}, serves: {:?}", rule.clauses, rule.serve);
    }

    // End the deploy: all callers get the main version.
    deploys.delete(&reception.id).await?;

    // `deploy` creates the deploy, or updates the existing one. A promotion ends it.
    Canary::new().split([(&brief, 50.0)]).deploy(&deploys, &reception.id).await?;
    telnyx.versions().promote(&reception.id, &brief).await?;
    if let Err(error) = deploys.retrieve(&reception.id).await {
        println!("{error}");
    }

    assistants.delete(&reception.id).await?;
    Ok(())
}
