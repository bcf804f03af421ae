use std::collections::BTreeSet;
use std::time::Duration;

use telnyx_ai::assistants::{CreateScheduledEvent, EventChannel, EventStatus, ListScheduledEvents, ScheduledEvent};
use telnyx_ai::prelude::*;

use super::{Api, api_error};

const FROM: &str = "+13125550100";
const TO: &str = "+13125550101";

fn hours(n: u64) -> Duration {
    Duration::from_secs(n * 3600)
}

#[tokio::test]
async fn thirty_events_are_listed_in_pages() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let events = api.telnyx.scheduled_events();
    let clock = api.emulator.clock();
    let mut created = BTreeSet::new();
    for n in 1..=30 {
        let request = if n % 3 == 0 {
            CreateScheduledEvent::sms(FROM, TO, clock.after(hours(n)), "See you soon.")
        } else {
            CreateScheduledEvent::phone_call(FROM, TO, clock.after(hours(n)))
        };
        let event = events.create(&assistant.id, request).await.unwrap();
        assert_eq!(event.status(), Some(&EventStatus::Pending));
        created.insert(event.id().unwrap().to_owned());
    }

    let all = |filter| events.list(&assistant.id, filter);
    let ids = |events: Vec<ScheduledEvent>| -> Vec<String> {
        events.iter().map(|event| event.id().unwrap().to_owned()).collect()
    };
    let read = ids(all(ListScheduledEvents::new()).page_size(7).prefetch(3).try_collect().await.unwrap());
    assert_eq!(read.len(), 30);
    assert_eq!(read.iter().cloned().collect::<BTreeSet<_>>(), created);
    let one_by_one = ids(all(ListScheduledEvents::new()).page_size(7).try_collect().await.unwrap());
    assert_eq!(one_by_one, read);

    let mut pages = all(ListScheduledEvents::new()).into_pages();
    let first = pages.try_next().await.unwrap().unwrap();
    let meta = first.meta.unwrap();
    assert_eq!((first.data.len(), meta.page_size, meta.total_pages, meta.total_results), (20, Some(20), 2, Some(30)));

    let texts = ListScheduledEvents::new().with_conversation_channel(EventChannel::Sms);
    assert_eq!(all(texts).try_collect().await.unwrap().len(), 10);
    let some = ListScheduledEvents::new().with_from_date(clock.after(hours(11))).with_to_date(clock.after(hours(21)));
    let some = all(some).try_collect().await.unwrap().len();
    assert!((9..=11).contains(&some), "{some}");
}

#[tokio::test]
async fn deleted_event_is_404() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let events = api.telnyx.scheduled_events();
    let request = CreateScheduledEvent::phone_call(FROM, TO, api.emulator.clock().after(hours(1)));
    let event = events.create(&assistant.id, request).await.unwrap();
    let id = event.id().unwrap();
    assert_eq!(events.retrieve(&assistant.id, id).await.unwrap(), event);
    events.delete(&assistant.id, id).await.unwrap();
    let (status, code, _) = api_error(events.retrieve(&assistant.id, id).await);
    assert_eq!((status, code.as_str()), (404, "10005"));
}

#[tokio::test]
async fn invalid_event_is_422() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let events = api.telnyx.scheduled_events();
    let soon = || api.emulator.clock().after(hours(1));
    let cases = [
        (CreateScheduledEvent::phone_call(FROM, TO, "2020-01-01T00:00:00Z"), "/scheduled_at_fixed_datetime"),
        (CreateScheduledEvent::phone_call(FROM, TO, "soon"), "/scheduled_at_fixed_datetime"),
        (CreateScheduledEvent::phone_call("", TO, soon()), "/telnyx_agent_target"),
        (CreateScheduledEvent::new(EventChannel::Sms, FROM, TO, soon()), "/text"),
        (
            CreateScheduledEvent::phone_call(FROM, TO, soon()).with_max_retries_client_errors(11),
            "/max_retries_client_errors",
        ),
        (CreateScheduledEvent::phone_call(FROM, TO, soon()).with_retry_interval_secs(59), "/retry_interval_secs"),
    ];
    for (request, expected) in cases {
        let (status, _, pointer) = api_error(events.create(&assistant.id, request).await);
        assert_eq!((status, pointer.as_deref()), (422, Some(expected)));
    }
    assert!(events.list(&assistant.id, ListScheduledEvents::new()).try_collect().await.unwrap().is_empty());
}

#[tokio::test]
async fn due_event_runs_when_the_clock_reaches_it() {
    let api = Api::start().await;
    let assistant = api.assistant().await;
    let events = api.telnyx.scheduled_events();
    let clock = api.emulator.clock();
    clock.freeze();
    let request = CreateScheduledEvent::phone_call(FROM, TO, clock.after(hours(2)));
    let event = events.create(&assistant.id, request).await.unwrap();
    clock.advance(hours(1)).await;
    assert_eq!(
        events.retrieve(&assistant.id, event.id().unwrap()).await.unwrap().status(),
        Some(&EventStatus::Pending)
    );
    clock.advance(hours(2)).await;
    let done = events.retrieve(&assistant.id, event.id().unwrap()).await.unwrap();
    assert_eq!(done.status(), Some(&EventStatus::Completed));
    let ScheduledEvent::PhoneCall(call) = done else { panic!("{done:?}") };
    assert!(call.conversation_id.is_some() && call.dispatched_at.is_some(), "{call:?}");
}
