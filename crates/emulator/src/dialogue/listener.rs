//! Streaming of an assistant's replies.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::UnboundedSender;

/// The number of words per chunk of text that no model streams.
const WORDS_PER_CHUNK: usize = 3;

/// Receives an assistant's replies in chunks. The default one discards them.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    sender: Option<UnboundedSender<String>>,
    /// Whether a text has ended. The next one then starts on a new line.
    text_ended: AtomicBool,
}

impl Listener {
    pub(crate) fn new(sender: UnboundedSender<String>) -> Self {
        Self { sender: Some(sender), ..Self::default() }
    }

    pub(super) fn is_active(&self) -> bool {
        self.sender.is_some()
    }

    pub(super) fn end_text(&self) {
        self.text_ended.store(true, Ordering::Relaxed);
    }

    /// Sends a chunk unchanged.
    pub(super) fn chunk(&self, text: &str) {
        if let Some(sender) = &self.sender
            && !text.is_empty()
        {
            let separator = if self.text_ended.swap(false, Ordering::Relaxed) { "\n" } else { "" };
            // Without a receiver no data is lost, because the reply is stored.
            let _ = sender.send(format!("{separator}{text}"));
        }
    }

    /// Sends a text in chunks of a few words.
    pub(super) fn text(&self, text: &str) {
        if self.is_active() {
            let words: Vec<&str> = text.split_inclusive(' ').collect();
            words.chunks(WORDS_PER_CHUNK).for_each(|piece| self.chunk(&piece.concat()));
        }
    }
}
