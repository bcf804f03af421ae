//! Remote agents an assistant delegates to.

use telnyx_ai_core::{Extra, Object, Secret};

use crate::ToolMessage;

/// A remote agent that an assistant delegates to, over the Agent2Agent protocol (A2A).
///
/// It carries no tools: each conversation begins with a read of the agent's card, and every skill on it becomes a
/// tool called `a2a_<name>_<skill_id>`. An agent whose card can not be read is left out of that conversation.
///
/// ```
/// use telnyx_ai_types::{A2aAgent, StartMessage};
///
/// let agent = A2aAgent::new("billing", "https://agents.example.com/billing")
///     .with_headers([("authorization", "Bearer {{#integration_secret}}billing{{/integration_secret}}")])
///     .with_messages([StartMessage::new("One moment, I am asking accounting.")])
///     .with_timeout_ms(8_000);
/// assert_eq!(agent.name, "billing");
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct A2aAgent {
    /// Name of the agent and part of its tools' names. What is no ASCII letter, digit or `_` is turned into `_` there,
    /// and no two agents may end up with the same name.
    pub name: String,
    /// Base URL of the agent, or the URL of its card (one that ends in `.json`); up to 2048 bytes. The host must be
    /// public and spelled out; the path may hold `{{variables}}`.
    pub url: String,
    /// Whether the conversation goes on while the agent works, its answer being delivered when it is there.
    #[wire("async")]
    pub run_async: Option<bool>,
    /// Headers of every request to the agent, that for the card included.
    pub headers: Option<Vec<AgentHeader>>,
    /// What the assistant says while it waits. Unused where `run_async` is set.
    pub messages: Option<Vec<ToolMessage>>,
    /// Milliseconds between two looks at an unfinished task. Default: 500.
    pub poll_interval_ms: Option<u32>,
    /// Milliseconds that one call may take in all, polling included. Absent: the assistant's timeout for tools.
    pub timeout_ms: Option<u32>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A header of the requests to an [`A2aAgent`]. Made from a pair of name and value, too.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AgentHeader {
    /// Name: letters, digits, `-`, `_` and `{{variables}}`.
    pub name: String,
    /// Value: as it stands, or with `{{variables}}`, or an
    /// `{{#integration_secret}}identifier{{/integration_secret}}` that is filled in when a conversation starts.
    pub value: Secret,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl<N: Into<String>, V: Into<Secret>> From<(N, V)> for AgentHeader {
    fn from((name, value): (N, V)) -> Self {
        Self::new(name, value)
    }
}
