//! The steps of a flow.

use telnyx_ai_core::{Extra, Object, OpenEnum, Union, UnknownMember, UnknownValue};

use crate::{ExternalLlm, Tool, TranscriptionSettings, VoiceSettings};

/// A step of a [`ConversationFlow`](super::ConversationFlow).
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
///
/// ```
/// use telnyx_ai_types::{NodeMode, PromptNode};
///
/// let node = PromptNode::new("billing", "Answer questions about the bill.")
///     .with_instructions_mode(NodeMode::Append)
///     .with_shared_tool_ids(["tool-1"]);
/// assert_eq!(node.id, "billing");
/// ```
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
    pub external_llm: Option<Box<ExternalLlm>>,
    /// Ids of the shared tools that this step has, knowledge bases among them.
    pub shared_tool_ids: Option<Vec<String>>,
    /// Whether `shared_tool_ids` stand alone (the default) or beside the tools of the assistant.
    pub tools_mode: Option<NodeMode>,
    /// The tools behind `shared_tool_ids`. Read-only: the API fills it in, and takes no notice of it on writing.
    pub tools: Option<Vec<Vec<Tool>>>,
    /// Speech to text in this step.
    pub transcription: Option<Box<TranscriptionSettings>>,
    /// The voice of this step.
    pub voice_settings: Option<Box<VoiceSettings>>,
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
