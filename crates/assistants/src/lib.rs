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

pub use assistant_tools::*;
pub use assistants::*;
pub use chat::*;
pub use conversations::*;
pub use insight_groups::*;
pub use insights::*;
pub use instructions::*;
/// The crate that implements the mocks, re-exported in the matching version.
#[cfg(feature = "mock")]
#[doc(no_inline)]
pub use mockall;
pub use scheduled_events::*;
pub use tags::*;
pub use tools::*;

/// The types of an assistant's configuration: models, voices, tools, flows.
#[doc(inline)]
pub use telnyx_ai_types as types;
pub use telnyx_ai_types::{
    Assistant, AssistantRequired, CreateAssistant, DeletedAssistant, ImportProvider, UpdateAssistant,
};

/// The traits of this crate, to bring their methods into scope with one `use`.
pub mod prelude {
    pub use crate::{
        AssistantToolsApi, AssistantsApi, ConversationsApi, InsightGroupsApi, InsightsApi, InstructionsApi,
        ScheduledEventsApi, TagsApi, ToolsApi,
    };
}
