//! The hook that generates the replies of assistants.

use serde_json::{Map, Value};

use crate::{domain::turn::Turn, phrases::capitalized};

/// Generates the replies of assistants. It may block.
///
/// Pass an implementation to [`Builder::responder`](crate::Builder::responder).
///
/// ```
/// use serde_json::{Map, json};
/// use telnyx_ai_emulator::{Emulator, Reply, Turn};
///
/// // Any function is a responder. This one calls a tool and repeats its result.
/// let clerk = |turn: &Turn| match turn.answers.last() {
///     None => Reply::calling("order_status", Map::from_iter([("order".to_owned(), json!(17))])),
///     Some(answer) => Reply::new(format!("It says {}.", answer.content)),
/// };
/// let emulator = Emulator::builder().responder(clerk).in_process()?;
/// # drop(emulator);
/// # Ok::<(), telnyx_ai_emulator::StartError>(())
/// ```
pub trait Responder: Send + Sync + 'static {
    /// Returns the reply to `turn`.
    ///
    /// After a reply that [calls a tool](Reply::calling), it is called again with the tool's result in [`Turn::answers`].
    fn respond(&self, turn: &Turn) -> Reply;
}

impl<F: Fn(&Turn) -> Reply + Send + Sync + 'static> Responder for F {
    fn respond(&self, turn: &Turn) -> Reply {
        self(turn)
    }
}

/// A tool call.
///
/// The calls and their results are stored in the conversation, as messages with `tool_calls` and messages with the role
/// `tool`. A turn has at most 8 rounds of calls. The types of tools:
///
/// | type | effect |
/// | --- | --- |
/// | `webhook` | Sends the request. Variables in the path and the query of its URL are percent-encoded. `store_fields_as_variables` sets variables. With `async`, it does not wait for the response. |
/// | tools of MCP servers | Calls the tool over streamable HTTP. `allowed_tools` limits them. |
/// | `update_dynamic_variables` | Sets the variables that its definition allows, for the rest of the conversation. |
/// | `handoff` | Another assistant continues, in this turn and later. Argument: `assistant`, its name or id. |
/// | `hangup` | Ends the conversation. Further turns get 400. |
/// | `transfer`, `refer` | Ends the conversation. Argument: `target`. |
/// | `skip_turn` | Ends the turn without a reply. |
/// | `retrieval` | Returns no results. |
/// | others | Returns `{"status": "ok"}`. |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolUse {
    /// The name of the tool or, for tools without a name, the type, such as `hangup`.
    pub name: String,
    /// The arguments.
    pub arguments: Map<String, Value>,
}

impl ToolUse {
    /// Creates a call of the tool with this name.
    #[must_use]
    pub fn new(name: impl Into<String>, arguments: Map<String, Value>) -> Self {
        Self { name: name.into(), arguments }
    }
}

/// The reply of a [`Responder`].
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// The text.
    ///
    /// Streamed responses send it in chunks of a few words. If it is empty after a tool call, the reply is the result of
    /// the tool.
    pub content: String,
    /// The tools to call next, in this order.
    pub tool_calls: Vec<ToolUse>,
    /// The reason that the model failed after `content`.
    ///
    /// Streamed responses end with an `error` event, others have the status `status`.
    pub failure: Option<String>,
    /// The HTTP status of a failure. Default: 500.
    pub status: Option<u16>,
}

impl Reply {
    /// Creates a complete reply.
    #[must_use]
    pub fn new(content: impl Into<String>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// Creates a reply that calls a tool first.
    #[must_use]
    pub fn calling(tool: impl Into<String>, arguments: Map<String, Value>) -> Self {
        Self { tool_calls: vec![ToolUse::new(tool, arguments)], ..Self::default() }
    }

    /// Creates a reply that fails after `content`.
    #[must_use]
    pub fn failing(content: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { content: content.into(), failure: Some(reason.into()), ..Self::default() }
    }

    /// Sets the HTTP status of a failure.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

/// The default responder.
///
/// It is deterministic: it says the greeting in the first turn, and later repeats the message and the instructions. It
/// calls no tools.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct EchoResponder;

impl Responder for EchoResponder {
    fn respond(&self, turn: &Turn) -> Reply {
        if turn.is_first()
            && let Some(greeting) = &turn.greeting
        {
            return Reply::new(greeting.clone());
        }
        let who = turn.name.as_ref().map(|name| format!("{name}, ")).unwrap_or_default();
        let heard =
            if turn.content.is_empty() { "hello.".to_owned() } else { format!("you said \"{}\".", turn.content) };
        let mut content = capitalized(&format!("{who}{heard}"));
        if !turn.instructions.is_empty() {
            content.push_str(" My instructions: ");
            content.push_str(&turn.instructions);
        }
        Reply::new(content)
    }
}
