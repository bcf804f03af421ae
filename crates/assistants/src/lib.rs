#![doc = include_str!("../README.md")]
//!
//! ## API areas
//!
//! | trait | handle | endpoints |
//! | --- | --- | --- |
//! | [`AssistantsApi`] | [`Assistants`] | `/ai/assistants`, with chat, SMS and WhatsApp |
//! | [`ScheduledEventsApi`] | [`ScheduledEvents`] | `/ai/assistants/{assistant_id}/scheduled_events` |
//! | [`AssistantToolsApi`] | [`AssistantTools`] | `/ai/assistants/{assistant_id}/tools` |
//! | [`ToolsApi`] | [`Tools`] | `/ai/tools`, the tools that assistants share |
//! | [`TagsApi`] | [`Tags`] | `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags` |
//! | [`InstructionsApi`] | [`Instructions`] | `/ai/assistants/{assistant_id}/instructions` |
//! | [`ConversationsApi`] | [`Conversations`] | `/ai/conversations` |
//! | [`InsightsApi`] | [`Insights`] | `/ai/conversations/insights` and the counts of their results |
//! | [`InsightGroupsApi`] | [`InsightGroups`] | `/ai/conversations/insight-groups` |
//!
//! [`types`] has the types of an assistant's configuration: models, voices, tools, flows.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod assistant_tools;
mod assistants;
mod chat;
mod conversations;
mod insight_groups;
mod insights;
mod instructions;
mod scheduled_events;
mod tags;
mod tools;

pub use assistant_tools::{AssistantTools, AssistantToolsApi, TestTool, ToolTestResult};
pub use assistants::{
    AssistantDeleted, Assistants, AssistantsApi, DeleteAssistant, ImportAssistants, RetrieveAssistant,
};
pub use chat::*;
pub use conversations::{
    AddMessage, Conversation, ConversationInsight, ConversationInsights, ConversationInsightsList, Conversations,
    ConversationsApi, CreateConversation, InsightsStatus, ListConversations, Message, Role, ToolCall, ToolCallFunction,
    ToolCallType, ToolChoice, UpdateConversation, filter,
};
pub use insight_groups::{CreateInsightGroup, InsightGroup, InsightGroups, InsightGroupsApi, UpdateInsightGroup};
pub use insights::{
    CreateInsight, Insight, InsightAggregate, InsightAggregates, InsightType, Insights, InsightsApi, UpdateInsight,
};
pub use instructions::{EnhanceInstructions, Instructions, InstructionsApi};
pub use scheduled_events::{
    CallAttempt, CallStatus, CreateScheduledEvent, EventChannel, EventStatus, ListScheduledEvents,
    ScheduledCallSettings, ScheduledEvent, ScheduledEvents, ScheduledEventsApi, ScheduledPhoneCall,
    ScheduledPhoneCallRequired, ScheduledSms, ScheduledSmsRequired, SipRegion,
};
pub use tags::{AddTag, TagList, Tags, TagsApi};
pub use tools::{CreateSharedTool, ListTools, SharedTool, SharedToolType, Tools, ToolsApi, UpdateSharedTool};

/// The crate that implements the mocks, in the version that they require.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;
#[cfg(feature = "mock")]
pub use {
    assistant_tools::MockAssistantToolsApi, assistants::MockAssistantsApi, conversations::MockConversationsApi,
    insight_groups::MockInsightGroupsApi, insights::MockInsightsApi, instructions::MockInstructionsApi,
    scheduled_events::MockScheduledEventsApi, tags::MockTagsApi, tools::MockToolsApi,
};

/// The types of an assistant's configuration: models, voices, tools, flows.
#[doc(inline)]
pub use telnyx_ai_types as types;
pub use telnyx_ai_types::{
    Assistant, AssistantRequired, CreateAssistant, DeletedAssistant, ImportProvider, UpdateAssistant,
};

/// The traits of this crate, to import their methods with one `use`.
pub mod prelude {
    pub use crate::{
        AssistantToolsApi, AssistantsApi, ConversationsApi, InsightGroupsApi, InsightsApi, InstructionsApi,
        ScheduledEventsApi, TagsApi, ToolsApi,
    };
}
