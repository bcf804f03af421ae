//! Text messages that an assistant sends first.
//!
//! ```sh
//! cargo run --example sms
//! ```
//!
//! Calls: `POST /ai/assistants/{assistant_id}/chat/sms`.

use std::process::ExitCode;

use telnyx_ai::assistants::SendSms;
use telnyx_ai::assistants::types::{CreateAssistant, EnabledFeature};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

const OURS: &str = "+13125550100";
const THEIRS: &str = "+13125550199";

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Text messages that an assistant sends first.").run(sms).await
}

async fn sms(stage: &Stage) -> Outcome {
    let (assistants, conversations) = (stage.telnyx.assistants(), stage.telnyx.conversations());
    let request = CreateAssistant::new("Reminders", "You remind patients of their appointments.")
        .with_greeting("Hello {{patient}}, this is your dentist.")
        .with_enabled_features([EnabledFeature::Messaging]);
    let reminders = assistants.create(request).await?;

    stage.step("Send a text of your own, in a new conversation");
    let message = SendSms::new(OURS, THEIRS)
        .with_text("Your appointment is tomorrow at 9 am. See you then!")
        .with_conversation_metadata([("patient", "Ada"), ("appointment", "A-17")])
        .with_should_create_conversation(true);
    // Under a key that your program can make again, the message goes out once, whatever happens.
    let sent = assistants.send_sms(&reminders.id, message.clone()).idempotency_key_from("reminders", "A-17").await?;
    note!("in conversation {}", or_none(sent.conversation_id.as_ref()));

    stage.step("Send it again under the same key: the answer is the first one's, and nothing is sent");
    let again =
        assistants.send_sms(&reminders.id, message).idempotency_key_from("reminders", "A-17").with_response().await?;
    note!("the same conversation: {}", again.value.conversation_id == sent.conversation_id);

    stage.step("Leave the text to the assistant: its greeting in a new conversation, and later what it makes up");
    let message = SendSms::new(OURS, "+13125550198")
        .with_conversation_metadata([("patient", "Grace")])
        .with_should_create_conversation(true);
    let greeted = assistants.send_sms(&reminders.id, message).await?;

    stage.step("Read what was sent");
    for conversation in [sent.conversation_id, greeted.conversation_id].into_iter().flatten() {
        for message in conversations.messages(&conversation).try_collect().await? {
            note!("{}: {}", message.role, or_none(message.text.value()));
        }
    }
    Ok(())
}
