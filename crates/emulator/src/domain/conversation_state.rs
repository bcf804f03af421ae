//! The state of a conversation that the API does not return.
//!
//! It has the current flow node, variables set by tools, handoffs, and whether the conversation has ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Context, Error, Result};
use crate::store::Kind;

/// The maximum length of a chain of handoffs.
const MAX_HANDOFFS: usize = 16;

/// The stored state of a conversation that the API does not return.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ConversationState {
    /// The assistant whose flow is current.
    assistant_id: Option<String>,
    /// The current node of that flow.
    node_id: Option<String>,
    /// Variables set by tools.
    pub(crate) variables: Map<String, Value>,
    /// Maps an assistant's id to the id of the assistant that replaces it.
    handoffs: BTreeMap<String, String>,
    /// The scheduled event whose call this is.
    pub(crate) event_id: Option<String>,
    /// The reason that the conversation has ended.
    pub(crate) ended: Option<String>,
}

impl ConversationState {
    /// The assistant that replies to messages for this one.
    pub(crate) fn serving(&self, assistant_id: &str) -> String {
        let mut serving = assistant_id;
        for _ in 0..MAX_HANDOFFS {
            match self.handoffs.get(serving) {
                Some(next) => serving = next,
                None => break,
            }
        }
        serving.to_owned()
    }

    pub(crate) fn has_handoffs(&self) -> bool {
        !self.handoffs.is_empty()
    }

    /// Replaces an assistant with another one.
    pub(crate) fn hand_over(&mut self, from: &str, to: &str) {
        self.handoffs.remove(to);
        if from != to {
            self.handoffs.insert(from.to_owned(), to.to_owned());
        }
        self.assistant_id = None;
        self.node_id = None;
    }

    /// The current node in the flow of an assistant.
    pub(crate) fn node_of(&self, assistant_id: &str) -> Option<&str> {
        (self.assistant_id.as_deref() == Some(assistant_id)).then_some(self.node_id.as_deref()?)
    }

    /// Moves to a node in the flow of an assistant.
    pub(crate) fn move_to(&mut self, assistant_id: &str, node_id: &str) {
        self.assistant_id = Some(assistant_id.to_owned());
        self.node_id = Some(node_id.to_owned());
    }

    /// Fails if the conversation has ended.
    pub(crate) fn check_open(&self, conversation_id: &str) -> Result<()> {
        match &self.ended {
            None => Ok(()),
            Some(reason) => Err(Error::ConversationEnded { id: conversation_id.to_owned(), reason: reason.clone() }),
        }
    }
}

/// The state of a conversation; empty if nothing is stored.
pub(crate) fn get(cx: &Context<'_>, conversation_id: &str) -> Result<ConversationState> {
    Ok(cx.read(Kind::ConversationState, conversation_id)?.unwrap_or_default())
}

pub(crate) fn save(cx: &Context<'_>, conversation_id: &str, state: &ConversationState) -> Result<()> {
    if *state == get(cx, conversation_id)? {
        return Ok(());
    }
    Ok(cx.tx.put(Kind::ConversationState, conversation_id, conversation_id, &json!(state))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handoffs_are_followed_and_undone() {
        let mut state = ConversationState::default();
        state.hand_over("a", "b");
        state.hand_over("b", "c");
        assert_eq!((state.serving("a").as_str(), state.serving("c").as_str()), ("c", "c"));
        state.hand_over("c", "a");
        assert_eq!((state.serving("a").as_str(), state.serving("b").as_str()), ("a", "a"));
    }
}
