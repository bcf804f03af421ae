//! `/ai/conversations`

mod add_message;
pub mod filter;
mod http;
mod message;
mod metadata_value;
mod model;

pub use add_message::*;
pub use http::Conversations;
pub use message::*;
pub use metadata_value::*;
pub use model::*;

use telnyx_ai_core::{Call, Pager};

/// The conversations of an account: `/ai/conversations`.
///
/// ```
/// use telnyx_ai_assistants::prelude::*;
/// use telnyx_ai_assistants::{AddMessage, Conversations, CreateConversation, ListConversations, filter};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = telnyx_ai_emulator::Emulator::start().await?;
/// # let client = telnyx_ai_core::Client::builder().base_url(emulator.base_url()).api_key("KEY").build()?;
/// let conversations = Conversations::new(client);
/// let request = CreateConversation::new().with_name("Ada").with_metadata([("plan", "gold")]);
/// let conversation = conversations.create(request).await?;
///
/// let message = AddMessage::new("user").with_content("Hello!");
/// conversations.add_message(&conversation.id, message).await?;
/// let messages = conversations.messages(&conversation.id).try_collect().await?;
/// assert_eq!(messages.len(), 1);
///
/// let named = ListConversations::new().with_name(filter::eq("Ada")).with_limit(10);
/// assert_eq!(conversations.list(named).await?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait ConversationsApi: Send + Sync {
    /// The conversations that `filter` lets through: `GET /ai/conversations`. Not paged; see
    /// [`ListConversations::limit`].
    fn list(&self, filter: ListConversations) -> Call<Vec<Conversation>> {
        let _ = filter;
        Call::unsupported("ConversationsApi::list")
    }

    /// Opens a conversation: `POST /ai/conversations`. Sent under an idempotency key.
    fn create(&self, request: CreateConversation) -> Call<Conversation> {
        let _ = request;
        Call::unsupported("ConversationsApi::create")
    }

    /// One conversation: `GET /ai/conversations/{conversation_id}`. 404 when there is none of that id.
    fn retrieve(&self, conversation_id: &str) -> Call<Conversation> {
        let _ = conversation_id;
        Call::unsupported("ConversationsApi::retrieve")
    }

    /// Changes a conversation's metadata: `PUT /ai/conversations/{conversation_id}`. 404 when there is
    /// none of that id.
    fn update(&self, conversation_id: &str, request: UpdateConversation) -> Call<Conversation> {
        let _ = (conversation_id, request);
        Call::unsupported("ConversationsApi::update")
    }

    /// Deletes a conversation: `DELETE /ai/conversations/{conversation_id}`. 404 when there is none of
    /// that id.
    fn delete(&self, conversation_id: &str) -> Call<()> {
        let _ = conversation_id;
        Call::unsupported("ConversationsApi::delete")
    }

    /// The messages of a conversation with the assistant's tool calls, page by page:
    /// `GET /ai/conversations/{conversation_id}/messages`.
    ///
    /// Do not rely on their order; [`Message::sent_at`] has the time. 404 when there is no such
    /// conversation.
    fn messages(&self, conversation_id: &str) -> Pager<Message> {
        let _ = conversation_id;
        Pager::unsupported("ConversationsApi::messages")
    }

    /// Puts a message into a conversation without asking an assistant for a reply:
    /// `POST /ai/conversations/{conversation_id}/message`.
    ///
    /// Sent under an idempotency key. 404 when there is no such conversation.
    fn add_message(&self, conversation_id: &str, request: AddMessage) -> Call<()> {
        let _ = (conversation_id, request);
        Call::unsupported("ConversationsApi::add_message")
    }

    /// What was drawn from a conversation by the assistant's insights:
    /// `GET /ai/conversations/{conversation_id}/conversations-insights`. 404 when there is no such
    /// conversation.
    fn insights(&self, conversation_id: &str) -> Call<ConversationInsightsList> {
        let _ = conversation_id;
        Call::unsupported("ConversationsApi::insights")
    }
}
