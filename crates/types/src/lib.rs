//! The configuration of a Telnyx AI assistant as Rust types: [`Assistant`] and everything inside of it, and the
//! requests that create and change one. Data only: the calls are in `telnyx-ai-assistants` and `telnyx-ai-versions`.
//!
//! A type has `new` for what is required and `with_…` for the rest:
//!
//! ```
//! use telnyx_ai_types::{
//!     ConversationFlow, CreateAssistant, DefaultCondition, FlowEdge, FlowNode, LlmCondition, NodeTarget, PromptNode,
//!     SpeakNode, Webhook,
//! };
//!
//! let flow = ConversationFlow::new(
//!     "triage",
//!     [
//!         FlowNode::from(PromptNode::new("triage", "Find out what it is about.")),
//!         FlowNode::from(SpeakNode::new("closed", "Our office opens at nine.")),
//!     ],
//! )
//! .with_edges([
//!     FlowEdge::new("visit", "triage", NodeTarget::new("closed"), LlmCondition::new("They want to drop by.")),
//!     FlowEdge::new("back", "closed", NodeTarget::new("triage"), DefaultCondition::new()),
//! ]);
//!
//! let request = CreateAssistant::new("Support", "Help politely.")
//!     .with_tools([Webhook::new("order_status", "Looks up an order.", "https://shop.example.com/orders")])
//!     .with_conversation_flow(flow);
//!
//! let json = serde_json::to_value(&request)?;
//! assert_eq!(json["tools"][0]["type"], "webhook");
//! assert_eq!(json["conversation_flow"]["edges"][0]["condition"]["type"], "llm");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The API grows every week, and what a version of this crate does not know yet it keeps: fields in `extra`, values
//! and members in the variant `Unknown`. All of it is written back as it was read:
//!
//! ```
//! use serde_json::json;
//! use telnyx_ai_types::{Assistant, Tool, UpdateAssistant};
//!
//! let received = json!({
//!     "id": "assistant-1",
//!     "created_at": "2026-03-01T09:00:00Z",
//!     "name": "Support",
//!     "instructions": "Help politely.",
//!     "model": "some/model",
//!     "tools": [{"type": "telepathy", "range_km": 40}],
//!     "mood": {"default": "sunny"},
//! });
//! let assistant: Assistant = serde_json::from_value(received.clone())?;
//! assert!(matches!(assistant.tools.as_deref(), Some([Tool::Unknown(tool)]) if tool.tag() == "telepathy"));
//!
//! let update = serde_json::to_value(UpdateAssistant::from(assistant).with_greeting("Hello!"))?;
//! assert_eq!(update["tools"], received["tools"]);
//! assert_eq!(update["mood"], received["mood"]);
//! assert_eq!(update["greeting"], "Hello!");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Our names and the vendor's
//!
//! `Targets`, the string enums and what a union is called have no name there.
//!
//! | here | in the vendor's schemas |
//! | --- | --- |
//! | [`Assistant`] | `InferenceEmbedding` |
//! | [`CreateAssistant`], [`UpdateAssistant`], [`UpdateVersion`] | request bodies without a name |
//! | [`A2aAgent`] | `AssistantA2AAgent` |
//! | [`AgentHeader`] | `AssistantA2AAgent.Header` |
//! | [`ToolMessage`] | unions without a name |
//! | [`StartMessage`] | `AssistantA2AAgent.A2AAgentRequestStartMessage`, `InferenceEmbeddingWebhookToolParams.Webhook.WebhookToolRequestStartMessage` |
//! | [`DelayedMessage`] | `AssistantA2AAgent.A2AAgentRequestResponseDelayedMessage`, `InferenceEmbeddingWebhookToolParams.Webhook.WebhookToolRequestResponseDelayedMessage` |
//! | [`ConversationFlow`] | `ConversationFlow`, `ConversationFlowReq` |
//! | [`PromptNode`] | `FlowNode`, `FlowNodeReq` |
//! | [`ToolNode`] | `ToolNode`, `ToolNodeReq` |
//! | [`SpeakNode`] | `SpeakNode`, `SpeakNodeReq` |
//! | [`FlowNode`] | a union without a name |
//! | [`NodePosition`] | `NodePosition` |
//! | [`FlowEdge`] | `FlowEdge` |
//! | [`LlmCondition`] | `FlowEdge.LlmCondition` |
//! | [`ExpressionCondition`] | `FlowEdge.ExpressionCondition` |
//! | [`DefaultCondition`] | `FlowEdge.DefaultCondition` |
//! | [`NodeTarget`] | `FlowEdge.NodeTarget` |
//! | [`AssistantTarget`] | `FlowEdge.AssistantTarget` |
//! | [`EnabledFeature`] | `EnabledFeatures` |
//! | [`ExternalLlm`] | `ExternalLlm`, `ExternalLlmReq` |
//! | [`FallbackConfig`] | `FallbackConfig`, `FallbackConfigReq` |
//! | [`ImportMetadata`] | `ImportMetadata` |
//! | [`InsightSettings`] | `InsightSettings` |
//! | [`AttachedIntegration`] | `AssistantIntegration` |
//! | [`AttachedMcpServer`] | `AssistantMcpServer` |
//! | [`InterruptionSettings`] | `InferenceEmbeddingInterruptionSettings` |
//! | [`StartSpeakingPlan`] | `StartSpeakingPlan` |
//! | [`EndpointingPlan`] | `TranscriptionEndpointingPlan` |
//! | [`MessagingSettings`] | `MessagingSettings` |
//! | [`ObservabilitySettings`] | `Observability`, `ObservabilityReq` |
//! | [`PostConversationSettings`] | `PostConversationSettings`, `PostConversationSettingsReq` |
//! | [`PrivacySettings`] | `PrivacySettings` |
//! | [`TelephonySettings`] | `TelephonySettings` |
//! | [`NoiseSuppressionConfig`] | `TelephonySettings.NoiseSuppressionConfig` |
//! | [`RecordingSettings`] | `TelephonySettings.RecordingSettings` |
//! | [`VoicemailDetection`] | `TelephonySettings.VoicemailDetection` |
//! | [`OnVoicemailDetected`] | `TelephonySettings.VoicemailDetection.OnVoicemailDetected` |
//! | [`VoicemailMessage`] | `TelephonySettings.VoicemailDetection.OnVoicemailDetected.VoicemailMessage` |
//! | [`TranscriptionSettings`] | `TranscriptionSettings` |
//! | [`TranscriptionConfig`] | `TranscriptionSettingsConfig` |
//! | [`VoiceSettings`] | `InferenceEmbeddingVoiceSettings` |
//! | [`PredefinedMedia`], [`MediaUrl`], [`MediaName`] | `InferenceEmbeddingVoiceSettings.UnionMember0`, `.UnionMember1`, `.UnionMember2` |
//! | [`WidgetSettings`] | `WidgetSettings` |
//! | [`AudioVisualizer`] | `AudioVisualizerConfig` |
//! | [`Tool`] | `AssistantTool` |
//! | [`FunctionTool`] | `AssistantTool.Function` |
//! | [`Function`] | `FunctionDefinition` |
//! | [`WebhookTool`] | `InferenceEmbeddingWebhookToolParams` |
//! | [`Webhook`] | `InferenceEmbeddingWebhookToolParams.Webhook` |
//! | [`ToolHeader`] | `InferenceEmbeddingWebhookToolParams.Webhook.Header` |
//! | [`StoredVariable`] | `InferenceEmbeddingWebhookToolParams.Webhook.StoreFieldsAsVariable` |
//! | [`ParameterSchema`] | `InferenceEmbeddingWebhookToolParams.Webhook.BodyParameters`, `.PathParameters`, `.QueryParameters`; `AssistantTool.ClientSideTool.ClientSideTool.Parameters` |
//! | [`ClientSideTool`] | `AssistantTool.ClientSideTool` |
//! | [`ClientSideFunction`] | `AssistantTool.ClientSideTool.ClientSideTool` |
//! | [`RetrievalTool`] | `RetrievalTool` |
//! | [`Retrieval`] | `BucketIDs` |
//! | [`HandoffTool`] | `AssistantTool.Handoff` |
//! | [`Handoff`] | `AssistantTool.Handoff.Handoff` |
//! | [`HandoffAssistant`] | `AssistantTool.Handoff.Handoff.AIAssistant` |
//! | [`HangupTool`] | `AssistantTool.Hangup` |
//! | [`Hangup`] | `HangupToolParams` |
//! | [`TransferTool`] | `AssistantTool.Transfer` |
//! | [`Transfer`] | `AssistantTool.Transfer.Transfer` |
//! | [`TransferTarget`] | `AssistantTool.Transfer.Transfer.TargetsList` |
//! | [`WarmTransferAcceptance`] | `AssistantTool.Transfer.Transfer.WarmTransferAcceptance` |
//! | [`TransferVoicemailDetection`] | `AssistantTool.Transfer.Transfer.VoicemailDetection` |
//! | [`DetectionConfig`] | `AssistantTool.Transfer.Transfer.VoicemailDetection.DetectionConfig` |
//! | [`OnTransferVoicemail`] | `AssistantTool.Transfer.Transfer.VoicemailDetection.OnVoicemailDetected` |
//! | [`TransferVoicemailMessage`] | `AssistantTool.Transfer.Transfer.VoicemailDetection.OnVoicemailDetected.VoicemailMessage` |
//! | [`InviteTool`] | `AssistantTool.Invite` |
//! | [`Invite`] | `AssistantTool.Invite.Invite` |
//! | [`InviteTarget`] | `AssistantTool.Invite.Invite.TargetsList` |
//! | [`InviteVoicemailDetection`] | `AssistantTool.Invite.Invite.VoicemailDetection` |
//! | [`OnInviteVoicemail`] | `AssistantTool.Invite.Invite.VoicemailDetection.OnVoicemailDetected` |
//! | [`ReferTool`] | `AssistantTool.Refer` |
//! | [`Refer`] | `AssistantTool.Refer.Refer` |
//! | [`ReferTarget`] | `AssistantTool.Refer.Refer.Target` |
//! | [`SipHeader`] | `AssistantTool.Refer.Refer.SipHeader` |
//! | [`CustomHeader`] | `AssistantTool.Transfer.Transfer.CustomHeader`, `AssistantTool.Invite.Invite.CustomHeader`, `AssistantTool.Refer.Refer.CustomHeader` |
//! | [`SendDtmfTool`] | `AssistantTool.SendDtmf` |
//! | [`SendMessageTool`] | `AssistantTool.SendMessage` |
//! | [`SendMessage`] | `AssistantTool.SendMessage.SendMessage` |
//! | [`SkipTurnTool`] | `AssistantTool.SkipTurn` |
//! | [`SkipTurn`] | `AssistantTool.SkipTurn.SkipTurn` |
//! | [`PayTool`] | `AssistantTool.Pay` |
//! | [`Pay`] | `PayToolParams` |
//! | [`UpdateDynamicVariablesTool`] | `AssistantTool.UpdateDynamicVariables` |
//! | [`UpdateDynamicVariables`] | `UpdateDynamicVariablesToolParams` |
//! | [`UpdatableVariable`] | `UpdateDynamicVariablesToolParams.UpdatableVariable` |

mod a2a_agent;
mod assistant;
mod conversation_flow;
mod external_llm;
mod feature;
mod import_metadata;
mod insights;
mod integration;
mod interruption;
mod mcp_server;
mod messaging;
mod observability;
mod post_conversation;
mod privacy;
mod telephony;
mod tool;
mod transcription;
mod voice;
mod widget;

pub use a2a_agent::*;
pub use assistant::*;
pub use conversation_flow::*;
pub use external_llm::*;
pub use feature::*;
pub use import_metadata::*;
pub use insights::*;
pub use integration::*;
pub use interruption::*;
pub use mcp_server::*;
pub use messaging::*;
pub use observability::*;
pub use post_conversation::*;
pub use privacy::*;
pub use telephony::*;
pub use tool::*;
pub use transcription::*;
pub use voice::*;
pub use widget::*;

pub use telnyx_ai_core::{Extra, JsonObject, Nullable, Secret, Timestamp, UnknownMember, UnknownValue};
