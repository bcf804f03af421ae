//! What an assistant says.

use serde_json::{Map, Value};

use crate::domain::turn::Turn;

/// Says an assistant's part of a conversation. Give your own to
/// [`Builder::responder`](crate::Builder::responder) to script conversations. It may take its time: it is called where
/// blocking is allowed.
///
/// ```
/// use serde_json::{Map, json};
/// use telnyx_ai_emulator::{Emulator, Reply, Turn};
///
/// // Any function will do. This one calls a tool, and tells what it answered.
/// let clerk = |turn: &Turn| match turn.answers.last() {
///     None => Reply::calling("order_status", Map::from_iter([("order".to_owned(), json!(17))])),
///     Some(answer) => Reply::new(format!("It says {}.", answer.content)),
/// };
/// let emulator = Emulator::builder().responder(clerk).in_process()?;
/// # drop(emulator);
/// # Ok::<(), telnyx_ai_emulator::StartError>(())
/// ```
pub trait Responder: Send + Sync + 'static {
    /// The assistant's answer to `turn`. Where it [calls a tool](Reply::calling), it is asked again with the tool's
    /// answer among [`Turn::answers`].
    fn respond(&self, turn: &Turn) -> Reply;
}

impl<F: Fn(&Turn) -> Reply + Send + Sync + 'static> Responder for F {
    fn respond(&self, turn: &Turn) -> Reply {
        self(turn)
    }
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolUse {
    /// The name of the tool: that of its function where it has one, or else its type, such as `hangup`.
    pub name: String,
    /// The arguments.
    pub arguments: Map<String, Value>,
}

impl ToolUse {
    /// A call of the tool of this name.
    #[must_use]
    pub fn new(name: impl Into<String>, arguments: Map<String, Value>) -> Self {
        Self { name: name.into(), arguments }
    }
}

/// What a [`Responder`] answers.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// What the assistant says. Streamed answers arrive in pieces of a few words. Where this is empty after a tool was
    /// called, the assistant says what the tool answered.
    pub content: String,
    /// Tools to call before the turn goes on, in this order.
    pub tool_calls: Vec<ToolUse>,
    /// Why the model stopped after `content`: streamed answers end with an `error` event, others fail with `status`.
    pub failure: Option<String>,
    /// The HTTP status of a failure; default 500.
    pub status: Option<u16>,
}

impl Reply {
    /// A whole answer.
    #[must_use]
    pub fn new(content: impl Into<String>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// The wish to call a tool and go on with its answer.
    #[must_use]
    pub fn calling(tool: impl Into<String>, arguments: Map<String, Value>) -> Self {
        Self { tool_calls: vec![ToolUse::new(tool, arguments)], ..Self::default() }
    }

    /// An answer that breaks off after `content`, because of `reason`.
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

/// The responder the emulator starts with: deterministic, and made of what it is told. It greets in its first turn,
/// and after that repeats what it heard and which instructions it follows. It never calls tools.
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

fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}
