#![doc = include_str!("../README.md")]
//!
//! ## What is here
//!
//! | trait | handle | what it speaks to |
//! | --- | --- | --- |
//! | [`AssistantsApi`] | [`Assistants`] | `/ai/assistants`, chat and SMS included |
//! | [`ScheduledEventsApi`] | [`ScheduledEvents`] | `/ai/assistants/{assistant_id}/scheduled_events` |
//! | [`AssistantToolsApi`] | [`AssistantTools`] | `/ai/assistants/{assistant_id}/tools` |
//! | [`ToolsApi`] | [`Tools`] | `/ai/tools`, the tools that assistants share |
//! | [`TagsApi`] | [`Tags`] | `/ai/assistants/tags` and `/ai/assistants/{assistant_id}/tags` |
//! | [`InstructionsApi`] | [`Instructions`] | `/ai/assistants/{assistant_id}/instructions` |
//! | [`ConversationsApi`] | [`Conversations`] | `/ai/conversations` |
//!
//! [`types`] has what an assistant is made of: models, voices, tools, flows.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod assistant_tools;
mod assistants;
mod chat;
mod conversations;
mod instructions;
mod scheduled_events;
mod tags;
mod tools;

pub use assistant_tools::*;
pub use assistants::*;
pub use chat::*;
pub use conversations::*;
pub use instructions::*;
pub use scheduled_events::*;
pub use tags::*;
pub use tools::*;

/// The types of an assistant's configuration: models, voices, tools and so on.
pub use telnyx_ai_types as types;
pub use telnyx_ai_types::{Assistant, CreateAssistant, ImportProvider, UpdateAssistant};

/// The traits of this crate, to bring their methods into scope with one `use`.
pub mod prelude {
    pub use crate::{
        AssistantToolsApi, AssistantsApi, ConversationsApi, InstructionsApi, ScheduledEventsApi, TagsApi, ToolsApi,
    };
}
