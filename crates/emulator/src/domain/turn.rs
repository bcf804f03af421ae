//! One turn of a conversation.

use serde_json::{Map, Value};

/// One turn of a conversation, which a [`Responder`](crate::Responder) replies to.
///
/// # Conversation flows
///
/// The flow of an assistant starts at its start node. The current node is stored with the conversation. A speak node says its
/// message, in which unknown variables are empty. A tool node calls its tool. The arguments are the variables with the names
/// of the parameters. At a prompt node, the assistant replies with the instructions and tools of the node. The messages
/// before the first prompt node are the greeting and end the first turn. An edge to an assistant hands the conversation over.
///
/// On calls, conditions of type `expression` are evaluated before the reply, and conditions of type `llm` are offered to the
/// model as tools. In chats, an expression that is true before the reply selects its edge. The other conditions are
/// evaluated after the reply, in order. Default edges come last.
///
/// - An `expression` is a tree of `comparison` (`==`, `!=`, `<`, `<=`, `>`, `>=`, `contains`, `not_contains`), `bool_op`
///   (`and`, `or`, `not`), `arithmetic` (`+`, `-`, `*`, `/`, `%`), `variable`, `string_literal`, `number_literal` and
///   `bool_literal`. Strings that contain numbers count as numbers. An expression that cannot be evaluated is
///   false and logs a warning.
/// - An `llm` condition is evaluated by the model. Without a model, it is true if the user's message has one of the quoted
///   phrases of the condition or, if nothing is quoted, one of its words of at least 4 letters. Common words do not count.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Turn {
    /// The version that serves this conversation, in the form of the API.
    pub assistant: Value,
    /// The rendered instructions of the assistant or of the current flow node.
    pub instructions: String,
    /// The rendered greeting.
    ///
    /// `None` if there is none, if the assistant waits for the user, or if the model generates it.
    pub greeting: Option<String>,
    /// The dynamic variables of this conversation.
    pub variables: Map<String, Value>,
    /// The messages before this turn, oldest first.
    ///
    /// They have the form of `GET /ai/conversations/{conversation_id}/messages`.
    pub history: Vec<Value>,
    /// The user's message. Empty if the assistant speaks first.
    pub content: String,
    /// The `name` of the user's message.
    pub name: Option<String>,
    /// The current node of the conversation flow, in the form of the API.
    pub node: Option<Value>,
    /// The tools that can be called, in the form of the API.
    ///
    /// Tools of MCP servers are not listed, but can be called by name.
    pub tools: Vec<Value>,
    /// The results of tools in this turn, in call order.
    pub answers: Vec<ToolAnswer>,
    /// The messages of this turn after the user's, in the form of `history`.
    ///
    /// They are messages of the flow, tool calls and their results.
    pub since: Vec<Value>,
}

impl Turn {
    /// Whether the assistant has not said anything in this conversation.
    #[must_use]
    pub fn is_first(&self) -> bool {
        !self.history.iter().any(|message| message["role"] == "assistant")
    }
}

/// The result of a tool.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolAnswer {
    /// The name of the tool.
    pub name: String,
    /// The arguments of the call.
    pub arguments: Map<String, Value>,
    /// The result. If the tool failed, JSON with an `error`.
    pub content: String,
    /// Whether the tool failed.
    pub failed: bool,
}
