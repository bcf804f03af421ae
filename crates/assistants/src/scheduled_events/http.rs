use http::Method;
use telnyx_ai_core::{Call, Client, Pager};

use super::{CreateScheduledEvent, ListScheduledEvents, ScheduledEvent, ScheduledEventsApi};

/// [`ScheduledEventsApi`] over HTTP. Cloning is cheap.
///
/// ```
/// use telnyx_ai_core::{Client, Error};
/// use telnyx_ai_assistants::{ScheduledEvents, prelude::*};
///
/// async fn cancel(client: Client) -> Result<(), Error> {
///     ScheduledEvents::new(client).delete("assistant-1", "event-1").await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct ScheduledEvents(Client);

impl ScheduledEvents {
    /// Creates a handle to the scheduled events of the client's account.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self(client)
    }
}

const EVENTS: &str = "/ai/assistants/{assistant_id}/scheduled_events";
const EVENT: &str = "/ai/assistants/{assistant_id}/scheduled_events/{event_id}";

impl ScheduledEventsApi for ScheduledEvents {
    fn list(&self, assistant_id: &str, filter: ListScheduledEvents) -> Pager<ScheduledEvent> {
        Pager::numbered(self.0.call(Method::GET, EVENTS, &[assistant_id]).query_from(&filter))
    }

    fn create(&self, assistant_id: &str, request: CreateScheduledEvent) -> Call<ScheduledEvent> {
        self.0.call(Method::POST, EVENTS, &[assistant_id]).body(&request).idempotent().json()
    }

    fn retrieve(&self, assistant_id: &str, event_id: &str) -> Call<ScheduledEvent> {
        self.0.call(Method::GET, EVENT, &[assistant_id, event_id]).json()
    }

    fn delete(&self, assistant_id: &str, event_id: &str) -> Call<()> {
        self.0.call(Method::DELETE, EVENT, &[assistant_id, event_id]).empty()
    }
}
