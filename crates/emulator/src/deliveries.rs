//! Events on their way to their receiver, beside all that happens.
//!
//! An event is in the store until it has arrived or was given up, so that it outlives a crash. Those of one conversation
//! are sent in their order, each once the one before it is done with; those of several conversations side by side.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    app::{App, Parts},
    assumptions::{WEBHOOK_ATTEMPTS, WEBHOOK_TIMEOUT_MS},
    domain::{Outcome, kind},
    outgoing::Outbound,
    store::Planned,
    webhooks::Call,
};

/// How many events are under way at a time.
const AT_A_TIME: usize = 8;

/// What is on its way.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    queue: Arc<Mutex<Queue>>,
    /// Told whenever something is done with.
    done: Arc<Notify>,
}

/// An event that is to be sent, as it is kept in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) event_id: String,
    pub(crate) conversation_id: String,
}

impl Parcel {
    /// The event that is an item of the agenda.
    pub(crate) fn of(item: &Planned) -> Self {
        let event_id = item.step["id"].as_str().unwrap_or_default().to_owned();
        Self { event_id, conversation_id: item.id.clone() }
    }
}

#[derive(Debug, Default)]
struct Queue {
    /// The oldest first.
    waiting: VecDeque<Parcel>,
    under_way: Vec<Parcel>,
}

impl Queue {
    fn add(&mut self, parcel: Parcel) {
        if !self.waiting.contains(&parcel) && !self.under_way.contains(&parcel) {
            self.waiting.push_back(parcel);
        }
    }

    /// Takes the oldest parcel of which nothing is in the way.
    fn take(&mut self) -> Option<Parcel> {
        if self.under_way.len() >= AT_A_TIME {
            return None;
        }
        let is_free =
            |parcel: &Parcel| self.under_way.iter().all(|other| other.conversation_id != parcel.conversation_id);
        let at = self.waiting.iter().position(is_free)?;
        let parcel = self.waiting.remove(at)?;
        self.under_way.push(parcel.clone());
        Some(parcel)
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.under_way.is_empty()
    }
}

/// A parcel that is under way, until this is dropped.
struct UnderWay {
    parcel: Parcel,
    queue: Arc<Mutex<Queue>>,
    done: Arc<Notify>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        lock(&self.queue).under_way.retain(|parcel| *parcel != self.parcel);
        self.done.notify_waiters();
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Deliveries {
    /// Waits until nothing is on its way.
    pub(crate) async fn are_done(&self) {
        loop {
            let mut done = std::pin::pin!(self.done.notified());
            // From here on nothing is missed.
            done.as_mut().enable();
            if lock(&self.queue).is_empty() {
                return;
            }
            done.await;
        }
    }

    /// Gives up all that is not under way yet.
    pub(crate) fn clear(&self) {
        lock(&self.queue).waiting.clear();
        self.done.notify_waiters();
    }
}

/// Sends all events that the store has, such as those that the last stop left behind.
pub(crate) fn begin(app: &App) -> Outcome<()> {
    let events = app.run(|work| Ok(work.tx.documents(kind::WEBHOOK)?))?;
    let mut queue = lock(&app.deliveries.queue);
    for event in events {
        queue.add(Parcel { event_id: event.id, conversation_id: event.parent });
    }
    drop(queue);
    go_on(app);
    Ok(())
}

/// Sends an event that is in the store now.
pub(crate) fn add(app: &App, parcel: Parcel) {
    lock(&app.deliveries.queue).add(parcel);
    go_on(app);
}

/// Sends as much of what waits as may be under way.
fn go_on(app: &App) {
    while let Some(parcel) = lock(&app.deliveries.queue).take() {
        let under_way =
            UnderWay { parcel, queue: Arc::clone(&app.deliveries.queue), done: Arc::clone(&app.deliveries.done) };
        tokio::spawn(deliver(app.weak(), under_way));
    }
}

/// Sends one event, and then what was waiting for that. An emulator that is gone meanwhile is not kept for it.
async fn deliver(app: Weak<Parts>, under_way: UnderWay) {
    let event_id = under_way.parcel.event_id.clone();
    let is_done_with = send(&app, &event_id).await;
    if let (true, Some(app)) = (is_done_with, App::of(&app))
        && let Err(problem) = app.run(|work| Ok(work.tx.delete(kind::WEBHOOK, &event_id)?))
    {
        tracing::error!(%problem, "an event that was sent is still in the store");
    }
    drop(under_way);
    if let Some(app) = App::of(&app) {
        go_on(&app);
    }
}

/// Sends an event as often as it takes or may take. Only 2xx says that it has arrived. Tells whether that is all there
/// is to do.
async fn send(app: &Weak<Parts>, event_id: &str) -> bool {
    let timeout = Duration::from_millis(u64::from(WEBHOOK_TIMEOUT_MS));
    for attempt in 1..=WEBHOOK_ATTEMPTS {
        let Some(present) = App::of(app) else { return false };
        let Some(url) = present.webhooks.url.clone() else { return true };
        let event: Value = match present.run(|work| Ok(work.tx.get(kind::WEBHOOK, event_id)?)) {
            Ok(Some(event)) => event,
            Ok(None) => return true,
            Err(_) => return false,
        };
        let body = json!({ "data": event, "meta": { "attempt": attempt, "delivered_to": url } });
        let call = Call::begin(&present, Outbound::json(&url, &body)).await;
        let outgoing = present.outgoing.clone();
        drop(present);
        let answered = outgoing.call(call.outbound.clone(), timeout).await;
        let Some(present) = App::of(app) else { return false };
        call.keep(&present, &answered);
        match answered {
            Ok(answered) if answered.is_good() => return true,
            Ok(answered) => tracing::warn!(url, attempt, status = answered.status, "a webhook was not taken"),
            Err(error) => tracing::warn!(url, attempt, %error, "a webhook did not arrive"),
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(event_id: &str, conversation_id: &str) -> Parcel {
        Parcel { event_id: event_id.to_owned(), conversation_id: conversation_id.to_owned() }
    }

    #[test]
    fn a_conversation_has_one_event_under_way() {
        let mut queue = Queue::default();
        for (event, conversation) in [("1", "a"), ("2", "a"), ("3", "b"), ("1", "a")] {
            queue.add(parcel(event, conversation));
        }
        assert_eq!(queue.take(), Some(parcel("1", "a")));
        assert_eq!(queue.take(), Some(parcel("3", "b")));
        assert_eq!(queue.take(), None, "the second one waits for the first");
        queue.under_way.clear();
        assert_eq!(queue.take(), Some(parcel("2", "a")));
        queue.under_way.clear();
        assert!(queue.is_empty());
    }

    #[test]
    fn some_are_under_way_at_a_time() {
        let mut queue = Queue::default();
        for n in 0..=AT_A_TIME {
            queue.add(parcel("event", &n.to_string()));
        }
        assert_eq!(std::iter::from_fn(|| queue.take()).count(), AT_A_TIME);
        queue.under_way.pop();
        assert!(queue.take().is_some());
    }
}
