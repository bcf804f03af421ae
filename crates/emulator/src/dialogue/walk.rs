//! The walk through an assistant's conversation flow.

use serde_json::Value;

use super::{
    Next, Session,
    tools::{self, Effect},
};
use crate::{
    assumptions::{MAX_FLOW_STEPS, UNREADABLE_EXPRESSION_STATUS},
    domain::{
        Code, Outcome, Problem,
        expressions::Expression,
        flows::{self, Flow, NodeKind},
        variables::{Unresolved, render},
    },
    json::text,
    responder::ToolUse,
};

impl Session<'_> {
    /// Goes through the flow of the assistant, until the model is to answer or everything is said.
    pub(super) async fn walk(&mut self) -> Outcome<Next> {
        // Most have none, and are not copied for it.
        if Flow::of(&self.turn.assistant).is_none() {
            return Ok(Next::Answer);
        }
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
            let Some(edge) = self.way(flow, &at).await? else {
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
    async fn way<'f>(&self, flow: Flow<'f>, at: &str) -> Outcome<Option<&'f Value>> {
        for edge in flow.ways(at) {
            let condition = &edge["condition"];
            let holds = match text(condition, "type") {
                "default" => true,
                "expression" => self.finds(edge, &condition["expression"])?,
                "llm" => {
                    let prompt = render(text(condition, "prompt"), &self.turn.variables, Unresolved::Raw);
                    match &self.app.llm {
                        Some(llm) => llm.holds(self.app, &self.turn, &prompt).await,
                        None => flows::suggests(&prompt, &self.turn.content),
                    }
                }
                other => {
                    tracing::warn!(edge = text(edge, "id"), kind = other, "a condition of a kind that is not known");
                    false
                }
            };
            if holds {
                return Ok(Some(edge));
            }
        }
        Ok(None)
    }

    /// Whether the expression of an edge is true. One that can not be read breaks the turn off; one that makes no sense
    /// for the present values is not true.
    fn finds(&self, edge: &Value, expression: &Value) -> Outcome<bool> {
        let edge = text(edge, "id");
        let expression = Expression::read(expression).map_err(|unreadable| {
            let detail = format!("The expression of the edge '{edge}' can not be read: {unreadable}");
            Problem::with_status(UNREADABLE_EXPRESSION_STATUS, Code::UNPROCESSABLE, detail)
        })?;
        Ok(expression.holds(&self.turn.variables).unwrap_or_else(|reason| {
            tracing::warn!(edge, reason, "the expression of an edge is not true, since it makes no sense");
            false
        }))
    }

    /// Takes the tools of a prompt node, and its instructions once they are filled in.
    fn be_at(&mut self, node: &Value) {
        self.turn.tools = flows::tools(&tools::of(&self.turn.assistant), node);
        self.turn.node = Some(node.clone());
    }

    /// Whether the walk has to be broken off, since it goes round in circles.
    pub(super) fn too_long(&mut self) -> bool {
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
}
