//! WhatsApp conversations that an assistant starts.
//!
//! ```sh
//! cargo run --example whatsapp
//! ```
//!
//! Calls: `POST /ai/assistants/{assistant_id}/chat/whatsapp`.

use std::process::ExitCode;

use serde_json::json;
use telnyx_ai::assistants::SendWhatsapp;
use telnyx_ai::assistants::types::{CreateAssistant, EnabledFeature, Tool};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note};

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("WhatsApp conversations that an assistant starts.").run(whatsapp).await
}

async fn whatsapp(stage: &Stage) -> Outcome {
    let (assistants, conversations) = (stage.telnyx.assistants(), stage.telnyx.conversations());

    stage.step("Create an assistant with a tool that this version has no type for: it is JSON");
    let template: Tool = serde_json::from_value(json!({"type": "whatsapp_template"}))?;
    let request = CreateAssistant::new("Codes", "You send login codes.")
        .with_enabled_features([EnabledFeature::Messaging])
        .with_tools([template]);
    let codes = assistants.create(request).await?;

    stage.step("Have it fill in one of its templates and send it");
    let message = SendWhatsapp::new("+13125550100", "+13125550199", "Send the login code 482913.")
        .with_conversation_metadata([("user", "Ada")]);
    let sent = assistants.send_whatsapp(&codes.id, message).idempotency_key_from("codes", "482913").await?;
    note!("message {} in conversation {}", sent.message_id, sent.conversation_id);

    stage.step("Read the conversation, where replies of the customer arrive");
    note!("{:?}", conversations.retrieve(&sent.conversation_id).await?.metadata);
    Ok(())
}
