//! The traversal of an assistant's conversation flow.
//!
//! On calls, the expressions of a prompt node's edges are evaluated before the model replies, and the other edges are
//! offered to the model as tools. In chats, an expression that is true before the reply selects its edge at once. The other
//! conditions are evaluated after the reply, in order.

use serde_json::{Value, json};

use telnyx_ai_rules::expressions::Expression;

use super::{Failure, Next, Session, tools::Effect, tools_of};
use crate::{
    assumptions::MAX_FLOW_STEPS,
    domain::{
        Error, Result, call_events,
        flows::{self, Flow, NodeKind},
        tool_offers::{ToolOffer, arguments_from, name_of},
        variables::{Unresolved, lookup, render},
    },
    hooks::{Reply, ToolUse},
    json::text,
};

/// The prefix of the tool that represents an edge. The index of the edge follows.
const EDGE_TOOL: &str = "transition_";

impl Session<'_> {
    /// Follows the flow until the model must reply or the turn is over.
    ///
    /// `is_new` means that the current node has not been entered.
    pub(super) async fn follow_flow(&mut self, is_new: bool) -> Result<Next> {
        // Most assistants have no flow, so do not clone them.
        if Flow::of(&self.turn.assistant).is_none() {
            return Ok(Next::Reply);
        }
        let assistant = self.turn.assistant.clone();
        let Some(flow) = Flow::of(&assistant) else { return Ok(Next::Reply) };
        let id = text(&assistant, "id").to_owned();
        let current = self.state.node_of(&id).and_then(|at| flow.node(at));
        // The flow has ended, so the assistant continues without it.
        if current.is_some_and(|node| !is_new && flows::kind_of(node) != NodeKind::Prompt) {
            return Ok(Next::Reply);
        }
        let Some(mut node) = current.or_else(|| flow.node(flow.start())) else { return Ok(Next::Reply) };
        // The message of the first node is the greeting, which has already been sent.
        let mut silent = current.is_none() && !self.turn.is_first() && !self.state.has_handoffs();
        // The reply to the first turn is the greeting, unless a model has received the user's message.
        let greets = current.is_none()
            && self.turn.is_first()
            && self.turn.greeting.is_some()
            && self.model(Some(node)).is_none();
        // Each prompt node is left at most once per turn, because an expression may stay true.
        let mut left = Vec::new();
        loop {
            if self.exceeds_step_limit() {
                return Ok(Next::Done);
            }
            let at = text(node, "id").to_owned();
            self.state.move_to(&id, &at);
            let edge = match flows::kind_of(node) {
                NodeKind::Prompt => {
                    let stays_at_node = greets || self.has_replied || left.contains(&at);
                    let edge = if stays_at_node { None } else { self.edge_before_reply(flow, &at)? };
                    if edge.is_none() {
                        self.enter_prompt_node(node);
                        return Ok(Next::Reply);
                    }
                    left.push(at);
                    edge
                }
                NodeKind::Speak => {
                    if !silent {
                        self.speak(text(node, "message"));
                    }
                    self.edge(flow, &at).await?
                }
                NodeKind::Tool => match flows::tool(node) {
                    Some(tool) => {
                        if let Some(next) = self.call_tool_of(node, &tool).await? {
                            return Ok(next);
                        }
                        self.edge(flow, &at).await?
                    }
                    None => {
                        tracing::warn!(node = at, "the tool of a node was deleted, so its default edge is followed");
                        flow.default_edge(&at)
                    }
                },
            };
            silent = false;
            let Some(edge) = edge else {
                return Ok(if self.texts.is_empty() { Next::Reply } else { Next::Done });
            };
            if edge["target"]["type"] == "assistant" {
                let to = text(&edge["target"], "assistant_id").to_owned();
                if self.hand_over(&to)? {
                    return Ok(Next::HandedOver);
                }
                self.enter_prompt_node(node);
                return Ok(Next::Reply);
            }
            let Some(next) = flow.node(text(&edge["target"], "node_id")) else { return Ok(Next::Reply) };
            node = next;
            // The messages before the first prompt node are the greeting.
            if self.turn.is_first() && !self.texts.is_empty() && flows::kind_of(node) == NodeKind::Prompt {
                self.state.move_to(&id, text(node, "id"));
                return Ok(Next::Done);
            }
        }
    }

    /// Calls the tool of a tool node.
    ///
    /// Returns the next action if the flow does not continue after the call.
    async fn call_tool_of(&mut self, node: &Value, tool: &Value) -> Result<Option<Next>> {
        if !text(node, "message").is_empty() {
            self.speak(text(node, "message"));
        }
        let arguments = arguments_from(tool, &self.turn.variables);
        self.turn.tools = vec![tool.clone()];
        let effect = self.call(String::new(), vec![ToolUse::new(name_of(tool), arguments)]).await?;
        self.turn.tools = tools_of(&self.turn.assistant);
        Ok(match effect {
            Effect::None => None,
            Effect::HandedOver(_) => Some(Next::HandedOver),
            Effect::Ended(_) | Effect::Skipped => Some(Next::Done),
        })
    }

    /// The edge that leaves a prompt node before the model replies, if any.
    ///
    /// On calls without a model, the words of the user select the edge that the model would select.
    fn edge_before_reply<'f>(&mut self, flow: Flow<'f>, at: &str) -> Result<Option<&'f Value>> {
        for edge in flow.edges_from(at) {
            if text(&edge["condition"], "type") == "expression" && self.expression_holds(edge)? {
                return Ok(Some(edge));
            }
        }
        let has_model = self.model(flow.node(at)).is_some();
        if !self.is_call() || has_model || self.message_selected_edge || self.turn.content.is_empty() {
            return Ok(None);
        }
        let edge = flow
            .edges_from(at)
            .into_iter()
            .find(|edge| self.prompt(edge).is_some_and(|prompt| flows::meets_condition(&prompt, &self.turn.content)));
        self.message_selected_edge = edge.is_some();
        Ok(edge)
    }

    /// Leaves a prompt node of a chat after the model's reply, if a condition holds.
    pub(super) async fn leave_after_reply(&mut self) -> Result<Next> {
        self.has_replied = true;
        // A greeting does not respond to the user's message.
        let has_greeted = self.turn.greeting.is_some() && self.texts.last() == self.turn.greeting.as_ref();
        if self.is_call() || has_greeted || self.turn.content.is_empty() {
            return Ok(Next::Done);
        }
        let assistant = self.turn.assistant.clone();
        let Some((flow, at)) = self.prompt_node(&assistant) else { return Ok(Next::Done) };
        match self.edge(flow, &at).await? {
            Some(edge) if text(&edge["condition"], "type") != "default" => self.follow(edge),
            _ => Ok(Next::Done),
        }
    }

    /// The edges of the current prompt node, as tools for the model. Empty in chats.
    pub(super) fn edge_offers(&self) -> Vec<ToolOffer> {
        let Some((flow, at)) = self.prompt_node(&self.turn.assistant) else { return Vec::new() };
        if !self.is_call() {
            return Vec::new();
        }
        let edges = flow.edges_from(&at).into_iter().enumerate();
        edges
            .filter_map(|(n, edge)| {
                Some(ToolOffer {
                    name: format!("{EDGE_TOOL}{n}"),
                    description: format!(
                        "Continues with the next step. Use it when this is true: {}",
                        self.prompt(edge)?
                    ),
                    parameters: json!({ "type": "object", "properties": {} }),
                })
            })
            .collect()
    }

    /// Follows the edge that the model has selected on a call, if any.
    pub(super) fn follow_selected_edge(&mut self, reply: &Reply, was_streamed: bool) -> Result<Option<Next>> {
        let assistant = self.turn.assistant.clone();
        let Some((flow, at)) = self.prompt_node(&assistant).filter(|_| self.is_call()) else { return Ok(None) };
        let edges = flow.edges_from(&at);
        let chosen = reply.tool_calls.iter().find_map(|call| {
            let edge = edges.get(call.name.strip_prefix(EDGE_TOOL)?.parse::<usize>().ok()?)?;
            (text(&edge["condition"], "type") == "llm").then_some(*edge)
        });
        let Some(edge) = chosen else { return Ok(None) };
        if !reply.content.is_empty() {
            self.send(&reply.content, was_streamed);
        }
        self.follow(edge).map(Some)
    }

    /// Moves to the target of an edge.
    fn follow(&mut self, edge: &Value) -> Result<Next> {
        let target = &edge["target"];
        if target["type"] == "assistant" {
            return Ok(if self.hand_over(text(target, "assistant_id"))? { Next::HandedOver } else { Next::Done });
        }
        let assistant_id = text(&self.turn.assistant, "id").to_owned();
        self.state.move_to(&assistant_id, text(target, "node_id"));
        Ok(Next::Moved)
    }

    /// The flow of an assistant and its current node, if that is a prompt node.
    fn prompt_node<'f>(&self, assistant: &'f Value) -> Option<(Flow<'f>, String)> {
        let flow = Flow::of(assistant)?;
        let at = self.state.node_of(text(assistant, "id"))?;
        (flows::kind_of(flow.node(at)?) == NodeKind::Prompt).then(|| (flow, at.to_owned()))
    }

    fn is_call(&self) -> bool {
        call_events::is_call(&self.conversation["metadata"])
    }

    /// Sends the message of a flow node.
    fn speak(&mut self, message: &str) {
        let message = render(message, &self.turn.variables, Unresolved::Empty);
        self.send(&message, false);
    }

    /// The first edge of a node whose condition holds. The default edge comes last.
    async fn edge<'f>(&self, flow: Flow<'f>, at: &str) -> Result<Option<&'f Value>> {
        for edge in flow.edges_from(at) {
            let holds = match text(&edge["condition"], "type") {
                "default" => true,
                "expression" => self.expression_holds(edge)?,
                "llm" => {
                    let prompt = self.prompt(edge).unwrap_or_default();
                    match self.model(flow.node(at)) {
                        Some(model) => model.is_met(&self.turn, &prompt).await,
                        None => flows::meets_condition(&prompt, &self.turn.content),
                    }
                }
                other => {
                    tracing::warn!(edge = text(edge, "id"), kind = other, "an edge has a condition of an unknown type");
                    false
                }
            };
            if holds {
                return Ok(Some(edge));
            }
        }
        Ok(None)
    }

    /// The rendered prompt of an `llm` condition; `None` for other types.
    fn prompt(&self, edge: &Value) -> Option<String> {
        let condition = &edge["condition"];
        let is_llm = text(condition, "type") == "llm";
        is_llm.then(|| render(text(condition, "prompt"), &self.turn.variables, Unresolved::Raw))
    }

    /// Whether the expression of an edge is true. An unreadable one is an error.
    ///
    /// An expression that cannot be evaluated for the current values is false.
    fn expression_holds(&self, edge: &Value) -> Result<bool> {
        let expression = Expression::parse(&edge["condition"]["expression"]);
        let edge = text(edge, "id");
        let expression = expression.map_err(|reason| Error::UnreadableExpression { edge: edge.to_owned(), reason })?;
        Ok(expression.is_true(|name| lookup(&self.turn.variables, name).cloned()).unwrap_or_else(|reason| {
            tracing::warn!(edge, reason, "the expression of an edge cannot be evaluated and counts as false");
            false
        }))
    }

    /// Makes a prompt node the current one, with its tools.
    fn enter_prompt_node(&mut self, node: &Value) {
        self.turn.tools = flows::tools(&tools_of(&self.turn.assistant), node);
        self.turn.node = Some(node.clone());
    }

    /// Counts a step. Returns whether the limit is exceeded, as in a circular flow.
    pub(super) fn exceeds_step_limit(&mut self) -> bool {
        self.steps += 1;
        if self.steps <= MAX_FLOW_STEPS {
            return false;
        }
        self.failure = Some(Failure::FlowTooLong);
        // The next turn starts where this one did, and does not continue inside the circle.
        self.state.clone_from(&self.before);
        true
    }
}
