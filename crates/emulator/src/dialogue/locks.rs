//! Conversation locks: each conversation has one turn at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;

/// The lock of a conversation. Dropping it releases the lock.
pub(crate) type ConversationLock = OwnedMutexGuard<()>;

/// The locks of all conversations with a current or waiting turn.
#[derive(Debug, Default)]
pub(super) struct Locks(Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>);

impl Locks {
    /// Waits for the conversation's lock. Waiting calls get it in their order.
    pub(super) async fn lock(&self, conversation_id: &str) -> ConversationLock {
        self.of(conversation_id).lock_owned().await
    }

    fn of(&self, conversation_id: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.0.lock();
        if let Some(lock) = locks.get(conversation_id).and_then(Weak::upgrade) {
            return lock;
        }
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        locks.insert(conversation_id.to_owned(), Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn each_conversation_has_one_turn_at_a_time() {
        let locks = Locks::default();
        let first = locks.lock("a").await;
        assert!(locks.lock("b").now_or_never().is_some());
        assert!(locks.lock("a").now_or_never().is_none());
        drop(first);
        assert!(locks.lock("a").now_or_never().is_some());
    }

    #[tokio::test]
    async fn locks_are_kept_only_while_they_are_used() {
        let locks = Locks::default();
        for n in 0..100 {
            locks.lock(&n.to_string()).await;
        }
        assert!(locks.0.lock().len() < 3);
    }
}
