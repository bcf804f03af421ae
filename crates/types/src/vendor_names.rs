//! The names of these types in the vendor's documentation.
//!
//! Types without a row have no name there, such as most string enums and request bodies.
//!
//! <!-- begin names: written by `cargo run -p xtask -- tables` -->
//!
//! | type | vendor's schemas |
//! |---|---|
//! | [`A2aAgent`](crate::A2aAgent) | `AssistantA2AAgent` |
//! | [`AgentHeader`](crate::AgentHeader) | `AssistantA2AAgent.Header` |
//! | [`Assistant`](crate::Assistant) | `InferenceEmbedding` |
//! | [`AssistantTarget`](crate::AssistantTarget) | `FlowEdge.AssistantTarget` |
//! | [`AttachedIntegration`](crate::AttachedIntegration) | `AssistantIntegration` |
//! | [`AttachedMcpServer`](crate::AttachedMcpServer) | `AssistantMcpServer` |
//! | [`AudioVisualizer`](crate::AudioVisualizer) | `AudioVisualizerConfig` |
//! | [`AvatarSettings`](crate::AvatarSettings) | `AvatarSettingsRequest`, `TelnyxAvatarSettings` |
//! | [`BridgeBeep`](crate::BridgeBeep) | `AssistantTool.Transfer.Transfer.BridgeBeep` |
//! | [`ClientSideFunction`](crate::ClientSideFunction) | `AssistantTool.ClientSideTool.ClientSideTool` |
//! | [`ClientSideTool`](crate::ClientSideTool) | `AssistantTool.ClientSideTool` |
//! | [`ConversationFlow`](crate::ConversationFlow) | `ConversationFlow`, `ConversationFlowReq` |
//! | [`CustomHeader`](crate::CustomHeader) | `AssistantTool.Invite.Invite.CustomHeader`, `AssistantTool.Refer.Refer.CustomHeader`, `AssistantTool.Transfer.Transfer.CustomHeader` |
//! | [`DefaultCondition`](crate::DefaultCondition) | `FlowEdge.DefaultCondition` |
//! | [`DelayedMessage`](crate::DelayedMessage) | `AssistantA2AAgent.A2AAgentRequestResponseDelayedMessage`, `InferenceEmbeddingWebhookToolParams.Webhook.WebhookToolRequestResponseDelayedMessage` |
//! | [`DelegationSettings`](crate::DelegationSettings) | `DelegationSettings` |
//! | [`DeletedAssistant`](crate::DeletedAssistant) | `DeletedAssistant` |
//! | [`DetectionConfig`](crate::DetectionConfig) | `AssistantTool.Transfer.Transfer.VoicemailDetection.DetectionConfig` |
//! | [`EnabledFeature`](crate::EnabledFeature) | `EnabledFeatures` |
//! | [`EndpointingPlan`](crate::EndpointingPlan) | `TranscriptionEndpointingPlan` |
//! | [`ExpressionCondition`](crate::ExpressionCondition) | `FlowEdge.ExpressionCondition` |
//! | [`ExternalLlm`](crate::ExternalLlm) | `ExternalLlm`, `ExternalLlmReq` |
//! | [`FallbackConfig`](crate::FallbackConfig) | `FallbackConfig`, `FallbackConfigReq` |
//! | [`FlowEdge`](crate::FlowEdge) | `FlowEdge` |
//! | [`Function`](crate::Function) | `FunctionDefinition` |
//! | [`FunctionTool`](crate::FunctionTool) | `AssistantTool.Function` |
//! | [`Handoff`](crate::Handoff) | `AssistantTool.Handoff.Handoff` |
//! | [`HandoffAssistant`](crate::HandoffAssistant) | `AssistantTool.Handoff.Handoff.AIAssistant` |
//! | [`HandoffTool`](crate::HandoffTool) | `AssistantTool.Handoff` |
//! | [`Hangup`](crate::Hangup) | `HangupToolParams` |
//! | [`HangupTool`](crate::HangupTool) | `AssistantTool.Hangup` |
//! | [`ImportMetadata`](crate::ImportMetadata) | `ImportMetadata` |
//! | [`InsightSettings`](crate::InsightSettings) | `InsightSettings` |
//! | [`InterruptionSettings`](crate::InterruptionSettings) | `InferenceEmbeddingInterruptionSettings` |
//! | [`Invite`](crate::Invite) | `AssistantTool.Invite.Invite` |
//! | [`InviteTarget`](crate::InviteTarget) | `AssistantTool.Invite.Invite.TargetsList` |
//! | [`InviteTool`](crate::InviteTool) | `AssistantTool.Invite` |
//! | [`InviteVoicemailDetection`](crate::InviteVoicemailDetection) | `AssistantTool.Invite.Invite.VoicemailDetection` |
//! | [`LlmCondition`](crate::LlmCondition) | `FlowEdge.LlmCondition` |
//! | [`MediaName`](crate::MediaName) | `InferenceEmbeddingVoiceSettings.UnionMember2` |
//! | [`MediaUrl`](crate::MediaUrl) | `InferenceEmbeddingVoiceSettings.ToolCallAudioUnionMember1`, `InferenceEmbeddingVoiceSettings.UnionMember1` |
//! | [`MessagingSettings`](crate::MessagingSettings) | `MessagingSettings` |
//! | [`NodePosition`](crate::NodePosition) | `NodePosition` |
//! | [`NodeTarget`](crate::NodeTarget) | `FlowEdge.NodeTarget` |
//! | [`NoiseSuppressionConfig`](crate::NoiseSuppressionConfig) | `TelephonySettings.NoiseSuppressionConfig` |
//! | [`ObservabilitySettings`](crate::ObservabilitySettings) | `Observability`, `ObservabilityReq` |
//! | [`OnInviteVoicemail`](crate::OnInviteVoicemail) | `AssistantTool.Invite.Invite.VoicemailDetection.OnVoicemailDetected` |
//! | [`OnTransferVoicemail`](crate::OnTransferVoicemail) | `AssistantTool.Transfer.Transfer.VoicemailDetection.OnVoicemailDetected` |
//! | [`OnVoicemailDetected`](crate::OnVoicemailDetected) | `TelephonySettings.VoicemailDetection.OnVoicemailDetected` |
//! | [`ParameterSchema`](crate::ParameterSchema) | `AssistantTool.ClientSideTool.ClientSideTool.Parameters`, `InferenceEmbeddingWebhookToolParams.Webhook.BodyParameters`, `InferenceEmbeddingWebhookToolParams.Webhook.PathParameters`, `InferenceEmbeddingWebhookToolParams.Webhook.QueryParameters` |
//! | [`Pay`](crate::Pay) | `PayToolParams` |
//! | [`PayTool`](crate::PayTool) | `AssistantTool.Pay` |
//! | [`PostConversationSettings`](crate::PostConversationSettings) | `PostConversationSettings`, `PostConversationSettingsReq` |
//! | [`PredefinedMedia`](crate::PredefinedMedia) | `InferenceEmbeddingVoiceSettings.UnionMember0` |
//! | [`PrivacySettings`](crate::PrivacySettings) | `PrivacySettings` |
//! | [`PromptNode`](crate::PromptNode) | `FlowNode`, `FlowNodeReq` |
//! | [`RecordingSettings`](crate::RecordingSettings) | `TelephonySettings.RecordingSettings` |
//! | [`Refer`](crate::Refer) | `AssistantTool.Refer.Refer` |
//! | [`ReferTarget`](crate::ReferTarget) | `AssistantTool.Refer.Refer.Target` |
//! | [`ReferTool`](crate::ReferTool) | `AssistantTool.Refer` |
//! | [`Retrieval`](crate::Retrieval) | `BucketIDs` |
//! | [`RetrievalTool`](crate::RetrievalTool) | `RetrievalTool` |
//! | [`SendDtmfTool`](crate::SendDtmfTool) | `AssistantTool.SendDtmf` |
//! | [`SendMessage`](crate::SendMessage) | `AssistantTool.SendMessage.SendMessage` |
//! | [`SendMessageTool`](crate::SendMessageTool) | `AssistantTool.SendMessage` |
//! | [`SipHeader`](crate::SipHeader) | `AssistantTool.Refer.Refer.SipHeader` |
//! | [`SkipTurn`](crate::SkipTurn) | `AssistantTool.SkipTurn.SkipTurn` |
//! | [`SkipTurnTool`](crate::SkipTurnTool) | `AssistantTool.SkipTurn` |
//! | [`SpeakNode`](crate::SpeakNode) | `SpeakNode`, `SpeakNodeReq` |
//! | [`StartMessage`](crate::StartMessage) | `AssistantA2AAgent.A2AAgentRequestStartMessage`, `InferenceEmbeddingWebhookToolParams.Webhook.WebhookToolRequestStartMessage` |
//! | [`StartSpeakingPlan`](crate::StartSpeakingPlan) | `StartSpeakingPlan` |
//! | [`StoredVariable`](crate::StoredVariable) | `InferenceEmbeddingWebhookToolParams.Webhook.StoreFieldsAsVariable` |
//! | [`TelephonySettings`](crate::TelephonySettings) | `TelephonySettings` |
//! | [`Tool`](crate::Tool) | `AssistantTool` |
//! | [`ToolCallMedia`](crate::ToolCallMedia) | `InferenceEmbeddingVoiceSettings.ToolCallAudioUnionMember0` |
//! | [`ToolHeader`](crate::ToolHeader) | `InferenceEmbeddingWebhookToolParams.Webhook.Header` |
//! | [`ToolNode`](crate::ToolNode) | `ToolNode`, `ToolNodeReq` |
//! | [`TranscriptionChallenger`](crate::TranscriptionChallenger) | `TranscriptionSettings.Challenger` |
//! | [`TranscriptionConfig`](crate::TranscriptionConfig) | `TranscriptionSettingsConfig` |
//! | [`TranscriptionFallback`](crate::TranscriptionFallback) | `TranscriptionSettings.FallbackModel` |
//! | [`TranscriptionSettings`](crate::TranscriptionSettings) | `TranscriptionSettings` |
//! | [`Transfer`](crate::Transfer) | `AssistantTool.Transfer.Transfer` |
//! | [`TransferTarget`](crate::TransferTarget) | `AssistantTool.Transfer.Transfer.TargetsList` |
//! | [`TransferTool`](crate::TransferTool) | `AssistantTool.Transfer` |
//! | [`TransferVoicemailDetection`](crate::TransferVoicemailDetection) | `AssistantTool.Transfer.Transfer.VoicemailDetection` |
//! | [`TransferVoicemailMessage`](crate::TransferVoicemailMessage) | `AssistantTool.Transfer.Transfer.VoicemailDetection.OnVoicemailDetected.VoicemailMessage` |
//! | [`UpdatableVariable`](crate::UpdatableVariable) | `UpdateDynamicVariablesToolParams.UpdatableVariable` |
//! | [`UpdateDynamicVariables`](crate::UpdateDynamicVariables) | `UpdateDynamicVariablesToolParams` |
//! | [`UpdateDynamicVariablesTool`](crate::UpdateDynamicVariablesTool) | `AssistantTool.UpdateDynamicVariables` |
//! | [`Vision`](crate::Vision) | `VisionToolParams` |
//! | [`VisionTool`](crate::VisionTool) | `AssistantTool.Vision` |
//! | [`VoiceSettings`](crate::VoiceSettings) | `InferenceEmbeddingVoiceSettings` |
//! | [`VoicemailDetection`](crate::VoicemailDetection) | `TelephonySettings.VoicemailDetection` |
//! | [`VoicemailMessage`](crate::VoicemailMessage) | `TelephonySettings.VoicemailDetection.OnVoicemailDetected.VoicemailMessage` |
//! | [`WarmTransferAcceptance`](crate::WarmTransferAcceptance) | `AssistantTool.Transfer.Transfer.WarmTransferAcceptance` |
//! | [`Webhook`](crate::Webhook) | `InferenceEmbeddingWebhookToolParams.Webhook` |
//! | [`WebhookTool`](crate::WebhookTool) | `InferenceEmbeddingWebhookToolParams` |
//! | [`WebsocketSettings`](crate::WebsocketSettings) | `WebsocketSettings` |
//! | [`WidgetSettings`](crate::WidgetSettings) | `WidgetSettings` |
//!
//! <!-- end names -->
