//! The nodes of a flow.

use telnyx_ai_core::{Extra, Object, OpenEnum, Union, UnknownMember, UnknownValue};

use crate::{ExternalLlm, Tool, TranscriptionSettings, VoiceSettings};

/// A node of a [`ConversationFlow`](super::ConversationFlow).
#[derive(Debug, Clone, PartialEq, Union)]
#[wire(tag = "type", inside)]
#[non_exhaustive]
pub enum FlowNode {
    /// The model talks, with instructions for this node.
    Prompt(Box<PromptNode>),
    /// A tool is called.
    Tool(ToolNode),
    /// The assistant says a fixed text.
    Speak(SpeakNode),
    /// An unknown member, as received.
    Unknown(UnknownMember),
}

/// The value of `type` of a [`FlowNode`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NodeType {
    /// A [`PromptNode`].
    Prompt,
    /// A [`ToolNode`].
    Tool,
    /// A [`SpeakNode`].
    Speak,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A node in which the model talks.
///
/// If one of `model`, `llm_api_key_ref` and `external_llm` is set here, none of the three is inherited from the
/// assistant.
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
    /// The id of the node, chosen by you.
    pub id: String,
    /// The instructions for the model in this node.
    pub instructions: String,
    /// The type of the node, [`NodeType::Prompt`]. A node without a type is a prompt node as well.
    #[wire("type", initial = NodeType::Prompt)]
    pub node_type: Option<NodeType>,
    /// The display name in an editor.
    pub name: Option<String>,
    /// Whether `instructions` replace those of the assistant or are appended. Default: [`NodeMode::Replace`].
    pub instructions_mode: Option<NodeMode>,
    /// The model of this node. It cannot be combined with `external_llm`.
    pub model: Option<String>,
    /// The identifier of the integration secret with the API key for `model`.
    pub llm_api_key_ref: Option<String>,
    /// The model of this node, at your own endpoint. It cannot be combined with `model`.
    pub external_llm: Option<Box<ExternalLlm>>,
    /// The ids of the shared tools of this node, including knowledge bases.
    pub shared_tool_ids: Option<Vec<String>>,
    /// Whether `shared_tool_ids` replace the tools of the assistant or are added. Default: [`NodeMode::Replace`].
    pub tools_mode: Option<NodeMode>,
    /// The tools with the ids in `shared_tool_ids`. Read-only: the API sets it in responses and ignores it in requests.
    pub tools: Option<Vec<Vec<Tool>>>,
    /// Speech-to-text settings of this node. If they have a model or fallback models, the node does not inherit those of
    /// the assistant.
    pub transcription: Option<Box<TranscriptionSettings>>,
    /// The voice of this node.
    pub voice_settings: Option<Box<VoiceSettings>>,
    /// The position in a graphical editor of the flow.
    pub position: Option<NodePosition>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// How a setting of a node is combined with that of the assistant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, OpenEnum)]
#[non_exhaustive]
pub enum NodeMode {
    /// It replaces the assistant's.
    Replace,
    /// It is added to the assistant's.
    Append,
    /// An unknown value, as received.
    Unknown(UnknownValue),
}

/// A node in which a tool is called, without the model.
///
/// The arguments of the tool are the dynamic variables with the same names. After the call, the variable
/// `telnyx_last_tool_status_code` has its status.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ToolNode {
    /// The id of the node, chosen by you.
    pub id: String,
    /// The id of the shared tool.
    pub shared_tool_id: String,
    /// The type of the node, [`NodeType::Tool`].
    #[wire("type", initial = NodeType::Tool)]
    pub node_type: Option<NodeType>,
    /// The display name in an editor.
    pub name: Option<String>,
    /// The text that the user receives before the tool is called. A `{{variable}}` without a value becomes empty.
    /// Default: none.
    pub message: Option<String>,
    /// The tool with the id `shared_tool_id`. Read-only: the API sets it in responses and ignores it in requests.
    pub tool: Option<Vec<Tool>>,
    /// The position in a graphical editor of the flow.
    pub position: Option<NodePosition>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// A node in which the assistant says or sends a fixed text, without the model.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct SpeakNode {
    /// The id of the node, chosen by you.
    pub id: String,
    /// The text. A `{{variable}}` without a value becomes empty.
    pub message: String,
    /// The type of the node, [`NodeType::Speak`].
    #[wire("type", initial = NodeType::Speak)]
    pub node_type: Option<NodeType>,
    /// The display name in an editor.
    pub name: Option<String>,
    /// The position in a graphical editor of the flow.
    pub position: Option<NodePosition>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The position of a node in a graphical editor. It does not affect conversations.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct NodePosition {
    /// The horizontal coordinate on the canvas of the editor.
    pub x: f64,
    /// The vertical coordinate on the canvas of the editor.
    pub y: f64,
    /// Unknown fields, as received.
    pub extra: Extra,
}
