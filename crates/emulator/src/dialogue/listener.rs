//! Who hears what an assistant says while it says it.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::UnboundedSender;

/// How many words are sent at once where what is said is sent in pieces.
const WORDS_A_PIECE: usize = 3;

/// Where what is said goes as soon as it is said.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    sender: Option<UnboundedSender<String>>,
    /// Whether a text has ended, so that the next one starts in a new line.
    has_paused: AtomicBool,
}

impl Listener {
    /// Nobody listens.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn new(sender: UnboundedSender<String>) -> Self {
        Self { sender: Some(sender), ..Self::default() }
    }

    pub(crate) fn listens(&self) -> bool {
        self.sender.is_some()
    }

    /// Says that a text has ended.
    pub(super) fn pause(&self) {
        self.has_paused.store(true, Ordering::Relaxed);
    }

    /// Passes on a piece as it is.
    pub(crate) fn piece(&self, text: &str) {
        if let Some(sender) = &self.sender
            && !text.is_empty()
        {
            let gap = if self.has_paused.swap(false, Ordering::Relaxed) { "\n" } else { "" };
            // Who no longer listens misses nothing: what is said is kept.
            let _ = sender.send(format!("{gap}{text}"));
        }
    }

    /// Passes on a text in pieces of a few words, each with the space after it.
    pub(super) fn text(&self, text: &str) {
        if self.listens() {
            let words: Vec<&str> = text.split_inclusive(' ').collect();
            words.chunks(WORDS_A_PIECE).for_each(|piece| self.piece(&piece.concat()));
        }
    }
}
