//! Conversations that follow a graph of steps.

use serde_json::Value;
use telnyx_ai_core::{Extra, Object, OpenEnum, Union, UnknownMember, UnknownValue};

use crate::{ExternalLlm, Tool, TranscriptionSettings, VoiceMode, VoiceSettings};

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

/// A step of a [`ConversationFlow`].
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type", inside)]
#[non_exhaustive]
pub enum FlowNode {
    /// The model talks, with instructions of the step's own.
    Prompt(Box<PromptNode>),
    /// A tool runs.
    Tool(ToolNode),
    /// A fixed text is said.
    Speak(SpeakNode),
    /// A member this version does not know, kept as received.
    Unknown(UnknownMember),
}

/// The kind of a [`FlowNode`], as it stands in each node's `type`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NodeType {
    /// A [`PromptNode`].
    Prompt,
    /// A [`ToolNode`].
    Tool,
    /// A [`SpeakNode`].
    Speak,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// A step in which the model talks.
///
/// `model`, `llm_api_key_ref` and `external_llm` go together: with one of them set here, none of the three is taken
/// from the assistant.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct PromptNode {
    /// Id of the node, of your choice.
    pub id: String,
    /// What the model is told in this step.
    pub instructions: String,
    /// The kind of the node: prompt. Nodes without a kind are prompts as well.
    #[wire("type", initial = NodeType::Prompt)]
    pub node_type: Option<NodeType>,
    /// Name to show to people who edit the flow.
    pub name: Option<String>,
    /// Whether `instructions` stand alone (the default) or after those of the assistant.
    pub instructions_mode: Option<NodeMode>,
    /// The model of this step. Not together with `external_llm`.
    pub model: Option<String>,
    /// Identifier of the integration secret with the API key for `model`.
    pub llm_api_key_ref: Option<String>,
    /// The model of this step, at an endpoint of your own. Not together with `model`.
    pub external_llm: Option<ExternalLlm>,
    /// Ids of the shared tools that this step has, knowledge bases among them.
    pub shared_tool_ids: Option<Vec<String>>,
    /// Whether `shared_tool_ids` stand alone (the default) or beside the tools of the assistant.
    pub tools_mode: Option<NodeMode>,
    /// The tools behind `shared_tool_ids`. Read-only: the API fills it in, and takes no notice of it on writing.
    pub tools: Option<Vec<Vec<Tool>>>,
    /// Speech to text in this step.
    pub transcription: Option<TranscriptionSettings>,
    /// The voice of this step.
    pub voice_settings: Option<VoiceSettings>,
    /// Place in an editor's picture of the flow.
    pub position: Option<NodePosition>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// How something of a node goes together with the same of the assistant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NodeMode {
    /// In place of the assistant's.
    Replace,
    /// Added to the assistant's.
    Append,
    /// A value this version does not know, kept as received.
    Unknown(UnknownValue),
}

/// A step in which a tool runs, without the model.
///
/// The tool's arguments are the dynamic variables of the same names.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolNode {
    /// Id of the node, of your choice.
    pub id: String,
    /// Id of the shared tool.
    pub shared_tool_id: String,
    /// The kind of the node: tool.
    #[wire("type", initial = NodeType::Tool)]
    pub node_type: Option<NodeType>,
    /// Name to show to people who edit the flow.
    pub name: Option<String>,
    /// The tool behind `shared_tool_id`. Read-only: the API fills it in, and takes no notice of it on writing.
    pub tool: Option<Vec<Tool>>,
    /// Place in an editor's picture of the flow.
    pub position: Option<NodePosition>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A step in which a fixed text is said or sent, without the model.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SpeakNode {
    /// Id of the node, of your choice.
    pub id: String,
    /// The text. A `{{variable}}` without a value becomes nothing.
    pub message: String,
    /// The kind of the node: speak.
    #[wire("type", initial = NodeType::Speak)]
    pub node_type: Option<NodeType>,
    /// Name to show to people who edit the flow.
    pub name: Option<String>,
    /// Place in an editor's picture of the flow.
    pub position: Option<NodePosition>,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// Place of a node in an editor's picture of the flow. It has no effect on conversations.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct NodePosition {
    /// From left to right.
    pub x: f64,
    /// From top to bottom.
    pub y: f64,
    /// Fields this version does not know, kept as received.
    pub extra: Extra,
}

/// A way from one step to the next, or to another assistant.
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
    /// leaves the tree's form open.
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
