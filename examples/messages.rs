//! Send an SMS once, and start a WhatsApp conversation.
//!
//! On the real API, messages cost money. Replace the numbers with your own.
//!
//! ```sh
//! cargo run --example messages
//! ```
//!
//! Dependencies:
//!
//! ```toml
//! [dependencies]
//! telnyx-ai = "0.1"
//! telnyx-ai-emulator = { version = "0.1", default-features = false }
//! serde_json = "1"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```

use serde_json::json;
use telnyx_ai::assistants::types::{EnabledFeature, Tool};
use telnyx_ai::assistants::{CreateAssistant, SendSms, SendWhatsapp};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

const FROM: &str = "+13125550100";
const TO: &str = "+13125550199";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let (assistants, conversations) = (telnyx.assistants(), telnyx.conversations());

    // This version of the crate has no type for the tool that chooses WhatsApp templates, so it is read from JSON.
    let templates: Tool = serde_json::from_value(json!({"type": "whatsapp_template"}))?;
    let request = CreateAssistant::new("Dentist", "You remind patients of their appointments.")
        .with_greeting("Hello {{patient}}, this is your dentist.")
        .with_enabled_features([EnabledFeature::Messaging])
        .with_tools([templates]);
    let dentist = assistants.create(request).await?;

    // The key is derived from the appointment. A program that crashes and restarts does not send the message again.
    let message = SendSms::new(FROM, TO)
        .with_text("Your appointment is tomorrow at 9 am.")
        .with_conversation_metadata([("patient", "Ada")])
        .with_should_create_conversation(true);
    let sent = assistants.send_sms(&dentist.id, message.clone()).idempotency_key_from("reminders", "A-17").await?;
    let again = assistants.send_sms(&dentist.id, message).idempotency_key_from("reminders", "A-17").await?;
    println!("sent once: {}", sent.conversation_id == again.conversation_id);

    // Without a text, the assistant sends its greeting.
    let message = SendSms::new(FROM, "+13125550198")
        .with_conversation_metadata([("patient", "Grace")])
        .with_should_create_conversation(true);
    let greeted = assistants.send_sms(&dentist.id, message).await?;

    for id in [sent.conversation_id, greeted.conversation_id].into_iter().flatten() {
        for message in conversations.messages(&id).try_collect().await? {
            println!("SMS, {}: {}", message.role, message.text.into_value().unwrap_or_default());
        }
    }

    // The assistant chooses an approved template and fills it in.
    let message = SendWhatsapp::new(FROM, TO, "Remind the patient of the appointment tomorrow at 9 am.");
    let sent = assistants.send_whatsapp(&dentist.id, message).idempotency_key_from("whatsapp", "A-17").await?;
    println!("WhatsApp message {} in conversation {}", sent.message_id, sent.conversation_id);

    assistants.delete(&dentist.id).await?;
    Ok(())
}
