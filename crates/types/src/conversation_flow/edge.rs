//! The edges of a flow.

use serde_json::Value;
use telnyx_ai_core::{Extra, Object, Union, UnknownMember};

use super::NodePosition;
use crate::VoiceMode;

/// An edge from a node to another node or to another assistant.
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
    /// The id of the edge, chosen by you.
    pub id: String,
    /// The id of the node at the start of the edge.
    pub start_node_id: String,
    /// The target of the edge.
    pub target: EdgeTarget,
    /// The condition for following the edge.
    pub condition: EdgeCondition,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The condition for following a [`FlowEdge`].
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum EdgeCondition {
    /// The model evaluates a sentence.
    Llm(LlmCondition),
    /// An expression over the dynamic variables is evaluated.
    Expression(ExpressionCondition),
    /// No other edge of the node is followed.
    Default(DefaultCondition),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// A condition that the model evaluates.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct LlmCondition {
    /// The condition in natural language.
    pub prompt: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A condition that is evaluated from the dynamic variables, without the model.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ExpressionCondition {
    /// The expression, as a JSON tree that evaluates to true or false.
    ///
    /// The type is `Value`, because the API's schema does not define the tree. The vendor's clients build it from
    /// objects with a `type`: `comparison` (`left`, `op`, `right`), `bool_op` (`op`, `operands`), `arithmetic` (`left`,
    /// `op`, `right`), `variable` (`name`), and `string_literal`, `number_literal` and `bool_literal` (`value`).
    pub expression: Value,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The condition of the edge that is followed if no other edge is.
///
/// The position of the edge does not matter. A tool or speak node with edges must have exactly one such edge. A prompt
/// node cannot have one.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct DefaultCondition {
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The target of a [`FlowEdge`].
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type")]
#[non_exhaustive]
pub enum EdgeTarget {
    /// Another node of the same flow.
    Node(NodeTarget),
    /// Another assistant.
    Assistant(AssistantTarget),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// Another node of the same flow.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct NodeTarget {
    /// The id of the node.
    pub node_id: String,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// Another assistant, which takes over at the next turn and starts its own flow.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct AssistantTarget {
    /// The id of the assistant.
    pub assistant_id: String,
    /// The voice after the change. Default: [`VoiceMode::Unified`].
    pub voice_mode: Option<VoiceMode>,
    /// The position in a graphical editor of the flow.
    pub position: Option<NodePosition>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
