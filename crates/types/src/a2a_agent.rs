//! Remote agents that an assistant delegates to.

use telnyx_ai_core::{Extra, Object, Secret};

use crate::ToolMessage;

/// A remote agent that an assistant delegates to.
///
/// The agent implements the Agent2Agent protocol (A2A). At the start of each conversation, Telnyx reads the agent's
/// card. Each skill on the card becomes a tool with the name `a2a_<name>_<skill_id>`. If the card cannot be read, the
/// conversation does not use the agent.
///
/// ```
/// use telnyx_ai_types::{A2aAgent, StartMessage};
///
/// let agent = A2aAgent::new("billing", "https://agents.example.com/billing")
///     .with_headers([("authorization", "Bearer {{#integration_secret}}billing{{/integration_secret}}")])
///     .with_messages([StartMessage::new("One moment, I am asking accounting.").into()])
///     .with_timeout_ms(8_000);
/// assert_eq!(agent.name, "billing");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct A2aAgent {
    /// The name of the agent. It is part of the names of its tools, in which characters other than ASCII letters,
    /// digits and `_` become `_`. The resulting name must be unique.
    pub name: String,
    /// The base URL of the agent, or the URL of its card if it ends in `.json`. Up to 2048 bytes. The host must be
    /// public and cannot contain `{{variables}}`; the path can.
    pub url: String,
    /// Whether the conversation continues while the agent works. The result is delivered when it is available.
    #[wire("async")]
    pub run_async: Option<bool>,
    /// The headers of every request to the agent, including the request for its card.
    #[wire(into)]
    pub headers: Option<Vec<AgentHeader>>,
    /// The sentences that the assistant says while it waits. Ignored if `run_async` is true.
    pub messages: Option<Vec<ToolMessage>>,
    /// The interval in milliseconds at which an unfinished task is polled. Default: 500.
    pub poll_interval_ms: Option<u32>,
    /// The time limit of a call in milliseconds, including polling. Default: the assistant's timeout for tools.
    pub timeout_ms: Option<u32>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A header of the requests to an [`A2aAgent`].
///
/// A pair of name and value converts into it.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AgentHeader {
    /// The name: letters, digits, `-`, `_` and `{{variables}}`.
    pub name: String,
    /// The value. It can contain `{{variables}}`, and `{{#integration_secret}}identifier{{/integration_secret}}`, which
    /// is replaced when a conversation starts.
    pub value: Secret,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl<N: Into<String>, V: Into<Secret>> From<(N, V)> for AgentHeader {
    fn from((name, value): (N, V)) -> Self {
        Self::new(name, value)
    }
}
