//! Assistants of the Telnyx AI API: the assistants themselves, chat and SMS, scheduled calls and
//! messages, tools, tags, instructions and conversations.
//!
//! ```
//! use telnyx_ai_assistants::prelude::*;
//! use telnyx_ai_assistants::{Assistants, ChatRequest, Conversations, CreateAssistant, CreateConversation};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = telnyx_ai_emulator::Emulator::start().await?;
//! # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
//! let assistants = Assistants::new(client.clone());
//! let conversations = Conversations::new(client);
//!
//! let support = assistants.create(CreateAssistant::new("Support", "Help politely.")).await?;
//! let talk = conversations.create(CreateConversation::default()).await?;
//! let reply = assistants.chat(&support.id, ChatRequest::new(&talk.id, "Hello!")).await?;
//! println!("{}", reply.content);
//! # Ok(())
//! # }
//! ```
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
//! # Features
//! - `mock`: a mock of each trait for unit tests, such as `MockAssistantsApi`.

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
