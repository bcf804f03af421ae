//! Conversation flows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use telnyx_ai_types::{ConversationFlow, EdgeCondition, EdgeTarget, FlowNode, PromptNode, UnknownMember};

use crate::{
    expressions::Expression,
    shared_tools::{SharedTools, check_tool_exists},
    speech,
    violation::{At, ViolationKind},
};

pub(crate) fn check(at: &At<'_>, flow: &ConversationFlow, shared_tools: Option<&SharedTools>) {
    let mut nodes = BTreeMap::new();
    for (n, node) in flow.nodes.iter().enumerate() {
        let at = at.field("nodes").item(n);
        if let Some(id) = node_id(node)
            && nodes.insert(id, node).is_some()
        {
            at.field("id").add(ViolationKind::Duplicate, format!("Another node has the id '{id}'."));
        }
        match node {
            FlowNode::Prompt(node) => prompt(&at, node, shared_tools),
            FlowNode::Tool(node) => check_tool_exists(&at.field("shared_tool_id"), &node.shared_tool_id, shared_tools),
            FlowNode::Unknown(node) if node.fields().get("type").is_none() => untyped(&at, node),
            FlowNode::Unknown(node) => at.tag(node, "type"),
            _ => {}
        }
    }

    let known_node = |at: At<'_>, id: &str| {
        if !nodes.contains_key(id) {
            at.add(ViolationKind::UnknownReference, format!("There is no node '{id}'."));
        }
    };
    known_node(at.field("start_node_id"), &flow.start_node_id);
    let mut ids = BTreeSet::new();
    // The first outgoing edge of each node, and the number of its default edges.
    let mut outgoing: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (n, edge) in flow.edges.iter().flatten().enumerate() {
        let at = at.field("edges").item(n);
        if !ids.insert(&edge.id) {
            at.field("id").add(ViolationKind::Duplicate, format!("Another edge has the id '{}'.", edge.id));
        }
        known_node(at.field("start_node_id"), &edge.start_node_id);
        match &edge.target {
            EdgeTarget::Node(target) => known_node(at.field("target").field("node_id"), &target.node_id),
            EdgeTarget::Unknown(target) => at.field("target").tag(target, "type"),
            _ => {}
        }
        match &edge.condition {
            EdgeCondition::Expression(condition) => {
                if let Err(unreadable) = Expression::parse(&condition.expression) {
                    let at = at.field("condition");
                    at.field("expression").add_under(&unreadable.pointer, ViolationKind::Format, unreadable.message);
                }
            }
            EdgeCondition::Unknown(condition) => at.field("condition").tag(condition, "type"),
            _ => {}
        }
        let is_default = matches!(edge.condition, EdgeCondition::Default(_));
        outgoing.entry(&edge.start_node_id).or_insert((n, 0)).1 += usize::from(is_default);
    }
    for (id, (first, defaults)) in outgoing {
        let advances = matches!(nodes.get(id), Some(FlowNode::Tool(_) | FlowNode::Speak(_)));
        if defaults > 0 && matches!(nodes.get(id), Some(FlowNode::Prompt(_))) {
            let message =
                format!("Node '{id}' is a prompt node; only edges that leave a speak or tool node can be the default.");
            at.field("edges").item(first).field("condition").add(ViolationKind::Combination, message);
        } else if advances && defaults != 1 {
            let message = format!(
                "Node '{id}' is a speak or tool node, so exactly one of its edges must be the default; {defaults} are."
            );
            at.field("edges").item(first).field("condition").add(ViolationKind::Combination, message);
        }
    }
}

/// A node without `type` and without the required fields of any type.
fn untyped(at: &At<'_>, node: &UnknownMember) {
    if node.fields().get("id").is_none_or(Value::is_null) {
        at.field("id").add(ViolationKind::Missing, "The field id is required.");
    } else {
        let message = "A node without type must have instructions, shared_tool_id or message.";
        at.field("type").add(ViolationKind::Missing, message);
    }
}

fn prompt(at: &At<'_>, node: &PromptNode, shared_tools: Option<&SharedTools>) {
    if node.model.is_some() && node.external_llm.is_some() {
        at.field("model").add(ViolationKind::Combination, "A node cannot have both model and external_llm.");
    }
    if let Some(voice) = &node.voice_settings {
        speech::voice(&at.field("voice_settings"), voice);
    }
    if let Some(transcription) = &node.transcription {
        speech::transcription(&at.field("transcription"), transcription);
    }
    for (n, tool_id) in node.shared_tool_ids.iter().flatten().enumerate() {
        check_tool_exists(&at.field("shared_tool_ids").item(n), tool_id, shared_tools);
    }
}

/// The id of a node. A node of an unknown type can lack one.
fn node_id(node: &FlowNode) -> Option<&str> {
    match node {
        FlowNode::Prompt(node) => Some(&node.id),
        FlowNode::Tool(node) => Some(&node.id),
        FlowNode::Speak(node) => Some(&node.id),
        FlowNode::Unknown(node) => node.fields().get("id").and_then(|id| id.as_str()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use telnyx_ai_types::{
        CreateAssistant, DefaultCondition, ExpressionCondition, ExternalLlm, FlowEdge, LlmCondition, NodeTarget,
        SpeakNode, ToolNode,
    };

    use super::*;
    use crate::{SharedTool, Violation, assistant};

    fn found(flow: ConversationFlow) -> Vec<(String, ViolationKind)> {
        let request = CreateAssistant::new("Support", "Help.").with_conversation_flow(flow);
        let shared = SharedTools::from([("tool-1".to_owned(), SharedTool::new("webhook"))]);
        let violations = assistant(&request, Some(&shared));
        let relative = |violation: Violation| {
            let pointer = violation.pointer.strip_prefix("/conversation_flow").expect("a pointer into the flow");
            (pointer.to_owned(), violation.kind)
        };
        violations.into_iter().map(relative).collect()
    }

    fn nodes() -> [FlowNode; 3] {
        [PromptNode::new("a", "Ask.").into(), SpeakNode::new("b", "Hello.").into(), ToolNode::new("c", "tool-1").into()]
    }

    #[test]
    fn valid_flow_has_no_violations() {
        let edges = [
            FlowEdge::new("1", "a", NodeTarget::new("b"), LlmCondition::new("It is a greeting.")),
            FlowEdge::new("2", "b", NodeTarget::new("c"), DefaultCondition::new()),
        ];
        assert_eq!(found(ConversationFlow::new("a", nodes()).with_edges(edges)), []);
    }

    #[test]
    fn repeated_and_unknown_ids_are_violations() {
        let nodes = [FlowNode::from(SpeakNode::new("a", "Hello.")), ToolNode::new("a", "tool-2").into()];
        let edges = [
            FlowEdge::new("1", "a", NodeTarget::new("nowhere"), DefaultCondition::new()),
            FlowEdge::new("1", "nowhere", NodeTarget::new("a"), LlmCondition::new("Yes.")),
        ];
        assert_eq!(
            found(ConversationFlow::new("start", nodes).with_edges(edges)),
            [
                ("/nodes/1/id".to_owned(), ViolationKind::Duplicate),
                ("/nodes/1/shared_tool_id".to_owned(), ViolationKind::UnknownReference),
                ("/start_node_id".to_owned(), ViolationKind::UnknownReference),
                ("/edges/0/target/node_id".to_owned(), ViolationKind::UnknownReference),
                ("/edges/1/id".to_owned(), ViolationKind::Duplicate),
                ("/edges/1/start_node_id".to_owned(), ViolationKind::UnknownReference),
            ]
        );
    }

    #[test]
    fn speak_and_tool_nodes_have_one_default_edge() {
        let edge = |id: &str, start: &str| FlowEdge::new(id, start, NodeTarget::new("a"), DefaultCondition::new());
        let edges =
            [FlowEdge::new("1", "b", NodeTarget::new("a"), LlmCondition::new("Yes.")), edge("2", "c"), edge("3", "c")];
        assert_eq!(
            found(ConversationFlow::new("a", nodes()).with_edges(edges)),
            [
                ("/edges/0/condition".to_owned(), ViolationKind::Combination),
                ("/edges/1/condition".to_owned(), ViolationKind::Combination),
            ]
        );
    }

    #[test]
    fn second_model_and_invalid_expression_are_violations() {
        let model = ExternalLlm::new("https://llm.example.com", "small");
        let node = PromptNode::new("a", "Ask.").with_model("openai/gpt-4o").with_external_llm(model);
        let condition = ExpressionCondition::new(json!({ "type": "variable" }));
        let edge = FlowEdge::new("1", "a", NodeTarget::new("a"), condition);
        assert_eq!(
            found(ConversationFlow::new("a", [node.into()]).with_edges([edge])),
            [
                ("/nodes/0/model".to_owned(), ViolationKind::Combination),
                ("/edges/0/condition/expression/name".to_owned(), ViolationKind::Format),
            ]
        );
    }
}
