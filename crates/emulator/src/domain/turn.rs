//! One turn of a conversation.

use serde_json::{Map, Value};

/// One turn of a conversation, as a [`Responder`] sees it.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Turn {
    /// The assistant's configuration, as the API answers it; of the version that serves this conversation.
    pub assistant: Value,
    /// The instructions with variables filled in: the assistant's, or those of the step that its conversation flow is
    /// at.
    pub instructions: String,
    /// The assistant's greeting with variables filled in; `None` where it has none, waits for the user, or has the
    /// model make one up.
    pub greeting: Option<String>,
    /// The dynamic variables known in this conversation.
    pub variables: Map<String, Value>,
    /// The messages before this turn, oldest first, as `GET /ai/conversations/{id}/messages` answers them.
    pub history: Vec<Value>,
    /// What the user says; empty when the assistant is to speak first.
    pub content: String,
    /// Who the user says they are.
    pub name: Option<String>,
    /// The step that the assistant's conversation flow is at, as the API answers it.
    pub node: Option<Value>,
    /// The tools that can be called, as the API answers them. Those of MCP servers are not among them, and can be
    /// called by their names all the same.
    pub tools: Vec<Value>,
    /// What tools answered in this turn, in the order they were called.
    pub answers: Vec<ToolAnswer>,
    /// The messages of this turn after the user's, in the form of `history`: what the flow said, which tools were
    /// called, and what they answered.
    pub since: Vec<Value>,
}

impl Turn {
    /// Whether the assistant has not said anything in this conversation yet.
    #[must_use]
    pub fn is_first(&self) -> bool {
        !self.history.iter().any(|message| message["role"] == "assistant")
    }
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolAnswer {
    /// The name it was called by.
    pub name: String,
    /// The arguments it was called with.
    pub arguments: Map<String, Value>,
    /// What it answered; where it failed, JSON with an `error`.
    pub content: String,
    /// Whether it failed.
    pub failed: bool,
}
