//! Conversation flows.

mod edge;
mod node;

pub use edge::*;
pub use node::*;

use telnyx_ai_core::{Extra, Object};

/// A graph of nodes that a conversation follows along edges with conditions.
///
/// The API rejects a flow if the ids of its nodes or of its edges are not unique, or if an edge refers to an unknown
/// node.
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
    /// The id of the node at which every conversation starts.
    pub start_node_id: String,
    /// The nodes.
    pub nodes: Vec<FlowNode>,
    /// The edges. A conversation follows the first edge of its current node whose condition is true. In calls, edges with
    /// expressions take precedence over edges with LLM conditions.
    pub edges: Option<Vec<FlowEdge>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

impl ConversationFlow {
    /// Removes the tools that the API resolved from ids and does not accept.
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
