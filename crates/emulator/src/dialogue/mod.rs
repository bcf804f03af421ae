//! The dialogue engine: runs one turn of a conversation.
//!
//! A turn starts with the user's message and ends with the reply and its effects.

mod flow;
mod listener;
mod locks;
mod model;
mod tools;
mod whatsapp;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    assumptions::{MAX_FLOW_STEPS, MAX_TOOL_ROUNDS, UNREADABLE_EXPRESSION_STATUS},
    domain::{
        Context, Domain, Error, Result,
        chat::{self, OpenConversation},
        conversation_end,
        conversation_state::{self, ConversationState},
        conversations, flows,
        tool_offers::ToolOffer,
        turn::{ToolAnswer, Turn},
        variables::{Unresolved, render},
        variables_webhook::Initialization,
    },
    hooks::{Reply, Responder, ToolUse},
    json::{items, text},
    outbound::{Outbound, mcp::McpTools},
    scripts::ActiveScripts,
};
pub(crate) use listener::Listener;
pub(crate) use locks::ConversationLock;
use locks::Locks;
pub(crate) use model::Model;
use tools::{Effect, ToolOutcome};

/// The variable with the status code of the last tool call.
const LAST_TOOL_STATUS: &str = "telnyx_last_tool_status_code";

/// The dialogue engine. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Dialogue(Arc<Parts>);

struct Parts {
    domain: Domain,
    outbound: Outbound,
    scripts: ActiveScripts,
    /// The emulator's model, which replaces the responder.
    model: Option<Arc<Model>>,
    responder: Box<dyn Responder>,
    locks: Locks,
}

/// A finished turn that must be stored.
#[derive(Debug)]
pub(crate) struct FinishedTurn {
    conversation: Value,
    initialization: Option<Initialization>,
    turn: Turn,
    messages: Vec<(Timestamp, Map<String, Value>)>,
    state: ConversationState,
    /// The number of resets when the conversation was opened.
    resets: u64,
    pub(crate) outcome: TurnOutcome,
    _lock: Option<ConversationLock>,
}

impl FinishedTurn {
    /// Stores the messages and the state. A turn without a conversation is not stored.
    pub(crate) fn store(&self, cx: &Context<'_>) -> Result<()> {
        cx.check_not_reset(self.resets)?;
        let id = text(&self.conversation, "id");
        if id.is_empty() {
            return Ok(());
        }
        if let Some(initialization) = &self.initialization {
            chat::store_initialization(cx, id, initialization)?;
        }
        conversation_end::store_turn(cx, &self.conversation, &self.turn, &self.messages, &self.state)
    }
}

#[derive(Debug)]
pub(crate) struct TurnOutcome {
    /// The text of all replies.
    pub(crate) content: String,
    /// The error that ended the turn after `content`.
    pub(crate) failure: Option<Failure>,
    /// The assistant of the last message, as the API returns it.
    pub(crate) assistant: Value,
    pub(crate) ended: bool,
}

/// The reason that a turn failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The model, the responder or a script failed.
    #[error("{reason}")]
    Model { status: Option<u16>, reason: String },
    #[error("The assistant called tools {} times in one turn without a reply.", MAX_TOOL_ROUNDS)]
    TooManyToolRounds,
    /// An edge of the flow has an expression that cannot be read.
    #[error(transparent)]
    UnreadableExpression(Error),
    #[error("The conversation flow took more than {} steps in one turn.", MAX_FLOW_STEPS)]
    FlowTooLong,
}

impl Failure {
    /// The HTTP status of the failure. Default: 500.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Model { status: Some(status), .. } => *status,
            Self::UnreadableExpression(_) => UNREADABLE_EXPRESSION_STATUS,
            _ => 500,
        }
    }
}

impl Dialogue {
    pub(crate) fn new(
        domain: Domain,
        outbound: Outbound,
        scripts: ActiveScripts,
        model: Option<Arc<Model>>,
        responder: Box<dyn Responder>,
    ) -> Self {
        Self(Arc::new(Parts { domain, outbound, scripts, model, responder, locks: Locks::default() }))
    }

    /// Waits for the lock of a conversation. Lock the conversation before you open it.
    pub(crate) async fn lock(&self, conversation_id: &str) -> ConversationLock {
        self.0.locks.lock(conversation_id).await
    }

    /// Runs a turn and stores it.
    pub(crate) async fn answer(
        &self,
        lock: ConversationLock,
        opened: OpenConversation,
        content: &str,
        name: Option<&str>,
        listener: &Listener,
    ) -> Result<TurnOutcome> {
        let finished = self.run(Some(lock), opened, content, name, listener, |_| None).await?;
        self.0.domain.run(|cx| finished.store(cx))?;
        Ok(finished.outcome)
    }

    /// Runs a turn without storing it.
    ///
    /// A conversation that is not stored yet needs no lock. If `fixed` returns a text, the assistant sends it instead of a
    /// reply.
    pub(crate) async fn run(
        &self,
        lock: Option<ConversationLock>,
        opened: OpenConversation,
        content: &str,
        name: Option<&str>,
        listener: &Listener,
        fixed: impl FnOnce(&Turn) -> Option<String>,
    ) -> Result<FinishedTurn> {
        let OpenConversation { assistant, mut conversation, request, tested, resets } = opened;
        let received_at = self.0.domain.time().now();
        let initialization = match request {
            Some(request) => Some(self.0.outbound.fetch_variables(request).await),
            None => None,
        };
        if let Some(initialization) = &initialization {
            conversations::fill_metadata(&mut conversation, initialization.metadata.clone());
        }
        let (state, turn) = self.0.domain.run(|cx| {
            let state = conversation_state::get(cx, text(&conversation, "id"))?;
            let fetched = initialization.as_ref().map(|initialization| &initialization.variables);
            Ok((state, chat::turn(cx, &conversation, &assistant, fetched, content, name)?))
        })?;
        let mut session = Session {
            engine: &self.0,
            listener,
            mcp: self.0.mcp_tools(&assistant)?,
            conversation,
            tested,
            initialization,
            before: state.clone(),
            state,
            messages: chat::user_message(&turn).map(|message| (received_at, message)).into_iter().collect(),
            turn,
            received_at,
            message_selected_edge: false,
            has_replied: false,
            steps: 0,
            texts: Vec::new(),
            failure: None,
        };
        match fixed(&session.turn) {
            Some(text) => session.send(&text, false),
            None => match session.run_turn().await {
                Err(error @ Error::UnreadableExpression { .. }) => {
                    session.failure = Some(Failure::UnreadableExpression(error));
                }
                result => result?,
            },
        }
        Ok(session.finish(lock, resets).await)
    }
}

impl Parts {
    fn external_llm(&self, settings: &Value) -> Option<Arc<Model>> {
        Model::external(&settings["external_llm"], self.outbound.client()).map(Arc::new)
    }

    /// The external LLM of these settings of an assistant. Warns if it cannot be called.
    fn callable_llm(&self, settings: &Value, assistant: &Value) -> Option<Arc<Model>> {
        let external = self.external_llm(settings);
        if external.is_none() && settings["external_llm"].is_object() {
            tracing::warn!(
                assistant = text(assistant, "id"),
                "the external LLM is not called, because it needs a certificate, has no base_url or model, or is on \
                 another machine and the emulator runs without --allow-outbound"
            );
        }
        external
    }

    /// The reply of a matching script, after its delay.
    async fn scripted_reply(&self, turn: &Turn) -> Option<Reply> {
        let scripted = self.scripts.get().reply(turn)?;
        if !scripted.delay.is_zero() {
            tokio::time::sleep(scripted.delay).await;
        }
        scripted.reply
    }

    /// The replier of the service's models: the emulator's model, else the responder.
    fn hosted(&self) -> Replier {
        self.model.clone().map_or(Replier::Responder, Replier::Model)
    }

    /// The first replier of a turn.
    fn first(&self, turn: &Turn) -> Replier {
        let settings = model_settings(&turn.assistant, turn.node.as_ref());
        self.callable_llm(settings, &turn.assistant).map_or_else(|| self.hosted(), Replier::Model)
    }

    /// The replier of the assistant's fallback, if it has one and a reply has failed before any text.
    ///
    /// A fallback model hosted by the service replies only after an external LLM, because it would be the same replier again.
    fn fallback(&self, turn: &Turn, reply: &Reply) -> Option<Replier> {
        let reason = reply.failure.as_ref().filter(|_| reply.content.is_empty())?;
        let settings = &turn.assistant["fallback_config"];
        let was_external = || self.external_llm(model_settings(&turn.assistant, turn.node.as_ref())).is_some();
        let fallback = match self.callable_llm(settings, &turn.assistant) {
            Some(external) => Replier::Model(external),
            None if !text(settings, "model").is_empty() && was_external() => self.hosted(),
            None => return None,
        };
        tracing::warn!(reason, "the model failed, so the fallback of the assistant replies");
        Some(fallback)
    }

    /// The reply of a replier, and whether the listener has already received it.
    async fn reply_of(
        self: &Arc<Self>,
        replier: Replier,
        turn: &mut Turn,
        more: &[ToolOffer],
        listener: &Listener,
    ) -> (Reply, bool) {
        if let Replier::Model(model) = replier {
            return (model.reply(turn, more, listener).await, listener.is_active());
        }
        let (engine, shared) = (Arc::clone(self), Arc::new(std::mem::take(turn)));
        let asked = Arc::clone(&shared);
        let reply = tokio::task::spawn_blocking(move || engine.responder.respond(&asked)).await;
        *turn = Arc::unwrap_or_clone(shared);
        (reply.unwrap_or_else(|error| Reply::failing("", format!("The responder failed: {error}."))), false)
    }

    fn mcp_tools(&self, assistant: &Value) -> Result<McpTools> {
        McpTools::new(&self.domain, self.outbound.client().clone(), assistant)
    }
}

enum Replier {
    Model(Arc<Model>),
    /// The responder of the builder.
    Responder,
}

/// The next action of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The assistant generates a reply.
    Reply,
    Replied,
    HandedOver,
    /// An edge leads to a node that has not been entered.
    Moved,
    Done,
}

struct Session<'a> {
    engine: &'a Arc<Parts>,
    listener: &'a Listener,
    mcp: McpTools,
    conversation: Value,
    /// The version that a test run tests.
    tested: Option<Value>,
    initialization: Option<Initialization>,
    before: ConversationState,
    state: ConversationState,
    turn: Turn,
    received_at: Timestamp,
    /// Whether the user's message has selected an edge, at most once per turn.
    message_selected_edge: bool,
    /// Whether the model has replied. If so, the next prompt node waits for the user.
    has_replied: bool,
    steps: usize,
    /// The messages to store, each with the time at which it was sent.
    messages: Vec<(Timestamp, Map<String, Value>)>,
    texts: Vec<String>,
    failure: Option<Failure>,
}

impl Session<'_> {
    async fn run_turn(&mut self) -> Result<()> {
        let mut is_new = false;
        loop {
            let next = match self.follow_flow(is_new).await? {
                Next::Reply if self.has_replied => Next::Done,
                Next::Reply => {
                    self.render_instructions();
                    self.generate_reply().await?
                }
                next => next,
            };
            let next = if next == Next::Replied { self.leave_after_reply().await? } else { next };
            is_new = next == Next::Moved;
            if next == Next::Done || self.exceeds_step_limit() {
                return Ok(());
            }
        }
    }

    /// Renders the instructions with the current variables.
    fn render_instructions(&mut self) {
        let instructions = match &self.turn.node {
            Some(node) => flows::instructions(text(&self.turn.assistant, "instructions"), node),
            None => text(&self.turn.assistant, "instructions").to_owned(),
        };
        self.turn.instructions = render(&instructions, &self.turn.variables, Unresolved::Raw);
    }

    /// Gets replies and calls the tools, until a reply calls none.
    async fn generate_reply(&mut self) -> Result<Next> {
        for _ in 0..MAX_TOOL_ROUNDS {
            let (reply, was_streamed) = self.reply().await;
            if let Some(reason) = reply.failure {
                if !was_streamed {
                    self.listener.text(&reply.content);
                }
                self.failure = Some(Failure::Model { status: reply.status, reason });
                return Ok(Next::Done);
            }
            if reply.tool_calls.is_empty() {
                match (reply.content.is_empty(), self.turn.answers.last()) {
                    (true, Some(answer)) => self.send(&answer.content.clone(), false),
                    _ => self.send(&reply.content, was_streamed),
                }
                return Ok(Next::Replied);
            }
            if let Some(next) = self.follow_selected_edge(&reply, was_streamed)? {
                return Ok(next);
            }
            if !was_streamed {
                self.listener.text(&reply.content);
            }
            match self.call(reply.content, reply.tool_calls).await? {
                Effect::None => self.render_instructions(),
                Effect::HandedOver(_) => return Ok(Next::HandedOver),
                Effect::Ended(_) | Effect::Skipped => {
                    // A script can add a last message.
                    let last = self.engine.scripts.get().reply(&self.turn).and_then(|scripted| scripted.reply);
                    if let Some(last) = last.filter(|last| last.tool_calls.is_empty() && !last.content.is_empty()) {
                        self.send(&last.content, false);
                    }
                    return Ok(Next::Done);
                }
            }
        }
        self.failure = Some(Failure::TooManyToolRounds);
        Ok(Next::Done)
    }

    /// The next reply, and whether the listener has already received it.
    ///
    /// It comes from a matching script, else from the model or the responder, else from the fallback.
    async fn reply(&mut self) -> (Reply, bool) {
        if let Some(reply) = self.engine.scripted_reply(&self.turn).await {
            return (reply, false);
        }
        let replied = self.reply_of(self.engine.first(&self.turn)).await;
        match self.engine.fallback(&self.turn, &replied.0) {
            Some(fallback) => self.reply_of(fallback).await,
            None => replied,
        }
    }

    /// The reply of a replier. A model also gets the greeting, the tools of MCP servers and the edges.
    async fn reply_of(&mut self, replier: Replier) -> (Reply, bool) {
        let mut more = Vec::new();
        if let Replier::Model(_) = replier {
            self.add_greeting();
            more = self.mcp.offers().await;
            more.extend(self.edge_offers());
        }
        self.engine.reply_of(replier, &mut self.turn, &more, self.listener).await
    }

    /// The model that replies at a node of the flow: an external LLM, else the emulator's; `None` for the responder.
    fn model(&self, node: Option<&Value>) -> Option<Arc<Model>> {
        let external = self.engine.external_llm(model_settings(&self.turn.assistant, node));
        external.or_else(|| self.engine.model.clone())
    }

    fn send(&mut self, text: &str, was_streamed: bool) {
        if !was_streamed {
            self.listener.text(text);
        }
        let message = chat::assistant_message(&self.turn.assistant, text);
        self.add_message(message);
        self.add_text(text);
    }

    /// Adds the greeting before the user's message if the model replies first in this conversation.
    fn add_greeting(&mut self) {
        let Some(greeting) = self.turn.greeting.as_ref().filter(|_| self.turn.is_first() && self.texts.is_empty())
        else {
            return;
        };
        let message = chat::assistant_message(&self.turn.assistant, greeting);
        self.turn.history.push(conversations::shown(message.clone()).into());
        self.messages.insert(0, (self.received_at, message));
    }

    fn add_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.texts.push(text.to_owned());
            self.listener.end_text();
        }
    }

    fn add_message(&mut self, message: Map<String, Value>) {
        self.turn.since.push(conversations::shown(message.clone()).into());
        self.messages.push((self.engine.domain.time().now(), message));
    }

    /// Calls tools one after the other.
    ///
    /// Skips the rest once one of them ends this assistant's turn.
    async fn call(&mut self, content: String, calls: Vec<ToolUse>) -> Result<Effect> {
        let ids: Vec<String> = calls.iter().map(|_| format!("call_{}", self.engine.domain.new_id())).collect();
        let listed: Vec<Value> = calls
            .iter()
            .zip(&ids)
            .map(|(call, id)| {
                let arguments = Value::Object(call.arguments.clone()).to_string();
                json!({ "id": id, "type": "function", "function": { "name": call.name, "arguments": arguments } })
            })
            .collect();
        let mut message = chat::assistant_message(&self.turn.assistant, &content);
        message.insert("tool_calls".to_owned(), listed.into());
        self.add_message(message);
        self.add_text(&content);

        let mut effect = Effect::None;
        for (call, id) in calls.into_iter().zip(ids) {
            let outcome = if effect == Effect::None {
                tools::run(&self.engine.outbound, &self.turn, &mut self.mcp, &call).await
            } else {
                ToolOutcome::failed("not called, because an earlier tool has ended the turn")
            };
            let mut variables = outcome.variables;
            variables.insert(LAST_TOOL_STATUS.to_owned(), outcome.status.to_string().into());
            self.turn.variables.extend(variables.clone());
            self.state.variables.extend(variables);
            let answer = json!({ "role": "tool", "content": outcome.content, "tool_call_id": id });
            if let Value::Object(answer) = answer {
                self.add_message(answer);
            }
            let ToolUse { name, arguments } = call;
            self.turn.answers.push(ToolAnswer { name, arguments, content: outcome.content, failed: outcome.failed });
            if outcome.effect != Effect::None {
                effect = outcome.effect;
            }
        }
        match &effect {
            Effect::Ended(reason) => self.state.ended = Some((*reason).to_owned()),
            Effect::HandedOver(to) if !self.hand_over(&to.clone())? => effect = Effect::None,
            _ => {}
        }
        Ok(effect)
    }

    /// Hands the turn over to another assistant. Returns whether that assistant exists.
    fn hand_over(&mut self, to: &str) -> Result<bool> {
        let from = text(&self.turn.assistant, "id").to_owned();
        let conversation = &self.conversation;
        let tested = self.tested.as_ref().filter(|tested| tested["id"] == to);
        let fetched = self.initialization.as_ref().map(|initialization| &initialization.variables);
        let (content, name) = (self.turn.content.clone(), self.turn.name.clone());
        let taken = self.engine.domain.run(|cx| {
            let next = match tested {
                Some(tested) => Some(tested.clone()),
                None => chat::successor(cx, to, conversation)?,
            };
            let Some(next) = next else { return Ok(None) };
            let turn = chat::turn(cx, conversation, &next, fetched, &content, name.as_deref())?;
            Ok(Some((next, turn)))
        })?;
        let Some((assistant, mut turn)) = taken else {
            tracing::warn!(assistant = to, "cannot hand a conversation over to an unknown assistant");
            return Ok(false);
        };
        self.mcp = self.engine.mcp_tools(&assistant)?;
        self.state.hand_over(&from, to);
        turn.variables.extend(self.state.variables.clone());
        turn.answers = std::mem::take(&mut self.turn.answers);
        turn.since = std::mem::take(&mut self.turn.since);
        // The conversation has already started.
        turn.greeting = None;
        self.turn = turn;
        Ok(true)
    }

    async fn finish(mut self, lock: Option<ConversationLock>, resets: u64) -> FinishedTurn {
        self.mcp.close().await;
        let Self { conversation, initialization, state, turn, mut messages, texts, failure, .. } = self;
        if failure.is_some() {
            // A failed turn has no reply. The greeting is before the user's message.
            let at = messages.iter().position(|(_, message)| message["role"] == "user").unwrap_or_default();
            let mut rest = messages.split_off(at);
            rest.retain(|(_, message)| message["role"] != "assistant" || message.contains_key("tool_calls"));
            messages.extend(rest);
        }
        let outcome = TurnOutcome {
            content: texts.join("\n"),
            failure,
            ended: state.ended.is_some(),
            assistant: turn.assistant.clone(),
        };
        FinishedTurn { conversation, initialization, turn, messages, state, resets, outcome, _lock: lock }
    }
}

fn tools_of(assistant: &Value) -> Vec<Value> {
    items(&assistant["tools"]).to_vec()
}

/// The object with the `model` and the `external_llm` of a turn: a flow node that sets any of them, else the assistant.
fn model_settings<'a>(assistant: &'a Value, node: Option<&'a Value>) -> &'a Value {
    let sets_model =
        |node: &&Value| ["model", "llm_api_key_ref", "external_llm"].iter().any(|field| !node[*field].is_null());
    node.filter(sets_model).unwrap_or(assistant)
}
