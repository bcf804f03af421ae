//! `/ai/assistants/{assistant_id}/scheduled_events`

mod event;
mod http;
mod request;

pub use event::*;
pub use http::ScheduledEvents;
pub use request::*;

use telnyx_ai_core::{Call, Pager};

/// Scheduled calls and messages: `/ai/assistants/{assistant_id}/scheduled_events`.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{CreateScheduledEvent, ListScheduledEvents, ScheduledEvents};
/// # use telnyx_ai_assistants::{Assistants, CreateAssistant};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// # let assistant = Assistants::new(client.clone()).create(CreateAssistant::new("a", "b")).await?;
/// # let assistant_id = &assistant.id;
/// let events = ScheduledEvents::new(client);
/// let call = CreateScheduledEvent::phone_call("+15550100", "+15550199", "2099-01-31T09:00:00Z")
///     .with_max_retries_client_errors(2)
///     .with_retry_interval_secs(600);
/// let event = events.create(assistant_id, call).await?;
///
/// let mut all = events.list(assistant_id, ListScheduledEvents::new());
/// while let Some(found) = all.try_next().await? {
///     println!("{:?} is {:?}", found.id(), found.status());
/// }
/// events.delete(assistant_id, event.id().ok_or("an event has an id")?).await?;
/// # Ok(())
/// # }
/// ```
#[auto_impl::auto_impl(&, Box, Arc)]
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait ScheduledEventsApi: Send + Sync {
    /// Lists the events of an assistant that match `filter`, page by page: `GET
    /// /ai/assistants/{assistant_id}/scheduled_events`.
    ///
    /// Fails with 404 if the assistant does not exist.
    fn list(&self, assistant_id: &str, filter: ListScheduledEvents) -> Pager<ScheduledEvent> {
        let _ = (assistant_id, filter);
        Pager::unsupported("ScheduledEventsApi::list")
    }

    /// Schedules a call or a text message: `POST /ai/assistants/{assistant_id}/scheduled_events`.
    ///
    /// Sent with an idempotency key. Fails with 404 if the assistant does not exist, and with 422 if the request is
    /// invalid for its channel or exceeds a limit.
    fn create(&self, assistant_id: &str, request: CreateScheduledEvent) -> Call<ScheduledEvent> {
        let _ = (assistant_id, request);
        Call::unsupported("ScheduledEventsApi::create")
    }

    /// Retrieves an event with its status: `GET /ai/assistants/{assistant_id}/scheduled_events/{event_id}`.
    ///
    /// Fails with 404 if the assistant or the event does not exist.
    fn retrieve(&self, assistant_id: &str, event_id: &str) -> Call<ScheduledEvent> {
        let _ = (assistant_id, event_id);
        Call::unsupported("ScheduledEventsApi::retrieve")
    }

    /// Deletes an event, which cancels it if it is pending: `DELETE
    /// /ai/assistants/{assistant_id}/scheduled_events/{event_id}`.
    ///
    /// Fails with 404 if the assistant or the event does not exist.
    fn delete(&self, assistant_id: &str, event_id: &str) -> Call<()> {
        let _ = (assistant_id, event_id);
        Call::unsupported("ScheduledEventsApi::delete")
    }
}
