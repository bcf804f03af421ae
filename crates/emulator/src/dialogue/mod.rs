//! One turn of a conversation, from what the user says to all that comes of it: the walk through the assistant's flow,
//! the tools, and the words.

pub(crate) mod llm;
pub(crate) mod mcp;
pub(crate) mod tools;

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value, json};
use tokio::sync::mpsc::UnboundedSender;

use crate::{
    app::App,
    assumptions::{MAX_FLOW_STEPS, MAX_TOOL_ROUNDS},
    domain::{
        Code, Outcome, Problem,
        chat::{self, Opened},
        dialogues::{self, Dialogue},
        flows::{self, Flow, NodeKind},
        variables::{Unresolved, render},
    },
    responder::{Reply, ToolAnswer, ToolUse, Turn},
};
use mcp::McpTools;
use tools::Effect;

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
    fn pause(&self) {
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
    fn text(&self, text: &str) {
        if self.listens() {
            let words: Vec<&str> = text.split_inclusive(' ').collect();
            words.chunks(WORDS_A_PIECE).for_each(|piece| self.piece(&piece.concat()));
        }
    }
}

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

    /// Goes through the flow of the assistant, until the model is to answer or everything is said.
    async fn walk(&mut self) -> Outcome<Next> {
        let assistant = self.turn.assistant.clone();
        let Some(flow) = Flow::of(&assistant) else { return Ok(Next::Answer) };
        let id = text(&assistant, "id").to_owned();
        let kept = self.dialogue.node_of(&id).and_then(|at| flow.node(at));
        let mut node = match kept {
            // The flow has come to its end: the assistant goes on by itself.
            Some(node) if flows::kind_of(node) != NodeKind::Prompt => return Ok(Next::Answer),
            Some(node) => node,
            None => match flow.node(flow.start()) {
                Some(node) => node,
                None => return Ok(Next::Answer),
            },
        };
        // Its text is the greeting, which was said when the conversation began.
        let mut silent = kept.is_none() && !self.turn.is_first() && self.dialogue.handoffs.is_empty();
        loop {
            if self.too_long() {
                return Ok(Next::Done);
            }
            let at = text(node, "id").to_owned();
            self.dialogue.node = Some((id.clone(), at.clone()));
            match flows::kind_of(node) {
                NodeKind::Prompt => {
                    // The first turn is the greeting's, unless a model has heard what the user said.
                    let greets = kept.is_none()
                        && self.turn.is_first()
                        && self.turn.greeting.is_some()
                        && self.app.llm.is_none();
                    if self.heard || self.turn.content.is_empty() || greets {
                        self.be_at(node);
                        return Ok(Next::Answer);
                    }
                    self.heard = true;
                }
                NodeKind::Speak => {
                    if !silent {
                        let message = render(text(node, "message"), &self.turn.variables, Unresolved::Empty);
                        self.say(&message, false);
                    }
                }
                NodeKind::Tool => {
                    let Some(tool) = flows::tool(node) else { return Ok(Next::Answer) };
                    let arguments = tools::arguments_from(&tool, &self.turn.variables);
                    self.turn.tools = vec![tool.clone()];
                    let effect = self.call(String::new(), vec![ToolUse::new(tools::name_of(&tool), arguments)]).await?;
                    self.turn.tools = tools::of(&self.turn.assistant);
                    match effect {
                        Effect::None => {}
                        Effect::HandedOver(_) => return Ok(Next::HandedOver),
                        Effect::Ended(_) | Effect::Skipped => return Ok(Next::Done),
                    }
                }
            }
            silent = false;
            let is_prompt = flows::kind_of(node) == NodeKind::Prompt;
            let Some(edge) = self.way(flow, &at).await else {
                if is_prompt {
                    self.be_at(node);
                    return Ok(Next::Answer);
                }
                return Ok(if self.said.is_empty() { Next::Answer } else { Next::Done });
            };
            if edge["target"]["type"] == "assistant" {
                let to = text(&edge["target"], "assistant_id").to_owned();
                if self.hand_over(&to)? {
                    return Ok(Next::HandedOver);
                }
                self.be_at(node);
                return Ok(Next::Answer);
            }
            let Some(next) = flow.node(text(&edge["target"], "node_id")) else { return Ok(Next::Answer) };
            node = next;
            // What is said before the first prompt of a conversation is its greeting.
            if self.turn.is_first() && !self.said.is_empty() && flows::kind_of(node) == NodeKind::Prompt {
                self.dialogue.node = Some((id, text(node, "id").to_owned()));
                return Ok(Next::Done);
            }
        }
    }

    /// The first way out of a node whose condition holds.
    async fn way<'f>(&self, flow: Flow<'f>, at: &str) -> Option<&'f Value> {
        for edge in flow.ways(at) {
            let condition = &edge["condition"];
            let holds = match text(condition, "type") {
                "default" => true,
                "expression" => flows::holds(&condition["expression"], &self.turn.variables).unwrap_or_else(|| {
                    tracing::warn!(edge = text(edge, "id"), "an expression that the emulator can not evaluate");
                    false
                }),
                "llm" => {
                    let prompt = render(text(condition, "prompt"), &self.turn.variables, Unresolved::Raw);
                    match &self.app.llm {
                        Some(llm) => llm.holds(self.app, &self.turn, &prompt).await,
                        None => flows::suggests(&prompt, &self.turn.content),
                    }
                }
                _ => false,
            };
            if holds {
                return Some(edge);
            }
        }
        None
    }

    /// Takes the tools of a prompt node, and its instructions once they are filled in.
    fn be_at(&mut self, node: &Value) {
        self.turn.tools = flows::tools(&tools::of(&self.turn.assistant), node);
        self.turn.node = Some(node.clone());
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
        let (app, turn) = (self.app.clone(), self.turn.clone());
        let reply = tokio::task::spawn_blocking(move || app.responder.respond(&turn)).await;
        let reply = reply.map_err(|error| Problem::internal(format!("The responder broke off: {error}.")))?;
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

    /// Whether the walk has to be broken off, since it goes round in circles.
    fn too_long(&mut self) -> bool {
        self.steps += 1;
        if self.steps <= MAX_FLOW_STEPS {
            return false;
        }
        let detail = format!("The conversation flow went on for {MAX_FLOW_STEPS} steps in one turn.");
        tracing::warn!(detail);
        if self.said.is_empty() {
            self.failure = Some(Problem::internal(detail));
        }
        true
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

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
