//! Conversations that follow a graph of steps.

mod edge;
mod node;

pub use edge::*;
pub use node::*;

use telnyx_ai_core::{Extra, Object};

/// A graph of steps (nodes) that a conversation goes through, along edges that carry conditions.
///
/// The API checks on writing that no two nodes and no two edges share an id and that every id used names a node.
///
/// ```
/// use telnyx_ai_types::{
///     ConversationFlow, DefaultCondition, FlowEdge, FlowNode, LlmCondition, NodeTarget, PromptNode, SpeakNode,
/// };
///
/// let flow = ConversationFlow::new(
///     "triage",
///     [
///         FlowNode::from(PromptNode::new("triage", "Find out what it is about.")),
///         FlowNode::from(SpeakNode::new("hold", "One moment, {{first_name}}.")),
///     ],
/// )
/// .with_edges([
///     FlowEdge::new("to-hold", "triage", NodeTarget::new("hold"), LlmCondition::new("It is about a bill.")),
///     FlowEdge::new("back", "hold", NodeTarget::new("triage"), DefaultCondition::new()),
/// ]);
/// assert_eq!(flow.nodes.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationFlow {
    /// Id of the node where every conversation begins.
    pub start_node_id: String,
    /// The steps.
    pub nodes: Vec<FlowNode>,
    /// The ways from step to step. Of those that leave a node, the first in this order whose condition holds is taken.
    pub edges: Option<Vec<FlowEdge>>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

impl ConversationFlow {
    /// Takes out the tools that the API resolved from ids and does not take back.
    pub(crate) fn clear_resolved_tools(&mut self) {
        for node in &mut self.nodes {
            match node {
                FlowNode::Prompt(node) => node.tools = None,
                FlowNode::Tool(node) => node.tool = None,
                FlowNode::Speak(_) | FlowNode::Unknown(_) => {}
            }
        }
    }
}
