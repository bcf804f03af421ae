//! One turn of a conversation, from what the user says to all that comes of it: the walk through the assistant's flow,
//! the tools, and the words.

mod listener;
pub(crate) mod llm;
pub(crate) mod mcp;
pub(crate) mod tools;
mod walk;

use serde_json::{Map, Value, json};

use crate::{
    app::App,
    assumptions::MAX_TOOL_ROUNDS,
    domain::{
        Code, Outcome, Problem,
        chat::{self, Opened},
        dialogues::{self, Dialogue},
        flows,
        variables::{Unresolved, render},
    },
    json::text,
    responder::{Reply, ToolAnswer, ToolUse, Turn},
};
pub(crate) use listener::Listener;
use mcp::McpTools;
use tools::Effect;

/// What came of a turn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    /// All that was said.
    pub(crate) content: String,
    /// Why it broke off after that.
    pub(crate) failure: Option<Problem>,
    /// Who said it, as the API answers it.
    pub(crate) assistant: Value,
    /// Whether the conversation is over.
    pub(crate) ended: bool,
}

/// Asks the assistant's webhook for variables where there is need; gives who answers, and the conversation.
pub(crate) async fn prepare(app: &App, opened: Opened) -> Outcome<(Value, Value)> {
    let Opened { assistant, conversation, ask } = opened;
    let Some(ask) = ask else { return Ok((assistant, conversation)) };
    let given = app.initialize(ask).await;
    let conversation = app.run(|work| chat::initialized(work, conversation, given))?;
    Ok((assistant, conversation))
}

/// Has the assistant answer, and keeps what was said and done.
pub(crate) async fn answer(
    app: &App,
    opened: Opened,
    content: &str,
    name: Option<&str>,
    listener: &Listener,
) -> Outcome<Said> {
    let (assistant, conversation) = prepare(app, opened).await?;
    let (dialogue, turn) = app.run(|work| {
        let dialogue = dialogues::get(work, chat::id_of(&conversation))?;
        Ok((dialogue, chat::turn(work, &conversation, &assistant, content, name)?))
    })?;
    let mut session = Session {
        app,
        listener,
        mcp: McpTools::new(app, &assistant),
        conversation,
        dialogue,
        turn,
        heard: false,
        steps: 0,
        messages: Vec::new(),
        said: Vec::new(),
        failure: None,
    };
    session.talk().await?;
    session.finish().await
}

/// How a turn goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The model answers.
    Answer,
    /// Another assistant goes on.
    HandedOver,
    /// Nothing more comes.
    Done,
}

struct Session<'a> {
    app: &'a App,
    listener: &'a Listener,
    mcp: McpTools,
    conversation: Value,
    dialogue: Dialogue,
    turn: Turn,
    /// Whether the user's message has led somewhere in the flow.
    heard: bool,
    /// How many steps of flows were taken.
    steps: usize,
    /// What is to be kept after the user's message.
    messages: Vec<Map<String, Value>>,
    said: Vec<String>,
    failure: Option<Problem>,
}

impl Session<'_> {
    async fn talk(&mut self) -> Outcome<()> {
        loop {
            let next = match self.walk().await? {
                Next::Answer => {
                    self.fill_in();
                    self.think().await?
                }
                next => next,
            };
            if next != Next::HandedOver {
                return Ok(());
            }
            if self.too_long() {
                return Ok(());
            }
        }
    }

    /// Fills the variables into the instructions again.
    fn fill_in(&mut self) {
        let instructions = match &self.turn.node {
            Some(node) => flows::instructions(text(&self.turn.assistant, "instructions"), node),
            None => text(&self.turn.assistant, "instructions").to_owned(),
        };
        self.turn.instructions = render(&instructions, &self.turn.variables, Unresolved::Raw);
    }

    /// Has the model answer, and calls the tools it asks for.
    async fn think(&mut self) -> Outcome<Next> {
        for _ in 0..MAX_TOOL_ROUNDS {
            let (reply, was_heard) = self.reply().await?;
            if let Some(reason) = &reply.failure {
                if !was_heard {
                    self.listener.text(&reply.content);
                }
                let status = reply.status.unwrap_or(500);
                let code = match status {
                    429 => Code::TOO_MANY,
                    400 => Code::BAD_REQUEST,
                    422 => Code::UNPROCESSABLE,
                    _ => Code::UNEXPECTED,
                };
                self.failure = Some(Problem::with_status(status, code, reason.as_str()));
                return Ok(Next::Done);
            }
            if reply.tool_calls.is_empty() {
                match (reply.content.is_empty(), self.turn.answers.last()) {
                    (true, Some(answer)) => self.say(&answer.content.clone(), false),
                    _ => self.say(&reply.content, was_heard),
                }
                return Ok(Next::Done);
            }
            if !was_heard {
                self.listener.text(&reply.content);
            }
            match self.call(reply.content, reply.tool_calls).await? {
                Effect::None => self.fill_in(),
                Effect::HandedOver(_) => return Ok(Next::HandedOver),
                Effect::Ended(_) | Effect::Skipped => {
                    // A script may have something to say at the end.
                    let last = self.app.scripts.reply(&self.turn).and_then(|scripted| scripted.reply);
                    if let Some(last) = last.filter(|last| last.tool_calls.is_empty() && !last.content.is_empty()) {
                        self.say(&last.content, false);
                    }
                    return Ok(Next::Done);
                }
            }
        }
        let detail = format!("The assistant called tools {MAX_TOOL_ROUNDS} times in one turn, and never answered.");
        self.failure = Some(Problem::internal(detail));
        Ok(Next::Done)
    }

    /// What a script says, or the model where there is one, or the responder; and whether it was passed on already.
    async fn reply(&mut self) -> Outcome<(Reply, bool)> {
        if let Some(scripted) = self.app.scripts.reply(&self.turn) {
            if !scripted.delay.is_zero() {
                tokio::time::sleep(scripted.delay).await;
            }
            if let Some(reply) = scripted.reply {
                return Ok((reply, false));
            }
        }
        if let Some(llm) = &self.app.llm {
            let more = self.mcp.offers(self.app).await;
            return Ok((llm.reply(self.app, &self.turn, &more, self.listener).await, self.listener.listens()));
        }
        let (app, turn) = (self.app.clone(), std::mem::take(&mut self.turn));
        let answered = tokio::task::spawn_blocking(move || (app.responder.respond(&turn), turn)).await;
        let (reply, turn) =
            answered.map_err(|error| Problem::internal(format!("The responder broke off: {error}.")))?;
        self.turn = turn;
        Ok((reply, false))
    }

    fn say(&mut self, text: &str, was_heard: bool) {
        if !was_heard {
            self.listener.text(text);
        }
        let message = chat::spoken(&self.turn.assistant, text);
        self.note(message);
        self.has_said(text);
    }

    fn has_said(&mut self, text: &str) {
        if !text.is_empty() {
            self.said.push(text.to_owned());
            self.listener.pause();
        }
    }

    /// Adds a message to those of this turn.
    fn note(&mut self, message: Map<String, Value>) {
        let mut shown = message.clone();
        let content = shown.remove("content").unwrap_or_else(|| "".into());
        shown.insert("text".to_owned(), content);
        self.turn.since.push(shown.into());
        self.messages.push(message);
    }

    /// Calls tools, one after the other, until one takes the conversation elsewhere.
    async fn call(&mut self, content: String, calls: Vec<ToolUse>) -> Outcome<Effect> {
        let ids: Vec<String> = calls.iter().map(|_| format!("call_{}", self.app.ids.next())).collect();
        let listed: Vec<Value> = calls
            .iter()
            .zip(&ids)
            .map(|(call, id)| {
                let arguments = Value::Object(call.arguments.clone()).to_string();
                json!({ "id": id, "type": "function", "function": { "name": call.name, "arguments": arguments } })
            })
            .collect();
        let mut message = chat::spoken(&self.turn.assistant, &content);
        message.insert("tool_calls".to_owned(), listed.into());
        self.note(message);
        self.has_said(&content);

        let mut effect = Effect::None;
        for (call, id) in calls.into_iter().zip(ids) {
            let ran = if effect == Effect::None {
                tools::run(self.app, &self.turn, &mut self.mcp, &call).await
            } else {
                tools::Ran::failed("the conversation had gone elsewhere")
            };
            self.turn.variables.extend(ran.variables.clone());
            self.dialogue.variables.extend(ran.variables);
            let answer = json!({ "role": "tool", "content": ran.content, "tool_call_id": id });
            if let Value::Object(answer) = answer {
                self.note(answer);
            }
            let ToolUse { name, arguments } = call;
            self.turn.answers.push(ToolAnswer { name, arguments, content: ran.content, failed: ran.failed });
            if ran.effect != Effect::None {
                effect = ran.effect;
            }
        }
        match &effect {
            Effect::Ended(reason) => self.dialogue.ended = Some((*reason).to_owned()),
            Effect::HandedOver(to) if !self.hand_over(&to.clone())? => effect = Effect::None,
            _ => {}
        }
        Ok(effect)
    }

    /// Has another assistant go on. Tells whether there is one of this id.
    fn hand_over(&mut self, to: &str) -> Outcome<bool> {
        let from = text(&self.turn.assistant, "id").to_owned();
        let conversation = &self.conversation;
        let (content, name) = (self.turn.content.clone(), self.turn.name.clone());
        let taken = self.app.run(|work| {
            let Some(next) = chat::successor(work, to, conversation)? else { return Ok(None) };
            let turn = chat::turn(work, conversation, &next, &content, name.as_deref())?;
            Ok(Some((next, turn)))
        })?;
        let Some((assistant, mut turn)) = taken else {
            tracing::warn!(assistant = to, "there is no such assistant to hand the conversation over to");
            return Ok(false);
        };
        self.dialogue.hand_over(&from, to);
        self.mcp = McpTools::new(self.app, &assistant);
        turn.variables.extend(self.dialogue.variables.clone());
        turn.answers = std::mem::take(&mut self.turn.answers);
        turn.since = std::mem::take(&mut self.turn.since);
        // The conversation has begun already.
        turn.greeting = None;
        self.turn = turn;
        Ok(true)
    }

    /// Keeps the turn.
    async fn finish(mut self) -> Outcome<Said> {
        self.mcp.close().await;
        let content = self.said.join("\n");
        let Self { app, conversation, dialogue, turn, messages, failure, .. } = self;
        let id = chat::id_of(&conversation);
        if !id.is_empty() {
            app.run(|work| chat::keep(work, id, &turn, &messages, failure.is_none().then_some(&content), &dialogue))?;
        }
        Ok(Said { content, failure, ended: dialogue.ended.is_some(), assistant: turn.assistant })
    }
}
