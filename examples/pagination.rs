//! Read long lists: item by item, page by page, and from a saved position.
//!
//! This is free of charge on the real API. The list here has 25 scheduled calls in 2099. The example cancels them by
//! deleting their assistant.
//!
//! ```sh
//! cargo run --example pagination
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

use telnyx_ai::assistants::{CreateAssistant, CreateScheduledEvent, ListScheduledEvents};
use telnyx_ai::{Client, Cursor, Telnyx, prelude::*};
use telnyx_ai_emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // With TELNYX_API_KEY, call the real API. Otherwise, call an emulator in this process.
    let telnyx = if std::env::var_os("TELNYX_API_KEY").is_some() {
        Telnyx::from_env()?
    } else {
        Telnyx::new(Client::builder().api_key("any").transport(Emulator::in_process()?).build()?)
    };
    let events = telnyx.scheduled_events();
    let dentist = telnyx.assistants().create(CreateAssistant::new("Dentist", "You remind patients.")).await?;
    for day in 1..=25 {
        let at = format!("2099-01-{day:02}T09:00:00Z");
        events.create(&dentist.id, CreateScheduledEvent::phone_call("+13125550100", "+13125550199", at)).await?;
    }

    // Item by item. The next page is fetched while you use this one.
    let mut calls = events.list(&dentist.id, ListScheduledEvents::new()).page_size(10).prefetch(1);
    let mut count = 0;
    while let Some(call) = calls.try_next().await? {
        count += 1;
        if count % 10 == 1 {
            println!("call {count} has the id {}", call.id().unwrap_or("unknown"));
        }
    }

    // All items in a vector, at most 12.
    let calls = events.list(&dentist.id, ListScheduledEvents::new()).limit(12).try_collect().await?;
    println!("collected {} calls", calls.len());

    // Page by page, with the totals that the API reports.
    let mut pages = events.list(&dentist.id, ListScheduledEvents::new()).page_size(20).into_pages();
    while let Some(page) = pages.try_next().await? {
        println!("a page with {} calls; {:?}", page.data.len(), page.meta);
    }

    // Stop after 12 items, save the position as text, and continue there later.
    let mut first = events.list(&dentist.id, ListScheduledEvents::new()).page_size(10).limit(12);
    while first.try_next().await?.is_some() {}
    let saved = first.cursor().to_string();
    let position: Cursor = saved.parse()?;
    let rest = events.list(&dentist.id, ListScheduledEvents::new()).starting_at(position).try_collect().await?;
    println!("{} calls after the position {saved}", rest.len());

    telnyx.assistants().delete(&dentist.id).await?;
    Ok(())
}
