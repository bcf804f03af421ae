//! Scheduled events: calls and text messages at a set time, and how to read long lists.
//!
//! ```sh
//! cargo run --example scheduled_events
//! ```
//!
//! Calls: `GET` and `POST /ai/assistants/{assistant_id}/scheduled_events`, `GET` and `DELETE …/{event_id}`.

use std::process::ExitCode;

use telnyx_ai::assistants::types::CreateAssistant;
use telnyx_ai::assistants::{
    CreateScheduledEvent, EventChannel, ListScheduledEvents, ScheduledCallSettings, ScheduledEvent, SipRegion,
};
use telnyx_ai::prelude::*;
use telnyx_ai_examples::{Example, Outcome, Stage, note, or_none};

const OURS: &str = "+13125550100";
const THEIRS: &str = "+13125550199";

#[tokio::main]
async fn main() -> ExitCode {
    Example::new("Scheduled events, and how to read long lists.").run(scheduled_events).await
}

async fn scheduled_events(stage: &Stage) -> Outcome {
    let events = stage.telnyx.scheduled_events();
    let request = CreateAssistant::new("Reminders", "You remind patients of their appointments.");
    let id = stage.telnyx.assistants().create(request).await?.id;

    stage.step("Schedule a call that is tried three times");
    let call = CreateScheduledEvent::phone_call(OURS, THEIRS, "2099-01-31T09:00:00Z")
        .with_conversation_metadata([("appointment", "A-17")])
        .with_dynamic_variables([("patient", "Ada")])
        .with_max_retries_client_errors(2)
        .with_retry_interval_secs(600)
        .with_call_settings(ScheduledCallSettings::new().with_sip_region(SipRegion::Europe));
    let call = events.create(&id, call).await?;
    note!("{} is {}", or_none(call.id()), or_none(call.status()));

    stage.step("Schedule a text message for each day of a month");
    for day in 1..=30 {
        let at = format!("2099-01-{day:02}T08:00:00Z");
        events.create(&id, CreateScheduledEvent::sms(OURS, THEIRS, at, format!("{} days to go!", 31 - day))).await?;
    }

    stage.step("Read one");
    if let ScheduledEvent::PhoneCall(call) = events.retrieve(&id, call.id().unwrap_or_default()).await? {
        note!(
            "{} -> {} at {}",
            call.telnyx_agent_target,
            call.telnyx_end_user_target,
            call.scheduled_at_fixed_datetime
        );
    }

    stage.step("Read a list item by item; the next page is fetched while this one is read");
    let week = ListScheduledEvents::new()
        .with_conversation_channel(EventChannel::Sms)
        .with_from_date("2099-01-01T00:00:00Z")
        .with_to_date("2099-01-07T23:59:59Z");
    let mut found = events.list(&id, week).page_size(5).prefetch(1);
    while let Some(event) = found.try_next().await? {
        if let ScheduledEvent::Sms(sms) = event {
            note!("{}: {}", sms.scheduled_at_fixed_datetime, sms.text);
        }
    }

    stage.step("Stop in the middle, and go on from a cursor that was kept as text");
    let mut first = events.list(&id, ListScheduledEvents::new()).page_size(10).limit(12);
    while first.try_next().await?.is_some() {}
    let cursor = first.cursor().to_string();
    let rest = events.list(&id, ListScheduledEvents::new()).starting_at(cursor.parse()?).try_collect().await?;
    note!("cursor {cursor}, then {} more", rest.len());

    stage.step("Read page by page, with what each page says of the whole");
    let mut pages = events.list(&id, ListScheduledEvents::new()).page_size(20).into_pages();
    while let Some(page) = pages.try_next().await? {
        note!("{} items; {:?}", page.data.len(), page.meta);
    }

    stage.step("Cancel the call");
    events.delete(&id, call.id().unwrap_or_default()).await?;
    Ok(())
}
