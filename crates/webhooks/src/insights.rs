//! Results of insights.

use serde_json::Value;
use telnyx_ai_core::{Extra, JsonObject, Object};

use crate::CallingPartyType;

/// The insights of a call: the payload of `call.conversation_insights.generated`.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightsGenerated {
    /// The id of the insight group.
    pub insight_group_id: Option<String>,
    /// The result of each insight.
    pub results: Option<Vec<InsightResult>>,
    /// The call control id: the id that Call Control commands take.
    pub call_control_id: Option<String>,
    /// The id of this leg of the call.
    pub call_leg_id: Option<String>,
    /// The id that all legs of the call share.
    pub call_session_id: Option<String>,
    /// The id of the Call Control application.
    pub connection_id: Option<String>,
    /// The client state of the call, in base64, as set by a Call Control command.
    pub client_state: Option<String>,
    /// The type of the caller's connection.
    pub calling_party_type: Option<CallingPartyType>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The result of one insight.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightResult {
    /// The id of the insight.
    pub insight_id: Option<String>,
    /// The name of the insight. Sent by the webhooks of insight groups only.
    pub insight_name: Option<String>,
    /// The result: text that can contain JSON, or an object if there is a schema.
    pub result: Option<Value>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The insights of a conversation: the payload of `conversation_insight_result`.
///
/// Telnyx sends this event without an envelope.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct ConversationInsightResult {
    /// The id of the conversation.
    pub conversation_id: Option<String>,
    /// The id of the insight group.
    pub insight_group_id: Option<String>,
    /// Metadata of the conversation. Values can be any JSON.
    pub metadata: Option<JsonObject>,
    /// The result of each insight.
    pub results: Option<Vec<InsightResult>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}

/// The insights of a conversation: the event `conversation.insights.completed`.
///
/// Telnyx sends it to the webhook of an insight group, without an envelope and without a payload.
#[derive(Debug, Clone, PartialEq, Object)]
#[non_exhaustive]
pub struct InsightGroupCompleted {
    /// The id of the event.
    pub id: Option<String>,
    /// The id of the conversation.
    pub conversation_id: Option<String>,
    /// The id of the insight group.
    pub insight_group_id: Option<String>,
    /// The name of the insight group.
    pub insight_group_name: Option<String>,
    /// The result of each insight.
    pub insights: Option<Vec<InsightResult>>,
    /// Unknown fields, as received.
    pub extra: Extra,
}
