//! The ways between the steps of a flow.

use serde_json::Value;
use telnyx_ai_core::{Extra, Object, Union, UnknownMember};

use super::NodePosition;
use crate::VoiceMode;

/// A way from one step to the next, or to another assistant.
///
/// ```
/// use telnyx_ai_types::{AssistantTarget, FlowEdge, LlmCondition, NodeTarget};
///
/// let stays = FlowEdge::new("to-billing", "triage", NodeTarget::new("billing"), LlmCondition::new("It is about a bill."));
/// let leaves = FlowEdge::new("to-sales", "triage", AssistantTarget::new("assistant-2"), LlmCondition::new("They want to buy."));
/// # assert_ne!(stays, leaves);
/// ```
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct FlowEdge {
    /// Id of the edge, of your choice.
    pub id: String,
    /// Id of the node it leaves.
    pub start_node_id: String,
    /// Where it leads.
    pub target: EdgeTarget,
    /// When it is taken.
    pub condition: EdgeCondition,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// When a [`FlowEdge`] is taken.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum EdgeCondition {
    /// When the model finds that a sentence holds.
    Llm(LlmCondition),
    /// When an expression over the dynamic variables is true.
    Expression(ExpressionCondition),
    /// When no other edge of the node is taken.
    Default(DefaultCondition),
    /// A member this version does not know, kept as received.
    Unknown(UnknownMember),
}

/// A condition that the model judges.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct LlmCondition {
    /// What has to hold, in plain words.
    pub prompt: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A condition that is computed from the dynamic variables, without the model.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ExpressionCondition {
    /// The expression, as a tree in JSON; it has to come out as true or false. Kept as it is: the contract
    /// leaves the tree's form open. The vendor's clients build it of objects with a `type`: `comparison` (`left`, `op`,
    /// `right`), `bool_op` (`op`, `operands`), `arithmetic` (`left`, `op`, `right`), `variable` (`name`), and
    /// `string_literal`, `number_literal` and `bool_literal` (`value`).
    pub expression: Value,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// The way out of a tool or speak node that is taken where no other is, wherever it stands among the edges.
///
/// Such a node has exactly one of these as soon as it has edges at all; prompt nodes have none.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DefaultCondition {
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Where a [`FlowEdge`] leads.
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum EdgeTarget {
    /// To another step of the same flow.
    Node(NodeTarget),
    /// To another assistant.
    Assistant(AssistantTarget),
    /// A member this version does not know, kept as received.
    Unknown(UnknownMember),
}

/// Another step of the same flow.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct NodeTarget {
    /// Id of the node.
    pub node_id: String,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Another assistant, which takes over the conversation with its next turn and starts its own flow.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AssistantTarget {
    /// Id of the assistant.
    pub assistant_id: String,
    /// Whose voice is heard from then on. Default: unified.
    pub voice_mode: Option<VoiceMode>,
    /// Place in an editor's picture of the flow.
    pub position: Option<NodePosition>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}
