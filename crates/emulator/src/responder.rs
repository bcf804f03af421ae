//! What an assistant says.

use serde_json::{Map, Value};

/// Says an assistant's part of a conversation. Give your own to
/// [`Builder::responder`](crate::Builder::responder) to script conversations.
pub trait Responder: Send + Sync + 'static {
    /// The assistant's answer to `turn`.
    fn respond(&self, turn: &Turn) -> Reply;
}

impl<F: Fn(&Turn) -> Reply + Send + Sync + 'static> Responder for F {
    fn respond(&self, turn: &Turn) -> Reply {
        self(turn)
    }
}

/// One turn of a conversation, as a [`Responder`] sees it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Turn {
    /// The assistant's configuration, as the API answers it; of the version that serves this conversation.
    pub assistant: Value,
    /// The assistant's instructions with variables filled in.
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
}

impl Turn {
    /// Whether the assistant has not said anything in this conversation yet.
    #[must_use]
    pub fn is_first(&self) -> bool {
        !self.history.iter().any(|message| message["role"] == "assistant")
    }
}

/// What a [`Responder`] answers.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// What the assistant says. Streamed answers arrive in pieces of a few words.
    pub content: String,
    /// Why the model stopped after `content`: streamed answers end with an `error` event, others fail with 500.
    pub failure: Option<String>,
}

impl Reply {
    /// A whole answer.
    #[must_use]
    pub fn new(content: impl Into<String>) -> Self {
        Self { content: content.into(), failure: None }
    }

    /// An answer that breaks off after `content`, because of `reason`.
    #[must_use]
    pub fn failing(content: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { content: content.into(), failure: Some(reason.into()) }
    }
}

/// The responder the emulator starts with: deterministic, and made of what it is told. It greets in its first turn,
/// and after that repeats what it heard and which instructions it follows.
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
