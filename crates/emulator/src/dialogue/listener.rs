//! Receives what an assistant says while it says it.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::UnboundedSender;

/// Words in each piece of a text that is not streamed by a model.
const WORDS_PER_PIECE: usize = 3;

/// Receives what an assistant says, piece by piece.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    sender: Option<UnboundedSender<String>>,
    /// Whether a text has ended, so that the next one starts on a new line.
    text_ended: AtomicBool,
}

impl Listener {
    /// Nobody listens.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn new(sender: UnboundedSender<String>) -> Self {
        Self { sender: Some(sender), ..Self::default() }
    }

    pub(super) fn is_active(&self) -> bool {
        self.sender.is_some()
    }

    /// Marks the end of a text.
    pub(super) fn end_text(&self) {
        self.text_ended.store(true, Ordering::Relaxed);
    }

    /// Sends a piece as it is.
    pub(super) fn piece(&self, text: &str) {
        if let Some(sender) = &self.sender
            && !text.is_empty()
        {
            let gap = if self.text_ended.swap(false, Ordering::Relaxed) { "\n" } else { "" };
            // If the receiver is gone, nothing is lost: what is said is stored.
            let _ = sender.send(format!("{gap}{text}"));
        }
    }

    /// Sends a text in pieces of a few words.
    pub(super) fn text(&self, text: &str) {
        if self.is_active() {
            let words: Vec<&str> = text.split_inclusive(' ').collect();
            words.chunks(WORDS_PER_PIECE).for_each(|piece| self.piece(&piece.concat()));
        }
    }
}
