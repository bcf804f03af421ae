//! Delivery of events to webhooks.
//!
//! An event stays in the store until it is delivered or all attempts have failed, so that it survives a crash. Events of
//! one conversation are delivered one after the other, events of different conversations in parallel.

use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
    time::Duration,
};

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::Notify;

use super::{Outbound, OutboundRequest};
use crate::{
    assumptions::{WEBHOOK_ATTEMPTS, WEBHOOK_TIMEOUT_MS},
    domain::{Context, Domain, Result, webhook_events},
    json::text,
    request_log::masking,
    store::Kind,
};

/// The maximum number of concurrent deliveries.
const CONCURRENCY: usize = 8;

/// Delivers events to webhooks. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Deliveries(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    domain: Domain,
    outbound: Outbound,
    /// The URL for the events of the account. `None`: they are not sent.
    url: Option<String>,
    queue: Mutex<Queue>,
    /// Notified after each delivery.
    finished: Notify,
}

/// A stored event that must be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    event_id: String,
    conversation_id: String,
    /// The number of resets when the event was stored.
    resets: u64,
}

#[derive(Debug, Default)]
struct Queue {
    /// Oldest first.
    waiting: VecDeque<Delivery>,
    active: Vec<Delivery>,
}

impl Queue {
    fn add(&mut self, delivery: Delivery) {
        if !self.waiting.contains(&delivery) && !self.active.contains(&delivery) {
            self.waiting.push_back(delivery);
        }
    }

    /// Takes the oldest delivery whose conversation has no active delivery.
    fn take(&mut self) -> Option<Delivery> {
        if self.active.len() >= CONCURRENCY {
            return None;
        }
        let is_free =
            |delivery: &Delivery| self.active.iter().all(|other| other.conversation_id != delivery.conversation_id);
        let at = self.waiting.iter().position(is_free)?;
        let delivery = self.waiting.remove(at)?;
        self.active.push(delivery.clone());
        Some(delivery)
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.active.is_empty()
    }
}

impl Deliveries {
    pub(crate) fn new(domain: Domain, outbound: Outbound, url: Option<String>) -> Self {
        Self(Arc::new(Parts { domain, outbound, url, queue: Mutex::default(), finished: Notify::new() }))
    }

    /// Stores an event that is due. Returns `None` if no webhook is configured for it.
    pub(crate) fn store(&self, cx: &Context<'_>, conversation_id: String, event: &Value) -> Result<Option<Delivery>> {
        if webhook_events::request(event.clone(), self.0.url.as_deref(), 1).is_none() {
            return Ok(None);
        }
        let event_id = text(event, "id").to_owned();
        cx.tx.put(Kind::Webhook, &event_id, &conversation_id, event)?;
        Ok(Some(Delivery { event_id, conversation_id, resets: cx.resets }))
    }

    /// Delivers all stored events, for example those of the previous process.
    pub(crate) fn resume(&self) -> Result<()> {
        let (events, resets) = self.0.domain.run(|cx| Ok((cx.tx.documents(Kind::Webhook)?, cx.resets)))?;
        let mut queue = self.0.queue.lock();
        for event in events {
            queue.add(Delivery { event_id: event.id, conversation_id: event.parent, resets });
        }
        drop(queue);
        self.start();
        Ok(())
    }

    /// Queues a stored event for delivery.
    pub(crate) fn add(&self, delivery: Delivery) {
        self.0.queue.lock().add(delivery);
        self.start();
    }

    /// Waits until all deliveries are finished.
    pub(crate) async fn finished(&self) {
        loop {
            let mut finished = std::pin::pin!(self.0.finished.notified());
            // Registered before the check, so that no notification is missed.
            finished.as_mut().enable();
            if self.0.queue.lock().is_empty() {
                return;
            }
            finished.await;
        }
    }

    /// Waits until all deliveries are finished, with a timeout.
    ///
    /// The timeout is shorter than that of a receiver, so a receiver can wait for this before it responds.
    pub(crate) async fn finished_soon(&self) {
        let limit = Duration::from_millis(u64::from(WEBHOOK_TIMEOUT_MS) * 3 / 4);
        let _ = tokio::time::timeout(limit, self.finished()).await;
    }

    /// Drops all deliveries from before the last reset that have not started.
    pub(crate) fn clear(&self) {
        let resets = self.0.domain.resets();
        self.0.queue.lock().waiting.retain(|delivery| delivery.resets == resets);
        self.0.finished.notify_waiters();
    }

    /// Starts waiting deliveries, up to [`CONCURRENCY`].
    fn start(&self) {
        loop {
            let Some(delivery) = self.0.queue.lock().take() else { return };
            tokio::spawn(deliver(Active { parts: Arc::downgrade(&self.0), delivery }));
        }
    }
}

/// An active delivery.
///
/// Dropping it removes it from the queue, even if its task panics.
struct Active {
    parts: Weak<Parts>,
    delivery: Delivery,
}

impl Drop for Active {
    fn drop(&mut self) {
        if let Some(parts) = self.parts.upgrade() {
            parts.queue.lock().active.retain(|active| *active != self.delivery);
            parts.finished.notify_waiters();
        }
    }
}

/// Delivers an event, then starts those that waited for it.
///
/// It holds only a weak reference while it waits for the receiver, so that it does not keep a dropped emulator alive.
async fn deliver(active: Active) {
    let (parts, Delivery { event_id, resets, .. }) = (active.parts.clone(), active.delivery.clone());
    let is_finished = send(&parts, &event_id, resets).await;
    if let (true, Some(parts)) = (is_finished, parts.upgrade())
        && let Err(error) = parts.domain.run_unless_reset(resets, |cx| Ok(cx.tx.delete(Kind::Webhook, &event_id)?))
    {
        tracing::error!(%error, "a delivered event could not be removed from the store");
    }
    drop(active);
    if let Some(parts) = parts.upgrade() {
        Deliveries(parts).start();
    }
}

/// Sends an event until a 2xx response or the last attempt. Returns
/// `false` if the event must stay in the store, because the emulator was dropped or the store failed.
async fn send(parts: &Weak<Parts>, event_id: &str, resets: u64) -> bool {
    let timeout = Duration::from_millis(u64::from(WEBHOOK_TIMEOUT_MS));
    for attempt in 1..=WEBHOOK_ATTEMPTS {
        let Some(present) = parts.upgrade() else { return false };
        let stored = present.domain.run_unless_reset(resets, |cx| Ok(cx.tx.get(Kind::Webhook, event_id)?));
        let event: Value = match stored {
            Ok(Some(Some(event))) => event,
            Ok(_) => return true,
            Err(_) => return false,
        };
        let Some((url, body)) = webhook_events::request(event, present.url.as_deref(), attempt) else { return true };
        let exchange = present.outbound.begin(OutboundRequest::json(&url, &body)).await;
        let client = present.outbound.client().clone();
        drop(present);
        let result = client.send(exchange.request.clone(), timeout).await;
        let shown = &*masking::text(&url);
        let Some(present) = parts.upgrade() else { return false };
        present.outbound.finish(exchange, &result, None);
        match result {
            Ok(response) if response.is_success() => return true,
            Ok(response) => {
                tracing::warn!(url = shown, attempt, status = response.status, "a webhook was rejected");
            }
            Err(error) => {
                let error = error.to_string();
                tracing::warn!(url = shown, attempt, error, "a webhook was not delivered");
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(event_id: &str, conversation_id: &str) -> Delivery {
        Delivery { event_id: event_id.to_owned(), conversation_id: conversation_id.to_owned(), resets: 0 }
    }

    #[test]
    fn conversation_has_one_active_delivery() {
        let mut queue = Queue::default();
        for (event, conversation) in [("1", "a"), ("2", "a"), ("3", "b"), ("1", "a")] {
            queue.add(delivery(event, conversation));
        }
        assert_eq!(queue.take(), Some(delivery("1", "a")));
        assert_eq!(queue.take(), Some(delivery("3", "b")));
        assert_eq!(queue.take(), None, "the second one waits for the first");
        queue.active.clear();
        assert_eq!(queue.take(), Some(delivery("2", "a")));
        queue.active.clear();
        assert!(queue.is_empty());
    }

    #[test]
    fn active_deliveries_are_limited() {
        let mut queue = Queue::default();
        for n in 0..=CONCURRENCY {
            queue.add(delivery("event", &n.to_string()));
        }
        assert_eq!(std::iter::from_fn(|| queue.take()).count(), CONCURRENCY);
        queue.active.pop();
        assert!(queue.take().is_some());
    }
}
