//! Our names and the vendor's: for those who read its documentation beside ours.
//!
//! `Targets`, the string enums and what a union is called have no name there.
//!
//! | here | in the vendor's schemas |
//! | --- | --- |
//! | [`Assistant`](crate::Assistant) | `InferenceEmbedding` |
//! | [`CreateAssistant`](crate::CreateAssistant), [`UpdateAssistant`](crate::UpdateAssistant), [`UpdateVersion`](crate::UpdateVersion) | request bodies without a name |
//! | [`A2aAgent`](crate::A2aAgent) | `AssistantA2AAgent` |
//! | [`AgentHeader`](crate::AgentHeader) | `AssistantA2AAgent.Header` |
//! | [`ToolMessage`](crate::ToolMessage) | unions without a name |
//! | [`StartMessage`](crate::StartMessage) | `AssistantA2AAgent.A2AAgentRequestStartMessage`, `InferenceEmbeddingWebhookToolParams.Webhook.WebhookToolRequestStartMessage` |
//! | [`DelayedMessage`](crate::DelayedMessage) | `AssistantA2AAgent.A2AAgentRequestResponseDelayedMessage`, `InferenceEmbeddingWebhookToolParams.Webhook.WebhookToolRequestResponseDelayedMessage` |
//! | [`ConversationFlow`](crate::ConversationFlow) | `ConversationFlow`, `ConversationFlowReq` |
//! | [`PromptNode`](crate::PromptNode) | `FlowNode`, `FlowNodeReq` |
//! | [`ToolNode`](crate::ToolNode) | `ToolNode`, `ToolNodeReq` |
//! | [`SpeakNode`](crate::SpeakNode) | `SpeakNode`, `SpeakNodeReq` |
//! | [`FlowNode`](crate::FlowNode) | a union without a name |
//! | [`NodePosition`](crate::NodePosition) | `NodePosition` |
//! | [`FlowEdge`](crate::FlowEdge) | `FlowEdge` |
//! | [`LlmCondition`](crate::LlmCondition) | `FlowEdge.LlmCondition` |
//! | [`ExpressionCondition`](crate::ExpressionCondition) | `FlowEdge.ExpressionCondition` |
//! | [`DefaultCondition`](crate::DefaultCondition) | `FlowEdge.DefaultCondition` |
//! | [`NodeTarget`](crate::NodeTarget) | `FlowEdge.NodeTarget` |
//! | [`AssistantTarget`](crate::AssistantTarget) | `FlowEdge.AssistantTarget` |
//! | [`EnabledFeature`](crate::EnabledFeature) | `EnabledFeatures` |
//! | [`ExternalLlm`](crate::ExternalLlm) | `ExternalLlm`, `ExternalLlmReq` |
//! | [`FallbackConfig`](crate::FallbackConfig) | `FallbackConfig`, `FallbackConfigReq` |
//! | [`ImportMetadata`](crate::ImportMetadata) | `ImportMetadata` |
//! | [`InsightSettings`](crate::InsightSettings) | `InsightSettings` |
//! | [`AttachedIntegration`](crate::AttachedIntegration) | `AssistantIntegration` |
//! | [`AttachedMcpServer`](crate::AttachedMcpServer) | `AssistantMcpServer` |
//! | [`InterruptionSettings`](crate::InterruptionSettings) | `InferenceEmbeddingInterruptionSettings` |
//! | [`StartSpeakingPlan`](crate::StartSpeakingPlan) | `StartSpeakingPlan` |
//! | [`EndpointingPlan`](crate::EndpointingPlan) | `TranscriptionEndpointingPlan` |
//! | [`MessagingSettings`](crate::MessagingSettings) | `MessagingSettings` |
//! | [`ObservabilitySettings`](crate::ObservabilitySettings) | `Observability`, `ObservabilityReq` |
//! | [`PostConversationSettings`](crate::PostConversationSettings) | `PostConversationSettings`, `PostConversationSettingsReq` |
//! | [`PrivacySettings`](crate::PrivacySettings) | `PrivacySettings` |
//! | [`TelephonySettings`](crate::TelephonySettings) | `TelephonySettings` |
//! | [`NoiseSuppressionConfig`](crate::NoiseSuppressionConfig) | `TelephonySettings.NoiseSuppressionConfig` |
//! | [`RecordingSettings`](crate::RecordingSettings) | `TelephonySettings.RecordingSettings` |
//! | [`VoicemailDetection`](crate::VoicemailDetection) | `TelephonySettings.VoicemailDetection` |
//! | [`OnVoicemailDetected`](crate::OnVoicemailDetected) | `TelephonySettings.VoicemailDetection.OnVoicemailDetected` |
//! | [`VoicemailMessage`](crate::VoicemailMessage) | `TelephonySettings.VoicemailDetection.OnVoicemailDetected.VoicemailMessage` |
//! | [`TranscriptionSettings`](crate::TranscriptionSettings) | `TranscriptionSettings` |
//! | [`TranscriptionConfig`](crate::TranscriptionConfig) | `TranscriptionSettingsConfig` |
//! | [`VoiceSettings`](crate::VoiceSettings) | `InferenceEmbeddingVoiceSettings` |
//! | [`PredefinedMedia`](crate::PredefinedMedia), [`MediaUrl`](crate::MediaUrl), [`MediaName`](crate::MediaName) | `InferenceEmbeddingVoiceSettings.UnionMember0`, `.UnionMember1`, `.UnionMember2` |
//! | [`WidgetSettings`](crate::WidgetSettings) | `WidgetSettings` |
//! | [`AudioVisualizer`](crate::AudioVisualizer) | `AudioVisualizerConfig` |
//! | [`Tool`](crate::Tool) | `AssistantTool` |
//! | [`FunctionTool`](crate::FunctionTool) | `AssistantTool.Function` |
//! | [`Function`](crate::Function) | `FunctionDefinition` |
//! | [`WebhookTool`](crate::WebhookTool) | `InferenceEmbeddingWebhookToolParams` |
//! | [`Webhook`](crate::Webhook) | `InferenceEmbeddingWebhookToolParams.Webhook` |
//! | [`ToolHeader`](crate::ToolHeader) | `InferenceEmbeddingWebhookToolParams.Webhook.Header` |
//! | [`StoredVariable`](crate::StoredVariable) | `InferenceEmbeddingWebhookToolParams.Webhook.StoreFieldsAsVariable` |
//! | [`ParameterSchema`](crate::ParameterSchema) | `InferenceEmbeddingWebhookToolParams.Webhook.BodyParameters`, `.PathParameters`, `.QueryParameters`; `AssistantTool.ClientSideTool.ClientSideTool.Parameters` |
//! | [`ClientSideTool`](crate::ClientSideTool) | `AssistantTool.ClientSideTool` |
//! | [`ClientSideFunction`](crate::ClientSideFunction) | `AssistantTool.ClientSideTool.ClientSideTool` |
//! | [`RetrievalTool`](crate::RetrievalTool) | `RetrievalTool` |
//! | [`Retrieval`](crate::Retrieval) | `BucketIDs` |
//! | [`HandoffTool`](crate::HandoffTool) | `AssistantTool.Handoff` |
//! | [`Handoff`](crate::Handoff) | `AssistantTool.Handoff.Handoff` |
//! | [`HandoffAssistant`](crate::HandoffAssistant) | `AssistantTool.Handoff.Handoff.AIAssistant` |
//! | [`HangupTool`](crate::HangupTool) | `AssistantTool.Hangup` |
//! | [`Hangup`](crate::Hangup) | `HangupToolParams` |
//! | [`TransferTool`](crate::TransferTool) | `AssistantTool.Transfer` |
//! | [`Transfer`](crate::Transfer) | `AssistantTool.Transfer.Transfer` |
//! | [`TransferTarget`](crate::TransferTarget) | `AssistantTool.Transfer.Transfer.TargetsList` |
//! | [`WarmTransferAcceptance`](crate::WarmTransferAcceptance) | `AssistantTool.Transfer.Transfer.WarmTransferAcceptance` |
//! | [`TransferVoicemailDetection`](crate::TransferVoicemailDetection) | `AssistantTool.Transfer.Transfer.VoicemailDetection` |
//! | [`DetectionConfig`](crate::DetectionConfig) | `AssistantTool.Transfer.Transfer.VoicemailDetection.DetectionConfig` |
//! | [`OnTransferVoicemail`](crate::OnTransferVoicemail) | `AssistantTool.Transfer.Transfer.VoicemailDetection.OnVoicemailDetected` |
//! | [`TransferVoicemailMessage`](crate::TransferVoicemailMessage) | `AssistantTool.Transfer.Transfer.VoicemailDetection.OnVoicemailDetected.VoicemailMessage` |
//! | [`InviteTool`](crate::InviteTool) | `AssistantTool.Invite` |
//! | [`Invite`](crate::Invite) | `AssistantTool.Invite.Invite` |
//! | [`InviteTarget`](crate::InviteTarget) | `AssistantTool.Invite.Invite.TargetsList` |
//! | [`InviteVoicemailDetection`](crate::InviteVoicemailDetection) | `AssistantTool.Invite.Invite.VoicemailDetection` |
//! | [`OnInviteVoicemail`](crate::OnInviteVoicemail) | `AssistantTool.Invite.Invite.VoicemailDetection.OnVoicemailDetected` |
//! | [`ReferTool`](crate::ReferTool) | `AssistantTool.Refer` |
//! | [`Refer`](crate::Refer) | `AssistantTool.Refer.Refer` |
//! | [`ReferTarget`](crate::ReferTarget) | `AssistantTool.Refer.Refer.Target` |
//! | [`SipHeader`](crate::SipHeader) | `AssistantTool.Refer.Refer.SipHeader` |
//! | [`CustomHeader`](crate::CustomHeader) | `AssistantTool.Transfer.Transfer.CustomHeader`, `AssistantTool.Invite.Invite.CustomHeader`, `AssistantTool.Refer.Refer.CustomHeader` |
//! | [`SendDtmfTool`](crate::SendDtmfTool) | `AssistantTool.SendDtmf` |
//! | [`SendMessageTool`](crate::SendMessageTool) | `AssistantTool.SendMessage` |
//! | [`SendMessage`](crate::SendMessage) | `AssistantTool.SendMessage.SendMessage` |
//! | [`SkipTurnTool`](crate::SkipTurnTool) | `AssistantTool.SkipTurn` |
//! | [`SkipTurn`](crate::SkipTurn) | `AssistantTool.SkipTurn.SkipTurn` |
//! | [`PayTool`](crate::PayTool) | `AssistantTool.Pay` |
//! | [`Pay`](crate::Pay) | `PayToolParams` |
//! | [`UpdateDynamicVariablesTool`](crate::UpdateDynamicVariablesTool) | `AssistantTool.UpdateDynamicVariables` |
//! | [`UpdateDynamicVariables`](crate::UpdateDynamicVariables) | `UpdateDynamicVariablesToolParams` |
//! | [`UpdatableVariable`](crate::UpdatableVariable) | `UpdateDynamicVariablesToolParams.UpdatableVariable` |
