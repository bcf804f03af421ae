//! Schedule phone calls and text messages, and read their results.
//!
//! On the real API, calls and messages cost money. The example cancels what it schedules.
//!
//! ```sh
//! cargo run --example scheduled_events
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

use telnyx_ai::assistants::types::EnabledFeature;
use telnyx_ai::assistants::{
    CreateAssistant, CreateScheduledEvent, EventChannel, EventStatus, ListScheduledEvents, ScheduledCallSettings,
    ScheduledEvent, SipRegion,
};
use telnyx_ai::{Client, Telnyx, prelude::*};
use telnyx_ai_emulator::{CallOutcome, Emulator};

const FROM: &str = "+13125550100";
const TO: &str = "+13125550199";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let (telnyx, emulator) = if std::env::var_os("TELNYX_API_KEY").is_some() {
        (Telnyx::from_env()?, None)
    } else {
        let emulator = Emulator::in_process()?;
        (Telnyx::new(Client::builder().api_key("any").transport(emulator.clone()).build()?), Some(emulator))
    };
    let events = telnyx.scheduled_events();
    let request = CreateAssistant::new("Dentist", "You remind patients of their appointments.")
        .with_enabled_features([EnabledFeature::Telephony, EnabledFeature::Messaging]);
    let dentist = telnyx.assistants().create(request).await?;

    // An unanswered call is repeated after 10 minutes, at most twice.
    let call = CreateScheduledEvent::phone_call(FROM, TO, "2099-01-31T09:00:00Z")
        .with_dynamic_variables([("patient", "Ada")])
        .with_conversation_metadata([("appointment", "A-17")])
        .with_max_retries_client_errors(2)
        .with_retry_interval_secs(600)
        .with_call_settings(ScheduledCallSettings::new().with_sip_region(SipRegion::Europe));
    let call = events.create(&dentist.id, call).await?;
    let message = CreateScheduledEvent::sms(FROM, "+13125550198", "2099-01-30T09:00:00Z", "See you tomorrow!");
    events.create(&dentist.id, message).await?;

    // Only the emulator's clock can be moved: the first attempt is busy, the second is answered.
    if let Some(emulator) = &emulator {
        emulator.calls().script(TO, [CallOutcome::Busy, CallOutcome::completed()]);
        emulator.clock().set("2099-01-31T09:30:00Z").await?;
    }

    // Read the result of the call.
    let call_id = call.id().ok_or("the API returned no id")?;
    if let ScheduledEvent::PhoneCall(call) = events.retrieve(&dentist.id, call_id).await? {
        println!("call at {}: {}", call.scheduled_at_fixed_datetime, call.status.unwrap_or(EventStatus::Pending));
        for attempt in call.call_attempts.unwrap_or_default() {
            println!("  attempt {} at {}: {}", attempt.attempt_number, attempt.attempted_at, attempt.call_status);
        }
    }

    // List the text messages of January, and delete them. Deleting a pending event cancels it.
    let january = ListScheduledEvents::new()
        .with_conversation_channel(EventChannel::Sms)
        .with_from_date("2099-01-01T00:00:00Z")
        .with_to_date("2099-01-31T23:59:59Z");
    for event in events.list(&dentist.id, january).try_collect().await? {
        if let (Some(id), Some(status)) = (event.id(), event.status()) {
            events.delete(&dentist.id, id).await?;
            println!("deleted message {id}, which was {status}");
        }
    }

    telnyx.assistants().delete(&dentist.id).await?;
    Ok(())
}
